"""Whether a field of a technology's records fell since the run before: an artefact until shown otherwise.

Source: docs/methods.md, Completeness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

import polars as pl

from analytics.completeness.months import FIELDS
from analytics.measure.windows import years_before

ALL, RECENT = "all", "recent"
RECENT_YEARS = 2
_FEWEST = 20
_Z = 2.576


@dataclass(frozen=True, slots=True)
class Filled:
    """Records of a technology and source in a span, and those with the field."""

    records: int
    filled: int

    @property
    def share(self) -> float | None:
        """Share with the field; None without a record."""
        return self.filled / self.records if self.records else None


Key = tuple[str, str, str, str]  # technology, source, field, span


def filled(publications: pl.DataFrame, hits: pl.DataFrame, as_of: date) -> dict[Key, Filled]:
    """Return how full each field is, by technology, source and span.

    `publications` as of `completeness.months.monthly`, with publication_number; `hits`: technology_id, source,
    publication_number.
    """
    joined = hits.unique().join(publications, on=["source", "publication_number"])
    joined = joined.filter(pl.col("publication_date").is_null() | (pl.col("publication_date") <= as_of))
    since = years_before(as_of, RECENT_YEARS)
    out: dict[Key, Filled] = {}
    for span, part in ((ALL, joined), (RECENT, joined.filter(pl.col("publication_date") > since))):
        table = part.group_by("technology_id", "source").agg(
            pl.len().alias("records"), *(pl.col(name).sum().alias(name) for name in FIELDS)
        )
        for row in table.sort("technology_id", "source").to_dicts():
            for name in FIELDS:
                key = (row["technology_id"], row["source"], name, span)
                out[key] = Filled(int(row["records"]), int(row[name]))
    return out


def fell(before: Filled, now: Filled, least: float) -> bool:
    """Return whether the share fell by more than `least` and by more than chance lets expect (z of 2.58, pooled).

    Fewer than twenty records on either side tell nothing.
    """
    if min(before.records, now.records) < _FEWEST or before.share is None or now.share is None:
        return False
    drop = before.share - now.share
    pooled = (before.filled + now.filled) / (before.records + now.records)
    error = sqrt(pooled * (1 - pooled) * (1 / before.records + 1 / now.records))
    return drop > least and drop > _Z * error
