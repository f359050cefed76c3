"""Loading and merging: versions by source, families, states as of a date, citations, memberships."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from etl.load.merged.merge import rebuild
from etl.load.write import PageParsed, load_pages
from etl.query.canonical import query_hash
from etl.query.parser import parse
from etl.records import Parsed, Record, Reject
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

QUERY = parse('ti:"lithography machine" OR ti:光刻机')
HASH = query_hash(QUERY)


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    for source, rank in (("epo_ops", 10), ("lens", 20)):
        con.execute("INSERT INTO sources VALUES (?, ?, NULL, true, ?, '{}')", [source, source, rank])
    return con


def record(number: str, published: str | None = "2010-01-01", **fields: object) -> Record:
    authority, digits, kind = number.split("-")
    fields.setdefault("titles", [("en", "A lithography machine")])
    return Record(
        number, authority, digits, kind, "application" if kind.startswith("A") else "grant",
        date.fromisoformat(published) if published else None, **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def load(
    con: duckdb.DuckDBPyConnection, *records: Record, source: str = "epo_ops", page: int = 1, when: str = "2021-06-01",
    technology: str | None = "lithography-machine", query: str = HASH, rejects: list[Reject] | None = None,
):  # fmt: skip
    for i, r in enumerate(records, 1):
        r.row_no = i
    received = datetime.fromisoformat(when)
    con.execute(
        "INSERT INTO pages BY NAME SELECT ? AS page_id, 1 AS run_id, ? AS source, 'k' AS request_key, '{}' AS request,"
        " ? AS received_at, ?::DATE AS service_date, 'landed' AS state",
        [page, source, received, when],
    )
    with transaction(con):
        parsed = Parsed(list(records), rejects or [])
        return load_pages(con, 1, [PageParsed(page, source, received, parsed, technology, query)])


def merged(con: duckdb.DuckDBPyConnection) -> None:
    rebuild(con, {HASH: QUERY})


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()


def test_the_same_record_again_makes_no_version_and_a_changed_one_closes_the_old(con):
    assert load(con, record("CN-1-A", claim_count=3)).new == 1
    assert load(con, record("CN-1-A", claim_count=3), page=2).unchanged == 1
    assert load(con, record("CN-1-A", claim_count=4), page=3, when="2021-07-01").changed == 1
    versions = rows(con, "SELECT claim_count, valid_to FROM source_records ORDER BY valid_from, claim_count")
    assert versions == [(3, datetime(2021, 7, 1)), (4, None)]
    assert rows(con, "SELECT count(*) FROM source_hits") == [(1,)]


def test_unknown_stays_unknown_and_none_stays_none(con):
    load(con, record("CN-1-A", cites=[], cited_by=None, applicants=[(1, "甲", None, None)]))
    assert rows(con, "SELECT cites, cited_by, claim_count, applicants[1].country FROM source_records") == [
        ([], None, None, None)
    ]


def test_rejects_are_kept_with_their_page(con):
    load(con, rejects=[Reject("Row 7: no date.", row_no=7, found="x" * 9000, item="y")])
    found = rows(con, "SELECT page_id, source, row_no, reason, length(found) FROM rejects")
    assert found == [(1, "epo_ops", 7, "Row 7: no date.", 4000)]
    assert rows(con, "SELECT state, reject_count FROM pages") == [("loaded", 1)]


def test_fields_merge_from_the_source_that_states_them(con):
    load(con, record("CN-1-A", titles=[("zh", "光刻机")], applicants=[(1, "甲公司", "CN", None)]))
    load(
        con, record("CN-1-A", titles=[("en", "Lithography machine")], claim_count=9,
                    applicants=[(1, "JIA CO", None, "Beijing")]),
        source="lens", page=2,
    )  # fmt: skip
    merged(con)
    row = rows(con, "SELECT title_zh, title_en, claim_count, sources, field_source->>'claim_count' FROM publications")
    assert row == [("光刻机", "Lithography machine", 9, ["epo_ops", "lens"], "lens")]
    assert rows(con, 'SELECT "name", country, address FROM applicants') == [("甲公司", "CN", "Beijing")]


def families(con: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    found = rows(con, "SELECT list(publication_number) FROM publications GROUP BY family_key")
    return {frozenset(r[0]) for r in found}  # type: ignore[arg-type]


def test_families_by_source_id_members_priorities_and_application(con):
    day = date(2009, 1, 1)
    load(
        con,
        record("CN-1-A", source_family_id="docdb:7"), record("US-2-A1", source_family_id="docdb:7"),
        record("EP-3-A1", family_members=["EP-3-A1", "JP-4-A"]), record("JP-4-A"),
        record("KR-5-A", priorities=[("KR-50", day), ("KR-51", day)]),
        record("DE-6-A1", priorities=[("KR-51", day), ("KR-50", day)]),
        record("FR-7-A1", priorities=[("KR-50", day)]),
        record("CN-8-A", application_number="CN-80"), record("CN-9-B", application_number="CN-80"),
        record("RU-10-A"),
    )  # fmt: skip
    merged(con)
    assert families(con) == {
        frozenset({"CN-1-A", "US-2-A1"}), frozenset({"EP-3-A1", "JP-4-A"}), frozenset({"KR-5-A", "DE-6-A1"}),
        frozenset({"FR-7-A1"}), frozenset({"CN-8-A", "CN-9-B"}), frozenset({"RU-10-A"}),
    }  # fmt: skip
    assert rows(con, "SELECT family_id, members FROM families WHERE family_id LIKE 'docdb:%'") == [("docdb:7", 2)]


def test_one_number_through_all_kinds_is_one_application_where_nothing_else_is_stated(con):
    load(
        con, record("CN-101234567-A"), record("CN-101234567-B"), record("CN-1234567-A"), record("CN-1234567-C"),
        record("US-7650331-A1"), record("US-7650331-B2"), record("EP-1000000-A1"), record("EP-1000000-B1"),
    )  # fmt: skip
    merged(con)
    assert families(con) == {
        frozenset({"CN-101234567-A", "CN-101234567-B"}), frozenset({"EP-1000000-A1", "EP-1000000-B1"}),
        frozenset({"CN-1234567-A"}), frozenset({"CN-1234567-C"}), frozenset({"US-7650331-A1"}),
        frozenset({"US-7650331-B2"}),
    }  # fmt: skip


def test_a_publication_without_a_family_attaches_but_never_joins_two_named_families(con):
    day = date(2009, 1, 1)
    load(
        con,
        record("CN-1-A", source_family_id="docdb:7", priorities=[("CN-10", day)]),
        record("US-2-A1", source_family_id="docdb:8", application_number="US-20", priorities=[("US-99", day)]),
        record("US-3-B2", application_number="US-20", priorities=[("CN-10", day)]),
    )
    merged(con)
    assert families(con) == {frozenset({"CN-1-A", "US-3-B2"}), frozenset({"US-2-A1"})}


def test_states_are_what_was_known_as_of_each_date(con):
    load(
        con,
        record("CN-1-A", "2010-01-01", source_family_id="docdb:7", filing_date=date(2008, 5, 1),
               legal_status="inactive", lapse_date=date(2012, 1, 1), legal_events=[]),
        record("US-2-A1", "2011-01-01", source_family_id="docdb:7", filing_date=date(2007, 5, 1), claim_count=12,
               applicants=[(1, "X", "US", None)], ipc=["G03F7/20"], legal_status="active",
               legal_events=[(date(2013, 1, 1), "AS", "assignment", None)]),
        record("WO-3-A1", "2012-06-01", source_family_id="docdb:7", claim_count=99, is_pct=True, legal_status="active",
               legal_events=[]),
    )  # fmt: skip
    merged(con)
    states = rows(
        con,
        "SELECT valid_from, filing_date, office_country, residence_country, main_subclass, claim_count, is_pct,"
        " in_force, has_legal_event FROM family_states ORDER BY valid_from",
    )
    cn = date(2010, 1, 1), date(2008, 5, 1), "CN", None, None, None, None, True, False
    assert states[0] == cn
    us = date(2011, 1, 1), date(2007, 5, 1), "CN", "US", "G03F", 12, None, True, False
    assert states[1] == us
    assert [s[0] for s in states[2:]] == [date(2012, 1, 1), date(2012, 6, 1), date(2013, 1, 1)]
    assert states[3][6] is True  # PCT from the WO publication on
    assert states[3][5] == 12  # the earliest member with a known count, not the newest
    assert states[4][8] is True  # the assignment
    spans = rows(con, "SELECT valid_from, valid_to FROM family_states ORDER BY valid_from")
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert spans[-1][1] == date(9999, 12, 31)


def test_citations_once_per_citing_family_at_its_earliest_date(con):
    load(
        con,
        record("CN-1-A", "2010-01-01", cited_by=[("US-2-A1", None), ("US-3-B2", None), ("JP-9-A", None)]),
        record("US-2-A1", "2012-01-01", source_family_id="docdb:8"),
        record("US-3-B2", "2014-01-01", source_family_id="docdb:8", cites=[("CN-1", "SEA", "X")]),
    )
    merged(con)
    edges = rows(
        con,
        "SELECT f.family_id, c.cited_on, c.date_basis FROM family_citations AS c"
        " JOIN families AS f ON f.family_key = c.citing_family_key ORDER BY 2",
    )
    assert edges == [("docdb:8", date(2012, 1, 1), "publication"), ("JP-9-A", date(2021, 6, 1), "received")]
    assert rows(con, "SELECT is_harvested FROM families WHERE family_id = 'JP-9-A'") == [(False,)]


def test_a_family_never_cites_itself(con):
    load(con, record("CN-1-A", source_family_id="docdb:7", cites=[("US-2-A1", None, None)]),
         record("US-2-A1", source_family_id="docdb:7"))  # fmt: skip
    merged(con)
    assert rows(con, "SELECT * FROM family_citations") == []


def test_source_counts_are_kept_apart_by_source_and_kind(con):
    load(con, record("CN-1-A", source_family_id="docdb:7", citation_count=3, citation_count_kind="publication"),
         record("CN-2-A", source_family_id="docdb:7", citation_count=4, citation_count_kind="publication"))  # fmt: skip
    load(con, record("CN-1-A", citation_count=50, citation_count_kind="family"), source="lens", page=2)
    merged(con)
    assert rows(con, "SELECT source, kind, citation_count FROM family_citation_counts ORDER BY source") == [
        ("epo_ops", "member_sum", 7), ("lens", "family_count", 50),
    ]  # fmt: skip


def test_membership_is_decided_locally_where_the_text_can(con):
    load(con, record("CN-1-A"), record("CN-2-A", titles=[("en", "A coffee machine")]), record("CN-3-A", titles=None))
    load(con, record("CN-4-A", titles=[("en", "A coffee machine")]), page=2, query="import", technology="chip")
    merged(con)
    found = rows(con, "SELECT technology_id, publication_number, basis FROM memberships ORDER BY 2")
    assert found == [
        ("lithography-machine", "CN-1-A", "local"), ("lithography-machine", "CN-3-A", "source"),
        ("chip", "CN-4-A", "import"),
    ]  # fmt: skip


def test_rebuilding_gives_the_same_tables(con):
    test_families_by_source_id_members_priorities_and_application(con)
    tables = ("publications", "families", "family_states", "memberships", "family_memberships", "ipc", "applicants")
    before = [rows(con, f"FROM {t}") for t in tables]
    merged(con)
    assert [rows(con, f"FROM {t}") for t in tables] == before


def test_a_publication_without_a_date_is_kept_but_belongs_to_no_date(con):
    load(con, record("CN-1-A", None))
    merged(con)
    assert rows(con, "SELECT count(*) FROM publications") == [(1,)]
    assert rows(con, "SELECT count(*) FROM family_states") == [(0,)]
    assert rows(con, "SELECT count(*) FROM family_memberships") == [(0,)]
