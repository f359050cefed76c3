"""How much single cases, or combinations of k, hold an effect size up or down: d again without them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from analytics.nca.analysis import analyse, complete_cases
from analytics.nca.ceilings.model import Ceiling, Corner, Floats, Scope
from analytics.nca.ceilings.orientation import turn
from analytics.nca.ceilings.peers import fdh_peers
from warehouse.process.watchdog import moved

PEER_BOUND: frozenset[Ceiling] = frozenset({"ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs", "c_lp"})
Effect = Callable[[NDArray[np.bool_]], float | None]


@dataclass(frozen=True)
class Outlier:
    """Cases (positions in the arrays given) and what leaving them out does to d.

    ``relative`` is 100·(without − effect)/effect, None when the effect is 0. ``on_ceiling``: one of them is a peer;
    ``on_scope``: one of them is at a limit of the empirical scope.
    """

    cases: tuple[int, ...]
    effect_size: float
    without: float
    absolute: float
    relative: float | None
    on_ceiling: bool
    on_scope: bool


def outliers(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ceiling: Ceiling = "ce_fdh",
    corner: Corner = 1,
    scope: Scope | None = None,
    k: int = 1,
    minimum: float = 0.01,
    limit: int = 25,
) -> list[Outlier]:
    """Combinations of up to ``k`` cases by influence on d, largest first.

    Only cases that can matter are tried: peers and cases at the limits of the scope, again after each removal (for
    COLS, QR and OLS every case). A combination is kept only if d differs from that of each of its parts, and by at
    least ``minimum`` percent from the original; at most ``limit`` are given. Empty when d is undefined.
    Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    xs, ys, kept = complete_cases(x, y)

    def effect(mask: NDArray[np.bool_]) -> float | None:
        found = analyse(xs[mask], ys[mask], ceilings=[ceiling], corner=corner, scope=scope)
        return found.ceilings[ceiling].effect_size

    everyone = np.ones(len(xs), dtype=np.bool_)
    original = effect(everyone) if len(xs) else None
    if original is None:
        return []
    tx, ty = turn(xs, ys, corner)
    effects = _search(tx, ty, effect, k, everything=ceiling not in PEER_BOUND)
    effects[frozenset()] = original
    peers, limits = set(fdh_peers(tx, ty).tolist()), _at_limits(tx, ty, everyone)
    found = [
        Outlier(
            cases=tuple(sorted(int(kept[case]) for case in combination)),
            effect_size=original,
            without=value,
            absolute=value - original,
            relative=100.0 * (value - original) / original if original > 0 else None,
            on_ceiling=bool(combination & peers),
            on_scope=bool(combination & limits),
        )
        for combination, value in effects.items()
        if combination and value is not None and _adds(combination, value, effects)
    ]
    large = [one for one in found if one.relative is None or abs(one.relative) >= minimum]
    return sorted(large, key=lambda one: (-abs(one.absolute), len(one.cases), one.cases))[:limit]


def _search(x: Floats, y: Floats, effect: Effect, k: int, *, everything: bool) -> dict[frozenset[int], float | None]:
    effects: dict[frozenset[int], float | None] = {}
    front: set[frozenset[int]] = {frozenset()}
    for _ in range(min(k, len(x) - 1)):
        reached: set[frozenset[int]] = set()
        for removed in front:
            for case in _candidates(x, y, removed, everything=everything):
                reached.add(removed | {case})
        for combination in reached:
            moved()
            effects[combination] = effect(_without(len(x), combination))
        front = reached
    return effects


def _candidates(x: Floats, y: Floats, removed: frozenset[int], *, everything: bool) -> set[int]:
    mask = _without(len(x), removed)
    left = np.flatnonzero(mask)
    if everything:
        return set(left.tolist())
    return set(left[fdh_peers(x[mask], y[mask])].tolist()) | _at_limits(x, y, mask)


def _at_limits(x: Floats, y: Floats, mask: NDArray[np.bool_]) -> set[int]:
    at = np.zeros(len(x), dtype=np.bool_)
    for values in (x, y):
        at |= (values == values[mask].min()) | (values == values[mask].max())
    return set(np.flatnonzero(at & mask).tolist())


def _without(n: int, removed: frozenset[int]) -> NDArray[np.bool_]:
    mask = np.ones(n, dtype=np.bool_)
    mask[list(removed)] = False
    return mask


def _adds(combination: frozenset[int], value: float, effects: dict[frozenset[int], float | None]) -> bool:
    """Whether every member matters: leaving one of them in gives another d."""
    parts = (effects.get(combination - {case}) for case in combination)
    return all(part is None or part != value for part in parts)
