"""Numbers of literature are cited but are no patents: they make no publication, no family and no citation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.bulk.google import stream_google
from etl.exports.read import read_export
from etl.load.merged.merge import rebuild
from etl.records import Parsed
from tests.etl.load.filed import CASES, load
from warehouse.core import connect
from warehouse.migrate import migrate


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases (../shared/cases) are not here")
def test_what_googles_nested_rows_cite(tmp_path: Path):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    parsed = Parsed()
    for batch in stream_google([CASES / "google-nested" / "pubs.ndjson"]):
        parsed.records += batch.records
        parsed.rejects += batch.rejects
    load(con, "google_publications", parsed, 1, date(2024, 6, 1))
    rebuild(con, {})
    cited = con.execute("SELECT DISTINCT cited_publication FROM citations ORDER BY 1").fetchall()
    assert cited == [("US-4816599-A",), ("US-D668899-S",)]
    assert con.execute("SELECT count(*) FROM families WHERE is_harvested").fetchall() == [(1,)], "one application"
    for table, column in (("publications", "publication_number"), ("families", "representative")):
        found = con.execute(f"SELECT {column} FROM {table} WHERE {column} LIKE 'XP%'").fetchall()
        assert found == [], table
    assert con.execute("SELECT main_ipc FROM publications WHERE kind = 'B2'").fetchall() == [("H10K50/11",)]
    assert [r for r in parsed.rejects if "XP" in str(r.found)] == []


@pytest.mark.parametrize("number", ["XP055123456", "XP 055123456", "XP-055123456-A", "RD 623045", "TP12004"])
def test_a_list_of_one_office_has_no_literature_either(tmp_path: Path, number: str):
    file = tmp_path / "c.csv"
    head = "公开(公告)号,申请号,申请日,公开(公告)日,标题,IPC分类号,申请人"
    real = "CN101234567A,CN200710012345.9,2007-02-01,2008-08-06,芯片,H01L21/02,某公司"
    file.write_text(f"{head}\n{real}\n{number},,,2014-01-01,文章,,\n", encoding="utf-8")
    read = read_export(file)
    assert [r.publication_number for r in read.parsed.records] == ["CN-101234567-A"]
    (reject,) = read.parsed.rejects
    assert "name literature, not patents" in f"{reject.expected} {reject.reason}"
    assert reject.found == number
