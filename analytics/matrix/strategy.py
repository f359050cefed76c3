"""The strategy matrix: two cuts, four strategies, and how near a technology stands to a line (METHODS §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Strategy(StrEnum):
    """The four strategies; the value is the id stored, `zh` the paper's name."""

    ASSAULT = "assault"
    DISRUPT = "disrupt"
    ENTRENCH = "entrench"
    POSITION = "position"

    @property
    def zh(self) -> str:
        """Chinese name: 攻坚, 颠覆, 挖壕 or 卡位."""
        return _ZH[self]


_ZH = {Strategy.ASSAULT: "攻坚", Strategy.DISRUPT: "颠覆", Strategy.ENTRENCH: "挖壕", Strategy.POSITION: "卡位"}
_BY_SIDES = {
    (True, False): Strategy.ASSAULT,
    (True, True): Strategy.DISRUPT,
    (False, False): Strategy.ENTRENCH,
    (False, True): Strategy.POSITION,
}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the axes are cut, and how near to a cut is on watch (settings cut_*, watch_margin)."""

    capability: float = 0.5
    dynamics: float = 0.5
    margin: float = 0.02


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the matrix: strategy, distance to the nearest cut, the strategy beyond it, whether on watch."""

    strategy: Strategy
    distance: float
    towards: Strategy
    is_watch: bool


def strategy_at(capability: float, dynamics: float, cuts: Cuts) -> Strategy:
    """Return the strategy at (K, D); a value at or above its cut is high."""
    return _BY_SIDES[capability >= cuts.capability, dynamics >= cuts.dynamics]


def spot(capability: float, dynamics: float, cuts: Cuts) -> Spot:
    """Return where (K, D) stands. `towards` is the strategy across the nearest cut (ties: the capability cut).

    On watch when nearer than the margin (METHODS §4; 芯片 at K = 0.501 and 锂电池隔膜 at D = 0.486 in the paper).
    """
    high = capability >= cuts.capability
    moving = dynamics >= cuts.dynamics
    to_capability = abs(capability - cuts.capability)
    to_dynamics = abs(dynamics - cuts.dynamics)
    towards = _BY_SIDES[not high, moving] if to_capability <= to_dynamics else _BY_SIDES[high, not moving]
    distance = min(to_capability, to_dynamics)
    return Spot(_BY_SIDES[high, moving], distance, towards, distance < cuts.margin)
