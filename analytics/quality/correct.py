"""Shares corrected for precision and recall on either side (docs/methods.md, Is the search right).

With F of the focal country's amount and O of the others', precision p and recall r of either side, what is right is
F·p/r and O·p/r. So the odds F/O of the raw share are multiplied by one factor, and only the two sides' difference
matters: a search equally good for both leaves every share as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.quality.draw import FOCAL, OTHERS
from analytics.quality.estimates import (
    JUDGED,
    NEAR,
    NEIGHBOURS,
    PRECISION,
    RECALL,
    SEEDS,
    SOURCES,
    Estimate,
)
from analytics.quality.intervals import Array

EQUAL = "equal"
_ORDER = (SEEDS, NEIGHBOURS, NEAR, SOURCES)
_FEWEST = 10  # judgements or seeds on either side, fewer say nothing of a side


@dataclass(frozen=True, slots=True)
class Factor:
    """What the odds of a share are multiplied by; `draws` of it; whose recall it rests on."""

    value: float
    draws: Array
    recall_basis: str


def corrected(share: Array | float, factor: Array | float) -> Array:
    """Return the share whose odds are those of `share` times `factor`; 0 and 1 stay, NaN stays."""
    x, f = np.asarray(share, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    return np.asarray(x * f / (x * f + (1 - x)), dtype=np.float64)


def factor_of(estimates: Sequence[Estimate]) -> Factor | None:
    """Return the factor of one technology; None where precision is not known on both sides.

    Recall is the first of seeds, citation neighbours, near misses and sources that is known on both sides with at least
    ten judgements or seeds each; else it is taken as equal on both, which leaves precision alone.
    """
    right = _both(estimates, PRECISION, JUDGED)
    if right is None:
        return None
    value, draws, basis = _ratio(right), _ratio_draws(right), EQUAL
    for name in sorted({e.basis for e in estimates if e.measure == RECALL}, key=_preference):
        found = _both(estimates, RECALL, name)
        if found is not None:
            value, draws, basis = value / _ratio(found), draws / _ratio_draws(found), name
            break
    return Factor(value, draws, basis)


def _preference(basis: str) -> tuple[int, str]:
    return _ORDER.index(basis.partition(":")[0]), basis


def _both(estimates: Sequence[Estimate], measure: str, basis: str) -> tuple[Estimate, Estimate] | None:
    """Return the estimates of the focal and of the other side, where both are known, above 0 and rest on enough."""
    by_side = {e.value_of: e for e in estimates if e.measure == measure and e.basis == basis and e.dimension == "side"}
    pair = by_side.get(FOCAL), by_side.get(OTHERS)
    if pair[0] is None or pair[1] is None or not all(_speaks(e) for e in pair if e is not None):
        return None
    return pair[0], pair[1]


def _speaks(estimate: Estimate) -> bool:
    is_census = estimate.effective is not None and np.isinf(estimate.effective)
    return bool(estimate.estimate) and (estimate.decided >= _FEWEST or is_census)


def _ratio(pair: tuple[Estimate, Estimate]) -> float:
    return float(pair[0].estimate or 0) / float(pair[1].estimate or 1)


def _ratio_draws(pair: tuple[Estimate, Estimate]) -> Array:
    assert pair[0].draws is not None
    assert pair[1].draws is not None
    return np.asarray(pair[0].draws / np.maximum(pair[1].draws, 1e-6), dtype=np.float64)
