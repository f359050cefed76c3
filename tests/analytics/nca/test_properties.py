"""What must hold for any data: rescaling, mirroring, duplicating, and zones as areas."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.nca import analyse, bottleneck
from analytics.nca.ceilings.model import CEILINGS, CeilingResult
from analytics.nca.ceilings.quantile import quantile_lines

SEEDED = settings(derandomize=True, deadline=None, max_examples=60)
SHARED = list(CEILINGS)
UNITLESS = ("effect_size", "accuracy", "fit", "condition_inefficiency", "outcome_inefficiency")
MIRRORS = {2: (-1.0, 1.0), 3: (1.0, -1.0), 4: (-1.0, -1.0)}

levels = st.integers(min_value=0, max_value=12)
cases = st.lists(st.tuples(levels, levels), min_size=2, max_size=14)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.asarray(pairs, dtype=np.float64)
    return table[:, 0], table[:, 1]


def same(a: CeilingResult, b: CeilingResult, fields: tuple[str, ...] = UNITLESS) -> None:
    for field in fields:
        left, right = getattr(a, field), getattr(b, field)
        if left is None or right is None:
            assert left is right, (a.ceiling, field)
        else:
            assert left == pytest.approx(right, rel=1e-7, abs=1e-7), (a.ceiling, field)


@SEEDED
@given(cases, st.sampled_from([0.5, 3.0, 1000.0]), st.sampled_from([-20.0, 0.0, 7.0]), st.sampled_from([0.25, 40.0]))
def test_units_of_measurement_do_not_matter(pairs, x_scale, x_shift, y_scale):
    x, y = columns(pairs)
    before = analyse(x, y, ceilings=SHARED)
    after = analyse(x * x_scale + x_shift, y * y_scale - 3.0, ceilings=SHARED)
    for name in SHARED:
        if before.ceilings[name].effect_size:  # an exact zero turns into a rounding error under other units
            same(before.ceilings[name], after.ceilings[name], tuple(f for f in UNITLESS if f != "fit"))


@SEEDED
@given(cases, st.sampled_from([2, 3, 4]))
def test_corners_are_mirror_images_of_the_upper_left(pairs, corner):
    x, y = columns(pairs)
    sx, sy = MIRRORS[corner]
    there = analyse(x, y, ceilings=CEILINGS, corner=corner)
    here = analyse(sx * x, sy * y, ceilings=CEILINGS, corner=1)
    for name in CEILINGS:
        same(there.ceilings[name], here.ceilings[name])
        if here.ceilings[name].slope is not None:
            assert there.ceilings[name].slope == pytest.approx(sx * sy * here.ceilings[name].slope, abs=1e-12)
            assert there.ceilings[name].intercept == pytest.approx(sy * here.ceilings[name].intercept, abs=1e-9)


@SEEDED
@given(cases)
def test_ce_zone_is_the_empty_area_by_counting_cells(pairs):
    """Integers make it exact: a unit cell is empty zone when no case lies at or left of it and above its floor."""
    x, y = columns(pairs)
    result = analyse(x, y, ceilings=["ce_fdh"])
    empty = sum(
        not np.any((x <= column) & (y > row))
        for column in range(int(x.min()), int(x.max()))
        for row in range(int(y.min()), int(y.max()))
    )
    assert result.ceilings["ce_fdh"].ceiling_zone == empty


@SEEDED
@given(cases)
def test_line_zones_are_areas_by_integration(pairs):
    x, y = columns(pairs)
    result = analyse(x, y, ceilings=["cr_fdh", "cr_vrs", "c_lp", "cols"])
    scope = result.scope
    assume(scope.area > 0)
    grid = np.linspace(scope.xmin, scope.xmax, 20_001)
    for name, figures in result.ceilings.items():
        if figures.slope is None or figures.slope < 0 or figures.intercept is None:
            continue
        height = np.clip(scope.ymax - (figures.intercept + figures.slope * grid), 0.0, scope.height)
        area = float(np.trapezoid(height, grid))
        assert figures.ceiling_zone == pytest.approx(area, abs=1e-4 * scope.area), name


@SEEDED
@given(cases)
def test_hull_lies_between_and_every_ceiling_covers_what_it_promises(pairs):
    x, y = columns(pairs)
    result = analyse(x, y, ceilings=CEILINGS)
    zones = {name: result.ceilings[name].ceiling_zone for name in CEILINGS}
    assert zones["ce_vrs"] is not None
    assert zones["ce_fdh"] is not None
    assert zones["ce_vrs"] <= zones["ce_fdh"] + 1e-9
    if zones["c_lp"] is not None:
        assert zones["c_lp"] <= zones["ce_vrs"] + 1e-9
    for name in ("c_lp", "cols"):
        if result.ceilings[name].above is not None:
            assert result.ceilings[name].above == 0
    for figures in result.ceilings.values():
        if figures.effect_size is not None:
            assert -1e-12 <= figures.effect_size <= 1 + 1e-12


@SEEDED
@given(cases)
def test_order_of_cases_does_not_matter(pairs):
    x, y = columns(pairs)
    back = analyse(x[::-1], y[::-1], ceilings=SHARED)
    for name, figures in analyse(x, y, ceilings=SHARED).ceilings.items():
        same(figures, back.ceilings[name])


@SEEDED
@given(cases, st.sampled_from(["percentage.range", "percentage.max", "actual", "percentile"]), st.integers(0, 2))
def test_bottlenecks_rise_with_the_outcome(pairs, unit, cutoff):
    """A higher outcome never needs less of the condition (rising ceilings, corner 1)."""
    x, y = columns(pairs)
    result = analyse(x, y)
    assume(result.scope.area > 0)
    for name in ("ce_fdh", "cr_fdh"):
        cells = bottleneck(result, name, x_unit=unit, cutoff=cutoff)
        numbers = [cell for cell in cells if not isinstance(cell, str)]
        assert all(b >= a - 1e-9 for a, b in itertools.pairwise(numbers))
        kinds = [{"NN": 0, "NA": 2}.get(cell, 1) if isinstance(cell, str) else 1 for cell in cells]
        assert kinds == sorted(kinds)


@SEEDED
@given(cases)
def test_any_data_give_a_result(pairs):
    x, y = columns(pairs)
    x[:1] = np.nan
    result = analyse(x, y, ceilings=CEILINGS)
    assert result.n == len(pairs) - 1
    for name in CEILINGS:
        if name != "ols":
            assert len(bottleneck(result, name)) == 11


@SEEDED
@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=3, max_size=12, unique=True), st.integers(0, 10_000))
def test_quantile_descent_reaches_the_least_loss_of_all_pairs(xs, seed):
    x = np.sort(np.asarray(xs))
    assume(np.min(np.diff(x)) > 1e-4)
    row = np.random.default_rng(seed).random(len(x))
    slope, intercept = quantile_lines(x, row[None, :])

    def loss(a: float, b: float) -> float:
        r = row - a - b * x
        return float(np.sum(np.where(r >= 0, 0.95 * r, -0.05 * r)))

    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    lines = [((row[i] - row[j]) / (x[i] - x[j]), i) for i, j in pairs]
    best = min(loss(row[i] - b * x[i], b) for b, i in lines)
    assert loss(float(intercept[0]), float(slope[0])) == pytest.approx(best, rel=1e-9, abs=1e-12)
