"""The SELECT means what the local evaluation means, or says more: run by a real engine over made nested rows."""

# ruff: noqa: E501 - lists of words and rows are read as tables

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.catalogue.load import packaged_catalogue
from etl.google.record import google_record
from etl.query.ast import And, Dates, Not, Or, Query, Symbol, Text, leaves
from etl.query.canonical import query_hash
from etl.query.document import Document
from etl.query.evaluate import evaluate
from etl.query.parser import parse
from etl.query.text import tokens
from etl.sources.google_bigquery.parse import parse as parse_page
from etl.sources.google_bigquery.select import membership_column, select
from etl.sources.registry import source
from etl.sources.settings import default_section
from office.service.googlesql import TABLE, Engine
from office.service.nested import SCHEMA

FIRST, LAST = date(1990, 1, 1), date(2030, 12, 31)
# Words that meet and part in every way: plural, hyphen, full width, compatibility forms, Han beside letters, underscore.
PHRASES = ("lidar", "lidars", "common rail", "common-rail", "commonrail", "Ｌｉｄａｒ", "光刻机", "光 刻", "光刻lidar", "3D_print",
           "laser, radar", "ﬁlm x²", "Straße", "ŒUVRE", "カメラ", "ひかり", "don't", "a\nb", "rail common", "ⅣA", "κός", "⺀光")  # fmt: skip
CODES = ("G01S17/08", "G01S17/89", "G01S7/02", "H01L21/02", "H01L21/027", "H01L", "h01l21/02", "H01L 21/02",
         "H01L0021020000", "A61K-0039/00", "G01S17/8", "6 A 21 C", "H01Z1/00", "B41J2/00", "nonsense", "", "H01L1/2/3")  # fmt: skip
STEMS = ("G01S", "G01S17/", "G01S17/08", "G01S17/0*", "H01L21/02", "H01L21/02*", "H01", "H01L", "B41", "A61K", "A21C")
text = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3).map(" ".join)
localised = st.lists(st.builds(lambda t, c: {"text": t, "language": c, "truncated": None}, text,
                               st.sampled_from(("en", "zh", None))), max_size=2)  # fmt: skip
codes = st.lists(st.builds(lambda c, f: {"code": c, "first": f}, st.sampled_from(CODES), st.booleans()), max_size=3)
days = st.sampled_from((0, 20010101, 20051231, 20060630, 20210531))
rows = st.lists(
    st.fixed_dictionaries({
        "title_localized": localised, "abstract_localized": localised, "claims_localized": localised, "ipc": codes,
        "cpc": codes, "assignee": st.lists(text, max_size=2), "filing_date": days,
        "assignee_harmonized": st.lists(st.builds(lambda n: {"name": n, "country_code": "CN"}, text), max_size=2),
        "publication_date": st.sampled_from((19951231, 20010101, 20060630, 20210531)),
    }), min_size=1, max_size=6,
)  # fmt: skip
words = st.sampled_from([tuple(tokens(phrase)) for phrase in PHRASES if tokens(phrase)])
terms = st.one_of(
    st.builds(Text, st.sampled_from(("ti", "ab", "tiab", "cl", "pa")), words),
    st.builds(lambda f, w: Text(f, (w,), truncated=True), st.sampled_from(("ti", "tiab")), st.sampled_from(("lid", "com"))),
    st.builds(Symbol, st.sampled_from(("ipc", "cpc")), st.sampled_from(STEMS)),
    st.builds(lambda f, d: Dates(f, *d), st.sampled_from(("pd", "ad")),
              st.sampled_from(((date(2001, 1, 1), date(2006, 6, 30)), (None, date(2005, 12, 31)), (date(2006, 1, 1), None)))),
)  # fmt: skip
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(lambda a, b: And((a, b)), inner, inner), st.builds(lambda a, b: Or((a, b)), inner, inner)
    ),
    max_leaves=6,
)  # fmt: skip


