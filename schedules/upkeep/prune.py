"""Upkeep: what a workspace no longer needs is removed by policy (settings ``[retention]``): growth is bounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.compact import compact
from warehouse.core import Core, transaction
from warehouse.publish import NoSnapshotError
from warehouse.publish import prune as prune_snapshots
from warehouse.settings import Settings
from warehouse.workspace import Workspace

ROUTINE = ("deliver", "heartbeat", "prune", "backup")  # runs that say nothing a month later
ROUTINE_DAYS = 35

_FINISHED = "SELECT run_id FROM runs WHERE state NOT IN ('running', 'parked')"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed: snapshots, landed files and their bytes, superseded versions, ledger rows, file shrinkage."""

    snapshots: int = 0
    files: int = 0
    file_bytes: int = 0
    versions: int = 0
    rows: int = 0
    core_bytes: int = 0

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        return (
            f"removed {self.snapshots} snapshots, {self.files} landed files ({self.file_bytes / 1e6:.1f} MB), "
            f"{self.versions} superseded records, {self.rows} ledger rows; "
            f"core file {self.core_bytes / 1e6:.1f} MB less"
        )


def prune(core: Core, settings: Settings, *, now: datetime) -> Pruned:
    """Remove what the policy no longer keeps, and rewrite the core file when most of it is free. `now` is UTC.

    Never removed: the published snapshot, current records, figures, alerts, and anything an unfinished run has landed.
    Can be cut at any moment: rows go first, then the files nobody names any more.
    """
    keep_from = now - timedelta(days=settings.retention.landing_days)
    with transaction(core.con):
        _forget_pages(core.con, keep_from)
        versions = _delete(core.con, f"source_records WHERE valid_to < ? AND run_id IN ({_FINISHED})", [keep_from])
        rows = _forget_ledger(core.con, keep_from, now - timedelta(days=ROUTINE_DAYS))
    files, size = _sweep(core.con, core.workspace)
    try:
        snapshots = len(prune_snapshots(core.workspace, settings.retention.snapshots))
    except NoSnapshotError:
        snapshots = 0
    return Pruned(snapshots, files, size, versions, rows, compact(core))


def _delete(con: duckdb.DuckDBPyConnection, what: str, values: list[object]) -> int:
    row = con.execute(f"DELETE FROM {what}", values).fetchone()  # noqa: S608 - our own clauses
    return 0 if row is None else int(row[0])


def _forget_pages(con: duckdb.DuckDBPyConnection, keep_from: datetime) -> None:
    """Take the bytes from pages that are old, loaded (or refused) and of a finished run; their rows stay."""
    con.execute(
        "UPDATE pages SET path = NULL WHERE path IS NOT NULL AND received_at < ? AND state IN ('loaded', 'refused')"  # noqa: S608
        f" AND run_id IN ({_FINISHED})",
        [keep_from],
    )


def _forget_ledger(con: duckdb.DuckDBPyConnection, keep_from: datetime, routine_from: datetime) -> int:
    """Drop old bookkeeping nothing refers to: refused pages, empty slices, routine runs and their slots."""
    rows = _delete(
        con,
        "pages WHERE path IS NULL AND received_at < ?"
        " AND page_id NOT IN (SELECT page_id FROM source_records) AND page_id NOT IN (SELECT page_id FROM source_hits)"
        " AND page_id NOT IN (SELECT page_id FROM rejects WHERE page_id IS NOT NULL)",
        [keep_from],
    )
    rows += _delete(
        con,
        f"slices WHERE run_id IN ({_FINISHED} AND started_at < ?)"  # noqa: S608
        " AND slice_id NOT IN (SELECT slice_id FROM pages WHERE slice_id IS NOT NULL)"
        " AND run_id NOT IN (SELECT max(run_id) FROM slices GROUP BY source, technology_id, query_hash)",
        [keep_from],
    )
    rows += _delete(
        con,
        "runs WHERE list_contains(?, kind) AND state NOT IN ('running', 'parked') AND started_at < ?"
        " AND run_id < (SELECT max(run_id) FROM runs)",
        [list(ROUTINE), routine_from],
    )
    return rows + _delete(
        con, "schedule_slots WHERE list_contains(?, task) AND state <> 'due' AND slot < ?",
        [list(ROUTINE), routine_from],
    )  # fmt: skip


def _sweep(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> tuple[int, int]:
    """Remove landed files no page names (nobody else lands while we hold the warehouse); return (files, bytes)."""
    named = {row[0] for row in con.execute("SELECT DISTINCT path FROM pages WHERE path IS NOT NULL").fetchall()}
    files = size = 0
    for file in _landed(workspace.landing):
        if file.relative_to(workspace.root).as_posix() in named:
            continue
        size += file.stat().st_size
        file.unlink()
        files += 1
    return files, size


def _landed(folder: Path) -> list[Path]:
    return [f for f in folder.glob("[0-9a-f][0-9a-f]/*") if f.suffix == ".zst" or f.name.startswith(".landing-")]
