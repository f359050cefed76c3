"""The whole-number programme behind the bounds of raw dynamics: which top lists the free families can make.

Per window: x (on the list), n (count) of each class that is neither always nor never there, a cut-off count t. On the
list means n >= t, off it n <= t; where fewer classes than the list is long have a family, t = 0 and all are on it.
Ties follow the rule of the lists: count, count in the other window and code make one key, and the list is cut at a key.
Source: docs/methods.md, Bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.bounds.free import Free
from analytics.bounds.model import Model
from analytics.measure.dynamics import AMPLITUDES, raw_dynamics

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Lists:
    """The variables: per window and class (key) its count, who joined it from anywhere, and whether it is on the list.

    `idle`: a class whose count changes no list, where families that must be somewhere can go; None: there is none.
    """

    model: Model
    count: dict[tuple[int, int], int]
    joins: dict[tuple[int, int], int]
    on: dict[tuple[int, int], int]
    idle: int | None


def _flows(lists: _Lists, free: Free, classes: Sequence[int]) -> None:
    """Add the counts of `classes` and how the free families reach them."""
    model, count = lists.model, lists.count
    loose = [model.variable(0, free.nowhere) for _ in (0, 1)]
    model.at_most(dict.fromkeys(loose, 1.0), free.nowhere)
    joined: list[dict[int, float]] = [{}, {}]
    for s in classes:
        own = []
        for w in (0, 1):
            base = float(free.fixed[w, s])
            own.append(model.variable(0, float(free.maybe[w, s] + free.undated[s])))
            joins = lists.joins[w, s] = model.variable(0, float(free.pool[w]))
            count[w, s] = model.variable(base, float(free.most[w, s]))
            row = {count[w, s]: 1.0, own[w]: -1.0, joins: -1.0}
            model.rows.append((row, base, base))
            joined[w][joins] = 1.0
        model.at_most(dict.fromkeys(own, 1.0), float(free.maybe[:, s].sum() + free.undated[s]))
    for w in (0, 1):
        model.at_most({**joined[w], loose[w]: -1.0}, float(free.unclassed[w] + free.unclassed_maybe[w]))
        if lists.idle is None:
            model.at_least(joined[w] or {loose[w]: 0.0}, float(free.unclassed[w]))


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


def _lists(free: Free, always: Mask, possible: Mask, top: int) -> _Lists:
    """Return the programme without an objective."""
    model, open_ = Model(), possible & ~always
    settled = np.flatnonzero(~open_.any(axis=0))
    lists = _Lists(model, {}, {}, {}, int(settled[0]) if len(settled) else None)
    _flows(lists, free, [int(s) for s in np.flatnonzero(open_.any(axis=0))])
    for w in (0, 1):
        mine = [int(s) for s in np.flatnonzero(open_[w])]
        if mine:
            reach = _cut_range(free, w, top)
            _cut_off(lists, free, w, mine, top - int(always[w].sum()), reach)
            _ranked(lists, free, w, mine, reach)
            if not always[w].any():  # a window without a family has no dynamics
                model.at_least({lists.on[w, s]: 1.0 for s in mine}, 1)
    return lists


def _cut_off(lists: _Lists, free: Free, w: int, mine: Sequence[int], places: int, reach: tuple[int, int]) -> None:
    """Tie the classes `mine` of a window to its cut-off: `places` of them are on the list, those above or level."""
    model, (low, high) = lists.model, reach
    cut, full = model.variable(0, high), model.variable(1 if low else 0, 1 if high else 0)
    model.at_most({cut: 1.0, full: -float(high)}, 0)
    model.at_least({cut: 1.0, full: -float(low)}, 0)
    for s in mine:
        x, n = model.variable(0, 1), lists.count[w, s]
        lists.on[w, s] = x
        least, most = float(free.fixed[w, s]), float(free.most[w, s])
        wide = max(high - least, 0.0)
        model.at_least({n: 1.0, x: -max(max(low, 1) - least, 0.0)}, least)
        model.at_least({n: 1.0, cut: -1.0, x: -wide}, -wide)
        model.at_most({n: 1.0, cut: -1.0, x: -(most - low + 1)}, 0)
    every = {lists.on[w, s]: 1.0 for s in mine}
    model.at_most(every, places)
    model.at_least({**every, full: -float(places)}, 0)


def _ranked(lists: _Lists, free: Free, w: int, mine: Sequence[int], reach: tuple[int, int]) -> None:
    """Cut the list at a key that orders as the rule for ties does: count, count in the other window, earlier code.

    The key is n * span + the other count + a fraction by code, taken from that of the least cut-off.
    """
    model, (low, high), least = lists.model, reach, int(free.fixed[1 - w, mine].min())
    span, step = int(free.most[1 - w, mine].max()) - least + 1, 1 / (len(mine) + 1)
    end, apart = float((high + 1 - low) * span), step / 2
    cut = model.variable(0, end, whole=False)
    for before, s in enumerate(mine):
        x, base = lists.on[w, s], (len(mine) - before) * step - low * span - least
        key = {lists.count[w, s]: float(span), lists.count[1 - w, s]: 1.0, cut: -1.0}
        lowest, highest = (float(span * n[w, s] + n[1 - w, s]) + base for n in (free.fixed, free.most))
        wide = max(end + apart - lowest, 0.0)
        model.at_least({**key, x: -wide}, apart - base - wide)
        model.at_most({**key, x: -max(highest + apart, 0.0)}, -apart - base)


def _tighten(lists: _Lists, free: Free, top: int) -> None:
    """Add what whole numbers imply: nobody gets onto a list by its own families who needs others besides."""
    for w in (0, 1):
        low = max(_cut_range(free, w, top)[0], 1)
        own = free.fixed[w] + free.maybe[w] + free.undated
        for (v, s), x in lists.on.items():
            if v == w and own[s] < low:
                lists.model.at_least({lists.joins[w, s]: 1.0, x: -float(low - own[s])}, 0)


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


def solve(free: Free, always: Mask, possible: Mask, top: int, sign: int, *, relaxed: bool = False) -> tuple[int, bool]:
    """Return the greatest (sign 1) or least (−1) raw dynamics that the free families allow, and whether it is attained.

    `always`, `possible`: classes that are on each window's list whatever happens, and that could be, (2, c). `relaxed`:
    parts of families and of places on a list are allowed, which is quick. Where the figure is not attained, or not
    proven within the search's limit, it is a bound that no table can pass.
    Raises NoChoiceError when the free families cannot put a family in both windows.
    """
    lists = _lists(free, always, possible, top)
    settled = _objective(lists, free, always, possible, sign)
    if not lists.model.rows:
        return settled, True
    if relaxed:
        _tighten(lists, free, top)
    cost, values, proven = lists.model.best(relaxed=relaxed)
    end = settled - sign * int(np.ceil(cost - 1e-6))  # raw dynamics is whole
    if values is None or relaxed or not proven:
        return end, False
    tables = _tables(lists, free, values)
    return end, int(raw_dynamics(tables[:1], tables[1:], free.codes, top)[0]) == end
