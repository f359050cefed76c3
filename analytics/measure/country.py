"""Whose family it is: the rule for the country of a family, and how much counts for the focal one.

Source: docs/methods.md, Counting.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

Rule = Literal["default", "priority", "office", "fractional"]

NO_COUNTRY: Final = (
    "XX"  # WIPO ST.3: unknown. The priority is of an international or regional office, which is no country
)
_CHAIN = {
    "default": (("residence", "residence_country"), ("priority", "priority_country"), ("office", "office_country")),
    "priority": (("priority", "priority_country"),),
    "office": (("office", "office_country"),),
}


def with_country(frame: pl.DataFrame, rule: Rule, focal: str) -> pl.DataFrame:
    """Return `frame` with `country`, `country_method` and `focal_weight` added (replaced when there).

    Needs residence_country, priority_country, office_country and applicant_countries (family_states). `default` takes
    the first applicant's residence, else the earliest priority's country, else the earliest publication's authority;
    `priority` and `office` take that step alone; `fractional` shares a family among its applicants' countries.
    focal_weight is 1 or 0 (a fraction under fractional counting), NULL when the country is unknown; country_method is
    residence, priority, office, fractional or unknown. Source: docs/methods.md, Country of a family.
    """
    if rule == "fractional":
        countries = pl.col("applicant_countries")
        known = countries.list.len().fill_null(0) > 0
        share = countries.list.count_matches(focal).cast(pl.Float64) / countries.list.len().cast(pl.Float64)
        return frame.with_columns(
            pl.when(known).then(countries.list.first()).alias("country"),
            pl.when(known).then(pl.lit("fractional")).otherwise(pl.lit("unknown")).alias("country_method"),
            pl.when(known).then(share).alias("focal_weight"),
        )
    steps = _CHAIN[rule]
    settled = pl.coalesce([pl.col(column) for _, column in steps])
    country = pl.when(settled != NO_COUNTRY).then(settled)
    steps_taken = [pl.when(pl.col(column).is_not_null()).then(pl.lit(name)) for name, column in steps]
    method = pl.when(settled != NO_COUNTRY).then(pl.coalesce(steps_taken))
    return frame.with_columns(
        country.alias("country"),
        method.fill_null("unknown").alias("country_method"),
        (country == focal).cast(pl.Float64).alias("focal_weight"),
    )
