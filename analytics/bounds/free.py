"""Families of one technology that are free in the top lists: of unknown class, date or status.

Source: docs/methods.md, Bounds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.dynamics import AMPLITUDES

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Free:
    """Families per window (first axis: earlier, later) and class, and those that are free, of one technology.

    `fixed`: certain ones, shape (2, c). `maybe`: known class and window, in or out, (2, c). `undated`: known class, in
    either window or in none, (c,). `unclassed`: known window, any class: (2,) that are somewhere, `unclassed_maybe`
    (2,) that may be out. `nowhere`: neither is known, any class of either window or none.
    """

    codes: tuple[str, ...]
    fixed: Ints
    maybe: Ints
    undated: Ints
    unclassed: Ints
    unclassed_maybe: Ints
    nowhere: int

    @property
    def pool(self) -> Ints:
        """Families that could go to any class of each window, (2,)."""
        return self.unclassed + self.unclassed_maybe + self.nowhere

    @property
    def most(self) -> Ints:
        """The greatest count each class could have, (2, c)."""
        return self.fixed + self.maybe + self.undated + self.pool[:, None]

    def digest(self, top: int) -> str:
        """Return a hash that is equal where the bounds with lists of `top` classes are: of this, and of the program."""
        found = hashlib.sha256(f"{version('stuckneck')} {top} {self.nowhere} {' '.join(self.codes)}".encode())
        for counts in (self.fixed, self.maybe, self.undated, self.unclassed, self.unclassed_maybe):
            found.update(counts.tobytes())
        return found.hexdigest()


def free_of(rows: pl.DataFrame, universe: Sequence[str], top: int) -> Free:
    """Return the counts of one technology's families that may count (columns of run_families, and is_open).

    `universe`: the classes an unknown one may be. Of classes seen nowhere only as many are kept as could matter.
    """
    table = rows.select(
        "main_subclass", "is_open", w=pl.when(pl.col("filing_year").is_null()).then(3).otherwise(pl.col("window"))
    ).drop_nulls("w")  # a known date outside both windows does not count
    table = table.group_by("main_subclass", "is_open", "w").len()
    seen = sorted(c for c in table["main_subclass"].unique() if c is not None)
    column = {code: i for i, code in enumerate(seen)}
    fixed, maybe = np.zeros((2, len(seen)), np.int64), np.zeros((2, len(seen)), np.int64)
    undated, unclassed, unclassed_maybe = np.zeros(len(seen), np.int64), np.zeros(2, np.int64), np.zeros(2, np.int64)
    nowhere = 0
    for code, is_open, window, count in table.rows():
        if code is None and window == 3:
            nowhere += count
        elif code is None:
            (unclassed_maybe if is_open else unclassed)[window - 1] += count
        elif window == 3:
            undated[column[code]] += count
        else:
            (maybe if is_open else fixed)[window - 1, column[code]] += count
    found = Free(tuple(seen), fixed, maybe, undated, unclassed, unclassed_maybe, nowhere)
    return _with_unseen(found, sorted(set(universe) - set(seen)), top)


def _with_unseen(free: Free, unseen: Sequence[str], top: int) -> Free:
    """Return `free` with the unseen classes that could matter: the first ones under each prefix, as many as could come.

    Classes seen nowhere that open the same new prefixes are alike but for the order of codes.
    """
    needed = [max(1, int(np.sort(row)[::-1][top - 1])) if len(row) >= top else 1 for row in free.fixed]
    could = min(sum(int(p) // n for p, n in zip(free.pool, needed, strict=True)), 2 * top + 1)
    if not could:
        return free
    added = _spread(list(unseen), set(free.codes), 1, could + 1)
    codes = sorted({*free.codes, *added})
    at = np.searchsorted(codes, free.codes)

    def wide(counts: Ints) -> Ints:
        out = np.zeros((*counts.shape[:-1], len(codes)), dtype=np.int64)
        out[..., at] = counts
        return out

    return Free(
        tuple(codes), wide(free.fixed), wide(free.maybe), wide(free.undated), free.unclassed, free.unclassed_maybe,
        free.nowhere,
    )  # fmt: skip


def _spread(codes: list[str], seen: set[str], level: int, keep: int) -> list[str]:
    """Return of `codes` the first `keep` that branch off at each prefix, level by level."""
    if level > len(AMPLITUDES):
        return codes
    known, branches, out = {code[:level] for code in seen}, dict[str, list[str]](), list[str]()
    for code in codes:
        branches.setdefault(code[:level], []).append(code)
    fresh = 0
    for prefix, inside in branches.items():
        if prefix not in known:
            fresh += 1
            if fresh > keep:
                continue
            # Fresh branches are alike: the one with most takes up to `keep`, the second half of it, and so on.
            out += _spread(inside, set(), level + 1, -(-keep // fresh))
            continue
        out += _spread(inside, {code for code in seen if code[:level] == prefix}, level + 1, keep)
    return out
