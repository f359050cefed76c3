"""Country and PCT of a family from what files state of it, up to the merged tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.load.merged.merge import rebuild
from etl.normalise.pct import is_pct
from etl.normalise.places.countries import ORGANISATIONS, address_country, filing_country
from etl.records import Parsed, Record
from tests.etl.load.filed import CASES, DATA, load, warehouse
from warehouse.core import connect
from warehouse.migrate import migrate

given_cases = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here: the given files")
real = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here: real export files")
SANGAMO = DATA / "lens_csv" / "lens2025_sangamo_full37cols_bom.csv"


def families(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[object, ...]]:
    rows = con.execute(
        "SELECT representative, country, country_method, is_pct FROM families WHERE is_harvested"
    ).fetchall()
    return {str(row[0]): row[1:] for row in rows}


@given_cases
def test_undated_priorities_tell_the_country(tmp_path: Path):
    found = families(
        warehouse(tmp_path, CASES / "country-undated-priorities" / "case_A_lens2025_undated_priorities.csv")
    )
    assert {number: row[:2] for number, row in found.items()} == {
        "CN-106459894-A": ("US", "priority"),
        "CN-104000001-A": ("CN", "priority"),
        "WO-2016000001-A1": ("CN", "priority"),
    }


@given_cases
def test_a_column_of_priority_countries_tells_the_country(tmp_path: Path):
    found = families(warehouse(tmp_path, CASES / "country-patsnap-priority" / "case_C_patsnap_priority_country.xlsx"))
    assert {row[:2] for row in found.values()} == {("US", "priority")}


@given_cases
@pytest.mark.parametrize("file", ["incopat.xlsx", "lens.csv", "patsnap.csv"])
def test_a_member_at_wipo_makes_the_family_pct(tmp_path: Path, file: str):
    found = families(warehouse(tmp_path, CASES / "pct-by-family-member" / file))
    assert {number: row[2] for number, row in found.items()} == {"CN-112345699-A": True, "CN-112345688-A": False}


@given_cases
def test_family_counts_stay_those_of_the_family(tmp_path: Path):
    con = warehouse(tmp_path, CASES / "patsnap-family-counts" / "ps.csv")
    counts = con.execute("SELECT kind, citation_count FROM family_citation_counts").fetchall()
    assert counts == [("family_count", 15)]


@given_cases
def test_the_made_incopat_file_is_read_as_it_was(tmp_path: Path):
    con = warehouse(tmp_path, CASES / "incopat-made" / "incopat_export.xlsx")
    rows = con.execute("SELECT claim_count, legal_status FROM publications ORDER BY publication_number").fetchall()
    assert [row[0] for row in rows] == [10, 9, 6, 20, None]
    assert con.execute("SELECT legal_status FROM publications WHERE number = '212345699'").fetchall() == [("inactive",)]
    counts = con.execute("SELECT kind, citation_count FROM family_citation_counts ORDER BY 2").fetchall()
    assert counts == [("family_count", 3), ("family_count", 15)]


@real
def test_priorities_settle_every_family_of_the_lens_file_of_2025(tmp_path: Path):
    con = warehouse(tmp_path, SANGAMO)
    methods = Counter(row[1] for row in families(con).values())
    assert set(methods) == {"priority"}
    pct = con.execute(
        "SELECT count(*) FROM publications AS p JOIN families AS f USING (family_key) WHERE f.is_pct"
    ).fetchone()
    assert pct is not None
    assert pct[0] >= 116


def _states(con: duckdb.DuckDBPyConnection, day: date) -> Counter[str | None]:
    rows = con.execute(
        "SELECT nullif(coalesce(residence_country, priority_country, office_country), 'XX') FROM family_states"
        " WHERE valid_from <= $day AND valid_to > $day",
        {"day": day},
    ).fetchall()
    return Counter(row[0] for row in rows)


@real
def test_chinese_families_of_the_real_file_are_those_first_filed_in_china(tmp_path: Path):
    file = next((DATA / "patsnap_zh").glob("patsnap_zh_*_1999rows.xlsx"))
    found = _states(warehouse(tmp_path, file), date(2024, 6, 1))
    assert (found["CN"], found.total()) == (1076, 1870)
    assert not ORGANISATIONS & set(found)
    # Sixteen families are known at regional offices only (fourteen by their priority): of unknown country.
    assert found[None] == 16


OFFICES = ["CN", "US", "DE", "JP", "EP", "WO", "EA", "AP", "OA", "GC", "IB", "EM"]


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    records = []
    for n in range(draw(st.integers(1, 4))):
        office = draw(st.sampled_from(OFFICES))
        claims = draw(st.lists(st.tuples(st.sampled_from(OFFICES), st.booleans()), max_size=2))
        numbers = [
            (f"WO-{o}201500000{n}{i}" if is_pct_claim else f"{o}-201500000{n}{i}", date(2015, 1, 1 + i))
            for i, (o, is_pct_claim) in enumerate(claims)
        ]
        number = f"201600{n:04d}"
        records.append(
            Record(
                f"{office}-{number}-A1", office, number, "A1", "application", date(2016, 1, 1 + n),
                priorities=numbers or None, row_no=n + 1,
                priority_country=draw(st.none() | st.sampled_from(OFFICES)),
                applicants=draw(st.none() | st.sampled_from([[(1, "A", c, None)] for c in OFFICES])),
            )
        )  # fmt: skip
    return records


@given(_records())
@settings(max_examples=15, deadline=None)
def test_no_family_is_ever_of_an_office_that_is_no_country(records: list[Record]):
    con = duckdb.connect()
    migrate(con)
    load(con, "made", Parsed(records), 1, date(2020, 1, 1))
    rebuild(con, {})
    rows = con.execute("SELECT country, country_method FROM families WHERE is_harvested").fetchall()
    assert rows
    for country, method in rows:
        assert country is None or country not in ORGANISATIONS
        assert (country is None) == (method is None)
    con.close()


def test_a_priority_at_a_regional_office_is_not_answered_by_the_publishing_one(tmp_path: Path):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    filed = [("EP-15000001", date(2015, 1, 1))]
    record = Record(
        "CN-106000001-A", "CN", "106000001", "A", "application", date(2016, 1, 1), priorities=filed, row_no=1
    )
    load(con, "made", Parsed([record]), 1, date(2020, 1, 1))
    rebuild(con, {})
    assert con.execute("SELECT country, country_method FROM families").fetchall() == [(None, None)]


@pytest.mark.parametrize(
    ("number", "country"),
    [("WO-CN2016106668", "CN"), ("WO-IB2013050676", None), ("WO-EP2008062623", None), ("EP-91103744", None),
     ("US-201462030942", "US"), ("EA-201500001", None)],
)  # fmt: skip
def test_receiving_offices(number: str, country: str | None):
    assert filing_country(number) == country


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("226634 江苏省南通市海安县老坝港镇海港村16组", "CN"),
        ("深圳市南山区高新技术产业园", "CN"),
        ("日本东京都", "JP"),
        ("美国加利福尼亚州", "US"),
        ("台湾省新竹市", "TW"),
        ("石川県白山市", None),
        ("1 Main Street, Springfield, CA", None),
        ("Atlanta, Georgia", None),
        ("12 rue X, Paris, France", "FR"),
        ("SUWON, KR [KR]", "KR"),
        ("Munich [EP]", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_name_a_country_or_none(address: str | None, country: str | None):
    assert address_country(address) == country


@given(
    st.sampled_from(OFFICES), st.lists(st.sampled_from(["CN-1", "WO-CN2016000001", None])), st.booleans(),
    st.lists(st.sampled_from(OFFICES)), st.booleans(),
)  # fmt: skip
def test_pct_is_stated_or_ruled_out_by_a_complete_list_or_unknown(
    authority, applications, states, offices, is_complete
):
    found = is_pct(authority, applications, states_pct=states, member_offices=offices, is_complete=is_complete)
    is_stated = authority == "WO" or states or "WO" in offices or "WO-CN2016000001" in applications
    if is_stated:
        assert found is True
    else:
        assert found is (False if is_complete and offices else None)
