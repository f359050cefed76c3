"""A run whose audit fails publishes nothing, and its figures are nobody's "run before"."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.watch.init import write_workspace
from schedules.runs.outcome import AuditError
from schedules.runs.place import place_again
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.publish import current
from warehouse.settings import Settings, parse_settings

PLAIN: Settings = parse_settings("[place]\nnetwork = false\nbootstrap_draws = 0\n")


def test_a_failed_audit_leaves_the_snapshot_and_no_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = write_workspace(tmp_path)
    with Core(workspace) as core:
        place_again(core, PLAIN, clock=SystemClock())
        before = current(workspace)
        broken = "-- meaning: made to fail\n-- blocking: yes\nSELECT 1 AS one"
        with monkeypatch.context() as patched:
            files = SimpleNamespace(names=lambda _: ["broken.sql"], text=lambda _: broken)
            patched.setattr("warehouse.audits.sql", files)
            with pytest.raises(AuditError, match="made to fail"):
                place_again(core, PLAIN, clock=SystemClock(), as_of=date(2030, 1, 1))
        assert current(workspace) == before
        assert core.con.execute("SELECT state FROM runs ORDER BY run_id").fetchall() == [("succeeded",), ("failed",)]
        assert core.con.execute("SELECT DISTINCT run_id FROM run_placements").fetchall() == [(1,)]
        assert core.con.execute("SELECT audit, is_blocking FROM audit_results WHERE run_id = 2").fetchall() == [
            ("broken", True)
        ]


def test_a_placement_that_was_cut_is_nobodys_run_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    workspace, _ = write_workspace(tmp_path)
    with Core(workspace) as core:
        with monkeypatch.context() as patched:
            patched.setattr("schedules.runs.measure.run_audits", cut)
            with pytest.raises(KeyboardInterrupt):
                place_again(core, PLAIN, clock=SystemClock())
        assert core.con.execute("SELECT state FROM runs").fetchall() == [("running",)]
        place_again(core, PLAIN, clock=SystemClock())
        assert core.con.execute("SELECT state FROM runs ORDER BY run_id").fetchall() == [("failed",), ("succeeded",)]
        assert core.con.execute("SELECT DISTINCT run_id FROM run_placements").fetchall() == [(2,)]
