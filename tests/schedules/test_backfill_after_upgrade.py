"""A backfill right after an upgrade measures from whole merged tables."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

from etl.load.merged.merge import rebuild
from etl.records import Parsed, Record
from schedules.runs.backfill import run_backfill
from tests.etl.load.filed import load
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.settings import Settings
from warehouse.workspace import Workspace


def test_what_the_upgrade_left_unfilled_is_filled_first(tmp_path: Path):
    for name in ("technologies.toml", "topics.toml"):
        (tmp_path / name).write_text(files("etl.catalogue").joinpath(name).read_text(encoding="utf-8"))
    known = Record("CN-101000001-A", "CN", "101000001", "A", "application", date(2010, 1, 1), row_no=1)
    with Core(Workspace(tmp_path)) as core:
        load(core.con, "made", Parsed([known]), 1, date(2020, 1, 1))
        rebuild(core.con, {})
        core.con.execute("UPDATE family_states SET publication_states = NULL")
        run_backfill(core, Settings(), [date(2020, 12, 31)], clock=FakeClock())
        rows = core.con.execute("SELECT publication_states[1].published FROM family_states").fetchall()
    assert rows == [(date(2010, 1, 1),)]
