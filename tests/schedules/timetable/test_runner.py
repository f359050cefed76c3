"""One pass after another on a pretended clock: quotas, refusals, catching up, and what the ledger says of it."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_house import CREDENTIALS, FIRST, corpus, small_workspace

from etl.sources.settings import load_settings
from office.service.office import Office
from schedules.timetable.runner import run_due
from schedules.timetable.tasks import Outcome, Tools
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.workspace import Workspace

SCHEDULE = '[schedule.weekly]\ntask = "refresh"\ncron = "0 3 * * 1"\ntime_zone = "Asia/Shanghai"\n'
SLOT = datetime(2021, 5, 30, 19)  # Monday 31 May 2021, 03:00 in Shanghai
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def wake(workspace: Workspace, clock: FakeClock) -> list[Outcome]:
    with Core(workspace) as core:
        return run_due(Tools(core, load_settings(workspace.settings_file), clock)).outcomes


def read(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with Core(workspace) as core:
        return core.con.execute(query).fetchall()


def test_parked_harvest_continues_when_it_may(tmp_path: Path) -> None:
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path / "w", office, SCHEDULE)
        settings = workspace.settings_file.read_text()
        settings = settings.replace("[sources.lens]", "hourly_bytes = 1000000\n[sources.lens]")
        workspace.settings_file.write_text(settings)
        clock = FakeClock(SLOT - timedelta(hours=1))
        assert wake(workspace, clock) == []
        clock.set(SLOT)
        parked = 0
        for _ in range(40):
            outcomes = wake(workspace, clock)
            if outcomes and outcomes[0].state == "done":
                break
            if outcomes:
                assert outcomes[0].state == "parked"
                parked += 1
            until = read(workspace, "SELECT retry_after FROM schedule_slots WHERE state = 'due'")[0][0]
            resume = read(workspace, "SELECT resume_after FROM runs WHERE state = 'parked'")[0][0]
            assert until == resume > clock.now()
            assert wake(workspace, clock) == [], "not before it may"
            clock.set(until)
        assert parked >= 1
        runs = read(workspace, "SELECT state, resumed, as_of FROM runs WHERE kind = 'refresh'")
        assert runs == [("succeeded", parked, date(2021, 5, 31))]
        pages, distinct = read(
            workspace, "SELECT count(*), count(DISTINCT request_key) FROM pages WHERE state = 'loaded'"
        )[0]
        assert pages == distinct


def test_refused_by_the_service_then_put_right(tmp_path: Path) -> None:
    with Office(corpus(), FIRST, ops_credentials=("right", "secret")) as office:
        workspace = small_workspace(tmp_path / "w", office, SCHEDULE)
        clock = FakeClock(SLOT - timedelta(hours=1))
        wake(workspace, clock)
        clock.set(SLOT)
        first = wake(workspace, clock)
        assert [o.state for o in first] == ["failed"]
        assert read(workspace, "SELECT rule, state FROM alert_facts WHERE rule = 'source_failing'") == [
            ("source_failing", "new")
        ]
        assert wake(workspace, clock) == []
        clock.set(clock.now() + timedelta(minutes=15))
        assert [o.state for o in wake(workspace, clock)] == ["failed"]
        office.ops.credentials = None  # the key was put right
        clock.set(clock.now() + timedelta(minutes=31))
        assert [o.state for o in wake(workspace, clock)] == ["done"]
        assert read(workspace, "SELECT state, attempts, as_of FROM schedule_slots") == [("done", 2, date(2021, 5, 31))]
        assert read(workspace, "SELECT state, resumed FROM runs WHERE kind = 'refresh'") == [("succeeded", 2)]
        assert read(workspace, "SELECT state FROM alert_facts WHERE rule = 'source_failing'") == [("resolved",)]


def test_off_for_a_month_then_one_run(tmp_path: Path) -> None:
    review = '[schedule.judge]\ntask = "review"\ncron = "0 6 1 * *"\ntime_zone = "Asia/Shanghai"\n'
    alive = '[schedule.alive]\ntask = "heartbeat"\nevery = "1d"\n[schedule.tidy]\ntask = "prune"\nevery = "1d"\n'
    with Office(corpus(), date(2021, 7, 1)) as office:
        workspace = small_workspace(tmp_path / "w", office, SCHEDULE + review + alive)
        clock = FakeClock(SLOT - timedelta(hours=1))
        wake(workspace, clock)
        clock.set(SLOT + timedelta(days=30))
        done = {o.due.task: o for o in wake(workspace, clock)}
        assert {task: o.state for task, o in done.items()} == {
            "refresh": "done", "review": "done", "heartbeat": "done", "prune": "done"
        }  # fmt: skip
        assert done["refresh"].due.as_of == date(2021, 6, 28)
        counts = dict(read(workspace, "SELECT kind, count(*) FROM runs GROUP BY 1"))
        assert counts == {"refresh": 1, "review": 1, "heartbeat": 1, "prune": 1}
        slots = read(workspace, "SELECT state, count(*), count(reason) FROM schedule_slots GROUP BY 1 ORDER BY 1")
        assert [(state, reasons in (0, total)) for state, total, reasons in slots] == [("done", True), ("merged", True)]
        assert read(workspace, "SELECT count(*) FROM schedule_slots WHERE state = 'merged' AND reason IS NULL") == [
            (0,)
        ]


def test_review_before_anything_was_measured_is_skipped_with_its_reason(tmp_path: Path) -> None:
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path / "w", office, '[schedule.judge]\ntask = "review"\nevery = "1d"\n')
        clock = FakeClock(SLOT)
        wake(workspace, clock)
        clock.set(SLOT + timedelta(days=1))
        assert [o.state for o in wake(workspace, clock)] == ["skipped"]
        assert "nothing to review" in str(read(workspace, "SELECT reason FROM schedule_slots")[0][0]).lower()
