"""Capture-recapture: how many families there are, from two sources that do not know of each other.

Source: docs/methods.md, Is the search right; Chapman (1951) for the number, Chao (1987) for the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analytics.quality.intervals import LEVEL, Array

# Sources whose records come from the EPO's DOCDB: what one of them lacks the others lack too.
_DOCDB = frozenset({
    "epo_ops", "lens", "lens_csv", "docdb", "patstat", "espacenet", "google_publications", "google_search",
    "bigquery_flat",
})  # fmt: skip


def can_be_independent(first: str, second: str) -> bool:
    """Return whether two sources may find families independently: not when the same database feeds both."""
    return not {first, second} <= _DOCDB


@dataclass(frozen=True, slots=True)
class Recaptured:
    """Families of `first` source, of `second`, of `both`; `estimate` of all there are, with its interval.

    The part that neither source has is log-normal in the interval and in `draws`.
    """

    first: int
    second: int
    both: int
    estimate: float
    low: float
    high: float

    @property
    def seen(self) -> int:
        """Families that at least one of the sources has."""
        return self.first + self.second - self.both

    @property
    def recall(self) -> tuple[float, float, float]:
        """Share of all there are that the sources have together: estimate, lower, upper end."""
        return self.seen / self.estimate, self.seen / self.high, self.seen / self.low

    def draws(self, rng: np.random.Generator, count: int) -> Array:
        """Return draws of the recall of both sources together."""
        unseen, spread = _unseen(self)
        return self.seen / (self.seen + unseen * np.exp(spread * rng.standard_normal(count)))


def _unseen(found: Recaptured) -> tuple[float, float]:
    """Return the estimate of what neither has and the standard deviation of its logarithm (0 and 0: nothing)."""
    missing = found.estimate - found.seen
    if missing <= 1e-9:
        return 0.0, 0.0
    return missing, float(np.sqrt(np.log1p(_variance(found.first, found.second, found.both) / missing**2)))


def _variance(first: int, second: int, both: int) -> float:
    """Return the variance of Chapman's estimate (Seber 1970)."""
    return (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))


def recapture(first: int, second: int, both: int, level: float = LEVEL) -> Recaptured | None:
    """Return Chapman's estimate from two sources; None where a source is empty or they share nothing.

    Raises ValueError where `both` is more than either has.
    """
    if both > min(first, second) or both < 0:
        msg = f"both sources cannot share {both} families when they have {first} and {second}"
        raise ValueError(msg)
    if both == 0:
        return None
    estimate = (first + 1) * (second + 1) / (both + 1) - 1
    bare = Recaptured(first, second, both, estimate, estimate, estimate)
    missing, spread = _unseen(bare)
    wide = float(np.exp(NormalDist().inv_cdf((1 + level) / 2) * spread))
    return Recaptured(first, second, both, estimate, bare.seen + missing / wide, bare.seen + missing * wide)
