"""Shares from judged samples: estimate, effective number, 90 % intervals (docs/methods.md, Is the search right)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL = 0.90
YES, NO, UNSURE = "yes", "no", "unsure"


@dataclass(frozen=True, slots=True)
class Judged:
    """One family of a sample: its stratum and what was said of it; None: nobody has judged it yet."""

    stratum: int
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its intervals at `level` (Wilson; Clopper-Pearson as `exact`); None: nothing was decided.

    `families`: how many it speaks about. `effective`: number of judgements that equal weights would need for the same
    certainty (Kish), enlarged where a good part of all families was judged; infinite when all were.
    """

    value: float | None
    interval: tuple[float, float] | None
    if_unsure_no: float | None
    if_unsure_yes: float | None
    decided: int
    yes: int
    unsure: int
    families: float
    coverage: float
    effective: float
    level: float

    @property
    def exact(self) -> tuple[float, float] | None:
        """The Clopper-Pearson interval; found when asked for: a recall needs none of its parts."""
        return None if self.value is None else clopper_pearson(self.value, self.effective, self.level)

    def draws(self, rng: np.random.Generator, count: int) -> Array:
        """Return draws of the share: beta with Jeffreys' prior at the effective number; NaN when nothing is decided."""
        if self.value is None:
            return np.full(count, np.nan)
        if np.isinf(self.effective):
            return np.full(count, self.value)
        right = self.value * self.effective
        return rng.beta(right + 0.5, self.effective - right + 0.5, size=count)


def wilson(share: float, number: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson score interval of `share` among `number` (need not be whole; infinite: the share itself)."""
    if np.isinf(number):
        return share, share
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = np.sqrt(z2 * share * (1 - share) / number + z2**2 / (4 * number**2)) / (1 + z2 / number)
    return max(0.0, min(share, float(middle - half))), min(1.0, max(share, float(middle + half)))


def clopper_pearson(share: float, number: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the Clopper-Pearson interval, at an effective `number` as Korn and Graubard (1998) do."""
    if np.isinf(number):
        return share, share
    tail, right = (1 - level) / 2, share * number
    low = 0.0 if right <= 0 else _beta_quantile(right, number - right + 1, tail)
    high = 1.0 if right >= number else _beta_quantile(right + 1, number - right, 1 - tail)
    return low, high


def _beta_quantile(a: float, b: float, probability: float) -> float:
    """Return the point below which a beta variable lies with `probability`, by bisection to the last bit."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _beta_below(middle, a, b) < probability else (low, middle)
    return middle


def _beta_below(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (Abramowitz and Stegun, 26.5.8)."""
    if x > (a + 1) / (a + b + 2):  # where the fraction converges slowly, its mirror converges fast
        return 1 - _beta_below(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    value, terms = 1.0, int(20 + 4 * (a + b) ** 0.5)
    for m in range(terms, 0, -1):
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        value = 1 + odd / (1 + even / value)
    return front / value


def share_of(
    items: Sequence[Judged], families: Mapping[int, int], domain: Sequence[bool] | None = None, level: float = LEVEL
) -> Share:
    """Return the share of right ones among the families that `items` were drawn from, or those of a `domain` of them.

    `families`: how many each stratum holds. Within a stratum all were drawn with equal chance, so each decided item
    stands for families / decided of them; unsure and unjudged ones leave both sides.
    """
    where = np.ones(len(items), dtype=np.bool_) if domain is None else np.array(domain, dtype=np.bool_)
    value, weights, decided = _weighted(items, families, where, {YES: 1.0, NO: 0.0})
    effective = _effective(weights)
    verdicts = [item.verdict for item, inside in zip(items, where, strict=True) if inside]
    if_no, if_yes = (_weighted(items, families, where, {YES: 1.0, NO: 0.0, UNSURE: unsure})[0] for unsure in (0.0, 1.0))
    return Share(
        value,
        None if value is None else wilson(value, effective, level),
        if_no, if_yes, decided, verdicts.count(YES), verdicts.count(UNSURE),
        *_spoken_of(items, families, where), effective=effective, level=level,
    )  # fmt: skip


def _weighted(
    items: Sequence[Judged], families: Mapping[int, int], where: NDArray[np.bool_], values: Mapping[str, float]
) -> tuple[float | None, Array, int]:
    """Return the weighted mean of the verdicts that `values` counts, the weights, and how many there are."""
    counted = Counter(item.stratum for item in items if item.verdict in values)
    rows = [
        (families[item.stratum] / counted[item.stratum], values[str(item.verdict)])
        for item, inside in zip(items, where, strict=True) if inside and item.verdict in values
    ]  # fmt: skip
    weights, right = np.array([w for w, _ in rows]), np.array([v for _, v in rows])
    return (float(weights @ right / weights.sum()) if rows else None), weights, len(rows)


def _effective(weights: Array) -> float:
    """Return Kish's effective number, each weight w with its stratum's finite population correction 1 - 1/w."""
    spread = float((weights * (weights - 1)).sum())
    return float(weights.sum()) ** 2 / spread if spread > 1e-9 else (float("inf") if len(weights) else 0.0)


def _spoken_of(items: Sequence[Judged], families: Mapping[int, int], where: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the number of families of the domain, and the share of them in strata where something was decided."""
    drawn = Counter(item.stratum for item in items)
    decided = {item.stratum for item in items if item.verdict in (YES, NO)}
    each = [
        (families[i.stratum] / drawn[i.stratum], i.stratum) for i, inside in zip(items, where, strict=True) if inside
    ]
    total = sum(weight for weight, _ in each)
    return total, (sum(weight for weight, stratum in each if stratum in decided) / total if total else 0.0)
