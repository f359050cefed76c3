"""Properties of the pure parts: shares, entropy weights, dynamics, reclassification, matrix (docs/methods.md)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sql
from analytics.matrix.entropy import entropy_weights
from analytics.matrix.frames import anchored, relative_frame
from analytics.matrix.strategy import DEFAULT_CUTS, Cuts, Strategy, quadrant_masks, spot, strategy_at
from analytics.measure.dynamics import AMPLITUDES, raw_dynamics, standardise, top_mask
from analytics.measure.shares import Cell, shares
from analytics.measure.shift import shifts
from analytics.measure.windows import bounds, years_before
from tests.analytics import plain_methods as plain
from warehouse.indicators import PAPER
from warehouse.sections.measuring import Place

CODES = sorted(a + b + c for a in "AGH" for b in ("01", "02", "11") for c in "BCL")
fast = settings(max_examples=60, derandomize=True, deadline=None)
unit = st.floats(0, 1, allow_nan=False)
tables = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=len(CODES), max_size=len(CODES))
cells = st.lists(
    st.builds(
        Cell, st.none() | st.sampled_from([0.0, 1 / 3, 0.5, 1.0]), st.integers(5, 9),
        st.tuples(*[st.integers(0, 5)] * 4), st.tuples(*[st.integers(0, 50)] * 4),
    ),
    max_size=6, unique_by=lambda c: c.focal_weight,
)  # fmt: skip


@fast
@given(cells)
def test_shares_lie_in_0_1_and_unknown_countries_leave_both_sides(found):
    for item in shares(found, PAPER):
        assert item.value is None if item.denominator == 0 else 0 <= item.value <= 1
        assert 0 <= item.coverage <= 1
    known = shares([c for c in found if c.focal_weight is not None], PAPER)
    assert [(i.value, i.denominator) for i in shares(found, PAPER)] == [(i.value, i.denominator) for i in known]
    assert shares(found[::-1], PAPER) == shares(found, PAPER)


@fast
@given(st.lists(st.tuples(unit, unit, unit, unit), min_size=2, max_size=20))
def test_entropy_weights_equal_the_formula_and_ignore_order_scale_and_shift(rows):
    fit = entropy_weights(np.array(rows))
    assert fit.weights.sum() == pytest.approx(1)
    assert (fit.weights >= 0).all()
    if not fit.all_constant and all(max(c) - min(c) > 1e-9 or max(c) == min(c) for c in zip(*rows, strict=True)):
        assert fit.weights == pytest.approx(plain.weights(rows), abs=1e-12)
        assert entropy_weights(np.array(rows[::-1])).weights == pytest.approx(fit.weights, abs=1e-12)
        assert entropy_weights(np.array(rows) * 8).weights == pytest.approx(fit.weights, abs=1e-12)
        with_gap = np.vstack([np.array(rows), [np.nan, 1, 1, 1]])
        assert entropy_weights(with_gap).weights == pytest.approx(fit.weights, abs=1e-12)


def test_constant_indicator_weighs_nothing_and_all_constant_weigh_alike():
    fit = entropy_weights(np.array([[0.3, 0.1, 0.2, 0.5], [0.3, 0.4, 0.1, 0.2], [0.3, 0.2, 0.9, 0.1]]))
    assert fit.weights[0] == 0
    assert not fit.all_constant
    alike = entropy_weights(np.full((3, 4), 0.5))
    assert alike.all_constant
    assert alike.weights.tolist() == [0.25] * 4
    assert entropy_weights(np.array([[0.1, 0.2, 0.3, 0.4]])).all_constant
    batch = entropy_weights(np.stack([np.full((3, 4), 0.5), np.random.default_rng(0).random((3, 4))]))
    assert batch.all_constant.tolist() == [True, False]


def _plain_dynamics(earlier, later, top):
    one = {c: n for c, n in zip(CODES, earlier, strict=True) if n}
    two = {c: n for c, n in zip(CODES, later, strict=True) if n}

    def first(counts, other):
        return set(sorted(counts, key=lambda c: (-counts[c], -other.get(c, 0), c))[:top])

    before, now = first(one, two), first(two, one)
    return sum((5 - k) * len({c[:k] for c in now} - {c[:k] for c in before}) for k in (1, 2, 3, 4))


@fast
@given(tables, st.integers(1, 25))
def test_raw_dynamics_equals_sets_of_prefixes(table, top):
    earlier, later = (np.array([column], dtype=np.int64) for column in zip(*table, strict=True))
    got = raw_dynamics(earlier, later, CODES, top)
    assert got[0] == _plain_dynamics(earlier[0].tolist(), later[0].tolist(), top)
    found = shifts(np.stack([earlier, later]), [(c, c) for c in CODES], top)
    assert found.prefixes["amplitude"].sum() == got[0]
    assert found.of(0).raw == (got[0] if earlier.sum() and later.sum() else None)
    for row in found.prefixes.iter_rows(named=True):
        assert row["carriers"]
        assert all(c.startswith(row["prefix"]) for c in row["carriers"].split(","))


def test_batches_are_independent_rows():
    rng = np.random.default_rng(4)
    earlier, later = rng.integers(0, 9, (50, len(CODES))), rng.integers(0, 9, (50, len(CODES)))
    batch = raw_dynamics(earlier, later, CODES, 5)
    assert batch.tolist() == [raw_dynamics(earlier[i : i + 1], later[i : i + 1], CODES, 5)[0] for i in range(50)]


def test_codes_out_of_order_are_a_programming_error():
    with pytest.raises(ValueError, match="ascending"):
        raw_dynamics(np.zeros((1, 2), dtype=np.int64), np.zeros((1, 2), dtype=np.int64), ["H01L", "A01B"])


def test_ties_go_to_the_other_windows_count_then_to_the_code():
    counts, other = np.array([[5, 5, 5]]), np.array([[0, 2, 0]])
    assert top_mask(counts, other, 1).tolist() == [[False, True, False]]
    assert top_mask(counts, other, 2).tolist() == [[True, True, False]]


def test_row_14_of_the_paper_needs_nested_counting():
    new = [a + "1" + b + "X" for a, b in zip("ABCDEFGHIJ", "0123456789", strict=True)]
    earlier = np.array([[9 if c == "Z99Z" else 0 for c in [*new, "Z99Z"]]])
    later = np.array([[1] * 11])
    assert raw_dynamics(earlier, later, [*new, "Z99Z"])[0] == 10 * sum(AMPLITUDES)


def _shift(pairs):
    counts = np.array(list(pairs.values())).T.reshape(2, 1, len(pairs))
    found = shifts(counts, list(pairs), 20)
    return found.of(0).raw, {(p["level"], p["prefix"]): p for p in found.prefixes.iter_rows(named=True)}


def test_a_prefix_only_reclassification_explains_is_listed_and_not_counted():
    pairs = {("H01L", "H01L"): (50, 10), ("H01L", "H10D"): (0, 40), ("G01B", "G01B"): (20, 20)}
    raw, listed = _shift(pairs)
    assert raw == 0
    assert set(listed) == {(2, "H1"), (3, "H10"), (4, "H10D")}
    assert all(not p["is_counted"] and "H10D→H01L" in p["reason"] for p in listed.values())
    raw, listed = _shift(pairs | {("H10K", "H10K"): (0, 5)})
    assert raw == 3 + 2 + 1
    assert {prefix for (_, prefix), p in listed.items() if not p["is_counted"]} == {"H10D"}


def test_matrix_has_four_strategies_with_chinese_names_and_cuts_belong_to_the_high_side():
    cuts = DEFAULT_CUTS
    assert strategy_at(0.5, 0.4999, cuts) is Strategy.ASSAULT
    assert strategy_at(0.5, 0.5, cuts) is Strategy.DISRUPT
    assert strategy_at(0.4999, 0.0, cuts) is Strategy.ENTRENCH
    assert strategy_at(0.1, 0.5, cuts) is Strategy.POSITION
    assert [s.zh for s in Strategy] == ["攻坚", "颠覆", "挖壕", "卡位"]


@fast
@given(unit, unit)
def test_watch_is_nearer_than_the_margin_and_towards_the_strategy_beyond(k, d):
    where = spot(k, d, Cuts(0.5, 0.5, 0.05))
    assert where.distance == min(abs(k - 0.5), abs(d - 0.5))
    assert where.is_watch == (where.distance < 0.05)
    assert where.towards != where.strategy
    step = where.distance + 1e-9
    reachable = {strategy_at(k + dk, d + dd, DEFAULT_CUTS) for dk in (-step, 0, step) for dd in (-step, 0, step)}
    assert where.towards in reachable


@fast
@given(st.lists(st.tuples(unit | st.just(float("nan")), unit), min_size=1, max_size=9), unit, unit)
def test_the_rule_over_arrays_is_the_rule_for_one_place(places, cut_k, cut_d):
    cuts = Cuts(cut_k, cut_d, 0.02)
    masks = quadrant_masks(*(np.array(axis) for axis in zip(*places, strict=True)), cuts)
    for i, (k, d) in enumerate(places):
        here = [strategy for strategy, mask in masks.items() if mask[i]]
        assert here == ([] if np.isnan(k) else [strategy_at(k, d, cuts)])


def test_the_views_for_people_say_what_the_rule_says():
    latest = sql.text("views/matrix_at.sql")
    for strategy in Strategy:
        assert f"WHEN '{strategy}' THEN '{strategy.zh}'" in latest
        assert f"WHEN '{strategy}' THEN c.p_{strategy}" in latest
    assert latest.count("WHEN '") == 2 * len(Strategy)


def test_an_empty_range_has_no_standardised_value():
    assert standardise(3, 3, 3) is None
    frame = relative_frame([[0.1, 0.2, 0.3, 0.4]], [7.0])
    assert frame.all_constant
    assert frame.dynamics(7.0) is None
    assert relative_frame([], []) is None
    assert anchored(frame).name == "anchored"


def test_rolling_windows_are_the_ten_years_up_to_t_and_the_ten_before():
    earlier, later = bounds(Place(windows="rolling"), date(2021, 12, 31))
    assert later == (date(2012, 1, 1), date(2021, 12, 31))
    assert earlier == (date(2002, 1, 1), date(2011, 12, 31))
    assert years_before(date(2020, 2, 29), 10) == date(2010, 2, 28)
    assert bounds(Place(), date(2021, 1, 1)) == (
        (date(2001, 1, 1), date(2010, 12, 31)),
        (date(2011, 1, 1), date(2021, 12, 31)),
    )
