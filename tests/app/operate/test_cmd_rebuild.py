"""`stuckneck rebuild --check` finds what is not as a merge of all makes it, and `stuckneck rebuild` mends it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.common import Exit
from app.main import app
from app.watch.init import write_workspace
from etl.load.merged.merge import merge
from etl.load.write import PageParsed, load_pages
from etl.records import Parsed, Record
from schedules.runs.lists import read_lists
from warehouse.core import Core, transaction
from warehouse.workspace import Workspace

DAY = datetime(2021, 6, 1)


@pytest.fixture
def merged(tmp_path: Path) -> Workspace:
    """A workspace of which two records are merged."""
    workspace, _ = write_workspace(tmp_path / "ws")
    records = [
        Record(f"CN-{n}-A", "CN", str(n), "A", "application", date(2010, 1, n), titles=[("en", "a laser")], row_no=n)
        for n in (1, 2)
    ]
    with Core(workspace) as core:
        core.con.execute(
            "INSERT INTO pages BY NAME SELECT 1 AS page_id, 1 AS run_id, 'made' AS source, 'k' AS request_key,"
            " '{}' AS request, ? AS received_at, 'landed' AS state",
            [DAY],
        )
        with transaction(core.con):
            load_pages(core.con, 1, [PageParsed(1, "made", DAY, Parsed(records))])
        merge(core.con, read_lists(core, DAY).queries())
    return workspace


def asked(workspace: Workspace, *more: str) -> Result:
    return CliRunner().invoke(app, ["rebuild", "-w", str(workspace.root), *more])


def test_it_finds_a_row_that_is_not_as_it_should_be_and_mends_it(merged: Workspace):
    assert asked(merged, "--check").exit_code == Exit.OK
    with Core(merged) as core:
        core.con.execute("UPDATE families SET title = 'another' WHERE family_key = 0")
    found = asked(merged, "--check", "--json")
    assert found.exit_code == Exit.AUDIT
    differing = [one for one in json.loads(found.stdout) if one["lacking"] or one["extra"]]
    assert differing == [{"table": "families", "rows": 2, "lacking": 1, "extra": 1}]
    said = asked(merged, "--check")
    assert said.exit_code == Exit.AUDIT
    assert "families" in said.stdout
    assert asked(merged).exit_code == Exit.OK
    assert asked(merged, "--check").exit_code == Exit.OK


def test_what_is_loaded_and_not_merged_yet_is_no_difference(merged: Workspace):
    with Core(merged) as core:
        core.con.execute("UPDATE source_records SET valid_to = now() WHERE publication_number = 'CN-2-A'")
    assert asked(merged, "--check").exit_code == Exit.OK
    with Core(merged) as core:
        assert core.con.execute("SELECT count(*) FROM publications").fetchone() == (2,)
