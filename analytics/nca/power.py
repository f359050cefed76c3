"""Power of the permutation test by simulation: how often a planted necessity is found in n cases (docs/nca.md)."""

import math
from dataclasses import dataclass

import numpy as np

from analytics.nca.analysis import analyse
from analytics.nca.ceilings.area import line_zone
from analytics.nca.ceilings.model import Ceiling, Floats, Line, Scope
from analytics.nca.permutation import permutation_tests

UNIT = Scope(0.0, 1.0, 0.0, 1.0)
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Power:
    """Share of simulated samples with p < 0.05, and that share's Monte Carlo standard error."""

    n: int
    effect_size: float
    power: float
    standard_error: float


def ceiling_line(effect_size: float) -> Line:
    """The line of slope 1 that leaves ``effect_size`` of the unit square empty at the upper left.

    Raises ValueError unless 0 ≤ effect size < 1.
    """
    if not 0 <= effect_size < 1:
        raise ValueError(f"an effect size is at least 0 and below 1, not {effect_size:g}")

    from scipy.optimize import brentq  # of the extra `studies`

    def excess(intercept: float) -> float:
        return (line_zone(Line(1.0, intercept), UNIT) or 0.0) - effect_size

    return Line(1.0, float(brentq(excess, -1.0, 1.0, xtol=1e-14)))


def random_cases(rng: np.random.Generator, n: int, line: Line) -> tuple[Floats, Floats]:
    """n synthetic cases (x, y), uniform over the part of the unit square on or below ``line``."""
    x, y = np.empty(0), np.empty(0)
    while len(x) < n:
        new_x, new_y = rng.random(4 * n), rng.random(4 * n)
        below = new_y <= line.at(new_x)
        x, y = np.append(x, new_x[below]), np.append(y, new_y[below])
    return x[:n], y[:n]


def power(
    n: int,
    *,
    effect_size: float = 0.10,
    ceiling: Ceiling = "ce_fdh",
    samples: int = 100,
    permutations: int = 200,
    seed: int = 0,
) -> Power:
    """Simulate ``samples`` data sets of ``n`` cases under the planted ceiling and test each by permutation.

    Raises ValueError for n < 2, fewer than 1 sample, and as ``ceiling_line``.
    """
    if n < 2 or samples < 1:
        raise ValueError(f"need at least 2 cases and 1 sample, not {n} and {samples}")
    line = ceiling_line(effect_size)
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(samples):
        x, y = random_cases(rng, n, line)
        result = analyse(x, y, ceilings=[ceiling])
        test_seed = int(rng.integers(2**63))
        test = permutation_tests(result, repetitions=permutations, seed=test_seed)[ceiling]
        found += test.p_value is not None and test.p_value < SIGNIFICANCE
    share = found / samples
    return Power(n, effect_size, share, math.sqrt(share * (1.0 - share) / samples))
