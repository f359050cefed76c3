"""Running totals of one technology's four shares while families join it, and the choices that keep them on target."""

from __future__ import annotations

import random
from dataclasses import dataclass

from office.corpus.expected import Expected, entropy_weights

Shares = tuple[float, float, float, float]


@dataclass(slots=True)
class Tally:
    """Focal and total numbers of applications, citations, claims and PCT families."""

    focal: list[int]
    total: list[int]
    pct_rate: float

    @classmethod
    def of(cls, measured: Expected) -> Tally:
        """Start from what was measured."""
        pairs = [measured.applications, measured.citations, measured.claims, measured.pct]
        return cls([p[0] for p in pairs], [p[1] for p in pairs], measured.pct[1] / measured.applications[1])

    @property
    def shares(self) -> Shares:
        """The four shares."""
        a, b, c, d = (f / t for f, t in zip(self.focal, self.total, strict=True))
        return a, b, c, d

    def add(self, indicator: int, number: int, focal: bool) -> None:
        """Add to one indicator."""
        self.total[indicator] += number
        self.focal[indicator] += number if focal else 0

    def miss(self, indicator: int, number: int, focal: bool, target: float) -> float:
        """Return how far the share would be from `target` after adding."""
        return abs((self.focal[indicator] + (number if focal else 0)) / (self.total[indicator] + number) - target)

    def wants_focal(self, indicator: int, target: float) -> bool:
        """Return whether one more of the focal country brings the share nearer to `target` than one of another."""
        return self.miss(indicator, 1, True, target) <= self.miss(indicator, 1, False, target)

    def wants_pct(self, focal: bool, target: float) -> bool:
        """Return whether one more PCT family of that country keeps the PCT share and the rate of PCT filings."""
        if (self.total[3] + 1) / (self.total[0] + 1) > self.pct_rate * 1.03:
            return False
        return self.miss(3, 1, focal, target) <= abs(self.shares[3] - target) + 0.25 / self.total[3]

    def claims(self, focal: bool, target: float, rng: random.Random) -> int:
        """Return a number of claims that brings the claims share nearest to `target`."""
        usual = rng.randint(6, 12)
        return min(range(3, 26), key=lambda n: (round(self.miss(2, n, focal, target), 5), abs(n - usual)))

    def capability(self, weights: list[float]) -> float:
        """Return the weighted sum of the shares."""
        return sum(w * x for w, x in zip(weights, self.shares, strict=True))


def weights_of(tallies: list[Tally]) -> list[float]:
    """Return the entropy weights over technologies (docs/methods.md, Capability)."""
    return entropy_weights([tally.shares for tally in tallies])
