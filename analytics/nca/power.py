"""Power of the permutation test by simulation: how often a planted necessity is found in n cases."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from analytics.nca.analysis import analyse
from analytics.nca.ceilings.area import line_zone
from analytics.nca.ceilings.model import Ceiling, Floats, Line, Scope
from analytics.nca.permutation import permutation_tests

Distribution = Literal["uniform", "normal"]

UNIT = Scope(0.0, 1.0, 0.0, 1.0)
NORMAL_MEAN = 0.5
NORMAL_SD = 0.2


@dataclass(frozen=True)
class Power:
    """Share of simulated samples with p < significance, and that share's Monte Carlo standard error."""

    n: int
    effect_size: float
    power: float
    standard_error: float


def ceiling_line(effect_size: float, slope: float = 1.0) -> Line:
    """The rising line that leaves ``effect_size`` of the unit square empty at the upper left.

    Raises ValueError unless 0 ≤ effect size < 1 and slope > 0.
    """
    if not 0 <= effect_size < 1 or slope <= 0:
        raise ValueError(f"need 0 <= effect size < 1 and slope > 0, not {effect_size} and {slope}")

    def excess(intercept: float) -> float:
        return (line_zone(Line(slope, intercept), UNIT) or 0.0) - effect_size

    return Line(slope, float(brentq(excess, -slope, 1.0, xtol=1e-14)))


def random_cases(
    rng: np.random.Generator,
    n: int,
    line: Line,
    *,
    x_distribution: Distribution = "uniform",
    y_distribution: Distribution = "uniform",
) -> tuple[Floats, Floats]:
    """n synthetic cases of the unit square on or below ``line``; "normal" is N(0.5, 0.2) cut to 0..1."""
    x, y = np.empty(0), np.empty(0)
    while len(x) < n:
        new_x, new_y = _draw(rng, 4 * n, x_distribution), _draw(rng, 4 * n, y_distribution)
        below = new_y <= line.at(new_x)
        x, y = np.append(x, new_x[below]), np.append(y, new_y[below])
    return x[:n], y[:n]


def _draw(rng: np.random.Generator, n: int, distribution: Distribution) -> Floats:
    if distribution == "uniform":
        return rng.random(n)
    values = rng.normal(NORMAL_MEAN, NORMAL_SD, n)
    while np.any(outside := (values < 0) | (values > 1)):
        values[outside] = rng.normal(NORMAL_MEAN, NORMAL_SD, int(np.count_nonzero(outside)))
    return values


def power(
    n: int,
    *,
    effect_size: float = 0.10,
    slope: float = 1.0,
    ceiling: Ceiling = "ce_fdh",
    significance: float = 0.05,
    x_distribution: Distribution = "uniform",
    y_distribution: Distribution = "uniform",
    samples: int = 100,
    permutations: int = 200,
    seed: int = 0,
) -> Power:
    """Simulate ``samples`` data sets of ``n`` cases under the planted ceiling and test each by permutation.

    Raises ValueError for n < 2, fewer than 1 sample, and as ``ceiling_line``.
    """
    if n < 2 or samples < 1:
        raise ValueError(f"need at least 2 cases and 1 sample, not {n} and {samples}")
    line = ceiling_line(effect_size, slope)
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(samples):
        x, y = random_cases(rng, n, line, x_distribution=x_distribution, y_distribution=y_distribution)
        result = analyse(x, y, ceilings=[ceiling])
        test_seed = int(rng.integers(2**63))
        test = permutation_tests(result, repetitions=permutations, seed=test_seed)[ceiling]
        found += test.p_value is not None and test.p_value < significance
    share = found / samples
    return Power(n, effect_size, share, math.sqrt(share * (1.0 - share) / samples))
