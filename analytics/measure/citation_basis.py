"""Which count of forward citations a technology is measured by; kinds are never mixed inside one.

Source: docs/methods.md, Capability.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

import sql
from analytics.measure.query import Connection, frame

EDGES = "edges"
_KINDS = {"family_count": 1, "member_sum": 2}
_BATCH = 20_000_000


def preference(basis: str) -> tuple[int, str]:
    """Return the order among bases of equal coverage: edges, a source's family count, the sum over members, name."""
    return (0 if basis == EDGES else _KINDS.get(basis.rpartition(":")[2], 3), basis)


def choose(known: Mapping[str, int]) -> str | None:
    """Return the basis under which most families of a technology are known; None when none knows any."""
    best = min(known, key=lambda basis: (-known[basis], preference(basis)), default=None)
    return best if best is not None and known[best] > 0 else None


def forward_counts(con: Connection, as_of: date, size: int) -> NDArray[np.int64]:
    """Return forward citations by family key, family to family, cited on or before `as_of`; shape (size,)."""
    query = sql.text("indicators/forward_citations.sql")
    counts = np.zeros(size, dtype=np.int64)
    reader: Iterator[pa.RecordBatch] = con.sql(query, params={"as_of": as_of}).to_arrow_reader(_BATCH)
    for batch in reader:
        keys = batch.column(0).to_numpy()
        found = np.bincount(keys[keys < size], minlength=size)
        counts = found if not counts.any() else counts + found
    return counts


def stated_counts(con: Connection) -> pl.DataFrame:
    """Return each source's latest count: family_key, basis (SOURCE:kind), citation_count, count_date."""
    basis = pl.concat_str("source", "kind", separator=":").alias("basis")
    return frame(con, "citation_counts").select("family_key", basis, "citation_count", "count_date")


def _edges(con: Connection, population: pl.DataFrame, as_of: date) -> pl.Series:
    """Return forward citations by edges of each row; null where the list of citing families is not complete at T."""
    highest = population["family_key"].max()
    size = int(highest) + 1 if isinstance(highest, int) else 0
    counts = forward_counts(con, as_of, size)
    late = frame(con, "undated_citations").filter(pl.col("known_from") > as_of)["cited_family_key"].to_numpy()
    open_ended = np.zeros(size, dtype=np.bool_)
    open_ended[late[late < size]] = True
    keys = population["family_key"].to_numpy()
    known = population["cited_by_known"].to_numpy() & ~open_ended[keys]
    return pl.Series(
        "forward_citations", pl.select(pl.when(pl.Series(known)).then(pl.Series(counts[keys]))).to_series()
    )


def _choices(coverage: Iterable[tuple[str, str, int]]) -> dict[str, str | None]:
    known: dict[str, dict[str, int]] = {}
    for technology, basis, families in coverage:
        known.setdefault(technology, {})[basis] = families
    return {technology: choose(counts) for technology, counts in known.items()}


def with_forward_citations(
    con: Connection, population: pl.DataFrame, as_of: date
) -> tuple[pl.DataFrame, dict[str, str | None]]:
    """Return `population` with `forward_citations` as of T under each technology's basis, and those bases.

    Citation edges where they cover a technology's families best, else the one count of one source that does; coverage
    is taken before screening. A count is unknown before its own date, edges where the complete citing list is not at
    hand or holds a citing family of unknown date first stated after T. Source: docs/methods.md, Forward citations.
    """
    edged = population.with_columns(_edges(con, population, as_of))
    counts = stated_counts(con).filter(pl.col("count_date") <= as_of)
    stated = edged.select("technology_id", "family_key").join(counts, on="family_key")
    coverage = [
        *edged.group_by("technology_id").agg(pl.lit(EDGES), pl.col("forward_citations").count()).rows(),
        *stated.group_by("technology_id", "basis").agg(pl.len()).rows(),
    ]
    bases = _choices(coverage)
    by_count = {t: b for t, b in bases.items() if b not in (EDGES, None)}
    if not by_count:
        return edged, bases
    chosen = pl.DataFrame({"technology_id": list(by_count), "basis": list(by_count.values())})
    own = stated.join(chosen, on=["technology_id", "basis"]).select("technology_id", "family_key", "citation_count")
    joined = edged.join(own, on=["technology_id", "family_key"], how="left", maintain_order="left")
    counted = pl.col("technology_id").is_in(list(by_count))
    value = pl.when(counted).then(pl.col("citation_count")).otherwise(pl.col("forward_citations"))
    return joined.with_columns(value.alias("forward_citations")).drop("citation_count"), bases
