"""The run ledger: what ran, for which slot, how far it came (table ``runs``)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
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


_COLUMNS = "run_id, kind, state, step, as_of, settings, resumed, slot, resume_after"


def _run(row: tuple[Any, ...]) -> Run:
    run_id, kind, state, step, as_of, settings, resumed, slot, resume_after = row
    return Run(run_id, kind, state, step, as_of, json.loads(settings or "{}"), resumed, slot, resume_after)


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
        "INSERT INTO runs (run_id, kind, state, slot, as_of, settings, settings_hash, started_at)"
        " VALUES (?, ?, 'running', ?, ?, ?, ?, ?)",
        [row[0], kind, slot, as_of, json.dumps(stated, sort_keys=True, default=str), settings_hash(stated), now],
    )
    return get(con, row[0])


def get(con: duckdb.DuckDBPyConnection, run_id: int) -> Run:
    """Return run `run_id`. Raises LookupError when there is none."""
    row = con.execute(f"SELECT {_COLUMNS} FROM runs WHERE run_id = ?", [run_id]).fetchone()  # noqa: S608
    if row is None:
        msg = f"There is no run {run_id}; `stuckneck runs` lists them."
        raise LookupError(msg)
    return _run(row)


def unfinished(con: duckdb.DuckDBPyConnection, kind: str) -> Run | None:
    """Return the latest run of `kind` that was cut (still 'running' although nobody holds the lock) or parked."""
    row = con.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE kind = ? AND state IN ('running', 'parked')"  # noqa: S608
        " ORDER BY run_id DESC LIMIT 1",
        [kind],
    ).fetchone()
    return None if row is None else _run(row)


def resume(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Mark a cut or parked run as running again."""
    con.execute("UPDATE runs SET state = 'running', resumed = resumed + 1 WHERE run_id = ?", [run_id])


def step(con: duckdb.DuckDBPyConnection, run_id: int, name: str) -> None:
    """Record that the run has reached step `name`."""
    con.execute("UPDATE runs SET step = ? WHERE run_id = ?", [name, run_id])


def finish(
    con: duckdb.DuckDBPyConnection, run_id: int, state: str, *, now: datetime, message: str | None = None
) -> None:
    """End the run as succeeded or failed, with one sentence."""
    con.execute(
        "UPDATE runs SET state = ?, finished_at = ?, message = ? WHERE run_id = ?", [state, now, message, run_id]
    )


def park(con: duckdb.DuckDBPyConnection, run_id: int, *, resume_after: datetime, message: str) -> None:
    """Set the run aside until `resume_after` (UTC): a quota is spent."""
    con.execute(
        "UPDATE runs SET state = 'parked', resume_after = ?, message = ? WHERE run_id = ?",
        [resume_after, message, run_id],
    )
