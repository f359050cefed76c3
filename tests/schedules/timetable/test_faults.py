"""A fault of the program in one task ends that slot only: its run says where, the next slot runs, an alert is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.watch.init import write_workspace
from schedules.timetable.daemon import Daemon
from schedules.timetable.runner import run_due
from schedules.timetable.tasks import Tools
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.settings import parse_settings

SCHEDULES = '[schedule.clean]\ntask = "prune"\nevery = "1h"\n[schedule.alive]\ntask = "heartbeat"\nevery = "1h"\n'
START = datetime(2022, 1, 3, 0, 30)


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a fault")


def test_the_next_slot_runs_and_the_traceback_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = write_workspace(tmp_path)
    clock = FakeClock(START)
    monkeypatch.setattr("schedules.timetable.tasks.prune", broken)
    with Core(workspace) as core:
        tools = Tools(core, parse_settings(SCHEDULES), clock)
        assert run_due(tools).outcomes == []
        clock.set(START + timedelta(hours=1))
        outcomes = {o.due.task: o for o in run_due(tools).outcomes}
        assert outcomes["heartbeat"].state == "done"
        assert outcomes["prune"].state == "failed"
        assert "ZeroDivisionError: a fault" in (outcomes["prune"].fault or "")
        message, traceback = core.con.execute("SELECT message, traceback FROM runs WHERE kind = 'prune'").fetchall()[0]
        assert message == "ZeroDivisionError: a fault"
        assert "in broken" in traceback
        assert core.con.execute("SELECT rule FROM alert_facts").fetchall() == [("task_failing",)]
        assert core.con.execute("SELECT state FROM schedule_slots WHERE task = 'prune'").fetchall() == [("due",)]


def test_the_daemon_survives_a_fault_outside_every_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = write_workspace(tmp_path)
    clock = FakeClock(START)
    daemon = Daemon(workspace, clock=clock, real=False)
    with monkeypatch.context() as patched:
        patched.setattr("schedules.timetable.daemon.run_due", broken)
        daemon.wake()
        assert daemon.tick() is None, "the next attempt waits"
    clock.set(START + timedelta(minutes=6))
    assert daemon.tick() is not None
