"""The daemon as a process: stops when asked, goes on where it was cut, and is alone."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_house import FIRST, Started, corpus, small_workspace

from etl.sources.settings import load_settings
from office.service.office import Office
from schedules.timetable.daemon import Daemon
from schedules.timetable.due import settle
from warehouse.clock import FakeClock, SystemClock
from warehouse.core import Core, WarehouseBusyError
from warehouse.publish import connect_snapshot, current
from warehouse.run import StopRequestedError
from warehouse.workspace import Workspace

PATIENCE = 600  # seconds until a test that hangs is given up; nothing else depends on it
SCHEDULES = '[schedule.refresh]\ntask = "refresh"\nevery = "1d"\n[schedule.alive]\ntask = "heartbeat"\nevery = "1d"\n'


class SlowOffice(Office):
    """Takes `delay` seconds over each search, so that there is something to stop."""

    delay = 0.25

    def answer_slowly(self) -> None:
        inner = self.ops.answer

        def answer(*words: Any) -> Any:
            time.sleep(self.delay)
            return inner(*words)

        self.ops.answer = answer  # type: ignore[method-assign]


def seen(workspace: Workspace) -> None:
    """Let the schedules have been seen 25 hours ago: a slot is due now, and the next in most of a day."""
    with Core(workspace) as core:
        settle(core.con, load_settings(workspace.settings_file), SystemClock().now() - timedelta(hours=25))


def read(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with Core(workspace, wait=5) as core:
        return core.con.execute(query).fetchall()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def all_done(workspace: Workspace) -> bool:
    """Whether no slot is due any more; False also while a run holds the warehouse."""
    try:
        return read(workspace, "SELECT 1 FROM schedule_slots WHERE state = 'due'") == []
    except WarehouseBusyError:
        return False


def published(workspace: Workspace) -> bool:
    try:
        con = connect_snapshot(current(workspace))
    except (LookupError, duckdb.Error):
        return False
    con.close()
    return True


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_stopped_or_killed_in_mid_run_it_resumes_that_run(tmp_path: Path, how: signal.Signals) -> None:
    with SlowOffice(corpus(), FIRST) as office:
        office.answer_slowly()
        workspace = small_workspace(tmp_path / "w", office, SCHEDULES)
        seen(workspace)
        asked = ("daemon", "-w", str(workspace.root))
        first = Started(asked, tmp_path)
        wait_for(lambda: len(office.state.requests) > 4)
        first.send_signal(how)
        code, said = first.ended(PATIENCE)
        if how is signal.SIGTERM:
            assert code == 0, said
        assert read(workspace, "SELECT state, resumed FROM runs WHERE kind = 'refresh'") == [("running", 0)]
        office.delay = 0.0
        again = Started(asked, tmp_path)
        try:
            wait_for(lambda: published(workspace) and all_done(workspace))
            assert Started(asked, tmp_path).ended(PATIENCE)[0] == 75, "a second daemon must not start here"
        finally:
            again.send_signal(signal.SIGTERM)
            code, said = again.ended(PATIENCE)
        assert code == 0, said
    # Meanwhile the next hour may have come, on a slow machine too.
    [first_run, *_] = read(workspace, "SELECT state, resumed, slot FROM runs WHERE kind = 'refresh' ORDER BY run_id")
    assert first_run[:2] == ("succeeded", 1)
    pages, distinct = read(workspace, "SELECT count(*), count(DISTINCT (run_id, request_key)) FROM pages")[0]
    assert pages == distinct, "what had landed was asked again"
    slots = read(workspace, "SELECT slot, state FROM schedule_slots WHERE task = 'refresh' ORDER BY slot")
    states = [state for slot, state in slots if slot <= first_run[2]]
    assert states == ["merged"] * (len(states) - 1) + ["done"]


def test_daemon_says_a_mistaken_schedule_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "stuckneck.toml").write_text('[schedule.nightly]\ntask = "refresh"\ncron = "0 25 * * *"\n')
    code, said = Started(("daemon", "-w", str(tmp_path)), tmp_path).ended(PATIENCE)
    assert code == 2
    assert "schedule.nightly.cron" in said


@pytest.mark.parametrize(
    ("broken", "said"), [("[schedule.alive]\ntask = 'heartbeat'\nevry = '1h'\n", "evry"), ("nonsense = [", "not valid")]
)
def test_broken_settings_leave_the_last_good_ones_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str, said: str
) -> None:
    file = tmp_path / "stuckneck.toml"
    file.write_text('[schedule.alive]\ntask = "heartbeat"\nevery = "1h"\n')
    clock = FakeClock(datetime(2022, 1, 1, 0, 30))
    daemon = Daemon(Workspace(tmp_path), clock=clock, real=False)
    first = daemon.tick()
    assert first is not None
    assert first.outcomes == []
    assert first.wake == datetime(2022, 1, 1, 1)
    file.write_text(broken)
    clock.set(datetime(2022, 1, 1, 1))
    second = daemon.tick()
    assert second is not None
    assert [o.state for o in second.outcomes] == ["done"]
    assert daemon.tick() is None, "nothing is due"
    assert caplog.text.count(said) == 1
    daemon.stop()
    clock.set(datetime(2022, 1, 1, 2))
    with pytest.raises(StopRequestedError):
        daemon.tick()
