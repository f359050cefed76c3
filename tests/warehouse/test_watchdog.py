"""A run that makes no progress says where it is, fails, and lets the warehouse go; nothing here waits for real time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.nca.analysis import analyse
from analytics.nca.permutation import permutation_tests
from app.main import app
from app.watch.init import write_workspace
from etl.exports.vendor import packaged_vendors
from tests.etl.exports import made_exports
from warehouse import ledger
from warehouse.clock import SystemClock
from warehouse.core import Core, transaction
from warehouse.process import watchdog
from warehouse.process.watchdog import StalledError, Watchdog, moved
from warehouse.run import OpenRun, running, seen_to_its_end
from warehouse.workspace import Workspace

CLOCK = SystemClock()


class Hours:
    """A clock that does not move until the work is stuck, and then moves by hours each time it is looked at."""

    def __init__(self) -> None:
        self.stuck = threading.Event()
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 36_000 if self.stuck.is_set() else 0
        return self.seconds

    def halt(self, *_: object, **__: object) -> None:
        """Come to a halt: the clock moves while this goes on, and no longer."""
        self.stuck.set()
        try:
            while True:
                time.sleep(0.01)
        finally:
            self.stuck.clear()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return write_workspace(tmp_path)[0]


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours()
    monkeypatch.setattr("warehouse.core.Watchdog", partial(Watchdog, now=made))
    monkeypatch.setattr(watchdog, "Watchdog", partial(Watchdog, now=made))
    monkeypatch.setattr(watchdog, "_GRACE", 0.4)
    return made


def test_only_what_does_not_move_is_late() -> None:
    now = 0.0
    dog = Watchdog(60, lambda: None, Path("unused"), lambda: now)
    now = 59.0
    assert not dog.is_late()
    moved(request="a page")
    now = 100.0
    assert not dog.is_late()
    now = 159.0
    assert not dog.is_late()
    now = 160.0
    assert dog.is_late()


def failed_run(workspace: Workspace) -> tuple[str, str]:
    """The sentence and the traceback of the one run, which has failed; the lock must be free for this."""
    with Core(workspace) as core:
        [(state, message, where)] = core.con.execute("SELECT state, message, traceback FROM runs").fetchall()
        assert state == "failed"
        return message, where


def never_ends(workspace: Workspace, hours: Hours) -> None:
    with Core(workspace) as core, running(core, "refresh", CLOCK) as run:
        run.step("harvest")
        moved(about="lidar", request="lens POST patent/search")
        hours.halt()


def test_a_loop_without_end_fails_the_run_and_says_where(workspace: Workspace, hours: Hours) -> None:
    with pytest.raises(StalledError):
        never_ends(workspace, hours)
    message, where = failed_run(workspace)
    assert message == (
        "StalledError: No progress for 60 minutes: step harvest, lidar, last request lens POST patent/search. "
        "The warehouse was let go."
    )
    assert "in never_ends" in where
    with Core(workspace) as core, running(core, "refresh", CLOCK) as run:
        assert not run.resumed
        assert run.run_id == 2


def asks_without_end(workspace: Workspace, hours: Hours) -> None:
    endless = "SELECT count(*) FROM range(10_000_000) AS a, range(10_000_000) AS b WHERE hash(a.range, b.range) = 1"
    with Core(workspace) as core, running(core, "place", CLOCK) as run, transaction(core.con):
        run.step("place")
        core.con.execute("INSERT INTO cursors VALUES ('x', 'x', 'x', current_date, 1, now()::TIMESTAMP)")
        hours.stuck.set()
        core.con.execute(endless)


def test_a_query_without_end_is_ended_and_its_transaction_undone(workspace: Workspace, hours: Hours) -> None:
    with pytest.raises(StalledError, match="step place"):
        asks_without_end(workspace, hours)
    failed_run(workspace)
    with Core(workspace) as core:
        assert core.con.execute("SELECT count(*) FROM cursors").fetchone() == (0,)


CANNOT_BE_REACHED = """
import sys, threading
from pathlib import Path
from warehouse import ledger
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.process import watchdog
from warehouse.workspace import Workspace

watchdog._GRACE = 0.4
workspace = Workspace(Path(sys.argv[1]))
hours = iter(range(0, 10**9, 36_000)).__next__
with Core(workspace) as core:
    run = ledger.start(core.con, "refresh", now=SystemClock().now())
    watchdog.moved(step="merge")
    watchdog.Watchdog(3600, core.interrupt, workspace.stalled, hours).start()
    threading.Event().wait()  # a call that never returns: an exception raised in this thread is never seen
