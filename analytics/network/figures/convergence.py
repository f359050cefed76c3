"""Convergence: which technical fields a technology has joined (co-classification of IPC subclasses in two windows).

Two subclasses are linked when one family carries both; the weight is the number of such families. Set beside
the paradigm shift (docs/methods.md, Dynamics), whose new prefixes say that a class is new, the new links say
what it joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import polars as pl
from scipy import sparse

LINK_SCHEMA = {"first": pl.String, "second": pl.String, "families": pl.Int64}
SEED = 20_230_101


@dataclass(frozen=True, slots=True)
class Convergence:
    """Co-classification of two windows and what changed between them, all as frames.

    `links`: `first`, `second` (first < second), `earlier`, `later` (families in each window), `state` (new,
    kept, gone). `members`: `window` (1 earlier, 2 later), `subclass`, `families`, `community` (numbered from
    1 by size). `overlap`: the alluvial table of `overlap_table`.
    """

    links: pl.DataFrame
    members: pl.DataFrame
    overlap: pl.DataFrame


def co_classification(classes: pl.DataFrame) -> pl.DataFrame:
    """Links `first`, `second`, `families` from `family`, `subclass` rows (repeated ones count once)."""
    return pair_counts(classes, "family", "subclass")


def pair_counts(rows: pl.DataFrame, unit: str, item: str) -> pl.DataFrame:
    """Pairs of items that share a unit: `first`, `second` (first < second) and the number of `families` they share.

    Counted as B'B of the sparse unit-by-item matrix B; rows with a null on either side are left out.
    """
    clean = rows.select(unit, item).drop_nulls().unique()
    items = clean[item].unique().sort()
    if clean.is_empty():
        return pl.DataFrame(schema=LINK_SCHEMA)
    column = clean[item].cast(pl.Enum(items)).to_physical().to_numpy().astype(np.int64)
    row = clean[unit].rank("dense").to_numpy().astype(np.int64) - 1
    matrix = sparse.csr_array((np.ones(len(clean), dtype=np.int64), (row, column)))
    upper = sparse.coo_array(sparse.triu(matrix.T @ matrix, k=1))
    table = pl.DataFrame({"first": items.gather(upper.row), "second": items.gather(upper.col), "families": upper.data})
    return table.cast(LINK_SCHEMA).sort("first", "second")  # type: ignore[arg-type]


def convergence(classes: pl.DataFrame, *, seed: int = SEED, least: int = 1) -> Convergence:
    """Compare the co-classification of the two windows of docs/methods.md, Dynamics.

    `classes`: `family`, `window` (1 earlier, 2 later, null in neither), `subclass`, one row a family and
    subclass. Links of fewer than `least` families in a window count as absent there. Communities are
    Louvain's on the weighted network of each window, seeded.
    """
    parts = {window: classes.filter(pl.col("window") == window) for window in (1, 2)}
    links = {window: co_classification(part).filter(pl.col("families") >= least) for window, part in parts.items()}
    members = pl.concat([_members(window, parts[window], links[window], seed) for window in (1, 2)])
    return Convergence(_changes(links[1], links[2]), members, overlap_table(members))


def _changes(earlier: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    both = earlier.rename({"families": "earlier"}).join(
        later.rename({"families": "later"}), on=["first", "second"], how="full", coalesce=True
    )
    counted = both.with_columns(pl.col("earlier", "later").fill_null(0))
    state = pl.when(pl.col("earlier") == 0).then(pl.lit("new")).when(pl.col("later") == 0).then(pl.lit("gone"))
    return counted.with_columns(state=state.otherwise(pl.lit("kept"))).sort("first", "second")


def _members(window: int, classes: pl.DataFrame, links: pl.DataFrame, seed: int) -> pl.DataFrame:
    counts = classes.select("family", "subclass").drop_nulls().unique().group_by("subclass").len("families")
    number = communities(counts["subclass"].sort().to_list(), links, seed)
    table = counts.with_columns(
        window=pl.lit(window, dtype=pl.Int64),
        families=pl.col("families").cast(pl.Int64),
        community=pl.col("subclass").replace_strict(number, default=None, return_dtype=pl.Int64),
    )
    return table.select("window", "subclass", "families", "community").sort("community", "subclass")


def communities(names: list[str], links: pl.DataFrame, seed: int = SEED) -> dict[str, int]:
    """Community of each name on the weighted network of `links`: numbered from 1, largest first, then by first name.

    networkx's Louvain: there are under 700 IPC subclasses, which it partitions in a second, and its seed is
    its own argument where igraph's is a process-wide generator. Names without a link are communities of one.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(links.select("first", "second", "families").iter_rows())
    found = [sorted(part) for part in nx.community.louvain_communities(graph, weight="weight", seed=seed)]
    found.sort(key=lambda part: (-len(part), part))
    return {name: number for number, part in enumerate(found, start=1) for name in part}


