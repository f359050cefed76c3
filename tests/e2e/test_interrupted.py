"""Ctrl-C and SIGTERM, as real signals to real processes: a run that is stopped is cut, not failed, and goes on."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from house import FIRST, ROOT, environment, forked, make_workspace, only, quick

from app.watch.init import write_workspace
from etl.exports.vendor import packaged_vendors
from office.corpus.corpus import Corpus
from office.service.office import Office
from tests import template
from tests.benchmarks import made_docdb
from tests.corpora import small
from tests.etl.exports import made_exports as made
from warehouse.core import Core
from warehouse.workspace import Workspace


def made_to_last(at: str, work: str, mark: str) -> None:
    """Make one of the program's functions last: `work` says whether DuckDB or Python is at work then."""
    name, function = at.rsplit(".", 1)
    module = importlib.import_module(name)
    real = getattr(module, function)

    def lasting(con: Any, *args: Any, **kwargs: Any) -> Any:
        real(con, *args, **kwargs)
        Path(mark).touch()
        if work == "duckdb":
            con.execute("SELECT count(*) FROM range(100000) a, range(300000) b WHERE hash(a.range * b.range) % 7 = 1")
        while True:
            pass

    setattr(module, function, lasting)


SENTENCE = {signal.SIGINT: "Stopped by Ctrl-C. What had been downloaded is kept", signal.SIGTERM: "Stopped by SIGTERM."}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return small()


class Running:
    """A command under way in a process of its own."""

    def __init__(self, asked: list[str], at: str, work: str, folder: Path) -> None:
        """Start the command and wait until it is where it lasts."""
        mark, self._said = folder / "mark", folder / "err"
        before = partial(made_to_last, at, work, str(mark))
        self._process = forked(*asked, out=folder / "out", err=self._said, before=before)
        while not mark.exists() and self._process.is_alive():
            time.sleep(0.02)
        assert mark.exists(), self._said.read_text()

    def stopped(self, how: signal.Signals) -> None:
        """Send the signal; the command ends with its code and one sentence."""
        assert self._process.pid is not None
        os.kill(self._process.pid, how)
        self._process.join()
        said = self._said.read_text()
        assert self._process.exitcode == 128 + how, said
        assert SENTENCE[how] in " ".join(said.split())
        assert "Traceback" not in said


def runs(workspace: Workspace) -> list[tuple[object, ...]]:
    with Core(workspace) as core:
        return core.con.execute("SELECT kind, state, resumed FROM runs ORDER BY run_id").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize(  # every pair of a place, a kind of work and a signal
    ("at", "work", "how"),
    [
        ("etl.load.files.imports.load_pages", "duckdb", signal.SIGINT),
        ("etl.load.files.imports.load_pages", "python", signal.SIGTERM),
        ("etl.load.bulk.transactions.load_tables", "python", signal.SIGINT),
        ("etl.load.bulk.transactions.load_tables", "duckdb", signal.SIGTERM),
    ],
)
def test_an_import_that_is_stopped_goes_on(tmp_path: Path, how: signal.Signals, work: str, at: str) -> None:
    workspace = write_workspace(tmp_path / "w")[0]
    template.begin(workspace)
    file = tmp_path / "file"
    if "imports" in at:
        file.write_bytes(made.csv_bytes(made.rows(packaged_vendors()["incopat"])))
    else:
        made_docdb.write(file, 1)
    asked = ["import", "-w", str(workspace.root), "-t", "lidar", str(file)]
    Running(asked, at, work, tmp_path).stopped(how)
    assert runs(workspace) == [("import", "running", 0)]
    again = quick(*asked)
    assert again.returncode == 0, again.stderr
    assert runs(workspace) == [("import", "succeeded", 1)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "work", "how"),
    [
        ("schedules.runs.refresh.load_landed", "duckdb", signal.SIGINT),
        ("schedules.runs.measure.merge_records", "duckdb", signal.SIGTERM),
        ("schedules.runs.measure.run_audits", "python", signal.SIGTERM),
        ("schedules.runs.measure.evaluate_alerts", "duckdb", signal.SIGINT),
    ],
)
def test_a_refresh_that_is_stopped_goes_on(
    tmp_path: Path, corpus: Corpus, at: str, work: str, how: signal.Signals
) -> None:
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path / "w", office, harvest="enrichment_requests = 0")
        only(workspace, "chip", "lidar")
        asked = ["refresh", "-w", str(workspace.root), "--as-of", FIRST.isoformat()]
        Running(asked, at, work, tmp_path).stopped(how)
        assert runs(workspace) == [("refresh", "running", 0)]
        again = quick(*asked)
        assert again.returncode == 0, again.stderr
    with Core(workspace) as core:
        assert core.con.execute("SELECT state, resumed, snapshot FROM runs").fetchall() == [("succeeded", 1, 1)]
        pages, distinct = core.con.execute("SELECT count(*), count(DISTINCT request_key) FROM pages").fetchall()[0]
        assert pages == distinct, "what had landed was asked again"
        assert core.con.execute("SELECT count(*) FROM alerts WHERE rule LIKE '%failed%'").fetchall() == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("how", SENTENCE)
def test_a_scheduled_refresh_that_is_stopped_is_no_failed_attempt(
    tmp_path: Path, corpus: Corpus, how: signal.Signals
) -> None:
    with Office(corpus) as office:
        every = '[schedule.refresh]\ntask = "refresh"\nevery = "1h"\n'
        workspace = make_workspace(tmp_path / "w", office, harvest="enrichment_requests = 0", more=every)
        only(workspace, "chip", "lidar")
        from datetime import timedelta

        from etl.sources.settings import load_settings
        from schedules.timetable.due import settle
        from warehouse.clock import SystemClock

        with Core(workspace) as core:
            settle(core.con, load_settings(workspace.settings_file), SystemClock().now() - timedelta(hours=2))
        asked = ["schedule", "run-due", "-w", str(workspace.root)]
        Running(asked, "schedules.runs.refresh.load_landed", "duckdb", tmp_path).stopped(how)
        with Core(workspace) as core:
            slots = core.con.execute("SELECT attempts, reason FROM schedule_slots WHERE state = 'due'").fetchall()
    assert runs(workspace) == [("refresh", "running", 0)]
    assert slots == [(0, None)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "after"),
    [(signal.SIGKILL, 0.6), (signal.SIGKILL, 3.0), (signal.SIGINT, 1.5), (signal.SIGTERM, 3.0)],
)
def test_nothing_of_a_demo_that_is_stopped_stays(tmp_path: Path, how: signal.Signals, after: float) -> None:
    """The office's process ends with it: a reader of the demo's output would wait for it for ever."""
    asked = [sys.executable, "-m", "app.main", "demo", "--folder", str(tmp_path / "demo"), "--families", "60"]
    running = subprocess.Popen(
        asked, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(after)
    running.send_signal(how)
    _, said = running.communicate(timeout=600)  # ends when nobody holds stderr any more
    if how is not signal.SIGKILL:
        assert running.returncode in {128 + how, -how}, said
