"""Every kind of term on every document of a small grid, through every evaluator: nothing is left to chance."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from etl.query.ast import And, Dates, Not, Or, Query, Symbol, Text
from etl.query.batch import evaluate_frame
from etl.query.document import Document
from etl.query.evaluate import evaluate
from etl.sources.epo_ops.query.compile import compile_ops
from etl.sources.epo_ops.query.cql import evaluate_cql
from etl.sources.epo_ops.query.parts import fits, ops_parts
from etl.sources.lens.compile import compile_lens
from etl.sources.lens.query_json import evaluate_lens
from tests.etl.query.oracle import SYMBOLS, kleene, naive_cql, naive_lens

DAYS = [date(2001, 1, 1), date(2001, 6, 1), date(2001, 12, 31)]
TEXTS = [
    "", "common rail", "Common-Rail system", "rail common", "commonrail", "railway", "common, rail", "common。rail",
    "光刻机", "光 刻\n机", "刻光", "光CMP刻", "CMP光", "xCMP", "ＣＯＭＭＯＮ　ＲＡＩＬ", "μm ½ 光",
    "lithography", "lithographic", "litho", "photolithography",
]  # fmt: skip
PHRASES = [("common", "rail"), ("rail",), ("光", "刻"), ("刻", "机"), ("cmp",), ("光", "cmp"), ("cmp", "光"), ("μm",)]
STEMS = ["litho", "lithograph", "rai", "com"]
CODES = [*SYMBOLS, "F", "G", "G03", "G03F", "G03F7/", "G03F7/2*", "G03F7/20*", "H01L21/", "H01L21/02*"]
RANGES = [(a, b) for a in (None, *DAYS) for b in (None, *DAYS) if (a or b) and not (a and b and a > b)]
TERMS: list[Query] = [
    *(Text(field, tokens) for field in ("ti", "ab", "tiab", "cl", "pa") for tokens in PHRASES),
    *(Text(field, (stem,), truncated=True) for field in ("ti", "tiab", "cl") for stem in STEMS),
    *(Symbol(field, symbol) for field in ("ipc", "cpc") for symbol in CODES),
    *(Dates(field, first, last) for field in ("pd", "ad") for first, last in RANGES),
]
DOCUMENTS = [
    *(Document([text], [], [text], [], [], [text], DAYS[1], DAYS[0]) for text in TEXTS),
    *(Document([], [text, "rail"], [], [], [], [], DAYS[1], DAYS[0]) for text in TEXTS),
    *(Document([], [], [], [symbol], [], [], DAYS[1], DAYS[0]) for symbol in SYMBOLS),
    *(Document([], [], [], [], [symbol, "A01B1/00"], [], DAYS[1], DAYS[0]) for symbol in SYMBOLS),
    *(Document([], [], [], [], [], [], published, filed) for published in DAYS for filed in DAYS if filed <= published),
    Document(),
    Document(["rail"], None, None, None, ["H01L21/02"], None, None, DAYS[0]),
]
COLUMNS = {
    **dict.fromkeys(("titles", "abstracts", "claims", "applicants", "ipc", "cpc"), pl.List(pl.String)),
    **dict.fromkeys(("publication_date", "filing_date"), pl.Date),
}


@pytest.mark.parametrize("negated", [False, True])
def test_every_term_on_every_document(negated: bool) -> None:
    frame = pl.DataFrame([{name: getattr(doc, name) for name in COLUMNS} for doc in DOCUMENTS], schema=COLUMNS)
    queries = {str(i): Not(term) if negated else term for i, term in enumerate(TERMS)}
    bulk = evaluate_frame(queries, frame)
    for name, query in queries.items():
        cql, lens = compile_ops(query), compile_lens(query)
        for row, doc in enumerate(DOCUMENTS):
            truth = kleene(query, doc)
            what = f"{query} on {doc}"
            assert evaluate(query, doc) is truth, what
            assert bulk[name][row] is truth, what
            assert evaluate_cql(cql, doc) is naive_cql(cql, doc), what
            if truth is not None:
                assert naive_lens(lens, doc) is truth, what
                assert evaluate_lens(lens, doc) is truth, what
            if truth and doc.publication_date is not None:
                assert naive_cql(cql, doc), what


def test_terms_asked_together_in_bulk_are_found_as_alone() -> None:
    frame = pl.DataFrame([{name: getattr(doc, name) for name in COLUMNS} for doc in DOCUMENTS], schema=COLUMNS)
    whole = Or(tuple(TERMS))
    found = evaluate_frame({"or": whole, "and not": And((Not(whole), TERMS[0]))}, frame)
    assert found["or"].to_list() == [kleene(whole, doc) for doc in DOCUMENTS]
    assert found["and not"].to_list() == [kleene(And((Not(whole), TERMS[0])), doc) for doc in DOCUMENTS]


def test_parts_find_every_pair_of_a_product_of_alternatives() -> None:
    left = [f"left{n}" for n in range(15)]
    right = [f"right{n}" for n in range(25)]
    query = And((
        Or(tuple(Text("tiab", (word,)) for word in left)),
        Or(tuple(Text("ti", (word, "x")) for word in right)),
        Not(Symbol("ipc", "B41")),
    ))  # fmt: skip
    parts = ops_parts(query)
    assert all(fits(part) for part in parts)
    compiled = [compile_ops(part) for part in parts]
    for one in left:
        for other in right:
            doc = Document([f"{other} x {one}"], publication_date=DAYS[0])
            assert sum(naive_cql(cql, doc) for cql in compiled) >= 1
    assert not any(naive_cql(cql, Document(["left1 right1"], publication_date=DAYS[0])) for cql in compiled)


def test_a_frame_of_many_slices_is_one_frame() -> None:
    count = 20_000
    frame = pl.DataFrame(
        {"titles": [["lidar" if n % 7 == 0 else "radar"] for n in range(count)], "abstracts": [[]] * count}
    )
    found = evaluate_frame({"q": Text("tiab", ("lidar",))}, frame.cast({"abstracts": pl.List(pl.String)}))
    assert found["q"].to_list() == [n % 7 == 0 for n in range(count)]
