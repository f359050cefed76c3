"""Shapley parts add up to the change and equal brute force over all orderings (docs/methods.md, Strategy matrix)."""

from itertools import permutations

import numpy as np
import pytest

from analytics.explain.attribution import PARTS, NotComparableError, Situation, attribute
from analytics.matrix.frames import relative_frame


def situations(seed):
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(2):
        shares, raw = rng.random((6, 4)), rng.integers(0, 40, 6).astype(float)
        out.append(Situation(tuple(shares[0].tolist()), float(raw[0]), relative_frame(shares.tolist(), raw.tolist())))
    return out


def value(before, after, changed):
    def of(part):
        return after if part in changed else before

    k = sum(u * x for u, x in zip(of("weights").frame.weights, of("own_shares").shares, strict=True))
    f = of("range").frame
    d = (of("own_shift").dynamics_raw - f.dynamics_minimum) / (f.dynamics_maximum - f.dynamics_minimum)
    return np.array([k, d])


@pytest.mark.parametrize("seed", range(40))
def test_parts_add_up_and_equal_brute_force_over_all_orderings(seed):
    before, after = situations(seed)
    parts = {p.part: np.array([p.capability_change, p.dynamics_change]) for p in attribute(before, after)}
    change = value(before, after, set(PARTS)) - value(before, after, set())
    assert np.abs(sum(parts.values()) - change).max() <= 1e-12
    brute = {part: np.zeros(2) for part in PARTS}
    orders = list(permutations(PARTS))
    for order in orders:
        for i, part in enumerate(order):
            brute[part] += value(before, after, set(order[: i + 1])) - value(before, after, set(order[:i]))
    for part in PARTS:
        assert np.abs(parts[part] - brute[part] / len(orders)).max() <= 1e-12
    assert parts["own_shift"][0] == parts["range"][0] == 0
    assert parts["own_shares"][1] == parts["weights"][1] == 0


def test_nothing_changed_is_split_into_nothing():
    before, _ = situations(1)
    assert all(p.capability_change == p.dynamics_change == 0 for p in attribute(before, before))


def test_an_empty_range_cannot_be_split():
    before, after = situations(1)
    flat = Situation(after.shares, 3.0, relative_frame([list(after.shares)], [3.0]))
    with pytest.raises(NotComparableError, match="range"):
        attribute(before, flat)
