"""Why a technology moved: exact Shapley parts of the change of (K, D) between two runs.

Source: docs/methods.md, Why it moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

from analytics.matrix.frames import Frame

OWN_SHARES, OWN_SHIFT, WEIGHTS, RANGE = "own_shares", "own_shift", "weights", "range"
PARTS = (OWN_SHARES, OWN_SHIFT, WEIGHTS, RANGE)
PART_ZH = {OWN_SHARES: "自身占比", OWN_SHIFT: "自身分类号变化", WEIGHTS: "熵权变化", RANGE: "动态性极差变化"}

Value = tuple[float, float]


class NotComparableError(ValueError):
    """A run has no place for the technology in this frame, so there is no change to split; the message says which."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What (K, D) of one technology in one run follow from: shares, raw dynamics, weights and range."""

    shares: tuple[float, ...]
    dynamics_raw: float
    frame: Frame


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change: of K and of D (both 0..1 axes)."""

    part: str
    capability_change: float
    dynamics_change: float


def shapley(players: Sequence[str], value: Callable[[frozenset[str]], Value]) -> dict[str, Value]:
    """Return each player's exact Shapley value of a two-valued game; they add up to value(all) − value(none)."""
    n = len(players)
    known = {frozenset(s): value(frozenset(s)) for k in range(n + 1) for s in combinations(players, k)}
    out: dict[str, Value] = {}
    for player in players:
        rest = [p for p in players if p != player]
        total = [0.0, 0.0]
        for k in range(n):
            weight = factorial(k) * factorial(n - k - 1) / factorial(n)
            for subset in combinations(rest, k):
                without, having = known[frozenset(subset)], known[frozenset((*subset, player))]
                total = [t + weight * (b - a) for t, a, b in zip(total, without, having, strict=True)]
        out[player] = (total[0], total[1])
    return out


def _value(before: Situation, after: Situation, changed: frozenset[str]) -> Value:
    """Return (K, D) with the parts in `changed` as they are afterwards, the others as they were."""
    pick: Mapping[str, Situation] = {part: after if part in changed else before for part in PARTS}
    capability = sum(u * x for u, x in zip(pick[WEIGHTS].frame.weights, pick[OWN_SHARES].shares, strict=True))
    dynamics = pick[RANGE].frame.dynamics(pick[OWN_SHIFT].dynamics_raw)
    if dynamics is None:
        msg = "the range of raw dynamics is empty in one of the two runs, so the change of D cannot be split"
        raise NotComparableError(msg)
    return capability, dynamics


def attribute(before: Situation, after: Situation) -> tuple[Part, ...]:
    """Return the parts of the change of (K, D) from `before` to `after`; they add up to it within 1e-12.

    Players: own shares, own IPC shift, entropy weights, dynamics range. Raises NotComparableError when a run's range
    is empty, or the runs measured other indicators. Source: docs/methods.md, Why it moved.
    """
    if before.frame.indicators != after.frame.indicators:
        msg = "the two runs measured other indicators, so the change of K cannot be split"
        raise NotComparableError(msg)
    found = shapley(PARTS, lambda changed: _value(before, after, changed))
    return tuple(Part(part, *found[part]) for part in PARTS)