def overlap_table(members: pl.DataFrame) -> pl.DataFrame:
    """How communities merged or split: one row a pair that shares subclasses (the bands of an alluvial diagram).

    `earlier`, `later` (community numbers; null where the subclass is in one window only), `subclasses` (how
    many), `codes`, `share_of_earlier`, `share_of_later`, and `event`: `merged` when the later community takes
    the largest part of two or more earlier ones, `split` when the earlier one gives at least a quarter of its
    classes to each of two or more later ones, `both`, `entered`, `left`, else `continued`. Communities of one
    class that stay so are `continued`.
    """
    earlier = members.filter(pl.col("window") == 1).select("subclass", earlier="community")
    later = members.filter(pl.col("window") == 2).select("subclass", later="community")
    both = earlier.join(later, on="subclass", how="full", coalesce=True)
    table = both.group_by("earlier", "later").agg(
        pl.col("subclass").sort().alias("codes"), pl.len().cast(pl.Int64).alias("subclasses")
    )
    shares = table.with_columns(
        share_of_earlier=_share("earlier"), share_of_later=_share("later"), largest=_largest("earlier")
    )
    met = pl.col("earlier").is_not_null() & pl.col("later").is_not_null()
    taken = (pl.col("largest") & met).sum().over("later") >= 2
    merged = met & pl.col("largest") & taken
    gives = met & (pl.col("share_of_earlier") >= 0.25)
    split = gives & (gives.sum().over("earlier") >= 2)
    event = (
        pl.when(pl.col("earlier").is_null())
        .then(pl.lit("entered"))
        .when(pl.col("later").is_null())
        .then(pl.lit("left"))
        .when(merged & split)
        .then(pl.lit("both"))
        .when(merged)
        .then(pl.lit("merged"))
        .when(split)
        .then(pl.lit("split"))
        .otherwise(pl.lit("continued"))
    )
    columns = ["earlier", "later", "subclasses", "codes", "share_of_earlier", "share_of_later", "event"]
    return shares.with_columns(event=event).select(columns).sort("earlier", "later", nulls_last=True)


def _share(side: str) -> pl.Expr:
    return pl.when(pl.col(side).is_not_null()).then(pl.col("subclasses") / pl.col("subclasses").sum().over(side))


def _largest(side: str) -> pl.Expr:
    """Whether a band is the largest its community gives; a tie goes to the lowest number on the other side."""
    real = pl.when(pl.col("later").is_not_null()).then(pl.col("subclasses"))
    rank = (real * 1_000_000 - pl.col("later")).rank("ordinal", descending=True).over(side)
    return (rank == 1).fill_null(value=False)


def joined_by(links: pl.DataFrame, new_prefixes: list[str]) -> pl.DataFrame:
    """What the paradigm shift's new prefixes joined: `prefix`, `subclass`, `partner`, `families`, `state` of the link.

    Every link of the later window with an end under a new prefix, strongest first; the partner is the other
    end. A prefix without any link has one row with a null subclass, so that its absence is seen.
    """
    present = links.filter(pl.col("later") > 0)
    ends = pl.concat(
        [
            present.select(subclass="first", partner="second", families="later", state="state"),
            present.select(subclass="second", partner="first", families="later", state="state"),
        ]
    )
    prefixes = pl.DataFrame({"prefix": pl.Series(sorted(set(new_prefixes)), dtype=pl.String)})
    found = prefixes.join(ends, how="cross").filter(pl.col("subclass").str.starts_with(pl.col("prefix")))
    every = prefixes.join(found, on="prefix", how="left")
    return every.sort(["prefix", "families", "subclass", "partner"], descending=[False, True, False, False])
