"""Bounds of raw dynamics: the least and the most that families of unknown class, date or status can make of it.

Every free family may go to any class and window that what is known of it leaves open. Few of them: every table they can
make is tried. More: classes that are on a list whatever happens, or never, are settled beforehand, and a whole-number
programme decides about the others. Where too many are open even for that, its relaxation gives ends that no table can
pass (docs/methods.md, Bounds).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb, log

import numpy as np
from numpy.typing import NDArray

from analytics.bounds.free import Free
from analytics.bounds.model import NoChoiceError
from analytics.bounds.programme import solve
from analytics.measure.dynamics import raw_dynamics

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
WORLDS = 2_000
EFFORT = 15_000  # open entries of the lists times families for any of them: solved in whole numbers up to here


@dataclass(frozen=True, slots=True)
class RawBounds:
    """Raw dynamics at its least and its most (None: a window cannot hold a family); whether both are attained.

    Not `is_sharp`: there was too much to try, and the ends may be wider than needed, never narrower.
    """

    least: int | None
    most: int | None
    is_sharp: bool


def _certain(free: Free, top: int) -> tuple[Mask, Mask]:
    """Return which classes are on each window's list whatever happens, and which could be; shape (2, c)."""
    always, possible = np.zeros(free.fixed.shape, np.bool_), np.zeros(free.fixed.shape, np.bool_)
    for w in (0, 1):
        least, most, own = free.fixed[w], free.most[w], free.fixed[w] + free.maybe[w] + free.undated
        for s in np.flatnonzero(most > 0):
            others = np.delete(np.arange(len(least)), s)
            possible[w, s] = int((least[others] > most[s]).sum()) < top
            if least[s]:
                lift = np.sort(np.maximum(least[s] - own[others], 0))
                ahead = int(np.searchsorted(np.cumsum(lift), free.pool[w], side="right"))
                always[w, s] = ahead < top
    return always, possible


def raw_bounds(free: Free, top: int, *, worlds: int = WORLDS, effort: int = EFFORT) -> RawBounds:
    """Return the bounds of raw dynamics over everything free; `top`: length of the lists.

    Exact when the free families make at most `worlds` different tables, or when the open entries of the lists times the
    families that may go to any of them are at most `effort` and the search ends in its limit; else no table can pass
    the ends.
    """
    if not (free.most.sum(axis=1) > 0).all():
        return RawBounds(None, None, is_sharp=True)
    tables = every_table(free, worlds)
    if tables is not None:
        tables = tables[(tables.sum(axis=2) > 0).all(axis=1)]
        raw = raw_dynamics(tables[:, 0], tables[:, 1], free.codes, top)
        return RawBounds(int(raw.min()), int(raw.max()), True) if raw.size else RawBounds(None, None, True)
    always, possible = _certain(free, top)
    relaxed = int((possible & ~always).sum()) * (1 + int(free.pool.sum())) > effort
    try:
        ends = [solve(free, always, possible, top, sign, relaxed=relaxed) for sign in (-1, 1)]
    except NoChoiceError:  # the families left cannot be in both windows
        return RawBounds(None, None, is_sharp=True)
    (least, attained_least), (most, attained_most) = ends
    return RawBounds(least, most, attained_least and attained_most)


def every_table(free: Free, limit: int) -> Ints | None:
    """Return every pair of window counts that the free families can make, (n, 2, c); None: they are more than `limit`.

    Which of two families is where does not matter: equal tables are kept once.
    """
    choices = [(places, families) for places, families in _choices(free) if families]
    if sum(log(comb(len(places) + families - 1, families)) for places, families in choices) > log(max(limit, 0.5)):
        return None
    tables = free.fixed[None].reshape(1, -1)
    for places, families in choices:
        for _ in range(families):
            tables = np.unique((tables[:, None] + places[None]).reshape(-1, tables.shape[1]), axis=0)
    return tables.reshape(len(tables), 2, len(free.codes))


def _choices(free: Free) -> Iterator[tuple[Ints, int]]:
    """Yield where a free family can be (rows: what it adds to the flat table, a row of zeros: out) and how many can."""
    width = len(free.codes)
    unit, out = np.eye(2 * width, dtype=np.int64), np.zeros((1, 2 * width), dtype=np.int64)
    for w in (0, 1):
        mine = unit[w * width : (w + 1) * width]
        yield from ((np.vstack([out, mine[s : s + 1]]), int(free.maybe[w, s])) for s in np.flatnonzero(free.maybe[w]))
        yield mine, int(free.unclassed[w])
        yield np.vstack([out, mine]), int(free.unclassed_maybe[w])
    for s in np.flatnonzero(free.undated):
        yield np.vstack([out, unit[[s, width + s]]]), int(free.undated[s])
    yield np.vstack([out, unit]), free.nowhere
