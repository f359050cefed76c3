"""Capture-recapture: how many families there are, from two sources that do not know of each other.

Source: docs/methods.md, Is the search right; Chapman (1951) for the number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.quality.intervals import Array

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
    """Families of `first` source, of `second`, of `both`, and Chapman's `estimate` of all there are."""

    first: int
    second: int
    both: int
    estimate: float

    @property
    def seen(self) -> int:
        """Families that at least one of the sources has."""
        return self.first + self.second - self.both

    @property
    def recall(self) -> float:
        """Share of all there are that the sources have together."""
        return self.seen / self.estimate

    def draws(self, rng: np.random.Generator, count: int) -> Array:
        """Return draws of the recall of both sources together.

        The rates of "both", "only the first" and "only the second" are gamma with Jeffreys' half on each count; what
        neither has is Poisson of first * second / both, which is what independence means. So a source that lies wholly
        in the other does not prove that nothing is missing.
        """
        counts = np.array([[self.first - self.both], [self.second - self.both], [self.both]])
        one, other, both = rng.gamma(counts + 0.5, size=(3, count))
        missing: Array = rng.poisson(one * other / both).astype(np.float64)
        return self.seen / (self.seen + missing)


def recapture(first: int, second: int, both: int) -> Recaptured | None:
    """Return Chapman's estimate from two sources; None where a source is empty or they share nothing.

    Raises ValueError where `both` is more than either has.
    """
    if both > min(first, second) or both < 0:
        msg = f"both sources cannot share {both} families when they have {first} and {second}"
        raise ValueError(msg)
    return Recaptured(first, second, both, (first + 1) * (second + 1) / (both + 1) - 1) if both else None
