"""The whole-number programme behind the bounds of raw dynamics: which top lists the free families can make.

Per window: x (on the list), n (count) of each class that is neither always nor never there, a cut-off count t. On the
list means n >= t, off it n <= t; where fewer classes than the list is long have a family, t = 0 and all are on it.
Solved first with ties at t left free: exact when the counts found keep their value under the rule for ties; otherwise
once more with that rule in it.
Source: docs/methods.md, Bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.bounds.free import Free
from analytics.bounds.model import Model, NoChoiceError
from analytics.measure.dynamics import AMPLITUDES, raw_dynamics

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Lists:
    """The variables: per window and class (key) its count and whether it is on the list; the cut-offs; what is dumped.

    `idle`: a class whose count changes no list, where families that must be somewhere can go; None: there is none.
    """

    model: Model
    count: dict[tuple[int, int], int]
    on: dict[tuple[int, int], int]
    cut: dict[int, int]
    idle: int | None


def _flows(model: Model, free: Free, classes: Sequence[int], idle: int | None) -> dict[tuple[int, int], int]:
    """Add the counts of `classes` and how the free families reach them; return the variable of each count."""
    count: dict[tuple[int, int], int] = {}
    loose = [model.variable(0, free.nowhere) for _ in (0, 1)]
    model.at_most(dict.fromkeys(loose, 1.0), free.nowhere)
    joined: list[dict[int, float]] = [{}, {}]
    for s in classes:
        own = []
        for w in (0, 1):
            base = float(free.fixed[w, s])
            own.append(model.variable(0, float(free.maybe[w, s] + free.undated[s])))
            joins = model.variable(0, float(free.pool[w]))
            count[w, s] = model.variable(base, float(free.most[w, s]))
            row = {count[w, s]: 1.0, own[w]: -1.0, joins: -1.0}
            model.rows.append((row, base, base))
            joined[w][joins] = 1.0
        model.at_most(dict.fromkeys(own, 1.0), float(free.maybe[:, s].sum() + free.undated[s]))
    for w in (0, 1):
        model.at_most({**joined[w], loose[w]: -1.0}, float(free.unclassed[w] + free.unclassed_maybe[w]))
        if idle is None:
            model.at_least(joined[w] or {loose[w]: 0.0}, float(free.unclassed[w]))
    return count


def _cut_range(free: Free, w: int, top: int) -> tuple[int, int]:
    """Return the least and the greatest cut-off of a full list: the count at place `top`, at its lowest and highest.

    The least: of the certain families alone. The greatest: when the free ones raise the foremost classes evenly.
    """
    least = np.sort(free.fixed[w])[::-1]
    own = np.sort(free.fixed[w] + free.maybe[w] + free.undated)[::-1][:top]
    if len(own) < top:
        return 0, 0
    low, high = int(own[-1]), int(own[-1] + free.pool[w])
    while low < high:  # the greatest level that the pool can raise all of them to
        level = (low + high + 1) // 2
        if int(np.maximum(level - own, 0).sum()) <= free.pool[w]:
            low = level
        else:
            high = level - 1
    return int(least[top - 1]), low


def _lists(free: Free, always: Mask, possible: Mask, top: int, *, gap: int) -> _Lists:
    """Return the programme without an objective, ties left free; `gap`: how far above the cut-off the list begins."""
    model, open_ = Model(), possible & ~always
    classes = [int(s) for s in np.flatnonzero(open_.any(axis=0))]
    settled = np.flatnonzero(~open_.any(axis=0))
    idle = int(settled[0]) if len(settled) else None
    lists = _Lists(model, _flows(model, free, classes, idle), {}, {}, idle)
    for w in (0, 1):
        mine = [int(s) for s in np.flatnonzero(open_[w])]
        if mine:
            _cut_off(lists, free, w, mine, top - int(always[w].sum()), _cut_range(free, w, top), gap)
            if not always[w].any():  # a window without a family has no dynamics
                model.at_least({lists.on[w, s]: 1.0 for s in mine}, 1)
    return lists


def _cut_off(
    lists: _Lists, free: Free, w: int, mine: Sequence[int], places: int, reach: tuple[int, int], gap: int
) -> None:
    """Tie the classes `mine` of a window to its cut-off: `places` of them are on the list, those above or level."""
    model, (low, high) = lists.model, reach
    cut, full = model.variable(0, high), model.variable(1 if low else 0, 1 if high else 0)
    lists.cut[w] = cut
    model.at_most({cut: 1.0, full: -float(high)}, 0)
    model.at_least({cut: 1.0, full: -float(max(low - gap, 0))}, 0)
    for s in mine:
        x, n = model.variable(0, 1), lists.count[w, s]
        lists.on[w, s] = x
        least, most = float(free.fixed[w, s]), float(free.most[w, s])
        wide = max(high - least, 0.0)
        model.at_least({n: 1.0, x: -max(max(low, 1) - least, 0.0)}, least)
        model.at_least({n: 1.0, cut: -1.0, x: -(wide + gap)}, -wide)
        model.at_most({n: 1.0, cut: -1.0, x: -(most - low + gap + 1)}, 0)
    every = {lists.on[w, s]: 1.0 for s in mine}
    model.at_most(every, places)
    model.at_least({**every, full: -float(places)}, 0)


def _objective(lists: _Lists, free: Free, always: Mask, possible: Mask, sign: int) -> int:
    """Add Σ w_k |A_k| to be made least (sign −1) or greatest (1); return its constant part."""
    model, settled = lists.model, 0
    for level, amplitude in enumerate(AMPLITUDES, start=1):
        prefixes: dict[str, list[int]] = {}
        for s, code in enumerate(free.codes):
            if possible[:, s].any():
                prefixes.setdefault(code[:level], []).append(s)
        for inside in prefixes.values():
            if always[0, inside].any() or not possible[1, inside].any():
                continue  # never new
            before = [lists.on[0, s] for s in inside if (0, s) in lists.on]
            now = [lists.on[1, s] for s in inside if (1, s) in lists.on]
            if always[1, inside].any():
                if not before:
                    settled += amplitude
                    continue
                now = []
            new = model.variable(0, 1, whole=False)
            model.cost[new] = -float(sign * amplitude)
            _is_new(model, new, now, before, sign)
    return settled


def _is_new(model: Model, new: int, now: Sequence[int], before: Sequence[int], sign: int) -> None:
    """Tie `new` to: some of `now` (none named: always) is on the later list, none of `before` on the earlier."""
    if sign > 0:
        if now:
            model.at_most({new: 1.0, **dict.fromkeys(now, -1.0)}, 0)
        for x in before:
            model.at_most({new: 1.0, x: 1.0}, 1)
        return
    row = {new: 1.0, **dict.fromkeys(before, 1.0)}
    if not now:
        model.at_least(row, 1)
    for y in now:
        model.at_least({**row, y: -1.0}, 0)


def _with_ties(lists: _Lists, free: Free, top: int) -> None:
    """Add the rule for ties at the cut-off: more families in the other window, then the earlier code."""
    model, codes = lists.model, len(free.codes)
    for w, cut in lists.cut.items():
        mine = [s for v, s in lists.on if v == w]
        reach = (int(free.fixed[1 - w, mine].min()), int(free.most[1 - w, mine].max()) + 1)
        beyond, last = model.variable(*reach), model.variable(-1, codes)
        for s in mine:
            x = lists.on[w, s]
            mine_range, other_range = ((int(free.fixed[v, s]), int(free.most[v, s])) for v in (w, 1 - w))
            above, equal, below = _compared(model, lists.count[w, s], mine_range, cut, _cut_range(free, w, top))
            more, same, less = _compared(model, lists.count[1 - w, s], other_range, beyond, reach)
            model.at_least({x: 1.0, above: -1.0}, 0)
            model.at_most({x: 1.0, below: 1.0}, 1)
            model.at_most({x: 1.0, less: 1.0, equal: 1.0}, 2)
            model.at_least({x: 1.0, more: -1.0, equal: -1.0}, -1)
            wide = float(codes + 1)
            model.at_least({last: 1.0, x: -wide, equal: -wide, same: -wide}, s - 3 * wide)
            model.at_most({last: 1.0, x: -wide, equal: wide, same: wide}, s - 1 + 2 * wide)


def _compared(
    model: Model, value: int, of_value: tuple[int, int], limit: int, of_limit: tuple[int, int]
) -> tuple[int, int, int]:
    """Return three variables of which one is 1: `value` is above, equal to, below `limit`; `of_...`: their ranges."""
    above, equal, below = (model.variable(0, 1) for _ in range(3))
    low, high = min(of_value[0] - of_limit[1], 0), max(of_value[1] - of_limit[0], 0)
    model.rows.append(({above: 1.0, equal: 1.0, below: 1.0}, 1, 1))
    model.at_least({value: 1.0, limit: -1.0, above: low - 1.0, equal: float(low)}, low)
    model.at_most({value: 1.0, limit: -1.0, below: high + 1.0, equal: float(high)}, high)
    return above, equal, below


def _tables(lists: _Lists, free: Free, values: NDArray[np.float64]) -> Ints:
    """Return the counts of a solution, (2, c), with what must be somewhere and is nowhere yet put where it is idle."""
    out = free.fixed.copy()
    placed = np.zeros(2, dtype=np.int64)
    for (w, s), variable in lists.count.items():
        out[w, s] = round(float(values[variable]))
        placed[w] += max(0, out[w, s] - free.fixed[w, s] - free.maybe[w, s] - free.undated[s])
    if lists.idle is not None:
        out[:, lists.idle] += np.maximum(free.unclassed - placed, 0)
    return out


def _optimum(free: Free, always: Mask, possible: Mask, top: int, sign: int, ties: str) -> tuple[int, int | None, bool]:
    """Return the optimum, the raw dynamics that its counts have (None: no counts), and whether the optimum is proven.

    `ties` at the cut-off: free (an outer bound), none (what is on the list is above it: an inner one), ruled (exact).
    """
    lists = _lists(free, always, possible, top, gap=int(ties == "none"))
    settled = _objective(lists, free, always, possible, sign)
    if ties == "ruled":
        _with_ties(lists, free, top)
    if not lists.model.rows:
        return settled, settled, True
    cost, values, proven = lists.model.best()
    reached = round(cost) if proven else int(np.ceil(cost - 1e-6))  # not proven: the least it can be
    if values is None:
        return settled - sign * reached, None, proven
    tables = _tables(lists, free, values)
    return settled - sign * reached, int(raw_dynamics(tables[:1], tables[1:], free.codes, top)[0]), proven


def solve(free: Free, always: Mask, possible: Mask, top: int, sign: int, *, ruled: bool = True) -> tuple[int, bool]:
    """Return the greatest (sign 1) or least (−1) raw dynamics that the free families allow, and whether it is attained.

    `always`, `possible`: classes that are on each window's list whatever happens, and that could be, (2, c). Without
    `ruled` the rule for ties is not made part of the programme: where ties at the cut-off alone keep the optimum from
    being attained, it is a bound that no table can pass.
    Raises NoChoiceError when the free families cannot put a family in both windows.
    """
    outer, attained, _ = _optimum(free, always, possible, top, sign, "free")
    if attained == outer:
        return outer, True
    with suppress(NoChoiceError):
        if _optimum(free, always, possible, top, sign, "none")[1] == outer:
            return outer, True
    if not ruled:
        return outer, False
    exact, _, proven = _optimum(free, always, possible, top, sign, "ruled")
    return exact, proven
