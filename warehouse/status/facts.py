"""What the ledger says, as the last writer left it: ``warehouse/status.json``.

Between two writers nothing in the warehouse changes, so the file says as much as the warehouse itself, and it can be
read while a writer holds the warehouse and before anything is published.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel

from warehouse.status.activity import Use, rows_of
from warehouse.status.files import Places, replace


class LatestRun(BaseModel):
    """The latest run of a kind; moments are UTC without zone."""

    run_id: int
    kind: str
    state: str
    step: str | None
    as_of: date | None
    resumed: int
    started_at: datetime
    finished_at: datetime | None
    parked_at: datetime | None
    resume_after: datetime | None
    message: str | None
    last_success_at: datetime | None


class KnownSchedule(BaseModel):
    """A schedule the program has seen, when it was last served, and the slot that waits."""

    schedule: str
    task: str
    definition: str
    time_zone: str
    last_success_at: datetime | None
    last_slot: datetime | None
    due_slot: datetime | None
    attempts: int
    retry_after: datetime | None
    reason: str | None


class KnownSource(BaseModel):
    """A source: its current records, when the newest came, when a run last succeeded that it answered whole."""

    source: str
    records: int
    newest_at: datetime | None
    last_success_at: datetime | None
    is_harvested: bool


class OpenAlert(BaseModel):
    """An alert that is not resolved."""

    alert_id: int
    rule: str
    severity: str
    technology_id: str | None
    source: str | None
    title_zh: str
    title_en: str
    state: str
    created_at: datetime
    data_label: str | None


class Deliveries(BaseModel):
    """How many messages of a channel are in a state, and what was wrong with the newest."""

    channel: str
    state: str
    messages: int
    next_attempt_at: datetime | None
    last_error: str | None


class Published(BaseModel):
    """The newest run that published."""

    run_id: int
    snapshot: int
    as_of: date | None
    finished_at: datetime | None
    data_label: str | None
    held: int


class Facts(BaseModel):
    """What the ledger says at `at` (UTC without zone)."""

    at: datetime
    latest_runs: list[LatestRun] = []
    schedules: list[KnownSchedule] = []
    sources: list[KnownSource] = []
    quota: list[Use] = []
    alerts: list[OpenAlert] = []
    deliveries: list[Deliveries] = []
    published: list[Published] = []


_QUERIES = tuple(name for name in Facts.model_fields if name != "at")


def file_of(workspace: Places) -> Path:
    """Return where the facts of a workspace are kept."""
    return workspace.core.with_name("status.json")


def collect(con: duckdb.DuckDBPyConnection, at: datetime | None = None) -> Facts:
    """Return what the ledger says (``sql/status``). Raises duckdb.Error."""
    found = {name: rows_of(con, f"status/{name}.sql") for name in _QUERIES}
    return Facts.model_validate({"at": at or datetime.now(UTC).replace(tzinfo=None), **found})


def of_snapshot(con: duckdb.DuckDBPyConnection, at: datetime) -> Facts:
    """Return what a snapshot's ledger says, without what a snapshot of an earlier version has no columns for."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in _QUERIES:
        with suppress(duckdb.CatalogException, duckdb.BinderException):
            found[name] = rows_of(con, f"status/{name}.sql")
    return Facts.model_validate({"at": at, **found})


def keep(workspace: Places, con: duckdb.DuckDBPyConnection) -> None:
    """Write the facts to their file; where they cannot be had or written, the file stays as it was."""
    cursor = con.cursor()
    try:
        found = collect(cursor)
    except duckdb.Error:
        return
    finally:
        cursor.close()
    replace(file_of(workspace), found.model_dump_json())


def stored(workspace: Places) -> Facts | None:
    """Return the facts as the last writer left them; None where there are none, or none that can be read."""
    try:
        return Facts.model_validate_json(file_of(workspace).read_bytes())
    except (OSError, ValueError):
        return None
