"""What can be written, what it means, and what is said about mistakes."""

from __future__ import annotations

from datetime import date

import pytest

from etl.query.ast import And, Dates, Not, Or, Symbol, Text
from etl.query.canonical import canonical, query_hash
from etl.query.document import Document
from etl.query.evaluate import evaluate
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from etl.sources.epo_ops.query.compile import compile_ops


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("光刻机", Text("tiab", ("光", "刻", "机"))),
        ("Common-Rail", Text("tiab", ("common", "rail"))),
        ('"common rail"', Text("tiab", ("common", "rail"))),
        ("lithograph*", Text("tiab", ("lithograph",), truncated=True)),
        ("CMP抛光", Text("tiab", ("cmp", "抛", "光"))),
        ("ｌｉｄａｒ", Text("tiab", ("lidar",))),
        ("ti:a", Text("ti", ("a",))),
        ("ipc:h01l 21/02".replace(" ", ""), Symbol("ipc", "H01L21/02")),
        ('ipc:"H01L 0021/02"', Symbol("ipc", "H01L21/02")),
        ("ipc:H01L21", Symbol("ipc", "H01L21/")),
        ("cpc:Y02E10/7*", Symbol("cpc", "Y02E10/7*")),
        ("pd:2001..2010-02", Dates("pd", date(2001, 1, 1), date(2010, 2, 28))),
        ("ad:2001-05-06..", Dates("ad", date(2001, 5, 6), None)),
        ("pd:..20100203", Dates("pd", None, date(2010, 2, 3))),
        ("pd:2015-06", Dates("pd", date(2015, 6, 1), date(2015, 6, 30))),
        ("a OR b AND c", Or((Text("tiab", ("a",)), And((Text("tiab", ("b",)), Text("tiab", ("c",))))))),
        ("NOT a AND b", And((Not(Text("tiab", ("a",))), Text("tiab", ("b",))))),
        ("ti:(a OR ab:b)", Or((Text("ti", ("a",)), Text("ab", ("b",))))),
        ("ti：（甲 OR “乙丙”）", Or((Text("ti", ("甲",)), Text("ti", ("乙", "丙"))))),
        ("((a))", Text("tiab", ("a",))),
        ("a\n  OR b", Or((Text("tiab", ("a",)), Text("tiab", ("b",))))),
    ],
)
def test_what_is_written_and_what_it_is(text: str, query: object) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 1, "a term was expected"),
        ("光刻 机", 4, "AND or OR was expected"),
        ("a and b", 3, "operators are written in capitals: AND"),
        ("a NOT b", 3, "write AND NOT"),
        ("(a OR b", 1, "this parenthesis is never closed"),
        ("a)", 2, "this parenthesis was never opened"),
        ('a OR "b', 6, "this quotation mark is never closed"),
        ("tit:a", 1, "tit: is no field; did you mean ti:?"),
        ("a AND", 6, "the query ends here"),
        ("ti: OR b", 5, "a term was expected, found OR"),
        ("a AND ti:ab:b", 10, "a term was expected, found ab:"),
        ("光刻*", 1, "write 光刻 without *"),
        ("li* OR x", 1, "at least 3 letters"),
        ("*graphy", 1, "only at the end of a single word"),
        ("colo?r", 1, "no other wildcard"),
        ('"a b"*', 6, "a phrase in quotes cannot be truncated"),
        ("a OR --", 6, "no letter or digit"),
        ("ipc:banana", 5, "is no IPC symbol; expected a class (H01)"),
        ("ipc:H01L21/0", 5, "a subgroup has at least two digits"),
        ("ipc:H01L*", 5, "is no IPC symbol"),
        ("pd:2001-13", 4, "is no date"),
        ("pd:2010..2001", 4, "before it begins"),
        ("pd:..", 4, "at least one date"),
        ("(" * 60 + "a" + ")" * 60, 51, "nested deeper than 50"),
        ("NOT " * 60 + "a", 201, "nested deeper than 50"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, position: int, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, "technologies.toml: chip")
    assert caught.value.position == position
    assert str(caught.value).startswith(f"technologies.toml: chip: position {position}: ")
    assert expected in str(caught.value)


def test_the_caret_stands_under_the_mistake_in_wide_text_and_later_lines() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("光刻机\nOR 曝光 机 OR x")
    line, caret = str(caught.value).splitlines()[-2:]
    assert line.strip() == "OR 曝光 机 OR x"
    assert caret == "    " + " " * 8 + "^"  # OR, blank, two wide characters, blank


def test_absorption_and_repetition_do_not_change_the_hash() -> None:
    assert query_hash(parse("a OR (a AND b) OR a")) == query_hash(parse("a"))
    assert str(canonical(parse("b AND (a OR b)"))) == "tiab:b"
    assert query_hash(parse("lidar OR 激光雷达")) == query_hash(parse('激光雷达 OR "LIDAR"'))
    assert query_hash(parse("a AND b")) != query_hash(parse("a OR b"))


def test_unknown_is_not_false() -> None:
    query = parse("cl:laser AND ti:radar")
    assert evaluate(query, Document(titles=["radar"])) is None
    assert evaluate(query, Document(titles=["sonar"])) is False
    assert evaluate(query, Document(titles=["radar"], claims=[])) is False
    assert evaluate(parse("NOT cl:laser"), Document()) is None


def test_ops_widens_what_it_cannot_say() -> None:
    everything = 'pd within "17820101 21001231"'
    assert compile_ops(parse("ti:x AND cl:y")) == "(ti=x)"
    assert compile_ops(parse("ti:x OR cl:y")) == everything
    assert compile_ops(parse("ti:x AND ad:2001..2005")) == "(pd>=20010101 and ti=x)"
    january = 'pd within "20200101 20200131"'
    assert compile_ops(parse("NOT ti:x"), date(2020, 1, 1), date(2020, 1, 31)) == f"({january}) not (ti=x)"
    assert compile_ops(parse("NOT ti:x")) == f"({everything}) not (ti=x)"
    assert compile_ops(parse("ti:x AND NOT cl:y AND NOT ti:z"), office="CN") == "((ti=x) not (ti=z)) and pn=CN"
    assert compile_ops(parse('ti:"system on chip"')) == "(ti=system and ti=chip)"
    assert " not " not in compile_ops(parse('ti:x AND NOT ti:"system on chip" AND NOT ipc:H01L21/'))
    assert compile_ops(parse("ti:of")) == everything
