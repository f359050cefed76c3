"""Differences of two effect sizes: found where planted, at chance level where not."""

import numpy as np
import pytest

from analytics.nca import analyse
from analytics.nca.difference import between_conditions, between_occasions, between_samples
from analytics.nca.power import ceiling_line, random_cases

FAST = {"repetitions": 200, "seed": 3}


def sample(seed, effect, n=80):
    return random_cases(np.random.default_rng(seed), n, ceiling_line(effect))


def test_a_planted_difference_is_found():
    weak, strong = sample(1, 0.05), sample(2, 0.45)
    found = between_samples(weak, strong, **FAST)
    assert found.first == analyse(*weak).ceilings["ce_fdh"].effect_size
    assert found.difference == pytest.approx(found.first - found.second)
    assert found.difference < 0
    assert found.p_value <= 0.01
    assert between_occasions(weak, strong, **FAST).p_value <= 0.01
    y = np.random.default_rng(5).random(80)
    bound, free = np.maximum(y - 0.1, 0), np.random.default_rng(6).random(80)
    assert between_conditions(bound, 1000 * free, y, **FAST).p_value <= 0.01


def test_equal_sides_are_at_chance_level():
    ps = [between_samples(sample(i, 0.2, 40), sample(100 + i, 0.2, 40), repetitions=60).p_value for i in range(30)]
    assert np.mean([p <= 0.2 for p in ps]) <= 0.45
    same = sample(1, 0.2)
    assert between_occasions(same, same, **FAST).p_value == 1.0
    assert between_samples(same, same, **FAST).difference == 0.0


def test_undefined_sides_and_missing_cases():
    flat = ([1.0, 2.0, 3.0], [4.0, 4.0, 4.0])
    found = between_samples(flat, sample(1, 0.2), **FAST)
    assert found.first is None
    assert found.difference is None
    assert found.p_value is None
    x, y = sample(1, 0.2)
    gap = x.copy()
    gap[0] = np.nan
    assert between_occasions((gap, y), (x, y), **FAST).first == analyse(x[1:], y[1:]).ceilings["ce_fdh"].effect_size
    assert between_conditions([], [], []).p_value is None
    with pytest.raises(ValueError, match="at least 1"):
        between_samples((x, y), (x, y), repetitions=0)
