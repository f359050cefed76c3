"""Where one number stands for one application: what real records bear out, and what an import says of the others."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from etl.exports.read import read_export
from etl.load.files.answers import read_answer
from etl.load.files.imports import ONE_NUMBER, several_kinds
from etl.records import PageRefusedError, Record
from tests.etl.load.test_load import families, load, merged, record
from warehouse.core import connect
from warehouse.migrate import migrate
from words.language import say

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"


def _real() -> list[Record]:
    found: list[Record] = []
    for path in sorted((DATA / "epo_ops").glob("*/*.xml")):
        try:
            found += read_answer(path, "epo_ops").records
        except PageRefusedError:
            continue
    for name in ("lens2014_pizza_1000_cr_lineends.csv", "lens2025_sangamo_full37cols_bom.csv"):
        found += read_export(DATA / "lens_csv" / name).parsed.records
    return found


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here")
def test_no_real_number_of_these_offices_is_of_two_applications() -> None:
    kinds, applications = defaultdict(set), defaultdict(set)
    for one in _real():
        if one.application_number and one.authority in ONE_NUMBER and len(one.number) >= 7:
            kinds[one.authority, one.number].add(one.kind)
            applications[one.authority, one.number].add(one.application_number)
    assert {office for (office, number), found in kinds.items() if len(found) > 1}, "some number has several kinds"
    assert {name: found for name, found in applications.items() if len(found) > 1} == {}


def test_families_go_by_the_number_where_the_import_says_nothing_of_it(tmp_path: Path) -> None:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    con.execute("INSERT INTO sources VALUES ('epo_ops', 'epo_ops', NULL, true, 10, '{}')")
    offices = {"CN", "EP", "WO", "FR", "RU", "JP", "US", "DE", "ES", "BR"}
    records = [record(f"{office}-101234991-{kind}") for office in sorted(offices) for kind in ("A1", "B1")]
    load(con, *records)
    merged(con)
    joined = {min(family)[:2] for family in families(con) if len(family) == 2}
    assert joined == ONE_NUMBER
    (said,) = several_kinds(records)
    assert {office for office in offices if f"{office} 1" in said} == offices - ONE_NUMBER


def test_the_import_names_the_offices_and_how_many_numbers() -> None:
    records = [record(f"FR-30034{n}-{kind}") for n in (91, 92) for kind in ("A1", "B1")]
    records += [record("ES-2500091-A1"), record("ES-2500091-B1"), record("ES-2500092-A1")]
    records += [record(f"BR-1120150991-{kind}", application_number="BR-112015099") for kind in ("A2", "B1")]
    (said,) = several_kinds(records)
    assert said.startswith("3 numbers are there in several kinds without an application number (FR 2, ES 1)")
    assert "申请号" in say(said, "zh")
