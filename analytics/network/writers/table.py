"""What every writer takes: nodes and edges as frames, made from a citation graph or from links."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.network.figures.concentration import forward_counts
from analytics.network.figures.dependence import UNKNOWN_YEAR, node_years
from analytics.network.graph.graph import CitationGraph
from analytics.network.path.main_path import MainPath
from words.safe import one_line

CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 has no way to write them
SAME_HOLDER = {1: "yes", 0: "no", -1: "unknown"}


@dataclass(frozen=True, slots=True)
class NetworkTable:
    """A network to be written.

    `nodes`: `id` and `label` (text), further columns are attributes (null is unknown and not written; a
    column `cluster` of positive whole numbers and `year` are known to VOSviewer). `edges`: `source`, `target`
    (ids), `weight`, further columns attributes. `name` says what it is, and carries the word `synthetic`
    where the records are.
    """

    name: str
    nodes: pl.DataFrame
    edges: pl.DataFrame
    directed: bool


def plain(text: object) -> str:
    """Text of one line without control characters."""
    return one_line(CONTROL.sub(" ", str(text))).strip()


def citation_table(
    graph: CitationGraph, name: str, *, titles: pl.DataFrame | None = None, path: MainPath | None = None
) -> NetworkTable:
    """Citation graph as a table: year, country, holder, forward citations, title, and whether on the main path.

    The whole graph is written, with or without a `path`: filter on `main_path` in the program that opens it.
    """
    years = pl.Series(node_years(graph)).replace(UNKNOWN_YEAR, None)
    ids = pl.Series(graph.nodes.keys).cast(pl.String)
    on_path = np.isin(np.arange(graph.n_nodes), path.nodes if path else ())
    nodes = pl.DataFrame(
        {
            "id": ids,
            "year": years,
            "country": _named(graph.nodes.country.codes, graph.nodes.country.names),
            "holder": _named(graph.nodes.holder.codes, graph.nodes.holder.names),
            "forward_citations": forward_counts(graph),
            "main_path": on_path,
        }
    )
    if titles is None:
        nodes = nodes.with_columns(label="id")
    else:
        wanted = titles.select(pl.col("family").cast(pl.String).alias("id"), "title")
        nodes = nodes.join(wanted, on="id", how="left", maintain_order="left")
        nodes = nodes.with_columns(label=pl.coalesce(pl.format("{} {}", "id", "title"), "id"))
    edges = pl.DataFrame(
        {
            "source": ids.gather(graph.cited),
            "target": ids.gather(graph.citing),
            "weight": np.ones(graph.n_edges, dtype=np.int64),
            "cited_on": pl.Series(graph.cited_on).cast(pl.Date).dt.to_string("iso"),
            "same_holder": pl.Series(graph.same_holder).replace_strict(SAME_HOLDER, return_dtype=pl.String),
        }
    )
    return NetworkTable(name, nodes.select("id", "label", pl.exclude("id", "label")), edges, directed=True)


def _named(codes: np.ndarray[tuple[int], np.dtype[np.int32]], names: tuple[str, ...]) -> pl.Series:
    known = pl.Series(["", *names], dtype=pl.String)
    named = known.gather(codes + 1)
    return named.replace("", None)


def link_table(links: pl.DataFrame, name: str, nodes: pl.DataFrame | None = None) -> NetworkTable:
    """Links `first`, `second`, `families` (co-classification, co-applicants) as an undirected table.

    `nodes` adds attributes: its first column holds the names, others (say `families`, `cluster`) are kept;
    names without a link stay in.
    """
    names = pl.concat([links["first"], links["second"]]).unique()
    if nodes is not None:
        names = pl.concat([names, nodes.to_series(0)]).unique()
    table = pl.DataFrame({"id": names.sort()}).with_columns(label="id")
    if nodes is not None:
        table = table.join(nodes.rename({nodes.columns[0]: "id"}), on="id", how="left", maintain_order="left")
    edges = links.rename({"first": "source", "second": "target", "families": "weight"})
    return NetworkTable(name, table, edges, directed=False)
