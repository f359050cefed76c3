"""The CQL and Lens JSON interpreters that the simulated office answers with, on hand-read cases."""

from datetime import date

import pytest

from etl.query.document import Document
from etl.sources.epo_ops.query.cql import evaluate_cql, parse_cql
from etl.sources.epo_ops.query.cql_terms import CqlError
from etl.sources.lens.query_json import LensQueryError, evaluate_lens


@pytest.fixture
def doc() -> Document:
    return Document(
        titles=["Lithography apparatus", "光刻机及其方法"],
        abstracts=["A common-rail system."],
        ipc=["G03F7/20", "H01L21/027"],
        applicants=["ASML NETHERLANDS B.V."],
        publication_date=date(2016, 1, 20),
        publication_number="CN-101234567-A",
        cites=["EP-1027777-A1"],
        family_id="docdb:123",
        priorities=["CN-2015"],
    )


@pytest.mark.parametrize(
    ("cql", "expected"),
    [
        ("ti=lithograph*", True),
        ("ti=lithograph", False),
        ("ti=?ithography", True),
        ("ti=lithograph#", True),
        ('ti="光刻"', True),
        ("ti=光刻机", True),
        ("ti=刻光", False),
        ('ab="common rail"', True),
        ('ab="rail common"', False),
        ("pd=2016", True),
        ("pd=201602", False),
        ("pd=20/01/2016", True),
        ('pd within "20160101 20160120"', True),
        ('pd within "20160121,20171231"', False),
        ("pd>=2016", True),
        ("pd<2016", False),
        ("ic=G", True),
        ("ic=G03", True),
        ("ipc=G03F7", True),
        ("ipc=G03F7/*", True),
        ("ipc=G03F7/21", False),
        ("ipc=G03F7/20", True),
        ("ipc=G03F70", False),
        ("cpc=/low G03F", False),
        ("cl=H01L21/027", True),
        ("ct=EP1027777", True),
        ("ct=EP1027778", False),
        ("pn=CN", True),
        ("pn=CN101234567A", True),
        ("pr=CN", True),
        ("num=CN", True),
        ("famn=123", True),
        ("pa=asml and ti=foo or ab=rail", True),  # equal precedence, from the left
        ("ab=rail or ti=foo and ti=bar", False),
        ("pa=asml not (ti=lithography)", False),
        ("pa=asml not ti=foo", True),
        ("apparatus", True),
        ('ti any "foo lithography"', True),
        ('ti all "foo lithography"', False),
        ('ta="system"', True),
    ],
)
def test_cql(doc: Document, cql: str, expected: bool) -> None:
    assert evaluate_cql(cql, doc) is expected


@pytest.mark.parametrize(
    "cql",
    ["", "not ti=a", "ti=a and", "(ti=a", "ti=a)", "xx=a", "pd=20161301", 'ti="a', "ti=a and not ti=b", "ti=",
     "pd within 2016", "ti = and and ti=b", "ti=a ti=b", "ipc=banana", "ti=-"],
)  # fmt: skip
def test_cql_that_the_service_refuses(doc: Document, cql: str) -> None:
    with pytest.raises(CqlError, match="CQL"):
        evaluate_cql(cql, doc)


def test_words_are_counted_per_index() -> None:
    parsed = parse_cql('ti="common rail" or ti=a and (ab=c or pd=2001)')
    assert dict(parsed.words_by_index) == {"ti": 3, "ab": 1, "pd": 1}


def test_an_unknown_field_matches_nothing_in_a_service() -> None:
    bare = Document()
    assert not evaluate_cql("ti=a", bare)
    assert not evaluate_lens({"match_phrase": {"title": "a"}}, bare)
    assert evaluate_lens({"bool": {"must_not": [{"match_phrase": {"title": "a"}}]}}, bare)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"match_phrase": {"title": "光刻机"}}, True),
        ({"match_phrase": {"abstract": "common rail"}}, True),
        ({"match": {"title": "zzz apparatus"}}, True),
        ({"prefix": {"title": "litho"}}, True),
        ({"prefix": {"class_ipcr.symbol": "G03F7/"}}, True),
        ({"term": {"class_ipcr.symbol": "G03F"}}, False),
        ({"terms": {"jurisdiction": ["US", "CN"]}}, True),
        ({"term": {"kind": "A"}}, True),
        ({"range": {"date_published": {"gte": "2016-01-20", "lt": "2016-01-21"}}}, True),
        ({"range": {"application_reference.date": {"gte": "1900-01-01"}}}, False),
        ({"query_string": {"query": "G03F7\\/*", "fields": ["class_ipcr.symbol"]}}, True),
        ({"query_string": {"query": "litho*", "fields": ["abstract", "title"]}}, True),
        ({"bool": {"must": {"match_all": {}}, "should": [{"match": {"title": "zzz"}}]}}, True),
        ({"bool": {"should": [{"match": {"title": "zzz"}}]}}, False),
        ({"bool": {"must": {"match_all": {}}, "should": {"match": {"title": "z"}}, "minimum_should_match": 1}}, False),
    ],
)  # fmt: skip
def test_lens(doc: Document, query: dict[str, object], expected: bool) -> None:
    assert evaluate_lens({"query": query, "size": 100}, doc) is expected


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"fuzzy": {"title": "x"}},
        {"range": {"title": {"gte": "x"}}},
        {"term": {"nosuch": "x"}},
        {"bool": {"mist": []}},
        {"range": {"date_published": {"gte": "20160101x"}}},
        {"query_string": {"query": "a b", "fields": ["title"]}},
    ],
)
def test_lens_that_the_service_refuses(doc: Document, query: dict[str, object]) -> None:
    with pytest.raises(LensQueryError, match="Lens query"):
        evaluate_lens({"query": query}, doc)
