"""When the disk will be full: growth from the snapshots on disk and from what landed, against what is free."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from warehouse.publish import NoSnapshotError, connect_snapshot, current, path_of, versions
from warehouse.settings import Settings
from warehouse.workspace import Workspace

_WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SpaceForecast:
    """Bytes now, growth in bytes a day, and the days until the disk is full; None: not known yet, or never."""

    free: int
    core: int
    snapshots: int
    landing: int
    per_day: float | None
    days_left: float | None

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        used = f"{(self.core + self.snapshots + self.landing) / 1e6:,.0f} MB used, {self.free / 1e9:,.1f} GB free"
        if self.per_day is None:
            return f"{used}; growth is known after two runs a day or more apart"
        if self.days_left is None:
            return f"{used}; not growing"
        return f"{used}; grows {self.per_day / 1e6:,.1f} MB a day: full in about {self.days_left:,.0f} days"


def space_forecast(workspace: Workspace, settings: Settings, *, free: int | None = None) -> SpaceForecast:
    """Return what the workspace takes and when the disk is full at the present growth.

    The core file grows as the snapshots on disk did; each growth counts once for the core file and once for every
    snapshot kept. Landed answers grow until ``retention.landing_days``, then as many go as come. `free`: bytes free
    (default: asked of the disk).
    """
    room = shutil.disk_usage(workspace.root).free if free is None else free
    sizes = {v: path_of(workspace, v).stat().st_size for v in versions(workspace)}
    core = workspace.core.stat().st_size if workspace.core.exists() else 0
    landing = sum(f.stat().st_size for f in workspace.landing.glob("*/*.zst"))
    now = SpaceForecast(room, core, sum(sizes.values()), landing, None, None)
    try:
        con = connect_snapshot(current(workspace), any_version=True)
    except NoSnapshotError:
        return now
    try:
        core_daily = _core_growth(con, sizes)
        landing_daily = _landing_growth(con, settings.retention.landing_days, landing)
    finally:
        con.close()
    if core_daily is None:
        return now
    keep = settings.retention.snapshots
    per_day = core_daily * (1 + keep) + landing_daily
    to_come = max(0, keep - len(sizes)) * core  # snapshots the policy will yet keep
    left = max(0.0, (room - to_come) / per_day) if per_day > 0 else None
    return SpaceForecast(room, core, now.snapshots, landing, per_day, left)


def _core_growth(con: duckdb.DuckDBPyConnection, sizes: dict[int, int]) -> float | None:
    """Return bytes a day between the oldest and the newest snapshot on disk; None when they are under a day apart."""
    rows = con.execute(
        "SELECT snapshot, max(finished_at) FROM runs WHERE snapshot IS NOT NULL AND finished_at IS NOT NULL"
        " GROUP BY snapshot ORDER BY snapshot"
    ).fetchall()
    known = [(when, sizes[version]) for version, when in rows if version in sizes]
    if len(known) < 2:
        return None
    (first, small), (last, large) = known[0], known[-1]
    days = (last - first).total_seconds() / 86400
    return None if days < 1 else max(0.0, (large - small) / days)


def _landing_growth(con: duckdb.DuckDBPyConnection, keep_days: int, on_disk: int) -> float:
    """Return bytes a day that land, on disk (compressed, each content once); 0 once as many are pruned as land."""
    row = con.execute(
        "SELECT min(received_at), max(received_at), sum(byte_count) FROM pages WHERE path IS NOT NULL"
    ).fetchone()
    if row is None or row[0] is None or not row[2]:
        return 0.0
    first, last, total = row
    if last - first >= timedelta(days=keep_days):
        return 0.0
    begin = max(first, last - _WINDOW)
    recent = con.execute(
        "SELECT sum(byte_count) FROM pages WHERE path IS NOT NULL AND received_at > ?"
        # the first harvest fetches everything once: it is no measure of a week
        " AND run_id > (SELECT min(run_id) FROM pages)",
        [begin],
    ).fetchone()
    days: float = (last - begin).total_seconds() / 86400
    amount = float(recent[0] or 0) if recent else 0.0
    return 0.0 if days < 1 else amount / days * on_disk / float(total)
