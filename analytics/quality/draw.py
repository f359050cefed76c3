"""Drawing a sample to judge: strata by kind, side, window and office, numbers per stratum, the families themselves.

Source: docs/methods.md, Is the search right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

HIT = "hit"
NEAR = ("unreturned", "excluded", "refused", "one_clause", "neighbour")
FOCAL, OTHERS, UNKNOWN = "focal", "others", "unknown"
TOGETHER = "*"
_KEY = ("kind", "side", "window", "office")
_HITS = 0.7  # of the sample; the rest are near misses


@dataclass(frozen=True, slots=True)
class Sample:
    """`items`: the columns of the frame with `item` (1, 2, … in the order shown) and `stratum`, in random order.

    `strata`: stratum, kind, window, office, side, families, drawn; every family of the frame is in one.
    """

    items: pl.DataFrame
    strata: pl.DataFrame


def draw(frame: pl.DataFrame, number: int, seed: int) -> Sample:
    """Draw about `number` families of `frame` (family_id, kind, side, window, office and whatever else is shown).

    Seven in ten are hits, more where there are not so many near misses; kinds of near misses, and the sides of each
    kind, share by the square root of their size (so that the smaller is judged too), windows and offices by their
    size. Strata that would get no family are put together: offices first, then windows. Same frame, number and seed:
    same sample.
    """
    placed = _in_strata(frame, number)
    rng = np.random.default_rng(seed)
    shuffled = placed.sort("family_id").with_columns(order=pl.Series(rng.permutation(placed.height)))
    rank = pl.col("order").rank("ordinal").over("stratum")
    items = shuffled.filter(rank <= pl.col("drawn")).sort("order").with_row_index("item", offset=1)
    columns = ["stratum", "kind", "stratum_window", "stratum_office", "side", "families", "drawn"]
    strata = placed.select(columns).unique().sort("stratum")
    return Sample(
        items.drop("order", "stratum_window", "stratum_office", "families", "drawn"),
        strata.rename({"stratum_window": "window", "stratum_office": "office"}),
    )


def shared_out(sizes: Mapping[str, int], number: int, power: float) -> dict[str, int]:
    """Return how many of `number` each gets: by size to `power`, none more than it has, each at least one if possible.

    Largest remainders; a tie goes to the first name.
    """
    names = sorted(name for name, size in sizes.items() if size)
    out = dict.fromkeys(names, 0)
    left = min(number, sum(sizes[name] for name in names))
    for name in sorted(names, key=lambda n: (-sizes[n], n))[:left]:
        out[name], left = 1, left - 1
    while left > 0:
        open_ones = [name for name in names if out[name] < sizes[name]]
        total = sum(sizes[name] ** power for name in open_ones)
        wanted = {name: left * sizes[name] ** power / total for name in open_ones}
        given = {name: min(int(wanted[name]), sizes[name] - out[name]) for name in open_ones}
        if not any(given.values()):
            for name in sorted(open_ones, key=lambda n: (int(wanted[n]) - wanted[n], n))[:left]:
                given[name] = 1
        for name, more in given.items():
            out[name] += more
        left -= sum(given.values())
    return out


def _per_kind(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    hits, near = sizes.get(HIT, 0), {kind: size for kind, size in sizes.items() if kind != HIT}
    wanted = shared_out(near, number - min(hits, round(number * _HITS)), 0.5)
    return {HIT: min(hits, number - sum(wanted.values())), **wanted}


def _in_strata(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    """Return `frame` with stratum, stratum_window, stratum_office, families and drawn."""
    parts = []
    for kind, wanted in sorted(_per_kind(_sizes(frame, "kind"), number).items()):
        of_kind = frame.filter(pl.col("kind") == kind)
        for side, share in sorted(shared_out(_sizes(of_kind, "side"), wanted, 0.5).items()):
            parts.append(_cells(of_kind.filter(pl.col("side") == side), share))
    whole = pl.concat([part for part in parts if part.height] or [_cells(frame.clear(), 0)])
    key = ["kind", "side", "stratum_window", "stratum_office"]
    numbered = whole.select(key).unique().sort(key).with_row_index("stratum", offset=1)
    return whole.join(numbered, on=key, maintain_order="left")


def _sizes(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.group_by(column).len().rows())


def _cells(part: pl.DataFrame, number: int) -> pl.DataFrame:
    """Cut the families of one kind and side into cells of window and office that each get one family at least."""
    window, office = pl.col("window"), pl.col("office")
    expected = pl.len() * number / max(part.height, 1)
    cell = part.with_columns(
        stratum_office=pl.when(expected.over("window", "office") >= 1).then(office).otherwise(pl.lit(TOGETHER))
    )
    kept = expected.over("window", "stratum_office") >= 1
    cell = cell.with_columns(
        stratum_window=pl.when(kept).then(window).otherwise(pl.lit(TOGETHER)),
        stratum_office=pl.when(kept).then("stratum_office").otherwise(pl.lit(TOGETHER)),
    )
    name = pl.concat_str("stratum_window", "stratum_office", separator="|")
    sizes = dict(cell.group_by(name.alias("cell")).len().rows())
    shares = shared_out(sizes, number, 1.0)
    counts = pl.DataFrame(
        [(c, size, shares.get(c, 0)) for c, size in sorted(sizes.items())],
        schema={"cell": pl.String, "families": pl.Int64, "drawn": pl.Int64}, orient="row",
    )  # fmt: skip
    return cell.with_columns(cell=name).join(counts, on="cell", maintain_order="left").drop("cell")


def sides(frame: pl.DataFrame, focal: str) -> pl.DataFrame:
    """Return `frame` with `side`: focal, others or unknown, from `country`."""
    side = pl.when(pl.col("country").is_null()).then(pl.lit(UNKNOWN))
    return frame.with_columns(side=side.when(pl.col("country") == focal).then(pl.lit(FOCAL)).otherwise(pl.lit(OTHERS)))


def windows(frame: pl.DataFrame, bounds: Sequence[tuple[date, date]], column: str) -> pl.DataFrame:
    """Return `frame` with `window`: earlier, later or none, by the date in `column` and the first and last days."""
    inside = [pl.col(column).is_between(first, last) for first, last in bounds]
    return frame.with_columns(
        window=pl.when(inside[0])
        .then(pl.lit("earlier"))
        .when(inside[1])
        .then(pl.lit("later"))
        .otherwise(pl.lit("none"))
    )
