"""The families of each technology at T, with everything a figure needs, after screening (docs/methods.md, Counting)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics.measure.citation_basis import with_forward_citations
from analytics.measure.country import with_country
from analytics.measure.query import Connection, Technologies, frame, wanted
from analytics.measure.screening import FunnelStep, screen
from analytics.measure.windows import with_window
from warehouse.settings import Settings

# The columns of run_families (without run_id), in its order.
COLUMNS = (
    "technology_id",
    "family_key",
    "family_id",
    "focal_weight",
    "country",
    "country_method",
    "forward_citations",
    "claim_count",
    "is_pct",
    "window",
    "main_subclass",
    "stated_subclass",
    "filing_year",
)


@dataclass(frozen=True, slots=True)
class Population:
    """Families after screening (columns COLUMNS), the funnel and the citation basis of each technology that has any."""

    families: pl.DataFrame
    funnels: dict[str, list[FunnelStep]]
    bases: dict[str, str | None]


def whole_subclass(column: str) -> pl.Expr:
    """Return the subclass when it has its four characters, else NULL: half a code is no code."""
    return pl.when(pl.col(column).str.len_chars() == 4).then(pl.col(column)).alias(column)


def population(con: Connection, settings: Settings, as_of: date, technologies: Technologies) -> Population:
    """Return the population at T under the settings' screening policy, country rule and windows.

    `technologies` are (technology_id, query_hash) pairs; several hashes of one technology are united.
    """
    place = settings.place
    with wanted(con, technologies):
        everything = frame(con, "population", {"as_of": as_of})
    cited, bases = with_forward_citations(con, everything, as_of)
    screened, funnels = screen(cited, settings.policy())
    dated = with_window(with_country(screened, place.country_rule, place.focal_country), place, as_of)
    whole = dated.with_columns(whole_subclass("main_subclass"), whole_subclass("stated_subclass"))
    return Population(whole.select(COLUMNS), funnels, bases)
