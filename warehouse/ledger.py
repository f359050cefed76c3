"""The run ledger: what ran, for which slot, how far it came (table ``runs``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import duckdb


@dataclass(frozen=True, slots=True)
class Run:
    """One row of ``runs``, as far as the program needs it."""

    run_id: int
    kind: str
    state: str
    step: str | None
    as_of: date | None
    settings: dict[str, Any]
    resumed: int
    slot: datetime | None = None
    resume_after: datetime | None = None
    snapshot: int | None = None


_COLUMNS = "run_id, kind, state, step, as_of, settings, resumed, slot, resume_after, snapshot"
_NOTED = frozenset({"edition_id", "topics_edition_id", "data_label", "snapshot", "label"})


def _run(row: tuple[Any, ...]) -> Run:
    run_id, kind, state, step, as_of, settings, *rest = row
    return Run(run_id, kind, state, step, as_of, json.loads(settings or "{}"), *rest)


def settings_hash(settings: dict[str, Any]) -> str:
    """Return a short hash of the settings that determine figures (key order does not matter)."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()[:16]


def start(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    *,
    now: datetime,
    as_of: date | None = None,
    settings: dict[str, Any] | None = None,
    slot: datetime | None = None,
) -> Run:
    """Add a running row and return it. `now` and `slot` are UTC without zone."""
    row = con.execute("SELECT coalesce(max(run_id), 0) + 1 FROM runs").fetchone()
    assert row is not None
    stated = settings or {}
    con.execute(
        "INSERT INTO runs (run_id, kind, state, slot, as_of, settings, settings_hash, started_at, program_version)"
        " VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?)",
        [
            row[0], kind, slot, as_of, json.dumps(stated, sort_keys=True, default=str), settings_hash(stated), now,
            version("stuckneck"),
        ],
    )  # fmt: skip
    return get(con, row[0])


def get(con: duckdb.DuckDBPyConnection, run_id: int) -> Run:
    """Return run `run_id`. Raises LookupError when there is none."""
    row = con.execute(f"SELECT {_COLUMNS} FROM runs WHERE run_id = ?", [run_id]).fetchone()  # noqa: S608
    if row is None:
        msg = f"There is no run {run_id}; `stuckneck runs` lists them."
        raise LookupError(msg)
    return _run(row)


def unfinished(con: duckdb.DuckDBPyConnection) -> list[Run]:
    """Return the runs that were cut (still 'running' although nobody holds the lock) or parked, the latest first."""
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE state IN ('running', 'parked') ORDER BY run_id DESC"  # noqa: S608
    ).fetchall()
    return [_run(row) for row in rows]


def resume(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Mark a cut or parked run as running again."""
    con.execute(
        "UPDATE runs SET state = 'running', resumed = resumed + 1, program_version = ? WHERE run_id = ?",
        [version("stuckneck"), run_id],
    )


def step(con: duckdb.DuckDBPyConnection, run_id: int, name: str) -> None:
    """Record that the run has reached step `name`."""
    con.execute("UPDATE runs SET step = ? WHERE run_id = ?", [name, run_id])


def note(con: duckdb.DuckDBPyConnection, run_id: int, **columns: int | str | None) -> None:
    """Record what a run is about: edition_id, topics_edition_id, data_label, snapshot, label.

    Raises ValueError for others."""
    if strange := columns.keys() - _NOTED:
        msg = f"no column of runs to note: {', '.join(sorted(strange))}"
        raise ValueError(msg)
    stated = ", ".join(f"{name} = ?" for name in columns)
    con.execute(f"UPDATE runs SET {stated} WHERE run_id = ?", [*columns.values(), run_id])  # noqa: S608


def finish(
    con: duckdb.DuckDBPyConnection, run_id: int, state: str, *, now: datetime, message: str | None = None,
    traceback: str | None = None,
) -> None:  # fmt: skip
    """End the run as succeeded or failed, with one sentence; `traceback` where the program itself was at fault."""
    con.execute(
        "UPDATE runs SET state = ?, finished_at = ?, message = ?, traceback = ? WHERE run_id = ?",
        [state, now, message, traceback, run_id],
    )


def undo(con: duckdb.DuckDBPyConnection, run_id: int, *, message: str) -> None:
    """Mark a run as undone: what it brought was taken back."""
    con.execute("UPDATE runs SET state = 'undone', message = ? WHERE run_id = ?", [message, run_id])


def reopen(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Set a run that had ended to running: its snapshot could not be published, or its date is placed again."""
    con.execute("UPDATE runs SET state = 'running' WHERE run_id = ?", [run_id])


def restore(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Set a reopened run back to what it was: published once, and what was to replace it came to nothing."""
    con.execute("UPDATE runs SET state = 'succeeded' WHERE run_id = ?", [run_id])


def park(
    con: duckdb.DuckDBPyConnection, run_id: int, *, now: datetime, resume_after: datetime, message: str
) -> None:  # fmt: skip
    """Set the run aside at `now` until `resume_after` (UTC): a quota is spent."""
    con.execute(
        "UPDATE runs SET state = 'parked', parked_at = ?, resume_after = ?, message = ? WHERE run_id = ?",
        [now, resume_after, message, run_id],
    )


def park_failed(
    con: duckdb.DuckDBPyConnection, kind: str, slot: datetime | None, *, now: datetime, begin_again: Sequence[str]
) -> None:
    """Park the latest run of `kind` if it served `slot` and failed within a week: the next attempt continues it.

    Not where it failed for an error named in `begin_again`: those runs would come to the same end.
    """
    con.execute(
        "UPDATE runs SET state = 'parked', parked_at = $now, resume_after = $now, finished_at = NULL"
        " WHERE run_id = (SELECT max(run_id) FROM runs WHERE kind = $kind) AND state = 'failed'"
        " AND slot IS NOT DISTINCT FROM $slot AND finished_at > $now - INTERVAL 7 DAY"
        " AND NOT list_contains($begin_again, split_part(message, ':', 1))",
        {"now": now, "kind": kind, "slot": slot, "begin_again": list(begin_again)},
    )