def numbered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"publication_number": f"CN-{101000000 + n}-A", "family_id": str(n), **row} for n, row in enumerate(found, 1)
    ]


def document(row: dict[str, Any]) -> Document:
    record = google_record(row, 1, [], {})
    assert record is not None
    return Document(
        [t for _, t in record.titles] if record.titles else None, [t for _, t in record.abstracts] if record.abstracts else None,
        [record.claims_text] if record.claims_text else None, record.ipc, record.cpc,
        [name for _, name, _, _ in record.applicants if name] if record.applicants else None,
        record.publication_date, record.filing_date,
    )  # fmt: skip


def satisfied(asked: dict[str, Query], table: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The publications whose row says that it satisfies each query, as the engine answers."""
    sql = select(asked, TABLE, first=FIRST, last=LAST)
    result = Engine(pl.DataFrame(table, schema=SCHEMA)).run(sql)
    names = [field["name"] for field in result.fields]
    found: dict[str, set[str]] = {key: set() for key in asked}
    for row in result.rows:
        values = dict(zip(names, (cell["v"] for cell in row["f"]), strict=True))
        for key in asked:
            if values[membership_column(key)] == "true":
                found[key].add(values["publication_number"])
    return found


def says_more(query: Query) -> bool:
    """Whether the SELECT may say more: odd spellings of symbols, claims in several languages or excluded."""
    return any(isinstance(leaf, Symbol) or (isinstance(leaf, Text) and leaf.field == "cl") for leaf in leaves(query))


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(queries, min_size=4, max_size=8), rows)
def test_the_select_finds_what_the_local_evaluation_finds_or_more(
    asked: list[Query], found: list[dict[str, Any]]
) -> None:
    table = numbered(found)
    by_hash = {query_hash(query): query for query in asked}
    said = satisfied(by_hash, table)
    for key, query in by_hash.items():
        for row in table:
            local, number = evaluate(query, document(row)), row["publication_number"]
            if local is True:
                assert number in said[key], (str(query), row)
            if local is False and not says_more(query):
                assert number not in said[key], (str(query), row)


def one(query: str, **stated: Any) -> bool:
    row = {"publication_date": 20210531, "filing_date": 20200101, **stated}
    parsed = parse(query)
    return bool(satisfied({query_hash(parsed): parsed}, numbered([row]))[query_hash(parsed)])


def texts(*found: str) -> list[dict[str, Any]]:
    return [{"text": text, "language": "en"} for text in found]


def test_phrases_do_not_run_from_one_text_into_the_next() -> None:
    assert one('ti:"common rail"', title_localized=texts("A common-rail pump"))
    assert not one('ti:"common rail"', title_localized=texts("in common", "rail pump"))


def test_an_exclusion_that_cannot_be_told_is_left_to_the_local_evaluation() -> None:
    claims = texts("1. A toy.")
    assert one("lidar AND NOT cl:toy", title_localized=texts("Lidar"), claims_localized=claims)
    odd = [{"code": "A63H 3/00", "first": True}]
    assert one("lidar AND NOT ipc:A63H", title_localized=texts("Lidar"), ipc=odd)
    assert not one("lidar AND NOT ipc:A63H", title_localized=texts("Lidar"), ipc=[{"code": "A63H3/00", "first": True}])
    assert not one("lidar AND NOT toy", title_localized=texts("Lidar"), abstract_localized=texts("A toy."))


def test_a_symbol_in_another_spelling_counts_by_its_subclass() -> None:
    for spelling in ("H01L 21/02", "H01L0021020000", "H01L-0021/02", "3 H 01 L"):
        assert one("ipc:H01L21/02", ipc=[{"code": spelling, "first": True}]), spelling
    assert not one("ipc:H01L21/02", ipc=[{"code": "H01L21/027", "first": True}])


def test_quotes_and_backslashes_stay_within_their_text() -> None:
    strange = Text("ti", ("a'b\\", "c"))
    sql = select({query_hash(strange): strange}, TABLE, first=FIRST, last=LAST)
    assert Engine(pl.DataFrame(schema=SCHEMA)).run(sql).rows == []


def test_all_packaged_queries_fit_into_one_select_that_names_no_more_than_it_needs() -> None:
    from sqlglot import exp, parse_one

    listed = packaged_catalogue().technologies
    asked = {t.query_hash: t.parsed for t in listed if t.parsed is not None and t.query_hash}
    sql = select(asked, TABLE, first=FIRST, last=LAST, claims=False)
    assert len(sql.encode()) < 1_000_000, "BigQuery's limit"
    tree = parse_one(sql, dialect="bigquery")
    assert {f"q_{key}" for key in asked} <= {column.alias_or_name for column in tree.expressions}
    named = {column.name for column in tree.find_all(exp.Column)}
    assert not {"claims_localized", "description_localized", "tree", "inventor"} & named, "each column read is paid for"


def test_claims_are_read_where_a_query_searches_them() -> None:
    query = parse("cl:lidar")
    sql = select({query_hash(query): query}, TABLE, first=FIRST, last=LAST, claims=False)
    assert "found.claims_localized" in sql


def test_a_page_reads_as_the_rows_it_was_made_of() -> None:
    """Numbers, dates and nested lists come through REST's notation as they stand in the table."""
    table = numbered([
        {"publication_date": 20210531, "filing_date": 20200101, "priority_date": 20190101, "title_localized": texts("Lidar"),
         "ipc": [{"code": "G01S7/02", "first": False}, {"code": "G01S17/08", "first": True}], "family_id": "77",
         "assignee_harmonized": [{"name": "FIRM", "country_code": "CN"}],
         "priority_claim": [{"application_number": "CN-201910000001-A", "filing_date": 20190101}]},
        {"publication_date": 20210601, "citation": [{"publication_number": "CN-101000001-A", "category": "SEA"}]},
        {"publication_date": 20210602, "family_id": "77", "citation": [{"publication_number": "CN-101000001-A"}] * 2},
        {"publication_date": 20210603, "family_id": "-1", "title_localized": texts("lidar")},
    ])  # fmt: skip
    query = parse("lidar")
    result = Engine(pl.DataFrame(table, schema=SCHEMA)).run(
        select({query_hash(query): query}, TABLE, first=FIRST, last=LAST)
    )
    page = {"kind": "bigquery#getQueryResultsResponse", "jobComplete": True, "totalRows": str(len(result.rows)),
            "schema": {"fields": result.fields}, "rows": result.rows}  # fmt: skip
    parsed = parse_page(json.dumps(page).encode(), None)
    assert (parsed.rejects, parsed.leftover, parsed.total) == ([], {}, 2)
    by_number = {record.publication_number: record for record in parsed.records}
    first, alone = by_number["CN-101000001-A"], by_number["CN-101000004-A"]
    assert first.cited_by == [("CN-101000002-A", date(2021, 6, 1)), ("CN-101000003-A", date(2021, 6, 2))]
    assert first.citation_count == 2
    assert first.family_members == ["CN-101000001-A", "CN-101000003-A"]
    assert first.is_pct is False, "all members are known, and none is of WO"
    assert first.ipc == ["G01S17/08", "G01S7/02"]
    assert (first.applicants, first.priority_date) == ([(1, "FIRM", "CN", None)], date(2019, 1, 1))
    assert (alone.cited_by, alone.family_members, alone.is_pct) == ([], None, None)
    assert sorted(parsed.hits) == [(query_hash(query), number) for number in sorted(by_number)]


def test_what_catalogue_shows_is_this_select() -> None:
    query = parse("lidar")
    asked = source("google_bigquery").compiled(query, default_section("google_bigquery"))
    assert asked == [select({query_hash(query): query}, TABLE, first=date.min, last=date.max)]
