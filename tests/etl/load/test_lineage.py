"""From a figure to what it was read from, by SQL alone: indicator → families → publications → page, file and row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from etl.load.files.imports import import_files
from etl.load.merged.merge import rebuild
from warehouse.core import Core
from warehouse.publish import connect_snapshot
from warehouse.workspace import Workspace

LINEAGE = """
SELECT n.indicator, f.family_id, r.publication_number, r.source, r.row_no, g.request->>'file' AS file, g.path
FROM indicators AS n
JOIN run_families AS f ON f.run_id = n.run_id AND f.technology_id = n.technology_id
JOIN publications AS p ON p.family_id = f.family_id
JOIN source_records AS r ON r.publication_number = p.publication_number AND r.valid_to IS NULL
JOIN pages AS g ON g.page_id = r.page_id
ORDER BY ALL
"""
LENS = (
    "#,Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Publication Year,Application Number,Application Date,"
    "Priority Numbers,Earliest Priority Date,Title,Abstract,Applicants,Inventors,Owners,URL,Document Type,"
    "Has Full Text,Cites Patent Count,Cited by Patent Count,Simple Family Size,Extended Family Size,"
    "Sequence Count,CPC Classifications,IPCR Classifications,US Classifications,NPL Citation Count\n"
)


def lens_row(row: int, country: str, number: str, kind: str) -> str:
    """One row of a Lens export."""
    return (
        f"{row},{country},{kind},{country} {number} {kind},000-000-000-000-00{row},2015-03-0{row},2015,"
        f"{country} 20141010{row} A,2014-01-0{row},,2014-01-0{row},Lithography machine {row},An abstract,"
        f"ACME CORP,,,https://lens.org/{row},Patent Application,no,1,{row},1,1,0,G03F7/20,G03F7/20,,0\n"
    )


@pytest.fixture
def imported(tmp_path: Path) -> Workspace:
    """A workspace with two imported rows, placed and published."""
    from app.watch.init import write_workspace
    from etl.sources.settings import load_settings
    from schedules.runs.place import place_again
    from warehouse.clock import SystemClock

    workspace, _ = write_workspace(tmp_path / "w")
    export = tmp_path / "mine.csv"
    export.write_text(LENS + lens_row(1, "CN", "101234567", "A") + lens_row(2, "US", "2015012345", "A1"), "utf-8")
    with Core(workspace) as core:
        done = import_files(core.con, workspace, 1, [export], "lithography-machine", now=datetime(2021, 6, 1))
        assert [(d.refused, d.records) for d in done] == [(None, 2)]
        rebuild(core.con, {})
        place_again(core, load_settings(workspace.settings_file), clock=SystemClock(), as_of=date(2021, 5, 31))
    return workspace


def test_an_imported_figure_leads_to_the_file_and_its_rows(imported: Workspace) -> None:
    from etl.fetch import landing
    from warehouse.publish import current

    con: duckdb.DuckDBPyConnection = connect_snapshot(current(imported))
    rows = con.execute(LINEAGE).fetchall()
    assert {row[0] for row in rows} == {"applications", "citations", "claims", "pct"}
    applications = [row for row in rows if row[0] == "applications"]
    assert {(row[2][:2], row[5]) for row in applications} == {("CN", "mine.csv"), ("US", "mine.csv")}
    landed = landing.read(imported, applications[0][6]).decode()
    lines = landed.splitlines()
    for _, _, number, _, row_no, _, _ in applications:
        assert number.replace("-", " ") in lines[row_no - 1]  # as people count a file's rows: the header is 1
    families = con.execute(
        "SELECT families FROM indicators WHERE indicator = 'applications' AND families > 0"
    ).fetchall()
    assert families == [(len({row[1] for row in applications}),)]
