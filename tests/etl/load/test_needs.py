"""What enrichment asks for is read from loaded records: by family, before anything is merged."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest

from etl.harvest.enrich import find_needs
from etl.load.merged.merge import families_as_loaded
from etl.load.write import PageParsed, load_pages
from etl.records import Parsed, Record
from warehouse.migrate import migrate

NOW = datetime(2021, 6, 1)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    migrate(made)
    return made


def record(number: str, day: int, row: int, family: str | None = None, **fields: object) -> Record:
    authority, plain, kind = number.split("-")
    return Record(
        number, authority, plain, kind, "application", date(2020, 1, day), source_family_id=family, row_no=row, **fields
    )


def load(con: duckdb.DuckDBPyConnection, page: int, records: list[Record], technology: str | None = "chip") -> None:
    load_pages(con, 1, [PageParsed(page, "epo_ops", NOW, Parsed(records), technology, "q")])


def needs(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    with families_as_loaded(con):
        found = find_needs(con, "epo_ops", 1)
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM publications").fetchone() == (0,), "nothing is merged for it"
    return {(need.purpose, need.publication_number) for need in found}


def test_each_family_is_asked_for_what_none_of_its_members_states(con: duckdb.DuckDBPyConnection) -> None:
    load(con, 1, [
        record("EP-1000001-A1", 1, 1, "docdb:1"),
        record("US-1000001-A1", 2, 2, "docdb:1", claim_count=9),  # the family's claims are known
        record("EP-2000002-A1", 3, 3, "docdb:2", cited_by=[]),  # nobody cites it: that is an answer
        record("CN-3000003-A", 4, 4),  # in a family of its own that no source names; no full text of this office
    ])  # fmt: skip
    load(con, 2, [record("EP-2000002-A1", 3, 1, "docdb:2", legal_events=[], part="legal")], technology=None)
    assert needs(con) == {
        ("citing", "EP-1000001-A1"), ("citing", "US-1000001-A1"), ("citing", "CN-3000003-A"),
        ("claims", "EP-2000002-A1"),
        ("legal", "EP-1000001-A1"), ("legal", "CN-3000003-A"),
        ("family", "CN-3000003-A"),
    }  # fmt: skip


def test_what_was_asked_or_belongs_to_no_technology_is_left_out(con: duckdb.DuckDBPyConnection) -> None:
    load(con, 1, [record("CN-3000003-A", 4, 1)])
    load(con, 2, [record("CN-4000004-A", 4, 1)], technology=None)
    con.execute("INSERT INTO enrichments VALUES ('epo_ops', 'citing', 'CN-3000003-A', 1, 'landed', ?)", [NOW])
    assert needs(con) == {("legal", "CN-3000003-A"), ("family", "CN-3000003-A")}
    con.execute("UPDATE source_hits SET withdrawn_run = 1")
    assert needs(con) == set()


def test_a_family_of_a_small_technology_is_worth_more(con: duckdb.DuckDBPyConnection) -> None:
    load(con, 1, [record(f"CN-{n}-A", 4, n % 10 + 1) for n in (5000001, 5000002, 5000003)], technology="lidar")
    load(con, 2, [record("CN-6000001-A", 4, 1)])
    with families_as_loaded(con):
        found = find_needs(con, "epo_ops", 1)
    assert found[0].publication_number == "CN-6000001-A"
    assert found[0].value == pytest.approx(3 * found[-1].value)


def test_what_the_local_reading_refused_is_not_asked_about_later(con: duckdb.DuckDBPyConnection) -> None:
    load(con, 1, [record("CN-3000003-A", 4, 1), record("CN-4000004-A", 4, 2)])
    con.execute("INSERT INTO memberships VALUES ('chip', 'q', 'CN-4000004-A', 0, NULL, 'local', true)")
    with families_as_loaded(con):
        assert {need.publication_number for need in find_needs(con, "epo_ops", 2)} == {"CN-4000004-A"}
