"""A month of a daemon's life in which everything that can go wrong does: no slot is lost, and nothing piles up.

Twenty hours lie between two refreshes, in which no time passes. Both services misbehave at each, in another way of the
table every time. Or neither does, and the program itself fails, a step comes to a halt, the disk is full, a run is cut
and what it had landed is damaged, the settings are unreadable, or another process holds the warehouse.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from etl.sources.settings import load_settings
from office.corpus.corpus import build_corpus
from office.service.office import Office
from schedules.slots import slots_of
from schedules.timetable.daemon import Daemon
from schedules.upkeep.deep import deep_findings
from tests.misbehaviour.house import SECRETS, answer_otherwise, ask, prepare
from tests.misbehaviour.table import BOTH, TABLE, Row
from warehouse.clock import FakeClock
from warehouse.process import watchdog
from warehouse.run import StopRequestedError
from warehouse.workspace import Workspace

BEGIN, EVERY = datetime(2021, 6, 1, 0, 30), 20  # hours between two refreshes
AFTERWARDS = 4  # refreshes with everything in order again
TROUBLE = 3  # after so many refreshes, one at which something else goes wrong than a service
SCHEDULES = (
    f'[schedule.refresh]\ntask = "refresh"\nevery = "{EVERY}h"\n[schedule.clean]\ntask = "prune"\nevery = "{EVERY}h"\n'
    '[schedule.known]\ntask = "sentinels"\nevery = "5d"\n[schedule.alive]\ntask = "heartbeat"\nevery = "2d"\n'
    '[schedule.copy]\ntask = "backup"\nevery = "10d"\n[backup]\nkeep = 1\n[engine]\nthreads = 1\n'
)


def pairs() -> list[list[tuple[Row, str]]]:
    """Every row of the table once, two at a time: both services misbehave, each in a way of its own."""
    each: dict[str, list[Row]] = {source: [] for source in BOTH}
    for row in TABLE:
        each[min(row.sources, key=lambda source: len(each[source]))].append(row)
    return [
        [(row, source) for row, source in zip(together, BOTH, strict=True) if row is not None]
        for together in itertools.zip_longest(*each.values())
    ]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """An office of its own: it grows older with the month."""
    with Office(build_corpus(families_per_technology=60, with_topics=False)) as opened:
        yield opened


def open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def memory() -> int:
    """Resident megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def both(office: Office, folder: Path) -> Workspace:
    """A workspace that asks both services for what is new, and wakes by schedules."""
    workspace = prepare(office, "lens", folder, SCHEDULES)
    text = workspace.settings_file.read_text(encoding="utf-8").replace("enabled = false", "enabled = true")
    text = text.replace("lag_days = 40000", "lag_days = 60")
    workspace.settings_file.write_text(text, encoding="utf-8")
    return workspace