"""


def test_where_nothing_reaches_the_work_the_process_ends_and_the_next_start_closes_the_run(
    workspace: Workspace,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CANNOT_BE_REACHED, str(workspace.root)], capture_output=True, text=True, check=False
    )
    said = "No progress for 60 minutes: step merge. The warehouse was let go."
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == said
    assert workspace.stalled.read_text(encoding="utf-8") == said
    with Core(workspace) as core, running(core, "refresh", CLOCK) as following:
        assert following.run_id == 2
        closed = core.con.execute("SELECT state, message FROM runs WHERE run_id = 1").fetchall()
    assert closed == [("failed", f"StalledError: {said}")]
    assert not workspace.stalled.exists()


def test_work_that_ends_in_time_is_left_alone(workspace: Workspace, hours: Hours) -> None:
    with Core(workspace) as core:
        for _ in range(3):
            with running(core, "prune", CLOCK):
                pass
        assert core.con.execute("SELECT DISTINCT state FROM runs").fetchall() == [("succeeded",)]
    hours.stuck.set()  # a watchdog that still looked would strike now
    for thread in threading.enumerate():
        if thread.name == "watchdog":
            thread.join()


def test_an_import_that_comes_to_a_halt_names_the_file(
    workspace: Workspace, hours: Hours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.load.files.imports.load_pages", hours.halt)
    file = tmp_path / "export.csv"
    file.write_bytes(made_exports.csv_bytes(made_exports.rows(packaged_vendors()["incopat"])))
    done = CliRunner().invoke(app, ["import", "-w", str(workspace.root), "-t", "lidar", str(file)])
    assert isinstance(done.exception, StalledError), done.output
    message, _ = failed_run(workspace)
    assert "No progress for 60 minutes: step import, export.csv." in message


def test_runs_that_end_together_are_watched_too(workspace: Workspace, hours: Hours) -> None:
    with Core(workspace) as core:
        runs = [ledger.start(core.con, "backfill", now=CLOCK.now()) for _ in range(2)]
        with pytest.raises(StalledError, match="step backfill"), seen_to_its_end(OpenRun(core, CLOCK, runs)):
            hours.halt()
        assert core.con.execute("SELECT DISTINCT state FROM runs").fetchall() == [("failed",)]


def test_whoever_holds_the_warehouse_without_a_run_is_made_to_let_go(workspace: Workspace, hours: Hours) -> None:
    with pytest.raises(StalledError, match=r"60 minutes: step provinces\. The warehouse was let go"):  # noqa: SIM117
        with Core(workspace, purpose="provinces"):
            hours.halt()
    with Core(workspace) as core:
        assert core.con.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_a_stalled_run_leaves_the_holder_of_the_warehouse_at_work(workspace: Workspace, hours: Hours) -> None:
    with Core(workspace, purpose="the daemon") as core:
        for _ in range(2):
            with pytest.raises(StalledError, match="step prune"), running(core, "prune", CLOCK):
                hours.halt()
        core.con.execute("SELECT 1")
    with pytest.raises(StalledError, match="step the daemon"), Core(workspace, purpose="the daemon") as core:  # noqa: PT012
        with running(core, "prune", CLOCK):
            pass
        hours.halt()  # the run is over, and the holder's own watchdog looks again


def test_the_patience_is_that_of_the_settings(workspace: Workspace) -> None:
    workspace.settings_file.write_text("[runs]\nstalled_minutes = 10\n", encoding="utf-8")
    assert Core(workspace).runs.stalled_after == 600


@pytest.mark.parametrize("command", ["nca", "qca"])
def test_a_study_of_a_table_ends_too(
    command: str, hours: Hours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("case,A,Y\n" + "".join(f"c{n},0.{n},0.{n}\n" for n in range(1, 9)))
    stuck = {"nca": "analytics.nca.report.permutation_tests", "qca": "analytics.qca.report.parsimonious_solution"}
    monkeypatch.setattr(stuck[command], hours.halt)
    more = ["--permutations", "10"] if command == "nca" else []
    done = CliRunner().invoke(app, [command, str(file), "--outcome", "Y", "--conditions", "A", *more])
    assert isinstance(done.exception, StalledError), done.output
    assert f"step {command}" in str(done.exception)
    assert str(done.exception).endswith("The work was ended.")


def test_long_computations_say_that_they_go_on() -> None:
    x = np.arange(2_000.0)
    before = watchdog._place.moves
    permutation_tests(analyse(x, x[::-1]), repetitions=3_000)
    assert watchdog._place.moves >= before + 3, "a block of permutations after another"
