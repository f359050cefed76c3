"""Influence by brute force, and power on planted ceilings."""

import itertools

import numpy as np
import pytest

from analytics.nca import analyse
from analytics.nca.ceilings.area import line_zone
from analytics.nca.ceilings.model import Scope
from analytics.nca.outliers import outliers
from analytics.nca.power import ceiling_line, power, random_cases


@pytest.mark.parametrize("ceiling", ["ce_fdh", "cr_fdh", "ce_vrs", "c_lp", "cols"])
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("corner", [1, 4])
def test_the_search_misses_no_influential_combination(ceiling, k, corner):
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 9, 12).astype(float), rng.integers(0, 9, 12).astype(float)
    original = analyse(x, y, ceilings=[ceiling], corner=corner).ceilings[ceiling].effect_size
    found = {
        one.cases: one.without for one in outliers(x, y, ceiling=ceiling, corner=corner, k=k, minimum=0, limit=999)
    }
    effects: dict[tuple[int, ...], float | None] = {(): original}
    for size in range(1, k + 1):
        for removed in itertools.combinations(range(12), size):
            kept = np.delete(np.arange(12), removed)
            again = analyse(x[kept], y[kept], ceilings=[ceiling], corner=corner)
            effects[removed] = again.ceilings[ceiling].effect_size
    for removed, value in effects.items():
        parts = [tuple(case for case in removed if case != one) for one in removed]
        if removed and value is not None and all(abs((effects[p] or 0) - value) > 1e-12 for p in parts):
            assert found[removed] == pytest.approx(value, rel=1e-12)
    for cases, without in found.items():
        assert without == pytest.approx(effects[cases], rel=1e-12)


def test_known_outliers_of_the_example(reference_columns):
    data = reference_columns("nca/v4/nca.example.csv")
    found = outliers(data["Individualism"], data["Innovation performance"])
    assert found[0].cases == (13,)  # Japan
    assert found[0].on_ceiling
    assert found[0].relative == pytest.approx(32.741077503556575)
    assert [abs(one.absolute) for one in found] == sorted((abs(one.absolute) for one in found), reverse=True)


def test_positions_are_those_of_the_arrays_given():
    x, y = [np.nan, 1.0, 2.0, 3.0, 4.0], [9.0, 1.0, 2.0, 6.0, 7.0]
    assert all(0 not in one.cases for one in outliers(x, y, k=2))


def test_undefined_effects_have_no_outliers():
    assert outliers([1.0, 2.0], [3.0, 3.0]) == []
    assert outliers([], []) == []
    with pytest.raises(ValueError, match="at least 1"):
        outliers([1.0], [1.0], k=0)


@pytest.mark.parametrize("effect", [0.0, 0.05, 0.3, 0.6])
def test_planted_line_leaves_the_effect_size_empty(effect):
    line = ceiling_line(effect)
    assert line_zone(line, Scope(0, 1, 0, 1)) == pytest.approx(effect, abs=1e-9)
    x, y = random_cases(np.random.default_rng(1), 200, line)
    assert len(x) == 200
    assert np.all(y <= line.at(x))
    assert x.min() >= 0
    assert y.max() <= 1


def test_power_rises_with_cases_and_holds_its_level_without_effect():
    small, large = power(20, seed=5, samples=60), power(100, seed=5, samples=60)
    assert large.power > small.power
    assert large.power > 0.8
    assert power(40, effect_size=0.0, seed=5, samples=100).power <= 0.15
    assert power(20, seed=5, samples=60) == small
    with pytest.raises(ValueError, match="below 1"):
        ceiling_line(1.0)
    with pytest.raises(ValueError, match="at least 2 cases"):
        power(1)
