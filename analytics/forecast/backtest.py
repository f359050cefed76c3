"""Will it be in another quadrant in twelve months: a probability from the series so far, and how good it was.

The probability is the share of past twelve-month moves that would carry today's K and D into another quadrant: moves of
the technology itself, drawn towards those of all technologies as far as its own series is short. The back-test makes it
at every past month from what was known then. Source: docs/methods.md, Before it moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.tracks import Floats, Tracks
from analytics.matrix.strategy import Cuts, Strategy

HORIZON = 12  # months
LEAST = 24  # complete moves a technology or all of them must show before anything is said
OTHERS = 10.0  # the others' moves count as much as this many years of a technology's own
QUADRANTS = (Strategy.ENTRENCH, Strategy.POSITION, Strategy.ASSAULT, Strategy.DISRUPT)  # K low, low, high, high
BINS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Scored:
    """One technology's statement at a past month: the probability, that of mere frequency, and whether it had moved."""

    technology: str
    month: date
    probability: float
    frequency: float
    moved: bool


@dataclass(frozen=True, slots=True)
class BackTest:
    """How good the statements were. Brier scores (0 best): of the forecast, of "stays where it is", of mere frequency.

    `gain`: mean over technologies of "stays" less forecast, `error` its standard error between technologies (their
    months overlap, so technologies are the unit). `bins`: (from, to, statements, mean probability, share that moved).
    """

    statements: int
    moved: float
    forecast: float
    stays: float
    frequency: float
    gain: float
    error: float
    bins: tuple[tuple[float, float, int, float, float], ...]

    @property
    def beats(self) -> bool:
        """Whether it beat "stays where it is" by more than two standard errors, and mere frequency at all."""
        return self.gain > 2 * self.error and self.forecast < self.frequency


def _quadrant(capability: Floats, dynamics: Floats, cuts: Cuts) -> NDArray[np.int64]:
    """Return the index of each quadrant in QUADRANTS, −1 where not placed."""
    sides = 2 * (capability >= cuts.capability).astype(np.int64) + (dynamics >= cuts.dynamics)
    return np.where(np.isnan(capability) | np.isnan(dynamics), -1, sides)


def _ends(at: tuple[float, float], moves: Floats, cuts: Cuts) -> Floats:
    """Return the share of `moves`, shape (2, n), that ends in each of QUADRANTS."""
    ends = _quadrant(at[0] + moves[0], at[1] + moves[1], cuts)
    return np.bincount(ends, minlength=len(QUADRANTS)) / ends.size


def outlook(tracks: Tracks, cuts: Cuts, places: Floats | None = None) -> Floats:
    """Return the probability of each of QUADRANTS twelve months on, shape (technologies, 4).

    They start from `places`, shape (2, technologies): K and D; from the last month of the tracks without it. NaN where
    a technology is not placed, or fewer than LEAST complete moves of any technology are known.
    """
    k, d = tracks.capability, tracks.dynamics
    now = np.stack([k[:, -1], d[:, -1]]) if places is None else places
    moves = np.stack([k[:, HORIZON:] - k[:, :-HORIZON], d[:, HORIZON:] - d[:, :-HORIZON]])
    known: NDArray[np.bool_] = np.asarray(~np.isnan(moves).any(axis=0))
    out = np.full((len(tracks.technologies), len(QUADRANTS)), np.nan)
    if known.sum() < LEAST:
        return out
    for i, at in enumerate(zip(now[0], now[1], strict=True)):
        if np.isnan(at).any():
            continue
        everybody, years = _ends(at, moves[:, known], cuts), known[i].sum() / HORIZON
        own = _ends(at, moves[:, i, known[i]], cuts) if known[i].sum() >= LEAST else everybody
        out[i] = (OTHERS * everybody + years * own) / (OTHERS + years)
    return out


def probabilities(tracks: Tracks, cuts: Cuts) -> Floats:
    """Return the probability of each technology to be in another quadrant twelve months after the last month.

    NaN where `outlook` says nothing.
    """
    here = _quadrant(tracks.capability[:, -1], tracks.dynamics[:, -1], cuts)
    stays = np.take_along_axis(outlook(tracks, cuts), here[:, None], axis=1)[:, 0]
    return np.asarray(1 - stays)


def scored(tracks: Tracks, cuts: Cuts) -> list[Scored]:
    """Return the statement of every technology at every past month whose outcome is known, from what was known then."""
    quadrants, out = _quadrant(tracks.capability, tracks.dynamics, cuts), list[Scored]()
    for now in range(HORIZON + 1, len(tracks.months) - HORIZON):
        before, after = quadrants[:, : now + 1 - HORIZON], quadrants[:, HORIZON : now + 1]
        both = (before >= 0) & (after >= 0)
        if both.sum() < LEAST:
            continue
        frequency = float((before != after)[both].mean())
        for i, p in enumerate(probabilities(tracks.until(now + 1), cuts)):
            then = quadrants[i, now + HORIZON]
            if not np.isnan(p) and then >= 0:
                moved = bool(then != quadrants[i, now])
                out.append(Scored(tracks.technologies[i], tracks.months[now], float(p), frequency, moved))
    return out


def back_test(statements: Sequence[Scored]) -> BackTest | None:
    """Return how good the statements were; None with fewer than two technologies."""
    names = sorted({s.technology for s in statements})
    if len(names) < 2:
        return None
    p, often, moved = (
        np.array([getattr(s, x) for s in statements], float) for x in ("probability", "frequency", "moved")
    )
    who = np.array([names.index(s.technology) for s in statements])
    better = moved**2 - (p - moved) ** 2
    gains = np.array([better[who == i].mean() for i in range(len(names))])
    bins = []
    for low, high in pairwise(BINS):
        inside = (p >= low) & ((p < high) | (high == BINS[-1]))
        if inside.any():
            bins.append((low, high, int(inside.sum()), float(p[inside].mean()), float(moved[inside].mean())))
    return BackTest(
        len(statements), float(moved.mean()), float(((p - moved) ** 2).mean()), float((moved**2).mean()),
        float(((often - moved) ** 2).mean()), float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(names))),
        tuple(bins),
    )  # fmt: skip
