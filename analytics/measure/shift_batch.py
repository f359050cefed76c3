"""The shift of many technologies and dates at once: the rule of `measure.shift`, over arrays.

Source: docs/methods.md, Dynamics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.dynamics import AMPLITUDES, Counts, Mask, new_prefix_counts, ranks_mask, top_ranks
from analytics.measure.shift import new_prefixes, prefix_carriers

Ints = NDArray[np.int64]
Ranks = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ShiftBatch:
    """One row per situation (technology and date). `earlier`, `later`: families with a known subclass per window.

    `raw` is D (0 where a window is empty: ask `earlier` and `later`). `top`: columns situation, window, rank, subclass,
    families. `prefixes`: columns situation, level, prefix, amplitude, is_counted, reason, carriers.
    """

    raw: Ints
    earlier: Ints
    later: Ints
    top: pl.DataFrame
    prefixes: pl.DataFrame


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
    pairs: list[tuple[str, str]],
    present: Mask,
) -> pl.DataFrame:
    """Return the new prefixes of every situation; equal lists, from date to date the rule, are made once."""
    moved = np.array([i for i, (m, s) in enumerate(pairs) if m != s], dtype=np.int64)
    keys = np.packbits(np.hstack([*mapped[1], *stated[1], present[:, moved]]), axis=1)
    blocks: dict[bytes, int] = {}
    rows: list[tuple[object, ...]] = []
    of_situation = []
    for i, key in enumerate(keys):
        name = key.tobytes()
        if name not in blocks:
            blocks[name] = len(blocks)
            here = {pairs[j]: (1, 1) for j in moved if present[i, j]}
            counted = prefix_carriers(mapped[0], mapped[1][0][i], mapped[1][1][i])
            told = prefix_carriers(stated[0], stated[1][0][i], stated[1][1][i]) if here else counted
            rows += [
                (blocks[name], p.level, p.prefix, p.amplitude, p.is_counted, p.reason, ",".join(p.carriers))
                for p in new_prefixes(counted, told, here)
            ]
        of_situation.append(blocks[name])
    table = pl.DataFrame(rows, schema=_PREFIX_SCHEMA, orient="row")
    situations = pl.DataFrame(
        {"situation": range(len(keys)), "block": of_situation}, schema_overrides={"block": pl.Int64}
    )
    return situations.join(table, on="block", maintain_order="left_right").drop("block")


def shift_batch(counts: Ints, pairs: list[tuple[str, str]], top: int) -> ShiftBatch:
    """Return the shift of every situation; `counts` has shape (2 windows, situations, pairs).

    `pairs` are (mapped, stated) main subclasses. Equal, row by row, to `analytics.measure.shift.shift_of`.
    """
    codes, mapped = _by_code(counts, [m for m, _ in pairs])
    ranks = _ranks(mapped, top)
    masks = _masks(ranks, mapped)
    told, told_masks = codes, masks
    if any(m != s for m, s in pairs):
        told, stated = _by_code(counts, [s for _, s in pairs])
        told_masks = _masks(_ranks(stated, top), stated)
    tops = [_top_rows(codes, mapped[w], ranks[w], w + 1) for w in (0, 1)]
    present: Mask = np.asarray((counts > 0).any(axis=0))
    prefixes = _prefix_rows((codes, masks), (told, told_masks), pairs, present)
    raw: Ints = new_prefix_counts(*masks, codes) @ np.array(AMPLITUDES)
    return ShiftBatch(raw, mapped[0].sum(axis=1), mapped[1].sum(axis=1), pl.concat(tops), prefixes)
