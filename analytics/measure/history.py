"""What was known of every family at every one of many as-of dates, as index intervals.

Source: docs/methods.md, Counting, for backfill.

A date takes effect at the first as-of date on or after it; so everything becomes a half-open interval of as-of
indexes, and all dates are served by one pass over the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.measure.country import with_country
from analytics.measure.population import whole_subclass
from analytics.measure.query import Connection, Technologies, frame, query_hashes, wanted
from analytics.measure.screening import CITED, steps_of
from analytics.measure.windows import spans
from warehouse.settings import Settings

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class History:
    """One row per technology, family and interval [start, end) of as-of indexes in which its state does not change.

    Codes index `technologies`, `weights`, `methods`, `pairs` (−1: none); `family` indexes `keys` (family keys, sorted).
    `alive[k]` and `undecided[k]`: rows left after, and undecided at, screening step k; step 0 is the population.
    `windows`: per window, the as-of interval in which a row's date lies in it. Counts are −1 where unknown.
    """

    as_ofs: tuple[date, ...]
    technologies: tuple[str, ...]
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
    claims: Ints
    pct: Ints
    cited_by_known: Mask
    classed: Mask
    windows: list[tuple[int, Ints, Ints]]
    alive: list[Mask]
    undecided: list[Mask]

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
    """Return distinct (mapped, stated) subclasses and each row's code, −1 where the subclass is unknown."""
    both = rows.select(m="main_subclass", s=pl.coalesce("stated_subclass", "main_subclass"))
    distinct = both.drop_nulls("m").unique().sort("m", "s").with_row_index("c")
    joined = both.join(distinct, on=["m", "s"], how="left", maintain_order="left")
    return distinct.select("m", "s").rows(), joined["c"].cast(pl.Int64).fill_null(-1).to_numpy()


def _screened(rows: pl.DataFrame, settings: Settings) -> tuple[list[Mask], list[Mask]]:
    """Return, per step before the citation step, rows left and rows undecided (nested)."""
    policy = settings.policy()
    alive, undecided = [np.ones(rows.height, dtype=np.bool_)], [np.zeros(rows.height, dtype=np.bool_)]
    for step in steps_of(policy):
        if step.name == CITED:
            continue
        verdict = rows.select(v=step.verdict)["v"]
        verdict = verdict.extend_constant(verdict[0], rows.height - 1) if len(verdict) < rows.height else verdict
        open_ = verdict.is_null().to_numpy()
        undecided.append(alive[-1] & open_)
        alive.append(alive[-1] & verdict.fill_null(policy.unknown_passes).to_numpy())
    return alive, undecided


def _counts(values: pl.Series) -> Ints:
    return values.cast(pl.Int64).fill_null(-1).to_numpy()


def load_history(con: Connection, settings: Settings, as_ofs: Sequence[date], technologies: Technologies) -> History:
    """Return the history of `technologies` at the ascending dates `as_ofs`, in one read of the merged tables."""
    place = settings.place
    with wanted(con, technologies):
        rows = frame(con, "population_history", {"first": as_ofs[0], "last": as_ofs[-1]})
    since = np.maximum(index_of(as_ofs, days_of(rows, "member_from")), index_of(as_ofs, days_of(rows, "valid_from")))
    until = index_of(as_ofs, days_of(rows, "valid_to"))
    rows = rows.with_columns(pl.Series("start", since), pl.Series("end", until)).filter(pl.col("start") < pl.col("end"))
    rows = with_country(rows, place.country_rule, place.focal_country)
    rows = rows.with_columns(whole_subclass("main_subclass"), whole_subclass("stated_subclass"))
    names = list(query_hashes(technologies))
    weights, weight = _codes(rows["focal_weight"])
    methods, method = _codes(rows["country_method"])
    pairs, pair = _pairs(rows)
    keys, family = np.unique(rows["family_key"].to_numpy().astype(np.int64), return_inverse=True)
    alive, undecided = _screened(rows, settings)
    days = days_of(rows, "filing_date" if place.window_date == "filing" else "priority_date")
    windows = spans(days, as_ofs, place)
    code = rows["technology_id"].replace_strict(names, list(range(len(names))), return_dtype=pl.Int64)
    return History(
        tuple(as_ofs), tuple(names), keys, tuple(None if w is None else float(str(w)) for w in weights),
        tuple(str(m) for m in methods), pairs, rows["start"].to_numpy(), rows["end"].to_numpy(), code.to_numpy(),
        family.astype(np.int64), weight, method, pair, _counts(rows["claim_count"]), _counts(rows["is_pct"]),
        rows["cited_by_known"].to_numpy(), ~np.isnat(days) & (pair >= 0), windows, alive, undecided,
    )  # fmt: skip
