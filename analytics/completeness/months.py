"""How many publications there are of each source, office and month, against what the months before let expect.

Source: docs/methods.md, Completeness.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isnan
from statistics import NormalDist

import numpy as np
import polars as pl
from numpy.typing import NDArray

FIELDS = (
    "title", "abstract", "claims", "ipc", "filing_date", "priority", "family", "applicant", "country", "citations",
    "status", "pct",
)  # fmt: skip
BEFORE = 12  # full months that the expectation rests on
FEWEST = 6
TOGETHER = "*"
_Z = NormalDist().inv_cdf(0.95)
_Z_LAG = 2.33
_RARE = 0.05  # a field that so few records have has no lag to speak of
_SPREAD = 1.4826  # median absolute deviation to standard deviation
SETTLED = 12  # months after which a month hardly grows


def age_in_months(month: date, as_of: date) -> int:
    """Return the full months between the end of the month that begins on `month` and `as_of`."""
    months = (as_of.year - month.year) * 12 + as_of.month - month.month - 1
    return max(0, months)


def together(publications: pl.DataFrame) -> pl.DataFrame:
    """Return `publications` and, under source ``*``, each publication once with every field that any source states."""
    every = publications.group_by("publication_number", maintain_order=True).agg(
        pl.col("office").first(), pl.col("publication_date").min(), pl.col(FIELDS).any()
    )
    return pl.concat([publications, every.with_columns(source=pl.lit(TOGETHER)).select(publications.columns)])


def monthly(publications: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return one row per source, office and month up to `as_of`, months without any included: records, with_FIELD, age.

    `publications`: source, office, publication_date and the flags of FIELDS. Source: docs/methods.md, Completeness.
    """
    month = pl.col("publication_date").dt.truncate("1mo").alias("published_month")
    known = publications.filter(pl.col("publication_date") <= as_of).with_columns(month)
    counts = known.group_by("source", "office", "published_month").agg(
        pl.len().cast(pl.Int64).alias("records"),
        *(pl.col(name).sum().cast(pl.Int64).alias(f"with_{name}") for name in FIELDS),
    )
    if not counts.height:
        return counts.with_columns(age=pl.lit(0))
    whole = _without_gaps(counts, as_of)
    ages = {m: age_in_months(m, as_of) for m in whole["published_month"].unique()}
    return whole.with_columns(
        age=pl.col("published_month").replace_strict(ages, return_dtype=pl.Int64)
    ).sort("source", "office", "published_month")  # fmt: skip


def _without_gaps(counts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Add months without a record between the first of a series and the as-of date."""
    first = counts.group_by("source", "office").agg(pl.col("published_month").min().alias("first"))
    last = as_of.replace(day=1)
    months = first.with_columns(
        pl.date_ranges("first", pl.lit(last), interval="1mo").alias("published_month")
    ).explode("published_month")  # fmt: skip
    joined = months.drop("first").join(counts, on=["source", "office", "published_month"], how="left")
    return joined.with_columns(pl.exclude("source", "office", "published_month").fill_null(0))


def with_expected(months: pl.DataFrame) -> pl.DataFrame:
    """Return `months` with expected, expected_low and expected_high from the twelve months before each.

    Expected is their median; the 90 % interval takes the larger of a Poisson count's spread and theirs (median absolute
    deviation). Fewer than six months before: unknown. The month that is not over counts for no other.
    """
    parts = []
    for part in months.partition_by("source", "office", maintain_order=True):
        middles, deviations = _before(part["records"].to_numpy())
        rows = [_expected(middle, deviation) for middle, deviation in zip(middles, deviations, strict=True)]
        columns = zip(*rows, strict=True)
        names = ("expected", "expected_low", "expected_high")
        parts.append(
            part.with_columns(
                pl.Series(name, column, dtype=pl.Float64) for name, column in zip(names, columns, strict=True)
            )
        )
    return pl.concat(parts) if parts else months


def _before(records: NDArray[np.int64]) -> tuple[list[float], list[float]]:
    """Return, per month, the median of the months before it and their median absolute deviation; NaN: too few."""
    padded = np.concatenate([np.full(BEFORE, np.nan), records[:-1]])
    windows = np.lib.stride_tricks.sliding_window_view(padded, BEFORE)[: len(records)]
    middles, deviations = np.full(len(records), np.nan), np.full(len(records), np.nan)
    known = windows[FEWEST:]
    middles[FEWEST:] = np.nanmedian(known, axis=1)
    deviations[FEWEST:] = np.nanmedian(np.abs(known - middles[FEWEST:, None]), axis=1)
    return middles.tolist(), deviations.tolist()


def _expected(middle: float, deviation: float) -> tuple[float | None, float | None, float | None]:
    if isnan(middle):
        return None, None, None
    spread = max(middle, (_SPREAD * deviation) ** 2, 1.0) ** 0.5
    return middle, max(0.0, middle - _Z * spread), middle + _Z * spread


def final_shares(earlier: pl.DataFrame, months: pl.DataFrame) -> Mapping[tuple[str, str, int], float]:
    """Return (source, office, age) → share of a month's present number that runs had found when it was of that age.

    `earlier`: rows of run_completeness of earlier runs; counted are months that are a year old by now.
    """
    now = months.filter((pl.col("age") >= SETTLED) & (pl.col("records") > 0)).select(
        "source", "office", "published_month", present="records"
    )
    young = earlier.filter(pl.col("age") < SETTLED)
    seen = young.join(now, on=["source", "office", "published_month"]).group_by("source", "office", "age").agg(
        pl.col("records").sum(), pl.col("present").sum()
    )  # fmt: skip
    return {
        (source, office, age): min(1.0, records / present)
        for source, office, age, records, present in seen.select(
            "source", "office", "age", "records", "present"
        ).rows()
    }  # fmt: skip


def field_lags(months: pl.DataFrame) -> pl.DataFrame:
    """Return source, office, field, settled (share in months two to five years old), lag: months until it is as full.

    The lag is the least age from which on no year of months lacks more than a tenth of the settled share; NULL where
    the settled share is under 5 %. Offices with fewer than fifty settled records are left out.
    """
    rows = []
    for part in months.partition_by("source", "office", maintain_order=True):
        old = part.filter(pl.col("age").is_between(24, 60))
        total = int(old["records"].sum())
        if total < 50:
            continue
        for name in FIELDS:
            share = int(old[f"with_{name}"].sum()) / total
            rows.append((part["source"][0], part["office"][0], name, share, _lag(part, name, share)))
    schema = {"source": pl.String, "office": pl.String, "field": pl.String, "settled": pl.Float64, "lag": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _lag(part: pl.DataFrame, name: str, settled: float) -> int | None:
    """Return the least age from which on three months together are within a tenth of the settled share.

    Three months lack a field when it is more than chance lets expect (z of 2.33): a few records prove nothing.
    """
    if settled < _RARE:
        return None
    young = part.filter(pl.col("age") < 36).sort("age").select("age", "records", f"with_{name}").rows()
    lag = 0
    for at in range(len(young)):
        records = sum(row[1] for row in young[at : at + 3])
        filled = sum(row[2] for row in young[at : at + 3])
        missing = settled * records - filled
        if missing > 0.1 * settled * records and missing > _Z_LAG * max(1.0, settled * (1 - settled) * records) ** 0.5:
            lag = young[at][0] + 1
    return lag
