"""Dependence on others' work: where a country's families look back to, and how long they wait.

Source: docs/methods.md, Network.

All figures count citations between two different families, those broken out of loops included (breaking
serves the paths only). Citations to families outside the set count where their country is known; where either
country is unknown the citation leaves both sides of the ratio and lowers the coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.network.figures.rows import Row, row
from analytics.network.graph.graph import CitationGraph, DateArray
from analytics.network.graph.segments import IndexArray

Clock = Literal["filed", "published"]
UNKNOWN_YEAR = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class BackwardCitations:
    """Every backward citation of the set's families, one a row: countries and holders of both ends (codes, -1 unknown).

    `citing` is the node that cites; `cited` is the node cited, -1 when outside the set.
    """

    citing: IndexArray
    cited: IndexArray
    citing_country: IndexArray
    cited_country: IndexArray
    citing_holder: IndexArray
    cited_holder: IndexArray

    def between_holders(self) -> BackwardCitations:
        """Without citations of the holder's own families; unknown holders stay."""
        own = (self.citing_holder == self.cited_holder) & (self.citing_holder >= 0)
        return self.take(~own)

    def take(self, mask: NDArray[np.bool_]) -> BackwardCitations:
        """Return the rows of a mask."""
        return BackwardCitations(
            self.citing[mask],
            self.cited[mask],
            self.citing_country[mask],
            self.cited_country[mask],
            self.citing_holder[mask],
            self.cited_holder[mask],
        )


def backward_citations(graph: CitationGraph) -> BackwardCitations:
    """All backward citations, inside the set first, then those that leave it."""
    cited, citing = graph.all_inside()
    out = graph.outside.backward
    inside = graph.outside.inside[out]
    country, holder = graph.nodes.country.codes, graph.nodes.holder.codes
    everyone = np.concatenate([citing, inside])
    return BackwardCitations(
        citing=everyone,
        cited=np.concatenate([cited, np.full(inside.size, -1, dtype=np.int32)]),
        citing_country=country[everyone],
        cited_country=np.concatenate([country[cited], graph.outside.country[out]]),
        citing_holder=holder[everyone],
        cited_holder=np.concatenate([holder[cited], graph.outside.holder[out]]),
    )


def dependence_rows(graph: CitationGraph, focal: str) -> list[Row]:
    """Foreign dependence and self-reliance of a country, over all citations and over those between different holders.

    Foreign dependence: backward citations of the country's families that go to another country / those whose
    cited country is known. Self-reliance is its complement. Also the share of citations inside the set
    between families of one holder.
    """
    everything = backward_citations(graph)
    code = graph.nodes.country.code_of(focal)
    rows = []
    for suffix, citations in (("", everything), ("_between_holders", everything.between_holders())):
        home, known, units = _home(citations, code)
        common = {"known": known, "units": units, "outside_share": graph.outside_share}
        rows.append(row(f"foreign_dependence{suffix}", focal, (known - home, known), **common))
        rows.append(row(f"self_reliance{suffix}", focal, (home, known), **common))
    marked = int(np.count_nonzero(graph.same_holder >= 0))
    same = int(np.count_nonzero(graph.same_holder == 1))
    share = {"known": marked, "units": graph.n_edges, "outside_share": graph.outside_share}
    return [*rows, row("same_holder_share", None, (same, marked), **share)]


def _home(citations: BackwardCitations, code: int) -> tuple[int, int, int]:
    """Citations of the country's families: to itself, with the cited country known, and all."""
    cited = citations.cited_country[citations.citing_country == code]
    return int(np.count_nonzero(cited == code)), int(np.count_nonzero(cited >= 0)), cited.size


def dependence_by_year(graph: CitationGraph, focal: str, clock: Clock = "filed") -> list[Row]:
    """Foreign dependence by year of the citing family (the rows' subject); undated families are left out."""
    citations = backward_citations(graph)
    code = graph.nodes.country.code_of(focal)
    years = node_years(graph, clock)[citations.citing]
    rows = []
    for year in np.unique(years[(citations.citing_country == code) & (years != UNKNOWN_YEAR)]).tolist():
        home, known, units = _home(citations.take(years == year), code)
        rows.append(
            row(
                "foreign_dependence",
                str(year),
                (known - home, known),
                known=known,
                units=units,
                outside_share=graph.outside_share,
            )
        )
    return rows


def flow_matrix(graph: CitationGraph) -> pl.DataFrame:
    """Citations between countries: `citing_country`, `cited_country` (null unknown), `citations`, `share`.

    `share` is of the citing country's citations whose cited country is known.
    """
    citations = backward_citations(graph)
    names = pl.Series([*graph.nodes.country.names], dtype=pl.String)
    pairs = pl.DataFrame({"citing": citations.citing_country, "cited": citations.cited_country})
    counted = pairs.group_by("citing", "cited").len("citations")
    known = (pl.col("cited") >= 0) & (pl.col("citing") >= 0)
    share = pl.when(known).then(
        pl.col("citations") / pl.col("citations").filter(pl.col("cited") >= 0).sum().over("citing")
    )
    named = counted.with_columns(share=share).select(
        citing_country=_named("citing", names),
        cited_country=_named("cited", names),
        citations=pl.col("citations").cast(pl.Int64),
        share="share",
    )
    return named.sort("citing_country", "cited_country", nulls_last=True)


def _named(column: str, names: pl.Series) -> pl.Expr:
    if names.is_empty():
        return pl.lit(None, dtype=pl.String)
    code = pl.when(pl.col(column) >= 0).then(pl.col(column))
    return code.replace_strict(list(range(len(names))), names, default=None, return_dtype=pl.String)


def lag_rows(graph: CitationGraph, focal: str, clock: Clock = "filed") -> list[Row]:
    """Citation lag in years of 365.25 days, cited to citing family: mean and median, network and focal country.

    The clock is the families' filing (default) or first publication. Citations to families outside the set
    have no date and lower the coverage. Rows: value, for the mean the sum of lags over their number, for the
    median the value over 1.
    """
    citations = backward_citations(graph)
    dates: DateArray = getattr(graph.nodes, clock)
    later = dates[citations.citing]
    earlier = np.where(citations.cited >= 0, dates[citations.cited], np.datetime64("NaT"))
    lag = (later - earlier).astype("timedelta64[D]")
    focal_rows = citations.citing_country == graph.nodes.country.code_of(focal)
    rows = []
    for subject, mask in ((None, np.ones(lag.size, dtype=np.bool_)), (focal, focal_rows)):
        chosen = lag[mask]
        years = chosen[~np.isnat(chosen)].astype(np.int64) / 365.25
        common = {"known": years.size, "units": chosen.size, "outside_share": graph.outside_share}
        median = (float(np.median(years)), 1.0) if years.size else (0.0, 0.0)
        rows.append(row("citation_lag_mean", subject, (float(years.sum()), float(years.size)), **common))
        rows.append(row("citation_lag_median", subject, median, **common))
    return rows


def node_years(graph: CitationGraph, clock: Clock = "filed") -> IndexArray:
    """Calendar year of each node by a clock; `UNKNOWN_YEAR` where unknown."""
    dates: DateArray = getattr(graph.nodes, clock)
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isnat(dates), UNKNOWN_YEAR, years).astype(np.int32)
