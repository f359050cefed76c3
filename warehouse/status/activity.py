"""What the writer is doing: ``warehouse/core.holder.json``, kept while a process holds the warehouse.

The file may be left behind by a process that was killed. Whether its process lives is asked of the system (process
number and the moment it started), and of the lock where the process belongs to another machine or container.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

import sql
from warehouse.status.files import Places, replace

Progress = Callable[[str, int, int | None], None]  # (what, done, of how many)
EVERY = 1.0  # seconds between two writes while only counts change


class Use(BaseModel):
    """One row of ``quota_use``: how much of a source's quota is used in a minute, week or month."""

    model_config = ConfigDict(frozen=True)

    source: str
    period: str
    unit: str
    period_start: datetime
    used: int


class Asked(BaseModel):
    """What one source was asked in the run under way."""

    model_config = ConfigDict(frozen=True)

    source: str
    requests: int
    bytes: int
    refused: int


class Activity(BaseModel):
    """The process that writes, the run it is in, and how far it is. Moments are UTC without zone.

    `what`, `done` and `total` are of the step's progress (`total` None: open-ended); `technology_id`, `received` and
    `expected` of the query that is being harvested.
    """

    pid: int
    process_started: str
    host: str
    purpose: str
    since: datetime
    updated_at: datetime
    run_id: int | None = None
    kind: str | None = None
    as_of: date | None = None
    step: str | None = None
    step_since: datetime | None = None
    what: str | None = None
    what_since: datetime | None = None
    done: int = 0
    total: int | None = None
    technology_id: str | None = None
    received: int | None = None
    expected: int | None = None
    asked: list[Asked] = []
    quota: list[Use] = []


def file_of(workspace: Places) -> Path:
    """Return where the activity of a workspace's writer is kept."""
    return workspace.lock.with_suffix(".holder.json")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def process_start(pid: int) -> str:
    """Return what tells a process from a later one of the same number; empty where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_held(lock: Path) -> bool:
    """Return whether a living process holds the lock file; takes it for a moment where nobody does."""
    if not lock.exists():
        return False
    probe = FileLock(str(lock))
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # a folder that may not be written: nobody can tell
        return False
    probe.release()
    return False


def stored(workspace: Places) -> Activity | None:
    """Return what the file says, of a living writer or of one that was killed; None where there is none to be read."""
    try:
        return Activity.model_validate_json(file_of(workspace).read_bytes())
    except (OSError, ValueError):
        return None


def current(workspace: Places) -> Activity | None:
    """Return what the living writer is doing; None where nobody writes."""
    found = stored(workspace)
    return found if found is not None and is_alive(found, workspace.lock) else None


def is_alive(activity: Activity, lock: Path) -> bool:
    """Return whether the process of `activity` still holds the warehouse."""
    started = process_start(activity.pid) if activity.host == socket.gethostname() else ""
    return (bool(started) and started == activity.process_started) or is_held(lock)


class Teller:
    """Keeps the activity of this process in its file, from taking the lock to letting it go."""

    def __init__(self, workspace: Places, purpose: str) -> None:
        self._file = file_of(workspace)
        self._written = 0.0
        pid, now = os.getpid(), _now()
        self.activity = Activity(
            pid=pid, process_started=process_start(pid), host=socket.gethostname(), purpose=purpose, since=now,
            updated_at=now,
        )  # fmt: skip
        self._write()

    def run(self, run_id: int | None, kind: str | None = None, as_of: date | None = None) -> None:
        """Tell which run is under way; None: none any more."""
        self._begin_what(None)
        self._set(run_id=run_id, kind=kind, as_of=as_of, step=None, step_since=None, asked=[])
        self._write()

    def step(self, name: str) -> None:
        """Tell that the run has reached step `name`."""
        self._begin_what(None)
        self._set(step=name, step_since=_now())
        self._write()

    def progress(self, what: str, done: int, total: int | None) -> None:
        """Tell how much is done of `what`."""
        if what != self.activity.what:
            self._begin_what(what)
        self._set(done=done, total=total)

    def query(self, technology: str, received: int, expected: int | None) -> None:
        """Tell how much came of the query that is being harvested."""
        self._set(technology_id=technology, received=received, expected=expected)

    def write_if_due(self, con: duckdb.DuckDBPyConnection | None) -> None:
        """Write what was reported, at most once in EVERY seconds, with requests and quotas as the warehouse has them.

        Call it between two statements: `con` is asked through a cursor of its own.
        """
        if time.monotonic() - self._written < EVERY:
            return
        if con is not None and self.activity.run_id is not None:
            self._count(con)
        self._write()

    def end(self) -> None:
        """Remove the file: nobody writes any more."""
        self._file.unlink(missing_ok=True)

    def _count(self, con: duckdb.DuckDBPyConnection) -> None:
        cursor = con.cursor()
        try:
            asked = rows_of(cursor, "ask/requests_of_run.sql", {"run_id": self.activity.run_id})
            quota = rows_of(cursor, "status/quota.sql")
        except duckdb.Error:  # interrupted, or the disk is full: the run itself will say so
            return
        finally:
            cursor.close()
        self._set(asked=[Asked(**row) for row in asked], quota=[Use(**row) for row in quota])

    def _begin_what(self, what: str | None) -> None:
        self._set(what=what, what_since=_now(), done=0, total=None, technology_id=None, received=None, expected=None)

    def _set(self, **changes: Any) -> None:
        self.activity = self.activity.model_copy(update=changes)

    def _write(self) -> None:
        self._set(updated_at=_now())
        replace(self._file, self.activity.model_dump_json())
        self._written = time.monotonic()


def rows_of(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of the query in one SQL file as dictionaries. Raises duckdb.Error."""
    result = con.execute(sql.text(name), values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
