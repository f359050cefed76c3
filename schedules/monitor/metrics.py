"""The workspace as metrics in Prometheus' text format: for an address, and for a node exporter's textfile.

What is not known has no sample: an absent number is never written as 0.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from schedules.monitor.state import State
from schedules.upkeep.space import space_forecast
from warehouse.settings import Settings
from warehouse.workspace import Workspace

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_DISK_EVERY = 600.0  # seconds: the forecast opens the snapshot and walks the landed files

Samples = Iterable[tuple[tuple[str, ...], float | None]]


def _gauge(name: str, help_text: str, labels: tuple[str, ...], samples: Samples) -> Metric:
    family = GaugeMetricFamily(f"stuckneck_{name}", help_text, labels=labels)
    for values, number in samples:
        if number is not None:
            family.add_metric(values, number)
    return family


def _epoch(moment: datetime | None) -> float | None:
    return None if moment is None else moment.replace(tzinfo=UTC).timestamp()


def metrics(state: State, days_left: float | None) -> Iterator[Metric]:
    """Yield the metrics of a workspace; `days_left` until the disk is full, None where that is not known."""
    yield _gauge("info", "The program.", ("version",), [((version("stuckneck"),), 1)])
    yield from _of_runs(state)
    yield from _of_schedules(state)
    yield from _of_sources(state)
    yield from _of_telling(state)
    free = shutil.disk_usage(state.workspace.root).free
    yield _gauge("disk_free_bytes", "Bytes free where the workspace lies.", (), [((), free)])
    yield _gauge("disk_days_left", "Days until the disk is full at the present growth.", (), [((), days_left)])


def _of_runs(state: State) -> Iterator[Metric]:
    age = None if state.snapshot_at is None else max(0.0, (state.at - state.snapshot_at).total_seconds())
    yield _gauge("snapshot_age_seconds", "Age of the published snapshot.", (), [((), age)])
    held = [((), float(row.held)) for row in state.facts.published]
    yield _gauge("technologies_held", "Technologies the published run got no usable answer about.", (), held)
    yield _gauge(
        "last_success_timestamp_seconds", "When a run of this kind last succeeded.", ("kind",),
        [((run.kind,), _epoch(run.last_success_at)) for run in state.facts.latest_runs],
    )  # fmt: skip
    yield _gauge(
        "last_run_failed", "1 where the latest run of this kind failed, else 0.", ("kind",),
        [((run.kind,), float(run.state == "failed")) for run in state.facts.latest_runs],
    )  # fmt: skip
    yield _gauge(
        "parked_since_timestamp_seconds", "Since when a run is parked.", ("kind",),
        [((run.kind,), _epoch(run.parked_at or run.started_at)) for run in state.parked],
    )  # fmt: skip
    alive = float(state.is_daemon_running)
    yield _gauge("daemon_running", "1 while a daemon watches the workspace.", (), [((), alive)])
    yield from _of_work(state)


def _of_work(state: State) -> Iterator[Metric]:
    work = state.work
    yield _gauge("writing", "1 while a process holds the warehouse.", (), [((), float(work is not None))])
    if work is None:
        return
    label = (work.activity.kind or work.activity.purpose, work.activity.step or "")
    yield _gauge(
        "step_since_timestamp_seconds", "When the run reached its step.", ("kind", "step"),
        [(label, _epoch(work.activity.step_since))],
    )  # fmt: skip
    yield _gauge("step_done_ratio", "How much of the step is done.", ("kind", "step"), [(label, work.share)])
    yield _gauge("run_requests", "Requests of the run so far.", ("source",), [
        ((asked.source,), float(asked.requests)) for asked in work.activity.asked
    ])  # fmt: skip


def _of_schedules(state: State) -> Iterator[Metric]:
    names = ("schedule", "task")
    every = state.schedules
    yield _gauge(
        "schedule_last_success_timestamp_seconds", "When a slot of the schedule was last served.", names,
        [((s.schedule, s.task), _epoch(s.last_success_at)) for s in every],
    )  # fmt: skip
    yield _gauge(
        "schedule_next_timestamp_seconds", "When the schedule is due next.", names,
        [((s.schedule, s.task), _epoch(s.next_at)) for s in every],
    )  # fmt: skip
    yield _gauge(
        "schedule_failed_attempts", "Attempts at the waiting slot that failed.", names,
        [((s.schedule, s.task), float(s.attempts)) for s in every],
    )  # fmt: skip


def _of_sources(state: State) -> Iterator[Metric]:
    every = state.facts.sources
    yield _gauge("records", "Current records of the source.", ("source",), [((s.source,), s.records) for s in every])
    yield _gauge(
        "source_last_success_timestamp_seconds", "When a run last succeeded that the source answered whole.",
        ("source",), [((s.source,), _epoch(s.last_success_at)) for s in every],
    )  # fmt: skip
    yield _gauge(
        "source_newest_record_timestamp_seconds", "When the newest record of the source came.", ("source",),
        [((s.source,), _epoch(s.newest_at)) for s in every],
    )  # fmt: skip
    names = ("source", "period", "unit")
    quotas = [((q.source, q.period, q.unit), q) for q in state.quotas]
    yield _gauge("quota_left", "What is left of a quota.", names, [(label, q.left) for label, q in quotas])
    yield _gauge("quota_limit", "The quota.", names, [(label, q.limit) for label, q in quotas])


def _of_telling(state: State) -> Iterator[Metric]:
    severities = dict.fromkeys(("urgent", "notice", "info"), 0)
    for alert in state.facts.alerts:
        severities[alert.severity] = severities.get(alert.severity, 0) + 1
    yield _gauge("alerts_open", "Alerts that are not resolved.", ("severity",), [
        ((name,), count) for name, count in severities.items()
    ])  # fmt: skip
    yield _gauge("deliveries", "Messages of a channel by state.", ("channel", "state"), [
        ((row.channel, row.state), row.messages) for row in state.facts.deliveries
    ])  # fmt: skip


class _Given(Collector):
    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def text(state: State, days_left: float | None) -> str:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given(list(metrics(state, days_left))))
    return generate_latest(registry).decode()


@dataclass(slots=True)
class DiskWatch:
    """Days until the disk is full, worked out again every ten minutes at most."""

    workspace: Workspace
    _at: float = float("-inf")
    _days: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def days_left(self, settings: Settings) -> float | None:
        """Return the days; None where they are not known, or the disk is not filling."""
        with self._lock:
            if time.monotonic() - self._at > _DISK_EVERY:
                try:
                    self._days = space_forecast(self.workspace, settings).days_left
                except (OSError, duckdb.Error):
                    self._days = None
                self._at = time.monotonic()
            return self._days


def write_textfile(file: Path, written: str) -> None:
    """Write the metrics where a node exporter's textfile collector reads them: whole, and readable by it (0644)."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")  # the collector reads *.prom only
    try:
        partial.write_text(written, encoding="utf-8")
        partial.chmod(0o644)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
