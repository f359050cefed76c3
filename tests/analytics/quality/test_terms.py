"""Terms that set apart right from wrong families: counted once a document, against a plain recount."""

from __future__ import annotations

from math import log, sqrt

import pytest

from analytics.quality.terms import log_odds, proposals

PRINTER = {("tiab", "printer")}
FALSE_HITS = {f"x{i}": {("tiab", "inkjet"), ("ipc", "B41J")} | (PRINTER if i < 4 else set()) for i in range(6)}
RIGHT = {f"r{i}": {("tiab", "wafer"), ("ipc", "G03F")} | (PRINTER if i < 1 else set()) for i in range(20)}


def test_log_odds_is_the_printed_formula() -> None:
    value, z = log_odds(6, 6, 0, 20)
    assert value == pytest.approx(log(6.5 / 0.5) - log(0.5 / 20.5))
    assert z == pytest.approx(value / sqrt(1 / 6.5 + 1 / 0.5 + 1 / 0.5 + 1 / 20.5))


def test_what_is_in_false_hits_alone_is_proposed_first() -> None:
    found = proposals("exclude", FALSE_HITS, RIGHT)
    assert [(p.field, p.term, p.inside, p.outside) for p in found] == [
        ("tiab", "inkjet", 6, 0), ("ipc", "B41J", 6, 0), ("tiab", "printer", 4, 1),
    ]  # fmt: skip
    assert found[0].examples == ("x0", "x1", "x2")
    assert proposals("exclude", FALSE_HITS, RIGHT, known={("tiab", "inkjet")})[0].term == "B41J"


def test_nothing_is_proposed_from_one_document_or_without_the_other_side() -> None:
    assert proposals("exclude", {"x": {("tiab", "inkjet")}}, RIGHT) == []
    assert proposals("exclude", FALSE_HITS, {}) == []


def test_a_part_of_a_longer_term_with_the_same_counts_says_nothing_more() -> None:
    inside = {f"x{i}": {("tiab", "喷墨"), ("tiab", "喷墨打印")} for i in range(5)}
    assert [p.term for p in proposals("exclude", inside, RIGHT)] == ["喷墨打印"]
