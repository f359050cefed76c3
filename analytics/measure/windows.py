"""The two windows of paradigm dynamics, fixed or rolling, each cut at T (docs/methods.md, Dynamics)."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.sections.measuring import Place

ROLLING_YEARS = 10
_DAY = timedelta(days=1)
Ints = NDArray[np.int64]


def years_before(day: date, years: int) -> date:
    """Return the same day `years` earlier (29 February becomes 28 February)."""
    year = day.year - years
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)


def bounds(place: Place, as_of: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return (first day, last day) of the earlier and of the later window at T, inclusive, not yet cut at T.

    Fixed: the configured calendar years. Rolling: the ten years up to T, and the ten before them.
    """
    if place.windows == "fixed":
        (a, b), (c, d) = place.earlier, place.later
        return (date(a, 1, 1), date(b, 12, 31)), (date(c, 1, 1), date(d, 12, 31))
    middle, start = years_before(as_of, ROLLING_YEARS), years_before(as_of, 2 * ROLLING_YEARS)
    return (start + _DAY, middle), (middle + _DAY, as_of)


def window_day(place: Place) -> pl.Expr:
    """Return the column by whose date families lie in windows: filing or priority (setting window_date)."""
    return pl.col("filing_date" if place.window_date == "filing" else "priority_date")


def with_window(frame: pl.DataFrame, place: Place, as_of: date) -> pl.DataFrame:
    """Return `frame` with `window` (1 earlier, 2 later, NULL outside both or date unknown) and `filing_year` added."""
    day = window_day(place)
    days = frame.select(day=day)["day"].cast(pl.Date).to_numpy().astype("datetime64[D]")
    window = window_at(spans(days, [as_of], place), 0)
    return frame.with_columns(window, day.dt.year().cast(pl.Int16).alias("filing_year"))


def window_at(windows: Sequence[tuple[Ints, Ints]], index: int) -> pl.Series:
    """Return in which of `windows` (from `spans`) each row lies at one as-of index: 1, 2 or NULL; named `window`."""
    inside = [(start <= index) & (index < end) for start, end in windows]
    number = pl.Series("window", np.select(inside, [1, 2], default=0).astype(np.int8))
    return pl.select(pl.when(number > 0).then(number).alias("window")).to_series()


def spans(days: NDArray[np.datetime64], as_ofs: Sequence[date], place: Place) -> list[tuple[Ints, Ints]]:
    """Return, for the earlier and the later window, from which as-of index to which (exclusive) each day lies in it.

    `as_ofs` ascend; NaT lies in none, nor does a day after the as-of date.
    """
    dates = np.array(as_ofs, dtype="datetime64[D]")
    known = np.searchsorted(dates, days, side="left")
    out = []
    for window in (1, 2):
        limits = [bounds(place, day)[window - 1] for day in as_ofs]
        if place.windows == "fixed":
            first, last = (np.datetime64(day, "D") for day in limits[0])
            inside = (days >= first) & (days <= last)
            start, end = known, np.where(inside, len(dates), 0)
        else:
            firsts = np.array([day for day, _ in limits], dtype="datetime64[D]")
            lasts = np.array([day for _, day in limits], dtype="datetime64[D]")
            start = np.maximum(np.searchsorted(lasts, days, side="left"), known)
            end = np.searchsorted(firsts, days, side="right")
        end = np.where(np.isnat(days), 0, end)
        out.append((start.astype(np.int64), np.maximum(start, end).astype(np.int64)))
    return out
