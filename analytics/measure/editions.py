"""IPC editions: which reclassified subclasses count where their subject was before, and which count as stated.

A move made after the earlier window opens is undone, so that it does not look like a new field. An earlier move is in
both windows alike and stays. Source: docs/methods.md, Dynamics.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.query import Connection, frame
from analytics.measure.windows import bounds
from warehouse.sections.measuring import Place

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Pair = tuple[str, str]  # (mapped, stated) subclass


def stays_at(con: Connection, pairs: Sequence[Pair], as_ofs: Sequence[date], place: Place) -> Mask:
    """Return at which dates each pair counts by its stated subclass, shape (pairs, dates).

    False where nothing moved, and for a move whose date the warehouse does not have.
    """
    began: dict[str, date] = dict(frame(con, "ipc_moves").rows())
    moved = [began.get(stated, date.max) if mapped != stated else date.max for mapped, stated in pairs]
    opens = [bounds(place, day)[0][0] for day in as_ofs]
    days = np.array(moved, dtype="datetime64[D]")[:, None]
    return np.asarray(days <= np.array(opens, dtype="datetime64[D]")[None, :], dtype=np.bool_)


def with_stated(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the distinct pairs in order, each moved one also as it is when its move stays."""
    return sorted({*pairs, *((stated, stated) for _, stated in pairs)})


def settle_counts(counts: Ints, pairs: Sequence[Pair], stays: Mask) -> Ints:
    """Return counts (..., pairs, dates) with those of a move that stays under (stated, stated).

    `pairs` are those of `with_stated`, `stays` comes from `stays_at`.
    """
    out, column = counts.copy(), {pair: i for i, pair in enumerate(pairs)}
    for i in np.flatnonzero(stays.any(axis=1)).tolist():
        stated = pairs[i][1]
        amount = np.where(stays[i], counts[..., i, :], 0)
        out[..., i, :] -= amount
        out[..., column[stated, stated], :] += amount
    return out


def mark_made(con: Connection, prefixes: pl.DataFrame, place: Place) -> pl.DataFrame:
    """Return new `prefixes` (with as_of) whose reason says where only an edition's new subclasses carry a counted one.

    Such a subclass was made after the earlier window, so nothing in it could have had the code: a new code, and not
    shown to be a new subject. It counts all the same (docs/methods.md, Dynamics).
    """
    began: dict[str, date] = dict(frame(con, "class_births").rows())
    plain = pl.col("is_counted") & pl.col("reason").is_null()
    rows = []
    for day, carriers in prefixes.filter(plain).select("as_of", "carriers").unique().rows():
        last, codes = bounds(place, day)[0][1], carriers.split(",")
        if all(began.get(code, date.min) > last for code in codes):
            made = ", ".join(f"{code} {began[code]:%Y.%m}" for code in codes)
            rows.append((day, carriers, f"made by an edition: {made}"))
    if not rows:
        return prefixes
    schema = {"as_of": pl.Date, "carriers": pl.String, "made": pl.String}
    joined = prefixes.join(
        pl.DataFrame(rows, schema=schema, orient="row"), on=["as_of", "carriers"], how="left", maintain_order="left"
    )
    return joined.with_columns(pl.when(plain).then("made").otherwise("reason").alias("reason")).drop("made")


def settled(rows: pl.DataFrame, mapped: str, stated: str, stays: Mask) -> pl.DataFrame:
    """Return `rows` with the column `mapped` as it counts at one date; `stays`: shape (rows,)."""
    return rows.with_columns(pl.when(pl.Series(stays)).then(pl.col(stated)).otherwise(pl.col(mapped)).alias(mapped))
