"""Runs end in the ledger: a failed import of conditions is nobody's to continue, a backfill that was cut is closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.watch.init import write_workspace
from etl.load.conditions import ConditionRow, ConditionTable
from schedules.runs.backfill import run_backfill
from schedules.runs.conditions import store_conditions
from schedules.runs.place import place_again
from warehouse import ledger
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings
from warehouse.workspace import Workspace

CLOCK = SystemClock()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return write_workspace(tmp_path)[0]


def table() -> ConditionTable:
    return ConditionTable("conditions.csv", [ConditionRow("110000", 2020, "gdp", 1.0, "yearbook", 2)])


@pytest.mark.parametrize("end", [OSError, KeyboardInterrupt])
def test_an_import_of_conditions_that_came_to_nothing_is_not_continued_by_another_import(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise end("the disk")

    with Core(workspace) as core:
        with monkeypatch.context() as patched:
            patched.setattr("schedules.runs.conditions.derive", broken)
            with pytest.raises(end):
                store_conditions(core, table(), clock=CLOCK)
        assert core.con.execute("SELECT count(*) FROM province_conditions").fetchone() == (0,)
        with running(core, "import", CLOCK) as run:
            pass
        assert not run.resumed
        assert run.runs[0].settings == {}
        assert ledger.get(core.con, 1).state == "failed"
        assert store_conditions(core, table(), clock=CLOCK).run_id == 3


def test_a_backfill_that_was_cut_is_closed_and_done_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    dates = [date(2020, 12, 31), date(2021, 12, 31)]
    with Core(workspace) as core:
        with monkeypatch.context() as patched:
            patched.setattr("schedules.runs.backfill.backfill", cut)
            with pytest.raises(KeyboardInterrupt):
                run_backfill(core, Settings(), dates, clock=CLOCK)
        assert core.con.execute("SELECT DISTINCT state FROM runs").fetchall() == [("running",)]
        place_again(core, Settings(), clock=CLOCK)
        assert core.con.execute("SELECT count(*) FROM runs WHERE state = 'running'").fetchone() == (0,)
        done = run_backfill(core, Settings(), dates, clock=CLOCK)
        assert [ledger.get(core.con, run_id).as_of for run_id in done] == dates
        assert {ledger.get(core.con, run_id).state for run_id in done} == {"succeeded"}


def test_a_backfill_that_fails_leaves_the_series_that_was_published(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no figures")

    first, both = [date(2020, 12, 31)], [date(2020, 12, 31), date(2021, 12, 31)]
    with Core(workspace) as core:
        published = run_backfill(core, Settings(), first, clock=CLOCK)
        with monkeypatch.context() as patched:
            patched.setattr("schedules.runs.backfill.backfill", broken)
            with pytest.raises(ValueError, match="no figures"):
                run_backfill(core, Settings(), both, clock=CLOCK)
        rows = core.con.execute("SELECT as_of, state, message FROM runs ORDER BY run_id").fetchall()
        assert rows == [(both[0], "succeeded", "backfilled"), (both[1], "failed", "ValueError: no figures")]
        assert run_backfill(core, Settings(), both, clock=CLOCK)[0] == published[0]
