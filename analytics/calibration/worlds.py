"""Made-up worlds with a known truth: technologies whose shares and class frequencies are chosen, then sampled.

The truth of a technology is what its figures would be with endlessly many families: the four expected shares, and D of
the class frequencies by the same top-list rule. Kinds mix on purpose: few and many classes, even and steep frequencies,
windows alike and apart, classes that come and go, exact ties, places near a line, counts that are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.matrix.odds import Counts
from analytics.measure.dynamics import TOP, raw_dynamics

Array = NDArray[np.float64]

_WHOLE = 10_000_000  # class frequencies are whole parts of this, so that ties are exact
_LETTERS = list("BCDFGHJKLMNPQRS")


@dataclass(frozen=True, slots=True)
class Technology:
    """One technology of a world: P(focal), mean citations and claims (focal, others), P(PCT), class frequencies.

    `frequencies` has shape (2 windows, c), whole numbers; `earlier` is the share of families filed in the first window.
    """

    focal: float
    citations: tuple[float, float]
    citation_spread: float
    claims: tuple[float, float]
    pct: tuple[float, float]
    unknown: float
    earlier: float
    frequencies: Counts

    def shares(self) -> Array:
        """Return the four true shares: applications, citations, claims, PCT."""
        weights = [(1.0, 1.0), self.citations, self.claims, self.pct]
        f = self.focal
        return np.array([f * a / (f * a + (1 - f) * b) for a, b in weights])


@dataclass(frozen=True, slots=True)
class World:
    """Technologies over one set of subclasses (ascending)."""

    codes: tuple[str, ...]
    technologies: tuple[Technology, ...]

    def shares(self) -> Array:
        """Return the true shares, shape (n, 4)."""
        return np.array([t.shares() for t in self.technologies])

    def raw(self) -> Array:
        """Return the true raw dynamics, shape (n,)."""
        tables = np.array([t.frequencies for t in self.technologies])
        return raw_dynamics(tables[:, 0], tables[:, 1], self.codes, TOP).astype(np.float64)


def _codes(rng: np.random.Generator) -> tuple[str, ...]:
    out: set[str] = set()
    for section in "ABCDEFGH":
        for number in rng.choice(np.arange(1, 100), 16, replace=False):
            letters = rng.choice(_LETTERS, int(rng.integers(1, 10)), replace=False)
            out |= {f"{section}{number:02d}{letter}" for letter in letters}
    return tuple(sorted(out))


def _chosen_classes(codes: Sequence[str], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the columns of one technology's classes: 8 to 220, gathered in some sections and classes."""
    section = dict(zip("ABCDEFGH", rng.dirichlet(np.full(8, 0.4)) + 0.005, strict=True))
    group = {code[:3]: rng.gamma(0.5) + 0.02 for code in codes}
    weight = np.array([section[code[0]] * group[code[:3]] for code in codes])
    many = min(int(np.exp(rng.uniform(np.log(8), np.log(220)))), len(codes))
    return rng.choice(len(codes), many, replace=False, p=weight / weight.sum())


def _frequencies(codes: Sequence[str], rng: np.random.Generator) -> Counts:
    columns = _chosen_classes(codes, rng)
    many = len(columns)
    size = np.arange(1, many + 1) ** -rng.uniform(0.3, 1.9) * np.exp(rng.normal(0, 0.3, many))
    windows = np.stack([size, size * np.exp(rng.normal(0, rng.uniform(0, 1.2), many))])
    comes, goes = (rng.random(many) < rng.uniform(0, most) * rng.random(many) for most in (0.35, 0.2))
    windows[0, comes] *= rng.choice([0.0, 0.05])
    windows[1, goes] = 0.0
    if rng.random() < 0.25:  # exact ties: some classes are as frequent as the next one, in both windows
        tied = 2 * np.flatnonzero(rng.random(many // 2) < rng.random())
        windows[:, tied + 1] = windows[:, tied]
    windows[:, 0] = np.maximum(windows[:, 0], 1e-3)
    out = np.zeros((2, len(codes)), dtype=np.int64)
    out[:, columns] = np.rint(windows / windows.sum(axis=1, keepdims=True) * _WHOLE)
    return out


def _technology(codes: Sequence[str], rng: np.random.Generator) -> Technology:
    near_line = rng.random() < 0.3
    focal = float(rng.uniform(0.35, 0.65) if near_line else rng.uniform(0.04, 0.96))
    lean = [1.0, 1.0, 1.0] if near_line else np.exp(rng.normal(0, 0.5, 3)).tolist()
    cited, claims, pct = float(rng.uniform(1.5, 12)), float(rng.uniform(6, 18)), float(rng.uniform(0.15, 0.5))
    return Technology(
        focal,
        (cited * lean[0], cited),
        float(rng.uniform(0.3, 1.2)),
        (claims * lean[1], claims),
        (min(0.95, pct * lean[2]), pct),
        float(rng.choice([0.0, 0.0, 0.15])),
        float(rng.uniform(0.2, 0.5)),
        _frequencies(codes, rng),
    )


def make_world(technologies: int, rng: np.random.Generator) -> World:
    """Return a world of `technologies` technologies."""
    codes = _codes(rng)
    return World(codes, tuple(_technology(codes, rng) for _ in range(technologies)))


def _sample_one(
    name: str, made: Technology, codes: Sequence[str], families: int, rng: np.random.Generator
) -> pl.DataFrame:
    focal = rng.random(families) < made.focal
    side = np.where(focal, 0, 1)
    spread = np.exp(rng.normal(0, made.citation_spread, families) - made.citation_spread**2 / 2)
    cited = rng.poisson(np.array(made.citations)[side] * spread)
    claims = rng.poisson(np.array(made.claims)[side] * rng.gamma(4.0, 0.25, families))
    window = np.where(rng.random(families) < made.earlier, 1, 2)
    window[:2] = (1, 2)  # a technology without a window is not placed at all
    chances = made.frequencies / made.frequencies.sum(axis=1, keepdims=True)
    subclass = np.zeros(families, dtype=np.intp)
    for number in (1, 2):
        there = window == number
        subclass[there] = rng.choice(len(codes), int(there.sum()), p=chances[number - 1])
    unknown = rng.random(families) < made.unknown
    return pl.DataFrame(
        {
            "technology_id": [name] * families,
            "focal_weight": focal.astype(np.float64),
            "forward_citations": pl.Series(cited).set(pl.Series(unknown), None),
            "claim_count": pl.Series(claims).set(pl.Series(rng.permutation(unknown)), None),
            "is_pct": rng.random(families) < np.array(made.pct)[side],
            "window": window.astype(np.int8),
            "main_subclass": [codes[i] for i in subclass.tolist()],
        }
    )


def sample(world: World, sizes: Sequence[int], rng: np.random.Generator) -> pl.DataFrame:
    """Return families drawn from `world`, `sizes` of each technology (named by its number)."""
    parts = [
        _sample_one(str(i), made, world.codes, size, rng)
        for i, (made, size) in enumerate(zip(world.technologies, sizes, strict=True))
    ]
    return pl.concat(parts)
