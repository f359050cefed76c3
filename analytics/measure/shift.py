"""The shift of technologies: top lists of both windows and every new prefix, those that reclassification makes apart.

Situations (a technology at a date) are measured many at once, over arrays. Source: docs/methods.md, Dynamics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.dynamics import AMPLITUDES, Counts, Mask, new_prefix_counts, ranks_mask, top_ranks
from analytics.measure.editions import Pair

Ints = NDArray[np.int64]
Ranks = NDArray[np.intp]
Carriers = dict[tuple[int, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shift:
    """Raw dynamics D and the families of the two windows with a known subclass; `raw` is None when one holds none."""

    raw: int | None
    earlier_families: int
    later_families: int


@dataclass(frozen=True, slots=True)
class Shifts:
    """One row per situation (technology and date). `earlier`, `later`: families with a known subclass per window.

    `raw` is D (0 where a window is empty: ask `of`). `top`: columns situation, window (1 earlier, 2 later), rank
    (1 = most families), subclass, families. `prefixes`: columns situation, level (1..4), prefix, amplitude (w_k),
    is_counted (not when only reclassification explains it), reason (why it is not counted, or that it counts only
    because codes are merged), carriers (subclasses of the later list).
    """

    raw: Ints
    earlier: Ints
    later: Ints
    top: pl.DataFrame
    prefixes: pl.DataFrame

    def of(self, situation: int) -> Shift:
        """Return the figures of one situation."""
        before, now = int(self.earlier[situation]), int(self.later[situation])
        return Shift(int(self.raw[situation]) if before and now else None, before, now)


def _carriers(codes: list[str], earlier: Mask, later: Mask) -> Carriers:
    """Return the new prefixes (level, prefix) with the subclasses that carry them; masks have shape (c,)."""
    before = [code for code, there in zip(codes, earlier, strict=True) if there]
    now = [code for code, there in zip(codes, later, strict=True) if there]
    out: Carriers = {}
    for level in range(1, len(AMPLITUDES) + 1):
        known = {code[:level] for code in before}
        for prefix in sorted({code[:level] for code in now} - known):
            out[level, prefix] = tuple(code for code in now if code[:level] == prefix)
    return out


def _prefixes_of(counted: Carriers, stated: Carriers, moved: Sequence[Pair]) -> list[tuple[Any, ...]]:
    """Return rows of new prefixes: counted ones (new once mapped), and those new only as stated, not counted.

    A counted one that is not new as stated rests on merging codes. `moved`: the pairs present that a reclassification
    moved; the reasons name those among the carriers.
    """
    out: list[tuple[Any, ...]] = []
    for (level, prefix), carriers in {**stated, **counted}.items():
        is_counted, reason = (level, prefix) in counted, None
        if not is_counted:
            reason = _reason("reclassification", [pair for pair in moved if pair[1] in carriers])
        elif (level, prefix) not in stated:
            reason = _reason("rests on merged codes", [pair for pair in moved if pair[0] in carriers])
        out.append((level, prefix, AMPLITUDES[level - 1], is_counted, reason, ",".join(carriers)))
    return sorted(out, key=lambda row: row[:2])


def _reason(what: str, moves: Sequence[Pair]) -> str:
    named = ", ".join(sorted({f"{stated}→{mapped}" for mapped, stated in moves}))
    return f"{what}: {named}" if named else what


def _by_code(counts: Ints, codes: list[str]) -> tuple[list[str], Ints]:
    """Return the distinct codes in order, and `counts` (2, b, p) added up per code: (2, b, c)."""
    distinct = sorted(set(codes))
    column = {code: i for i, code in enumerate(distinct)}
    out = np.zeros((*counts.shape[:2], len(distinct)), dtype=np.int64)
    for p, code in enumerate(codes):
        out[:, :, column[code]] += counts[:, :, p]
    return distinct, out


def _ranks(table: Ints, top: int) -> tuple[Ranks, Ranks]:
    return top_ranks(table[0], table[1], top), top_ranks(table[1], table[0], top)


def _masks(ranks: tuple[Ranks, Ranks], table: Ints) -> tuple[Mask, Mask]:
    return ranks_mask(ranks[0], table[0]), ranks_mask(ranks[1], table[1])


def _top_rows(codes: list[str], counts: Counts, ranks: Ranks, window: int) -> pl.DataFrame:
    families = np.take_along_axis(counts, ranks, axis=1)
    situation, rank = np.nonzero(families > 0)
    column = ranks[situation, rank]
    return pl.DataFrame(
        {
            "situation": situation.astype(np.int64),
            "window": np.full(len(situation), window, dtype=np.int8),
            "rank": (rank + 1).astype(np.int32),
            "subclass": pl.Series(column.astype(np.int64)).replace_strict(
                list(range(len(codes))), codes, return_dtype=pl.String
            ),
            "families": families[situation, rank].astype(np.int32),
        }
    )


_PREFIX_SCHEMA = {
    "block": pl.Int64,
    "level": pl.Int8,
    "prefix": pl.String,
    "amplitude": pl.Int32,
    "is_counted": pl.Boolean,
    "reason": pl.String,
    "carriers": pl.String,
}


def _prefix_rows(
    mapped: tuple[list[str], tuple[Mask, Mask]],
    stated: tuple[list[str], tuple[Mask, Mask]],
    pairs: list[Pair],
    present: Mask,
) -> pl.DataFrame:
    """Return the new prefixes of every situation; equal lists, from date to date the rule, are made once."""
    moved = np.array([i for i, (m, s) in enumerate(pairs) if m != s], dtype=np.int64)
    keys = np.packbits(np.hstack([*mapped[1], *stated[1], present[:, moved]]), axis=1)
    blocks: dict[bytes, int] = {}
    rows: list[tuple[Any, ...]] = []
    of_situation = []
    for i, key in enumerate(keys):
        name = key.tobytes()
        if name not in blocks:
            blocks[name] = len(blocks)
            here = [pairs[j] for j in moved if present[i, j]]
            counted = _carriers(mapped[0], mapped[1][0][i], mapped[1][1][i])
            as_stated = _carriers(stated[0], stated[1][0][i], stated[1][1][i]) if here else counted
            rows += [(blocks[name], *row) for row in _prefixes_of(counted, as_stated, here)]
        of_situation.append(blocks[name])
    table = pl.DataFrame(rows, schema=_PREFIX_SCHEMA, orient="row")
    situations = pl.DataFrame(
        {"situation": range(len(keys)), "block": of_situation}, schema_overrides={"block": pl.Int64}
    )
    return situations.join(table, on="block", maintain_order="left_right").drop("block")


def shifts(counts: Ints, pairs: list[Pair], top: int) -> Shifts:
    """Return the shift of every situation; `counts`: families per window, situation and pair, shape (2, s, pairs).

    D rests on the mapped subclasses alone. A prefix that is new in the lists as stated but not once codes are mapped
    to one edition is listed, not counted; one that is new only once they are mapped counts, and its reason says so
    (docs/methods.md, "Reclassification is not a shift").
    """
    codes, mapped = _by_code(counts, [m for m, _ in pairs])
    ranks = _ranks(mapped, top)
    masks = _masks(ranks, mapped)
    stated_codes, stated_masks = codes, masks
    if any(m != s for m, s in pairs):
        stated_codes, stated = _by_code(counts, [s for _, s in pairs])
        stated_masks = _masks(_ranks(stated, top), stated)
    tops = [_top_rows(codes, mapped[w], ranks[w], w + 1) for w in (0, 1)]
    present: Mask = np.asarray((counts > 0).any(axis=0))
    prefixes = _prefix_rows((codes, masks), (stated_codes, stated_masks), pairs, present)
    raw: Ints = new_prefix_counts(*masks, codes) @ np.array(AMPLITUDES)
    return Shifts(raw, mapped[0].sum(axis=1), mapped[1].sum(axis=1), pl.concat(tops), prefixes)
