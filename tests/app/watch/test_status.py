"""`stuckneck status` and `stuckneck` alone: what runs, what waits, and what to do next."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.ask.now import quota_row, quota_shown
from app.main import app
from schedules.monitor.state import QuotaLeft
from warehouse import ledger
from warehouse.core import Core
from warehouse.workspace import Workspace

NOW = datetime(2026, 11, 26, 12)


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "stuckneck.toml").write_text('lang = "en"\n[schedule.nightly]\ntask = "refresh"\ncron = "0 3 * * *"\n')
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    return workspace


def call(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_before_anything(space: Workspace) -> None:
    said = call("status", "-w", str(space.root))
    assert "Nothing runs now, and no daemon watches." in said
    assert "Nothing is published yet." in said
    assert "Nothing waits for a person." in said
    assert "nightly" in said


def test_while_a_run_holds_the_warehouse(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Core(space, purpose="refresh") as core:
        run = ledger.start(core.con, "refresh", now=NOW)
        core.tell.run(run.run_id, "refresh")
        core.progress("harvest lens", 2, 20)
        core.tell.query("chip", 1200, 2400)
        core.tell.step("harvest")
        core.tell.progress("harvest lens", 2, 20)
        core.tell.query("chip", 1200, 2400)
        core.tell._write()
        said = call("status", "-w", str(space.root))
        chinese = call("--lang", "zh", "status", "-w", str(space.root))
        found = json.loads(call("status", "--json", "-w", str(space.root)))
        monkeypatch.chdir(space.root)
        alone = call()
    assert "Run 1 (refresh) is in step harvest since" in said
    assert "harvest lens: 2 of 20" in said
    assert "chip: 1,200 of 2,400 publications have come." in said
    assert "运行 1（刷新）自" in chinese
    assert "采集 lens：第 2 项，共 20 项" in chinese
    assert found["running"]["share_done"] == pytest.approx(1.5 / 20)
    assert found["running"]["expected"] == 2400
    assert datetime.fromisoformat(found["at"]).utcoffset() is not None
    assert "Next: `stuckneck status` says how far it is." in alone
    assert "Nothing is published yet." in alone


def test_alone_it_says_what_waits_and_what_to_do_next(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Core(space) as core:
        run = ledger.start(core.con, "refresh", now=NOW)
        ledger.finish(core.con, run.run_id, "failed", now=NOW, message="StoppedError: the token was refused")
    monkeypatch.chdir(space.root)
    lines = call().splitlines()
    assert "The latest refresh (run 1) failed: StoppedError: the token was refused" in lines
    assert lines[-2].startswith("Next: `stuckneck doctor`")


def test_a_quota_of_bytes_is_shown_in_megabytes_and_one_of_requests_as_it_is() -> None:
    week = QuotaLeft("epo_ops", "week", "bytes", 4_000_000_000, 30_740_950, NOW)
    shown = quota_shown(week)
    assert (shown["used"], shown["limit"], shown["left"]) == ("30.74 MB", "4.00 GB", "3.97 GB")
    assert quota_row(week)["used"] == 30_740_950, "programs read bytes"
    month = QuotaLeft("lens", "month", "requests", 100, 70, NOW)
    assert quota_shown(month) == quota_row(month)