class Said(logging.Handler):
    """What the log says, as text: a record may hold an exception, and that what its frames held."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    log, handler = logging.getLogger("stuckneck"), Said()
    monkeypatch.setattr(log, "propagate", False)
    monkeypatch.setattr(logging.getLogger("urllib3"), "propagate", False)
    monkeypatch.setattr(log, "handlers", [handler])
    before = log.level
    log.setLevel(logging.INFO)  # not by its attribute: loggers below remember what they may say
    yield handler.lines
    log.setLevel(before)


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a fault of the program")


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def instead(name: str, do: Callable[..., object]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, do)
        yield


@contextmanager
def a_step_that_never_ends() -> Iterator[None]:
    stuck, hours = threading.Event(), itertools.count(step=36_000)

    def never_ends(*_: object) -> None:
        stuck.set()
        try:
            while True:
                time.sleep(0.01)
        finally:
            stuck.clear()

    dog = partial(watchdog.Watchdog, now=lambda: float(next(hours)) if stuck.is_set() else 0.0)
    with instead("warehouse.core.Watchdog", dog), instead("schedules.runs.refresh.merge", never_ends):
        yield


@contextmanager
def a_cut_and_damaged_files(workspace: Workspace) -> Iterator[None]:
    def cut(*_: object, **__: object) -> None:
        for file in sorted(workspace.landing.rglob("*.zst"), key=lambda file: file.stat().st_mtime_ns)[-2:]:
            file.write_bytes(file.read_bytes()[:-7])
        raise StopRequestedError("the power is gone")

    with instead("schedules.runs.refresh.load_landed", cut):
        yield


@contextmanager
def other_settings(workspace: Workspace, change: Callable[[str], str]) -> Iterator[None]:
    good = workspace.settings_file.read_text(encoding="utf-8")
    workspace.settings_file.write_text(change(good), encoding="utf-8")
    yield
    workspace.settings_file.write_text(good, encoding="utf-8")


def unreadable(_: str) -> str:
    return "nonsense = ["


def impatient(text: str) -> str:
    return text.replace("base_url", "timeout_seconds = 0.2\nbase_url")


def troubles(workspace: Workspace) -> list[Callable[[], AbstractContextManager[object]]]:
    """What goes wrong beside the services, each for one refresh."""
    return [
        partial(instead, "schedules.timetable.tasks.prune", broken),
        partial(instead, "schedules.runs.refresh.merge", broken),
        partial(instead, "warehouse.run.publish", full),
        a_step_that_never_ends,
        partial(a_cut_and_damaged_files, workspace),
        partial(other_settings, workspace, unreadable),
        partial(FileLock, str(workspace.lock)),  # another process holds the warehouse
    ]


class Month:
    """A daemon that lives, and what it and this process hold."""

    def __init__(self, workspace: Workspace, office: Office) -> None:
        self.workspace, self.office = workspace, office
        self.clock = FakeClock(BEGIN - timedelta(minutes=5))
        self.daemon = Daemon(workspace, clock=self.clock, real=False)
        self.daemon.wake()  # learns the schedules
        self.refreshes = 0
        self.held: list[tuple[int, int]] = []

    def live(self) -> None:
        """Come to the next refresh; do what is due."""
        self.clock.set(BEGIN + timedelta(hours=EVERY * self.refreshes))
        self.office.advance(max(self.office.clock, self.clock.now().date()))
        self.daemon.wake()
        self.refreshes += 1
        if self.refreshes % 4 == 0:
            self.held.append((open_files(), memory()))


@pytest.mark.slow
@pytest.mark.timeout(3600)  # a minute and a half of processor time, which beside others is long
@pytest.mark.skipif(sys.platform != "linux", reason="counts what the process holds by /proc")
def test_a_month(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "synthetic")
    monkeypatch.setattr(watchdog, "_GRACE", 0.4)
    workspace = both(office, tmp_path / "month")
    month, trouble = Month(workspace, office), itertools.cycle(troubles(workspace))
    for number, pair in enumerate(pairs(), 1):
        with monkeypatch.context() as patch:
            for row, source in pair:
                change = row.change() if isinstance(row.change, type) else row.change
                answer_otherwise(office, source, change, patch, at_login=row.at_login)
            is_slow = any(row.is_slow for row, _ in pair)
            with other_settings(workspace, impatient) if is_slow else nullcontext():
                month.live()
        if number % TROUBLE == 0:
            with next(trouble)():
                month.live()
    assert month.clock.now() - BEGIN >= timedelta(days=30)
    for _ in range(AFTERWARDS):
        month.live()

    assert {line.split()[0] for line in said if "failed by a fault of the program" in line} == {"prune", "refresh"}
    assert not [line for line in said if "the next attempt is in" in line], "a fault ends its own slot only"
    for heard in ("The settings read before stay in force", "The warehouse is busy", "Stopped; the next start"):
        assert any(heard in line for line in said), heard
    failed = {
        message.split(":")[0] for (message,) in ask(workspace.core, "SELECT message FROM runs WHERE state = 'failed'")
    }
    assert failed >= {"ZeroDivisionError", "OSError", "StalledError"}, failed

    slots = ask(workspace.core, "SELECT task, state, count(*), count(reason) FROM schedule_slots GROUP BY ALL")
    assert {state for _, state, _, _ in slots} <= {"done", "merged", "failed"}
    assert all(count == reasons for _, state, count, reasons in slots if state != "done"), "each says why"
    due = slots_of("refresh", load_settings(workspace.settings_file).schedule["refresh"]).between(
        BEGIN - timedelta(minutes=5), month.clock.now()
    )
    found = ask(workspace.core, "SELECT slot FROM schedule_slots WHERE task = 'refresh' ORDER BY slot")
    assert [slot for (slot,) in found] == due, "no slot is lost"
    assert ask(workspace.core, "SELECT count(*) FROM runs WHERE state IN ('running', 'parked')") == [(0,)]
    assert ask(workspace.core, "SELECT arg_max(state, run_id) FROM runs WHERE kind = 'refresh'") == [("succeeded",)]
    assert ask(workspace.core, "SELECT count(*) FROM source_hits WHERE withdrawn_run IS NOT NULL") == [(0,)]
    damaged = [sentence for _, state, sentence in deep_findings(workspace) if state != "ok"]
    assert all("the records of these are loaded" in sentence for sentence in damaged), damaged
    alerted = {rule for (rule,) in ask(workspace.core, "SELECT DISTINCT rule FROM alert_facts")}
    assert {"incident", "source_changed", "source_failing", "task_failing"} <= alerted

    (files_then, memory_then), (files_now, memory_now) = month.held[len(month.held) // 2], month.held[-1]
    assert files_now <= files_then + 3, month.held
    assert memory_now <= memory_then * 1.25 + 40, month.held
