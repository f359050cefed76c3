"""Minimisation proven against brute force: every term is tried, every subset of prime implicants is tried."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.qca.minimise.cover import irredundant_covers, minimum_covers
from analytics.qca.minimise.cover_search import CoverSearch, optimal_search
from analytics.qca.minimise.minimise import complex_solution, intermediate_solution, parsimonious_solution
from analytics.qca.minimise.truth_table import CutOffs, Outcome, Row, TruthTable
from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import ABSENT, Term, covered, is_subset, sort_key

NAMES = "ABCDEF"


def table_of(space: Space, outcomes: Sequence[str]) -> TruthTable:
    rows: list[Row] = []
    for number, out in enumerate(outcomes):
        if out == "?":
            continue
        outcome: Outcome = "1" if out == "1" else "C" if out == "C" else "0"
        values = tuple(space.cells[number].tolist())
        rows.append(Row(number + 1, values, 1, float(out == "1"), None, outcome, (number,), ()))
    return TruthTable(space, CutOffs(), tuple(rows), ())


def all_terms(space: Space) -> list[Term]:
    return [tuple(term) for term in product(*([ABSENT, *range(levels)] for levels in space.levels))]


def brute_primes(space: Space, positive: set[int], allowed: set[int]) -> list[Term]:
    """By definition: terms inside the allowed rows that reach a positive one and lie in no wider such term."""
    reach = {term: set(np.flatnonzero(covered(space, [term])).tolist()) for term in all_terms(space)}
    implicants = [term for term, cells in reach.items() if cells <= allowed]
    primes = [t for t in implicants if not any(t != wide and is_subset(t, wide) for wide in implicants)]
    return [term for term in primes if reach[term] & positive]


def brute_models(space: Space, positive: set[int], primes: Sequence[Term]) -> set[frozenset[Term]]:
    """By definition: the smallest sets of prime implicants that cover every positive row."""
    reach = {t: set(np.flatnonzero(covered(space, [t])).tolist()) & positive for t in primes}
    for size in range(len(positive) + 1):
        found = {
            frozenset(pick) for pick in combinations(primes, size) if set().union(*(reach[t] for t in pick)) >= positive
        }
        if found:
            return found
    raise AssertionError("the prime implicants do not cover the positive rows")


@st.composite
def truth_tables(draw: st.DrawFn, multivalue: bool = False) -> TruthTable:
    """Random tables; the larger ones hold fewer positive rows, so that all subsets can be tried."""
    k = draw(st.integers(1, 4 if multivalue else 6))
    levels = tuple(draw(st.integers(2, 3)) for _ in range(k)) if multivalue else (2,) * k
    space = Space(tuple(NAMES[:k]), levels, multivalue)
    weights = draw(st.sampled_from(["1100?", "1000?", "10???", "100000", "1C0?"]))
    outcomes = draw(st.lists(st.sampled_from(weights), min_size=space.total, max_size=space.total))
    kept = 0
    for i, out in enumerate(outcomes):
        kept += out == "1"
        if out == "1" and kept > 9:
            outcomes[i] = "0"
    return table_of(space, outcomes)


def check(table: TruthTable) -> None:
    space = table.space
    positive, negative = set(table.numbers("1").tolist()), set(table.numbers("0", "C").tolist())
    everything = set(range(space.total))
    for solution, allowed in (
        (complex_solution(table), positive),
        (parsimonious_solution(table), everything - negative),
    ):
        if not positive:
            assert solution.models == ()
            continue
        primes = brute_primes(space, positive, allowed)
        assert list(solution.primes) == sorted(primes, key=sort_key)
        if len(primes) <= 45:
            expected = brute_models(space, positive, primes)
            assert {frozenset(model) for model in solution.models} == expected
            assert len(solution.models) == len(expected)
            assert set(solution.essential) == set.intersection(*(set(model) for model in expected))
        assert solution.complete


@settings(derandomize=True, deadline=None, max_examples=150)
@given(truth_tables())
def test_two_valued_tables_up_to_six_conditions(table: TruthTable) -> None:
    check(table)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(truth_tables(multivalue=True))
def test_multivalue_tables(table: TruthTable) -> None:
    check(table)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(truth_tables(), st.data())
def test_intermediate_lies_between_complex_and_parsimonious(table: TruthTable, data: st.DataObject) -> None:
    space = table.space
    expectations = [data.draw(st.sampled_from([0, 1, None])) for _ in space.names]
    narrow, wide = complex_solution(table), parsimonious_solution(table)
    found = intermediate_solution(table, narrow, wide, expectations, max_pairs=20)
    negative = table.numbers("0", "C")
    for pair in found.pairs.values():
        assumed = set(pair.easy) | set(pair.difficult)
        assert assumed == {int(i) + 1 for i in np.flatnonzero(wide.assumed(pair.parsimonious_model))}
        ceiling = covered(space, pair.parsimonious_model)
        for model in pair.models:
            reach = covered(space, model)
            assert reach[table.numbers("1")].all()
            assert not reach[negative].any()
            assert not (reach & ~ceiling & ~covered(space, pair.complex_model)).any()
        if not any(e is not None for e in expectations):
            assert pair.models == (pair.complex_model,)


@st.composite
def charts(draw: st.DrawFn) -> np.ndarray:  # type: ignore[type-arg]
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    cells = draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    chart = np.array(cells, dtype=np.bool_).reshape(rows, columns)
    chart[draw(st.integers(0, rows - 1)), ~chart.any(axis=0)] = True
    return chart


@settings(derandomize=True, deadline=None, max_examples=300)
@given(charts())
def test_covers_against_all_subsets(chart: np.ndarray) -> None:  # type: ignore[type-arg]
    rows = range(chart.shape[0])
    covers = [p for size in range(len(rows) + 1) for p in combinations(rows, size) if chart[list(p)].any(axis=0).all()]
    smallest = min(len(p) for p in covers)
    assert set(minimum_covers(chart).models) == {p for p in covers if len(p) == smallest}
    irredundant = {p for p in covers if not any(set(q) < set(p) for q in covers)}
    found = irredundant_covers(chart)
    assert set(found.models) == irredundant
    assert len(found.models) == len(irredundant)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(charts())
def test_the_integer_programme_and_the_deepening_agree(chart: np.ndarray) -> None:  # type: ignore[type-arg]
    from analytics.qca.minimise import cover_search

    guide, prices = cover_search._witness(chart)
    guided = CoverSearch(chart, guide.size, prices, guide)
    plain = optimal_search(chart)
    assert guide.size == plain.size
    wanted = {tuple(sorted(cover)) for cover in plain.run()}
    assert {tuple(sorted(cover)) for cover in guided.run()} == wanted


def test_more_models_than_asked_for_are_reported() -> None:
    chart = np.ones((50, 1), dtype=np.bool_)
    assert len(minimum_covers(chart, limit=50).models) == 50
    assert minimum_covers(chart, limit=50).complete
    cut = minimum_covers(chart, limit=49)
    assert (len(cut.models), cut.complete) == (49, False)


def test_a_column_without_a_row_is_an_error() -> None:
    with pytest.raises(ValueError, match="covered by no row"):
        minimum_covers(np.zeros((2, 1), dtype=np.bool_))


def test_fifteen_conditions_give_their_planted_terms_back() -> None:
    """A*B + C*~D planted among 15 conditions, every other row of a sample observed as negative."""
    space = Space.binary(tuple(f"C{i}" for i in range(15)))
    rng = np.random.default_rng(11)
    planted = [(1, 1, *[ABSENT] * 13), (ABSENT, ABSENT, 1, 0, *[ABSENT] * 11)]
    truth = covered(space, planted)
    rows = rng.choice(space.total, 1000, replace=False)
    outcomes = ["?"] * space.total
    for row in rows.tolist():
        outcomes[row] = "1" if truth[row] else "0"
    found = parsimonious_solution(table_of(space, outcomes))
    assert found.complete
    assert [set(model) for model in found.models] == [set(planted)]
