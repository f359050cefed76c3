"""What was known of every family at each as-of date, one or many, as index intervals.

A date takes effect at the first as-of date on or after it; so everything becomes a half-open interval of as-of
indexes, and all dates are served by one pass over the data (docs/methods.md, Counting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.country import with_country
from analytics.measure.editions import stays_at, with_stated
from analytics.measure.query import Connection, Technologies, frame, query_hashes, wanted
from analytics.measure.screening import screened
from analytics.measure.windows import spans, window_day
from warehouse.indicators import BY_ID
from warehouse.settings import Settings

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class History:
    """One row per technology, family and interval [start, end) of as-of indexes in which its state does not change.

    `rows`: the columns of ``population.sql`` with country, country_method, focal_weight and filing_year. Codes index
    `technologies`, `weights`, `methods`, `pairs` (−1: none); `family` indexes `keys` (family keys, sorted).
    `amounts`: what each indicator counts of a row, −1 where unknown; citations come apart (`measure.citations`).
    `alive[k]` and `undecided[k]`: rows left after, and undecided at, screening step k; step 0 is the population.
    `possible` and `certain`: rows that no step before the citation step refuses, and that each of them lets through.
    `stays`: at which dates each pair counts by its stated subclass (`measure.editions`), shape (pairs, dates).
    `windows`: for the earlier and the later window, the as-of interval in which a row's date lies in it.
    """

    as_ofs: tuple[date, ...]
    technologies: tuple[str, ...]
    indicators: tuple[str, ...]
    rows: pl.DataFrame
    keys: Ints
    weights: tuple[float | None, ...]
    methods: tuple[str, ...]
    pairs: list[tuple[str, str]]
    start: Ints
    end: Ints
    technology: Ints
    family: Ints
    weight: Ints
    method: Ints
    pair: Ints
    stays: Mask
    amounts: dict[str, Ints]
    cited_by_known: Mask
    classed: Mask
    windows: list[tuple[Ints, Ints]]
    alive: list[Mask]
    undecided: list[Mask]
    possible: Mask
    certain: Mask

    @property
    def dates(self) -> int:
        """Number of as-of dates."""
        return len(self.as_ofs)


def index_of(as_ofs: Sequence[date], days: NDArray[np.datetime64]) -> Ints:
    """Return from which as-of index on each day counts; NaT never (the number of dates)."""
    dates = np.array(as_ofs, dtype="datetime64[D]")
    every_day = np.arange(dates[0], dates[-1] + 2)  # one more than the last: everything later is never
    table = np.searchsorted(dates, every_day, side="left").astype(np.int64)
    offset = np.clip(days.astype(np.int64) - dates[0].astype(np.int64), 0, len(table) - 1)
    return np.where(np.isnat(days), len(dates), table[offset])


def days_of(rows: pl.DataFrame, column: str) -> NDArray[np.datetime64]:
    """Return a date column as numpy days, NaT where unknown."""
    return rows[column].cast(pl.Date).to_numpy().astype("datetime64[D]")


def _codes(values: pl.Series) -> tuple[list[object], Ints]:
    """Return distinct values in order (NULL first) and each row's code."""
    distinct = values.unique().sort(nulls_last=False)
    codes = pl.DataFrame({"v": distinct, "c": np.arange(len(distinct))})
    joined = values.to_frame("v").join(codes, on="v", how="left", nulls_equal=True, maintain_order="left")
    return distinct.to_list(), joined["c"].to_numpy().astype(np.int64)


def _pairs(rows: pl.DataFrame) -> tuple[list[tuple[str, str]], Ints]:
    """Return the (mapped, stated) subclasses that counts may fall on, and each row's code (−1: subclass unknown)."""
    both = rows.select(m="main_subclass", s=pl.coalesce("stated_subclass", "main_subclass"))
    pairs = with_stated(both.drop_nulls("m").unique().rows())
    known = pl.DataFrame(pairs, schema={"m": pl.String, "s": pl.String}, orient="row").with_row_index("c")
    joined = both.join(known, on=["m", "s"], how="left", maintain_order="left")
    return pairs, joined["c"].cast(pl.Int64).fill_null(-1).to_numpy()


def _amounts(rows: pl.DataFrame, indicators: Sequence[str]) -> dict[str, Ints]:
    """Return what the rows state of each indicator that is counted from a column of theirs, −1 where unknown."""
    columns = {name: BY_ID[name].column for name in indicators}
    return {
        name: rows[column].cast(pl.Int64).fill_null(-1).to_numpy()
        for name, column in columns.items()
        if column in rows.columns
    }


def _whole_subclass(column: str) -> pl.Expr:
    """Return the subclass when it has its four characters, else NULL: half a code is no code."""
    return pl.when(pl.col(column).str.len_chars() == 4).then(pl.col(column)).alias(column)


def _population(
    con: Connection, settings: Settings, as_ofs: Sequence[date], technologies: Technologies
) -> pl.DataFrame:
    """Return the rows of the population that hold on some as-of date, with `start`, `end`, country and filing year."""
    place = settings.place
    with wanted(con, technologies):
        rows = frame(con, "population", {"first": as_ofs[0], "last": as_ofs[-1]})
    since = np.maximum(index_of(as_ofs, days_of(rows, "member_from")), index_of(as_ofs, days_of(rows, "valid_from")))
    until = index_of(as_ofs, days_of(rows, "valid_to"))
    rows = rows.with_columns(pl.Series("start", since), pl.Series("end", until)).filter(pl.col("start") < pl.col("end"))
    rows = with_country(rows, place.country_rule, place.focal_country)
    return rows.with_columns(
        _whole_subclass("main_subclass"),
        _whole_subclass("stated_subclass"),
        window_day(place).dt.year().cast(pl.Int16).alias("filing_year"),
    )


def load_history(con: Connection, settings: Settings, as_ofs: Sequence[date], technologies: Technologies) -> History:
    """Return the history of `technologies` at the ascending dates `as_ofs`, in one read of the merged tables.

    `technologies` are (technology_id, query_hash) pairs; several hashes of one technology are united.
    """
    place = settings.place
    rows = _population(con, settings, as_ofs, technologies)
    names = list(query_hashes(technologies))
    weights, weight = _codes(rows["focal_weight"])
    methods, method = _codes(rows["country_method"])
    pairs, pair = _pairs(rows)
    keys, family = np.unique(rows["family_key"].to_numpy().astype(np.int64), return_inverse=True)
    kept = screened(rows, settings.policy())
    rows = rows.drop("publication_states")
    days = rows.select(day=window_day(place))["day"].cast(pl.Date).to_numpy().astype("datetime64[D]")
    code = rows["technology_id"].replace_strict(names, list(range(len(names))), return_dtype=pl.Int64)
    return History(
        tuple(as_ofs), tuple(names), place.indicators, rows, keys,
        tuple(None if w is None else float(str(w)) for w in weights), tuple(str(m) for m in methods), pairs,
        rows["start"].to_numpy(), rows["end"].to_numpy(), code.to_numpy(), family.astype(np.int64), weight, method,
        pair, stays_at(con, pairs, as_ofs, place), _amounts(rows, place.indicators), rows["cited_by_known"].to_numpy(),
        ~np.isnat(days) & (pair >= 0),
        spans(days, as_ofs, place), kept.alive, kept.undecided, kept.possible, kept.certain,
    )  # fmt: skip
