"""Queries around a query, words of a document, lists of seeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.catalogue.load import packaged_catalogue
from etl.query.document import Document as Text
from etl.query.evaluate import evaluate
from etl.query.parser import parse
from etl.sampling.documents import Document
from etl.sampling.near import one_clause, without_exclusions
from etl.sampling.seeds import read_seeds
from etl.sampling.words import terms_in, terms_of

SHARED = Path(__file__).parents[4] / "shared" / "data" / "more" / "8_labelled"


@pytest.mark.parametrize(
    ("query", "without", "clause"),
    [
        ("a1 AND b1 AND NOT c1", "tiab:a1 AND tiab:b1", "tiab:a1 OR tiab:b1"),
        ("a1 AND NOT (b1 OR c1)", "tiab:a1", None),
        ("a1 OR (b1 AND c1)", None, "tiab:a1 OR tiab:b1 OR tiab:c1"),
        ("a1 AND ad:2001..2010", None, "tiab:a1"),
        ("a1", None, None),
        ("NOT a1", None, None),
        ("NOT (a1 OR NOT b1)", "tiab:b1", None),
        ("a1 OR NOT b1", None, None),
        ("b1 AND NOT (a1 AND NOT a1)", "tiab:b1", None),
    ],
)
def test_loosened_queries(query: str, without: str | None, clause: str | None) -> None:
    found = without_exclusions(parse(query)), one_clause(parse(query))
    assert tuple(None if q is None else str(q) for q in found) == (without, clause)


_LEAVES = st.sampled_from(["a1", "b1", "c1", "d1"])
_QUERIES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} AND {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} OR {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} AND NOT {p[1]})"),
    ),
    max_leaves=6,
)


@given(_QUERIES, st.sets(_LEAVES))
def test_what_satisfies_a_query_satisfies_it_loosened(text: str, words: set[str]) -> None:
    query, document = parse(text), Text(titles=[" ".join(sorted(words))], abstracts=[])
    wider = without_exclusions(query)
    if evaluate(query, document) and wider is not None:
        assert evaluate(wider, document)
    looser = one_clause(query)
    if wider is not None and looser is not None and evaluate(wider, document):
        assert evaluate(looser, document)


def test_every_packaged_query_with_an_exclusion_or_a_conjunction_has_near_misses() -> None:
    for item in packaged_catalogue().technologies:
        if item.parsed is not None:
            text = str(item.parsed)
            assert (without_exclusions(item.parsed) is not None) == ("NOT" in text), item.id
            assert one_clause(item.parsed) is not None or " AND " not in text.split("AND NOT", maxsplit=1)[0], item.id


def test_words_are_those_a_query_would_name() -> None:
    document = Document("CN-1-A", ("一种光刻机",), ("Wafer stage of the EUV scanner",), (), ("G03F7/20", "H01L"), ())
    found = terms_of(document)
    assert {("tiab", "光刻"), ("tiab", "光刻机"), ("tiab", "wafer stage"), ("tiab", "euv scanner")} <= found
    assert {("ipc", "G03F"), ("ipc", "G03F7/"), ("ipc", "H01L")} <= found
    assert ("tiab", "the") not in found
    assert ("tiab", "of the") not in found
    assert terms_in(parse('光刻机 AND ipc:G03F7/ AND "wafer stage"')) == {
        ("tiab", "光刻机"), ("ipc", "G03F7/"), ("tiab", "wafer stage"),
    }  # fmt: skip


def test_seeds_in_any_list(tmp_path: Path) -> None:
    file = tmp_path / "seeds.csv"
    file.write_text("title,number\nA,CN101234567A\nB,US 2011/0185700 A1\nC,not one\nA again,CN101234567A\n", "utf-8")
    found, problems = read_seeds(file)
    assert [s.publication_number for s in found] == ["CN-101234567-A", "US-2011185700-A1"]
    assert len(problems) == 1
    assert "row 4" in problems[0]
    bare = tmp_path / "bare.txt"
    bare.write_text("8407913\n20150366316\n\n6907678\n", "utf-8")
    assert read_seeds(bare)[0] == []
    assert [s.publication_number for s in read_seeds(bare, "US")[0]] == ["US-8407913", "US-2015366316", "US-6907678"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets are not beside this checkout")
def test_labelled_sets_nobody_here_made() -> None:
    amr, problems = read_seeds(SHARED / "amr_families_4172.xlsx")
    assert len(amr) == 4172
    assert all(s.family_id for s in amr)
    assert len(problems) < 42  # a number of an odd form costs its own row
    large, _ = read_seeds(SHARED / "google_hair_dryer_large.seed.csv", "US")
    assert len(large) == 403


def test_series_of_the_us_are_read_where_the_list_is_of_us_patents(tmp_path: Path) -> None:
    file = tmp_path / "seeds.csv"
    file.write_text("RE30266\n8407913\nD456789\nXX12\nPP12345\n", encoding="utf-8")
    found, problems = read_seeds(file, "US")
    assert [s.publication_number for s in found] == ["US-RE30266", "US-8407913", "US-D456789", "US-PP12345"]
    assert len(problems) == 1
    assert "row 4" in problems[0]
