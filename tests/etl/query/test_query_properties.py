"""Every way of asking one query means the same: parsed, canonical, local, in bulk, at OPS, at Lens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.query.ast import And, Not, Or, Query, Symbol, Text, leaves
from etl.query.batch import evaluate_frame
from etl.query.canonical import canonical, query_hash
from etl.query.document import Document
from etl.query.evaluate import compile_local, evaluate
from etl.query.parser import parse
from etl.query.text import fold, tokens
from etl.sources.epo_ops.query.compile import STOP_WORDS, compile_ops
from etl.sources.epo_ops.query.cql import evaluate_cql
from etl.sources.epo_ops.query.parts import fits, ops_parts
from etl.sources.lens.compile import compile_lens
from etl.sources.lens.query_json import evaluate_lens
from tests.etl.query.oracle import QUERIES, documents, kleene, naive_cql, naive_lens, naive_tokens

FIXED = settings(derandomize=True, max_examples=120, deadline=None)
COMPLETE = st.lists(documents(complete=True), min_size=1, max_size=4)
PARTIAL = st.lists(documents(complete=False), min_size=1, max_size=4)


@FIXED
@given(QUERIES)
def test_the_text_of_a_query_parses_back_to_it(query: Query) -> None:
    assert parse(str(query)) == query


@FIXED
@given(QUERIES, PARTIAL)
def test_local_evaluation_equals_a_second_implementation(query: Query, docs: list[Document]) -> None:
    run = compile_local(query)
    for doc in docs:
        assert evaluate(query, doc) is kleene(query, doc)
        assert run(doc) is evaluate(query, doc)


@FIXED
@given(QUERIES, PARTIAL)
def test_the_canonical_form_is_settled_and_means_the_same(query: Query, docs: list[Document]) -> None:
    form = canonical(query)
    assert canonical(form) == form
    assert query_hash(form) == query_hash(query)
    for doc in docs:
        assert evaluate(form, doc) is evaluate(query, doc)


@FIXED
@given(st.lists(QUERIES, min_size=2, max_size=3), PARTIAL)
def test_de_morgan_and_order(parts: list[Query], docs: list[Document]) -> None:
    left: Query = Not(And(tuple(parts)))
    right: Query = Or(tuple(Not(part) for part in reversed(parts)))
    assert canonical(left) == canonical(right)
    assert query_hash(left) == query_hash(right)
    for doc in docs:
        assert evaluate(left, doc) is evaluate(right, doc)


@FIXED
@given(QUERIES, documents(complete=False), documents(complete=True))
def test_what_is_decided_stays_so_when_the_missing_text_arrives(query: Query, doc: Document, other: Document) -> None:
    decided = evaluate(query, doc)
    names = ("titles", "abstracts", "claims", "ipc", "cpc", "applicants", "publication_date", "filing_date")
    filled = replace(doc, **{name: getattr(other, name) for name in names if getattr(doc, name) is None})
    if decided is not None:
        assert evaluate(query, filled) is decided
    assert evaluate(query, other) is not None


def _is_exact_at_ops(query: Query) -> bool:
    """No claims, filing dates, stop words, excluded groups or subgroups: nothing of it is widened."""
    if any(leaf.field in {"cl", "ad"} for leaf in leaves(query)):
        return False
    if any(isinstance(leaf, Text) and STOP_WORDS & set(leaf.tokens) for leaf in leaves(query)):
        return False

    def barred_groups(part: Query) -> bool:
        if isinstance(part, And | Or):
            return any(barred_groups(operand) for operand in part.operands)
        return isinstance(part, Not) and isinstance(part.operand, Symbol) and "/" in part.operand.symbol

    return not barred_groups(canonical(query))


@FIXED
@given(QUERIES, COMPLETE, st.none() | st.dates(date(2000, 1, 1), date(2003, 1, 1)), st.sampled_from([None, "CN", "US"]))
def test_ops_finds_at_least_what_satisfies_the_query(
    query: Query, docs: list[Document], since: date | None, office: str | None
) -> None:
    cql = compile_ops(query, since, date(2003, 6, 30) if since else None, office)
    for doc in docs:
        day = doc.publication_date
        inside = (since is None or (day is not None and since <= day <= date(2003, 6, 30))) and office in {None, "CN"}
        wanted = bool(evaluate(query, doc)) and inside
        found = naive_cql(cql, doc)
        assert found >= wanted, cql
        if _is_exact_at_ops(query):
            assert found == wanted, cql
        assert evaluate_cql(cql, doc) is found, cql


@FIXED
@given(QUERIES, PARTIAL)
def test_a_service_with_less_text_still_finds_what_is_certain(query: Query, docs: list[Document]) -> None:
    cql, body = compile_ops(query), compile_lens(query)
    for doc in docs:
        if evaluate(query, doc) is True and doc.publication_date is not None and doc.filing_date is not None:
            assert naive_cql(cql, doc)
            assert naive_lens(body, doc)
        if evaluate(query, doc) is False:
            assert not naive_lens(body, doc)


@settings(FIXED, max_examples=150)
@given(st.lists(QUERIES, min_size=3, max_size=8), COMPLETE, st.booleans())
def test_parts_keep_the_limits_of_ops_and_lose_nothing(several: list[Query], docs: list[Document], both: bool) -> None:
    query: Query = (And if both else Or)(tuple(several))
    parts = ops_parts(query)
    assert all(fits(part) for part in parts)
    for doc in docs:
        if evaluate(query, doc):
            assert any(naive_cql(compile_ops(part), doc) for part in parts)


@FIXED
@given(QUERIES, COMPLETE, st.none() | st.dates(date(2000, 1, 1), date(2003, 1, 1)))
def test_lens_finds_exactly_what_satisfies_the_query(query: Query, docs: list[Document], since: date | None) -> None:
    body = compile_lens(query, since, None, "CN" if since else None)
    for doc in docs:
        day = doc.publication_date
        wanted = bool(evaluate(query, doc)) and (since is None or (day is not None and day >= since))
        assert naive_lens(body, doc) is wanted
        assert evaluate_lens({"query": body}, doc) is wanted


SCHEMA = {
    **dict.fromkeys(("titles", "abstracts", "claims", "applicants", "ipc", "cpc"), pl.List(pl.String)),
    **dict.fromkeys(("publication_date", "filing_date"), pl.Date),
}


@settings(FIXED, max_examples=200)
@given(st.lists(QUERIES, min_size=1, max_size=3), st.lists(documents(complete=False), min_size=1, max_size=5))
def test_in_bulk_as_one_by_one(queries: list[Query], docs: list[Document]) -> None:
    frame = pl.DataFrame([{name: getattr(doc, name) for name in SCHEMA} for doc in docs], schema=SCHEMA)
    found = evaluate_frame({str(i): query for i, query in enumerate(queries)}, frame)
    for i, query in enumerate(queries):
        assert found[str(i)].to_list() == [evaluate(query, doc) for doc in docs]


@settings(FIXED, max_examples=300)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=["Cn", "Cs"])))
def test_folding_any_text(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    frame = pl.DataFrame({"titles": [[text]]}, schema={"titles": pl.List(pl.String)})
    for word in tokens(text)[:3]:
        if len(word) > 1 and '"' not in word:
            query = parse(f'ti:"{word}"')
            assert evaluate(query, Document(titles=[text])) is True
            assert evaluate_frame({"q": query}, frame)["q"].to_list() == [True]


@FIXED
@given(st.text(alphabet="aB光刻-, ＡéЖ1、。\t", max_size=20))
def test_tokens_equal_a_second_implementation(text: str) -> None:
    assert tokens(text) == naive_tokens(text)
