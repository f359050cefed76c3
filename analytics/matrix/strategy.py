"""The strategy matrix: two cuts, four strategies, and how near a technology is to a line.

The one home of the rule (docs/methods.md, Strategy matrix): placing, the bootstrap, explanations, alerts, pictures and
pages ask here; the texts of ``sql/views`` are checked against it by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from warehouse.sections.measuring import OwnCut, Place
from words.glossary import STRATEGIES

Sides = tuple[bool, bool]  # (capability high, dynamics high)
AXES = ("capability", "dynamics")


class Strategy(StrEnum):
    """The four strategies; the value is the id stored, `zh` and `en` the names people read."""

    ASSAULT = "assault"
    DISRUPT = "disrupt"
    ENTRENCH = "entrench"
    POSITION = "position"

    @property
    def zh(self) -> str:
        """Chinese name: 攻坚, 颠覆, 挖壕 or 卡位."""
        return STRATEGIES[self.value][0]

    @property
    def en(self) -> str:
        """English name."""
        return STRATEGIES[self.value][1]

    @property
    def sides(self) -> Sides:
        """Whether capability and whether dynamics are high in this quadrant."""
        return _SIDES[self]


_SIDES = {
    Strategy.ASSAULT: (True, False),
    Strategy.DISRUPT: (True, True),
    Strategy.ENTRENCH: (False, False),
    Strategy.POSITION: (False, True),
}
_OF_SIDES = {sides: strategy for strategy, sides in _SIDES.items()}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the axes are cut, and how near to a cut is on watch."""

    capability: float
    dynamics: float
    margin: float

    @classmethod
    def of(cls, place: Place, technology: str | None = None) -> Cuts:
        """Return the lines of the settings (cut_capability, cut_dynamics, watch_margin), a technology's own first."""
        own = place.cuts.get(technology, OwnCut()) if technology is not None else OwnCut()
        return cls(
            place.cut_capability if own.capability is None else own.capability,
            place.cut_dynamics if own.dynamics is None else own.dynamics,
            place.watch_margin,
        )

    @property
    def values(self) -> tuple[float, float]:
        """The two cuts in the order of AXES."""
        return self.capability, self.dynamics


def own_lines(place: Place, technology: str) -> str:
    """Return a technology's own lines as they are written behind its name (`` [K ≥ 0.6]``), empty where it has none."""
    own = place.cuts.get(technology)
    ends = () if own is None else (("K", own.capability), ("D", own.dynamics))
    words = ", ".join(f"{axis} ≥ {cut:g}" for axis, cut in ends if cut is not None)
    return f" [{words}]" if words else ""


DEFAULT_CUTS = Cuts.of(Place())


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the matrix: strategy, distance to the nearest cut, the strategy beyond it, whether on watch."""

    strategy: Strategy
    distance: float
    towards: Strategy
    is_watch: bool


def is_high(value: float, cut: float) -> bool:
    """Return whether a value is on the high side: at or above its cut."""
    return value >= cut


def strategy_of(sides: Sides) -> Strategy:
    """Return the strategy of (capability high, dynamics high)."""
    return _OF_SIDES[sides]


def sides_at(capability: float, dynamics: float, cuts: Cuts) -> Sides:
    """Return on which side of each cut (K, D) lies."""
    return is_high(capability, cuts.capability), is_high(dynamics, cuts.dynamics)


def strategy_at(capability: float, dynamics: float, cuts: Cuts) -> Strategy:
    """Return the strategy at (K, D)."""
    return strategy_of(sides_at(capability, dynamics, cuts))


def quadrant_masks(
    capability: NDArray[np.float64], dynamics: NDArray[np.float64], cuts: Cuts
) -> dict[Strategy, NDArray[np.bool_]]:
    """Return per strategy which of the places (arrays of one shape) are in its quadrant; NaN is in none.

    The same rule as `strategy_at`, over arrays.
    """
    high, moving = capability >= cuts.capability, dynamics >= cuts.dynamics
    known = ~(np.isnan(capability) | np.isnan(dynamics))
    return {s: known & (high == k) & (moving == d) for s, (k, d) in _SIDES.items()}


def spot(capability: float, dynamics: float, cuts: Cuts) -> Spot:
    """Return where (K, D) lies. `towards` is the strategy across the nearest cut (ties: the capability cut).

    On watch when nearer than the margin (芯片 at K = 0.501 and 锂电池隔膜 at D = 0.486 in the paper).
    Source: docs/methods.md, Strategy matrix.
    """
    high, moving = sides_at(capability, dynamics, cuts)
    to_capability, to_dynamics = abs(capability - cuts.capability), abs(dynamics - cuts.dynamics)
    towards = strategy_of((not high, moving) if to_capability <= to_dynamics else (high, not moving))
    distance = min(to_capability, to_dynamics)
    return Spot(strategy_of((high, moving)), distance, towards, distance < cuts.margin)
