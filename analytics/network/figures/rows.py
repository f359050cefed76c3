"""Figures in long form: one row a figure, with what it was divided by and how much of the evidence it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import polars as pl

SCHEMA = {
    "indicator": pl.String,
    "subject": pl.String,
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "coverage": pl.Float64,
    "outside_share": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `value` = numerator / denominator, None where the denominator is empty (unknown, never 0).

    `subject` is whom it is about (a country code, a year), None for the whole network. `coverage` is the
    share of the units (citations, families) for which the attribute was known, None without units.
    `outside_share` is the network's.
    """

    indicator: str
    subject: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    coverage: float | None
    outside_share: float | None


def ratio(numerator: float, denominator: float) -> float | None:
    """Quotient, None over an empty denominator."""
    return numerator / denominator if denominator else None


def row(
    indicator: str,
    subject: str | None,
    parts: tuple[float, float],
    *,
    known: float,
    units: float,
    outside_share: float,
) -> Row:
    """Row of the quotient of `parts`, resting on `known` of `units`."""
    numerator, denominator = parts
    outside = None if math.isnan(outside_share) else outside_share
    return Row(
        indicator,
        subject,
        ratio(numerator, denominator),
        numerator if denominator else None,
        denominator if denominator else None,
        ratio(known, units),
        outside,
    )


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a frame with the columns of `SCHEMA`."""
    return pl.DataFrame([asdict(item) for item in rows], schema=SCHEMA)
