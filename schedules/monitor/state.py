"""The state of a workspace: what runs and how far it is, quotas, last successes, alerts, and what waits for a person.

Read from the two files the writer keeps beside the warehouse (`warehouse.status`): it opens no warehouse, waits for
nobody, and works before anything is published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb

from etl.fetch.budgets.quotas import HOUR, period_end, used_in
from etl.sources.settings import PACKAGES, section_of
from schedules.slots import slots_of
from warehouse.core import Core, CoreLostError, WarehouseBusyError
from warehouse.migrate import MigrationError
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.settings import Settings, SettingsError
from warehouse.status import activity, facts
from warehouse.status.activity import Activity, Use
from warehouse.status.facts import Facts, LatestRun
from warehouse.workspace import Workspace

DAEMON_LOCK = "daemon.lock"


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """One quota of a source at this moment; `frees_at` is when all of it is free again (UTC)."""

    source: str
    period: str
    unit: str
    limit: int
    used: int
    frees_at: datetime

    @property
    def left(self) -> int:
        """What may still be used."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """One schedule: when it was last served, when it comes next (UTC), what waits, and whether it is overdue."""

    schedule: str
    task: str
    last_success_at: datetime | None
    next_at: datetime | None
    due_slot: datetime | None
    attempts: int
    retry_after: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """What the living writer does: the activity and what follows from it. None: cannot be said.

    `share` is how much of the step is done (0 to 1), estimated from the counts; so are requests and seconds left.
    """

    activity: Activity
    share: float | None
    requests_done: int
    requests_left: int | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class State:
    """The state of a workspace at `at`. Moments are UTC without zone."""

    workspace: Workspace
    at: datetime
    facts: Facts
    work: Work | None
    is_daemon_running: bool
    quotas: list[QuotaLeft] = field(default_factory=list)
    schedules: list[ScheduleState] = field(default_factory=list)
    snapshot: str | None = None
    snapshot_at: datetime | None = None

    def latest(self, kind: str) -> LatestRun | None:
        """Return the latest run of a kind."""
        return next((run for run in self.facts.latest_runs if run.kind == kind), None)

    @property
    def parked(self) -> list[LatestRun]:
        """Runs that wait for a quota or a service."""
        return [run for run in self.facts.latest_runs if run.state == "parked" and not self._is_under_way(run)]

    @property
    def cut(self) -> list[LatestRun]:
        """Runs that the ledger says are running although nobody writes: they were cut."""
        return [run for run in self.facts.latest_runs if run.state == "running" and not self._is_under_way(run)]

    @property
    def deliveries(self) -> dict[str, int]:
        """Messages by state: pending, sending, sent, given_up, dropped."""
        found: dict[str, int] = {}
        for row in self.facts.deliveries:
            found[row.state] = found.get(row.state, 0) + row.messages
        return found

    def _is_under_way(self, run: LatestRun) -> bool:
        return self.work is not None and self.work.activity.run_id in (run.run_id, None)


def state_of(workspace: Workspace, settings: Settings, now: datetime, *, may_write: bool = False) -> State:
    """Return the state of the workspace at `now` (UTC without zone).

    `may_write`: where the writer has left no facts yet (a workspace of an earlier version), open the warehouse if it
    is free; otherwise what is published is read.
    """
    doing = activity.current(workspace)
    known = facts.stored(workspace) or _facts_without_file(workspace, now, may_write=may_write and doing is None)
    use = doing.quota if doing is not None and doing.quota else known.quota
    snapshot, snapshot_at = _published(workspace)
    return State(
        workspace, now, known, None if doing is None else work_of(doing, now), is_daemon_running(workspace),
        quotas_left(settings, use, now), _schedules(settings, known, now), snapshot, snapshot_at,
    )  # fmt: skip


def is_daemon_running(workspace: Workspace) -> bool:
    """Return whether a daemon watches this workspace."""
    return activity.is_held(workspace.core.with_name(DAEMON_LOCK))


def _facts_without_file(workspace: Workspace, now: datetime, *, may_write: bool) -> Facts:
    if may_write and workspace.core.exists():
        try:
            with Core(workspace, purpose="status"):
                pass  # leaves its facts when it closes
        except (WarehouseBusyError, CoreLostError, MigrationError, OSError, duckdb.Error):
            pass
        if (found := facts.stored(workspace)) is not None:
            return found
    try:
        con = connect_snapshot(current(workspace), any_version=True)
    except (NoSnapshotError, duckdb.Error):
        return Facts(at=now)
    try:
        return facts.of_snapshot(con, now)
    finally:
        con.close()


def _published(workspace: Workspace) -> tuple[str | None, datetime | None]:
    try:
        file = current(workspace)
        return file.name, datetime(1970, 1, 1) + timedelta(seconds=file.stat().st_mtime)
    except (NoSnapshotError, OSError):
        return None, None


def quotas_left(settings: Settings, use: list[Use], now: datetime) -> list[QuotaLeft]:
    """Return every quota of the sources switched on, with what is used of it at `now`."""
    found = []
    for name in PACKAGES:
        section = section_of(settings, name)
        used = {(row.period, row.unit, row.period_start): row.used for row in use if row.source == name}
        for quota in section.quotas if section.enabled else ():
            frees = now + HOUR if quota.period == "hour" else period_end(quota.period, now)
            found.append(QuotaLeft(name, quota.period, quota.unit, quota.limit, used_in(quota, used, now), frees))
    return found


def _schedules(settings: Settings, known: Facts, now: datetime) -> list[ScheduleState]:
    stored = {row.schedule: row for row in known.schedules}
    found = []
    for name, schedule in settings.schedule.items():
        if not schedule.enabled:
            continue
        try:
            following = slots_of(name, schedule).next(now)
        except SettingsError:  # the command that runs schedules says what is wrong with it
            following = None
        row = stored.get(name)
        facts_of_it = (row.last_success_at, row.due_slot, row.attempts, row.retry_after, row.reason) if row else None
        last, due, attempts, again, reason = facts_of_it or (None, None, 0, None, None)
        found.append(ScheduleState(name, schedule.task, last, following, due, attempts, again, reason))
    return found


def work_of(doing: Activity, now: datetime) -> Work:
    """Return how far the writer is: the share of its step, and what is left by the pace so far."""
    share = _share(doing)
    requests = sum(asked.requests for asked in doing.asked)
    seconds = requests_left = None
    if share is not None and 0 < share <= 1 and doing.what_since is not None:
        left = (1 - share) / share
        seconds = max(0.0, (now - doing.what_since).total_seconds()) * left
        source = (doing.what or "").removeprefix("harvest ")
        own = [asked.requests for asked in doing.asked if asked.source == source]
        requests_left = round(own[0] * left) if own else None
    return Work(doing, share, requests, requests_left, seconds)


def _share(doing: Activity) -> float | None:
    if not doing.total:
        return None
    if not (doing.what or "").startswith("harvest "):
        return min(1.0, doing.done / doing.total)
    part = 0.0  # the query under way counts by what came of it
    if doing.expected:
        part = min(1.0, (doing.received or 0) / doing.expected)
    elif doing.expected == 0:
        part = 1.0
    return min(1.0, max(0.0, (doing.done - 1 + part) / doing.total))
