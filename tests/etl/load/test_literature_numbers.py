"""Numbers of literature are cited but are no patents: they make no publication, no family and no citation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.bulk.google import stream_google
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
