"""Holders: who files together, who connects the others, and who has come or gone."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import polars as pl

from analytics.network.figures.convergence import SEED, pair_counts

TOP = 20
NETWORKX_HOLDERS = 100


def co_applicants(applicants: pl.DataFrame) -> pl.DataFrame:
    """Pairs of holders with families in common from `family`, `holder` rows: `first`, `second`, `families`."""
    return pair_counts(applicants, "family", "holder")


@dataclass(frozen=True, slots=True)
class Brokers:
    """Betweenness of holders in the co-applicant network.

    `table`: `holder`, `betweenness` (share of the pairs of other holders whose shortest paths run through it,
    0 to 1), `error` (standard error of the sample; 0 when every holder was a source). `sampled` of `holders`
    were sources.
    """

    table: pl.DataFrame
    sampled: int
    holders: int


def brokers(links: pl.DataFrame, *, sample: int = 500, batches: int = 10, seed: int = SEED) -> Brokers:
    """Sampled betweenness (Brandes and Pich 2007) of the holders of `links`, unweighted, greatest first.

    `sample` sources are drawn without replacement in `batches` equal batches; each batch alone estimates
    every betweenness, and the error is the standard error over the batches with the finite-population
    correction. With no more holders than the sample every holder is a source and the figures are exact.
    igraph counts (docs/network.md has the measurement), networkx where it is done before igraph is imported.
    """
    if batches < 2 or sample < batches:
        raise ValueError(f"sampled betweenness needs 2 batches of 1 source at least, got {sample} in {batches}")
    names = pl.concat([links["first"], links["second"]]).unique().sort()
    n = len(names)
    if n < 3:
        return Brokers(_broker_table(names, np.zeros(n), np.zeros(n)), n, n)
    ends = [links[side].cast(pl.Enum(names)).to_physical().to_list() for side in ("first", "second")]
    if n <= min(sample, NETWORKX_HOLDERS):
        small: nx.Graph[int] = nx.Graph(zip(*ends, strict=True))
        found = nx.betweenness_centrality(small)  # already a share of the pairs
        return Brokers(_broker_table(names, np.array([found[i] for i in range(n)]), np.zeros(n)), n, n)
    import igraph as ig

    graph = ig.Graph(n=n, edges=list(zip(*ends, strict=True)))
    if n <= sample:
        exact = np.array(graph.betweenness(directed=False)) / ((n - 1) * (n - 2) / 2)
        return Brokers(_broker_table(names, exact, np.zeros(n)), n, n)
    sources = np.random.default_rng(seed).permutation(n)[: sample // batches * batches].reshape(batches, -1)
    scale = n / sources.shape[1] / ((n - 1) * (n - 2) / 2)
    runs = np.array([_from_sources(graph, batch.tolist()) for batch in sources]) * scale
    correction = np.sqrt(1.0 - sources.size / n)
    error = runs.std(axis=0, ddof=1) / np.sqrt(batches) * correction
    return Brokers(_broker_table(names, runs.mean(axis=0), error), sources.size, n)


def _from_sources(graph: object, sources: list[int]) -> list[float]:
    """Sum over the sources, and half over the pairs, of the share of shortest paths that run through each vertex."""
    found: list[float] = graph.betweenness(directed=False, sources=sources)  # type: ignore[attr-defined]
    return found


def _broker_table(names: pl.Series, value: np.ndarray[tuple[int], np.dtype[np.float64]], error: object) -> pl.DataFrame:
    table = pl.DataFrame({"holder": names, "betweenness": value, "error": error})
    return table.sort(["betweenness", "holder"], descending=[True, False])


def entry_exit(families: pl.DataFrame, top: int = TOP) -> pl.DataFrame:
    """Top holders of the two windows of docs/methods.md, Dynamics: `holder`, counts and ranks in each, and `state`.

    `families`: `family`, `window` (1 earlier, 2 later, null in neither), `holder`, one row an applicant. Rank
    by number of families, ties by name. State: `stayed` in the top list, `entered` it, or `left` it; the
    counts tell whether a holder that left still files. A rank is null where a holder has no family in the
    window.
    """
    tables = [_ranked(families.filter(pl.col("window") == window)) for window in (1, 2)]
    both = (
        tables[0]
        .rename({"families": "earlier", "rank": "earlier_rank"})
        .join(tables[1].rename({"families": "later", "rank": "later_rank"}), on="holder", how="full", coalesce=True)
    )
    was, stays = (pl.col(f"{side}_rank").le(top).fill_null(value=False) for side in ("earlier", "later"))
    state = pl.when(was & stays).then(pl.lit("stayed")).when(stays).then(pl.lit("entered")).otherwise(pl.lit("left"))
    listed = both.filter(was | stays).with_columns(pl.col("earlier", "later").fill_null(0), state=state)
    columns = ["holder", "earlier", "earlier_rank", "later", "later_rank", "state"]
    return listed.select(columns).sort("later_rank", "earlier_rank", nulls_last=True)


def _ranked(families: pl.DataFrame) -> pl.DataFrame:
    counts = families.select("family", "holder").drop_nulls().unique().group_by("holder").len("families")
    ordered = counts.sort(["families", "holder"], descending=[True, False])
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return ordered.with_columns(pl.col("families").cast(pl.Int64), rank=rank)
