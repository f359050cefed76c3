"""Splitting retrieves every publication below any cap, and a total at the ceiling is never believed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.progress import silent
from etl.fetch.slices import OFFICES, SliceBook, Span, Target, split
from etl.fetch.slicing import CEILING, Got, Slicer
from warehouse.migrate import migrate

FIRST, LAST = date(1990, 1, 1), date(2025, 12, 31)
spans = st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).map(lambda d: Span(min(d), max(d)))


@settings(max_examples=200, derandomize=True)
@given(spans)
def test_halves_cover_a_span_without_gap_or_overlap(span: Span):
    children = split(span)
    if span.days == 1:
        assert [c.office for c in children] == list(OFFICES)
        assert {(c.first, c.last) for c in children} == {(span.first, span.last)}
        return
    assert [c.first for c in children] == [span.first, children[0].last + timedelta(days=1)]
    assert children[-1].last == span.last
    assert all(c.first <= c.last for c in children)


def test_a_day_of_one_office_cannot_be_split():
    assert split(Span(FIRST, FIRST, "CN")) == []


def test_years_are_cut_before_months_and_months_before_days():
    assert split(Span(date(2001, 1, 1), date(2004, 12, 31)))[1].first == date(2003, 1, 1)
    assert split(Span(date(2001, 1, 1), date(2001, 12, 31)))[1].first == date(2001, 7, 1)
    assert split(Span(date(2001, 7, 1), date(2001, 7, 31)))[1].first == date(2001, 7, 17)


class Service:
    """A service with a cap that states totals up to the ceiling only."""

    def __init__(self, publications: dict[str, tuple[date, str]], cap: int) -> None:
        self.publications = publications
        self.cap = cap
        self.handed_out = 0

    def _hits(self, span: Span) -> list[str]:
        return [
            name
            for name, (day, office) in self.publications.items()
            if span.first <= day <= span.last and span.office in (None, office)
        ]

    def compiled(self, span: Span) -> str:
        return str(span)

    def probe(self, span: Span, slice_id: int) -> int:
        return min(len(self._hits(span)), CEILING)

    def retrieve(self, span: Span, slice_id: int) -> Got:
        hits = self._hits(span)
        self.handed_out += 1
        return Got(set(hits[: self.cap]), min(len(hits), CEILING))


def harvested(service: Service) -> tuple[Slicer, duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    migrate(con)
    slicer = Slicer(
        SimpleNamespace(source="x", doubtful=False), SliceBook(con, 1, "x"), Target("t", "h"), service, silent
    )
    slicer.run(Span(FIRST, LAST))
    return slicer, con


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 400), st.integers(3, 50), st.integers(0, 10**6), st.integers(1, 13000))
def test_everything_is_retrieved_below_any_cap(count: int, cap: int, seed: int, days: int):
    draw = random.Random(seed)
    publications = {
        f"P{n}": (FIRST + timedelta(days=draw.randrange(days)), draw.choice(OFFICES[:40])) for n in range(count)
    }
    slicer, con = harvested(Service(publications, cap))
    most = max((sum(p == q for q in publications.values()) for p in publications.values()), default=0)
    if most <= cap:
        assert slicer.publications == set(publications)
        assert slicer.differ == 0
    states = {s for (s,) in con.execute("SELECT DISTINCT state FROM slices").fetchall()}
    assert states <= {"done", "split"} | ({"differs"} if most > cap else set())


def test_a_total_of_exactly_the_ceiling_is_split_although_it_might_be_true():
    publications = {f"P{n}": (FIRST + timedelta(days=n % 9000), "CN") for n in range(CEILING)}
    service = Service(publications, CEILING + 5)
    slicer, con = harvested(service)
    assert slicer.publications == set(publications)
    root = con.execute("SELECT state, expected FROM slices ORDER BY slice_id LIMIT 1").fetchone()
    assert root == ("split", None)


def test_what_cannot_be_split_further_says_what_is_missing():
    publications = {f"P{n}": (FIRST, "CN") for n in range(50)} | {f"Q{n}": (FIRST, "US") for n in range(5)}
    slicer, con = harvested(Service(publications, 20))
    assert len(slicer.publications) == 25
    assert con.execute("SELECT office, expected, received, note FROM slices WHERE state = 'differs'").fetchall() == [
        ("CN", 50, 20, "the service stated 50, 20 came")
    ]


def test_slices_that_differed_are_asked_again_by_the_next_run():
    con = duckdb.connect()
    migrate(con)
    target = Target("t", "h")
    book = SliceBook(con, 1, "x")
    slice_id, _ = book.open(target, Span(FIRST, LAST), "q")
    book.close(slice_id, "differs", 10, 9)
    assert SliceBook(con, 2, "x").differing(target) == [Span(FIRST, LAST)]
    assert SliceBook(con, 1, "x").differing(target) == []
    assert SliceBook(con, 2, "x").differing(Target("t", "other query")) == []


@pytest.mark.parametrize("planned", [Span(FIRST, LAST), Span(LAST, LAST)])
def test_a_resumed_run_keeps_its_window(planned: Span):
    con = duckdb.connect()
    migrate(con)
    book, target = SliceBook(con, 1, "x"), Target("t", "h")
    assert book.window(target, planned) == planned
    book.open(target, planned, "q")
    assert book.window(target, Span(date(2000, 1, 1), LAST)) == planned
