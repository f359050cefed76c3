"""A main path as tables: who is on it, when, and how the countries on it change."""

from __future__ import annotations

import numpy as np
import polars as pl

from analytics.network.figures.dependence import UNKNOWN_YEAR, Clock, node_years
from analytics.network.graph.graph import CitationGraph, Labels
from analytics.network.graph.segments import IntArray
from analytics.network.path.main_path import MainPath


def path_families(graph: CitationGraph, path: MainPath, titles: pl.DataFrame | None = None) -> pl.DataFrame:
    """Families on a path in its order: `family`, `year` (filing, else publication), `country`, `holder`, ….

    `titles` (`family`, `title`) is joined where given; `on_paths` is the share of all source-to-sink paths
    that run through the family's strongest citation on this path. Unknown is null.
    """
    nodes = np.array(path.nodes, dtype=np.int64)
    filed, published = node_years(graph, "filed")[nodes], node_years(graph, "published")[nodes]
    year = np.where(filed == UNKNOWN_YEAR, published, filed)
    # an empty array of objects has no type of its own, and would join nothing
    keys = pl.Series(graph.nodes.keys) if len(graph.nodes.keys) else pl.Series([], dtype=pl.String)
    table = pl.DataFrame(
        {
            "family": keys.gather(nodes),
            "year": pl.Series(year).replace(UNKNOWN_YEAR, None),
            "country": _names(graph.nodes.country, nodes),
            "holder": _names(graph.nodes.holder, nodes),
            "on_paths": _on_paths(path),
        }
    )
    if titles is None:
        return table.with_columns(title=pl.lit(None, dtype=pl.String))
    return table.join(titles.select("family", "title"), on="family", how="left", maintain_order="left")


def _names(labels: Labels, nodes: IntArray) -> pl.Series:
    return pl.Series([labels.name(int(node)) for node in nodes], dtype=pl.String)


def _on_paths(path: MainPath) -> pl.Series:
    strongest: dict[int, float] = {}
    for edge, ln_count in zip(path.edges, path.ln_counts, strict=True):
        for node in edge:
            strongest[node] = max(strongest.get(node, -np.inf), ln_count - path.ln_total)
    return pl.Series([float(np.exp(strongest[node])) for node in path.nodes], dtype=pl.Float64)


def path_citations(graph: CitationGraph, path: MainPath) -> pl.DataFrame:
    """Citations on a path: `cited`, `citing` (family keys), `ln_count`, `share` of all paths that run through each."""
    keys = pl.Series(graph.nodes.keys)
    ends = np.array(path.edges, dtype=np.int64).reshape(-1, 2)
    logs = pl.Series(path.ln_counts, dtype=pl.Float64)
    return pl.DataFrame(
        {
            "cited": keys.gather(ends[:, 0]),
            "citing": keys.gather(ends[:, 1]),
            "ln_count": logs,
            "share": (logs - path.ln_total).exp(),
        }
    )


def countries_by_decade(graph: CitationGraph, path: MainPath, clock: Clock = "filed") -> pl.DataFrame:
    """Countries on a path by decade: `decade` (its first year), `country`, `families`, `share` and `coverage`.

    `share` is of the decade's families with a known country, `coverage` the share of the decade's families
    with one. Families with no year by the clock have a null decade; a null country row counts the
    unknown.
    """
    nodes = np.array(path.nodes, dtype=np.int64)
    year = pl.Series(node_years(graph, clock)[nodes]).replace(UNKNOWN_YEAR, None)
    table = pl.DataFrame({"decade": year // 10 * 10, "country": _names(graph.nodes.country, nodes)})
    counted = table.group_by("decade", "country").len("families").with_columns(pl.col("families").cast(pl.Int64))
    known = pl.col("families").filter(pl.col("country").is_not_null()).sum().over("decade")
    return counted.with_columns(
        share=pl.when(pl.col("country").is_not_null()).then(pl.col("families") / known),
        coverage=known / pl.col("families").sum().over("decade"),
    ).sort("decade", "families", "country", descending=[False, True, False], nulls_last=True)
