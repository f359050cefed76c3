"""Graphs for the network tests: hypothesis strategies, and readings of a graph that share no code with the program."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import polars as pl
from hypothesis import strategies as st

from analytics.network.graph.build import Citations, build_graph
from analytics.network.graph.graph import CitationGraph
from analytics.network.tables import nodes_from_frame

NO_DATE = np.datetime64("NaT", "D")


def citations(pairs: list[tuple], on: list | None = None) -> Citations:
    """Citation rows (cited, citing); without dates all NaT."""
    days = np.array(on, dtype="datetime64[D]") if on is not None else np.full(len(pairs), NO_DATE)
    kind = object if pairs and isinstance(pairs[0][0], str) else np.int64
    return Citations(
        np.array([pair[0] for pair in pairs], dtype=kind), np.array([pair[1] for pair in pairs], dtype=kind), days
    )


def dag(n: int, pairs: list[tuple[int, int]]) -> CitationGraph:
    """Graph of families 0..n-1, filed one a day in that order."""
    filed = pl.Series(np.datetime64("2000-01-01") + np.arange(n)).cast(pl.Date)
    return build_graph(nodes_from_frame(pl.DataFrame({"family": np.arange(n), "filed": filed})), citations(pairs))


@st.composite
def dags(draw: st.DrawFn, most: int = 40) -> CitationGraph:
    """Random acyclic graphs from empty to dense, with isolated families and repeated citations."""
    n = draw(st.integers(1, most))
    seed = draw(st.integers(0, 2**32 - 1))
    density = draw(st.sampled_from([0.02, 0.1, 0.3, 0.6, 1.0]))
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in itertools.combinations(range(n), 2) if rng.random() < density]
    order = rng.permutation(n)  # the keys run against the dates, so that neither order is an accident
    pairs = [(int(order[a]), int(order[b])) for a, b in pairs + pairs[:3]]
    filed = np.datetime64("2000-01-01") + np.argsort(order)
    frame = pl.DataFrame({"family": np.arange(n), "filed": pl.Series(filed).cast(pl.Date)})
    return build_graph(nodes_from_frame(frame), citations(pairs))


def all_paths(graph: CitationGraph) -> list[tuple[int, ...]]:
    """Every source-to-sink path by plain enumeration."""
    after: dict[int, list[int]] = {}
    for a, b in zip(graph.cited.tolist(), graph.citing.tolist(), strict=True):
        after.setdefault(a, []).append(b)
    reached = {b for bs in after.values() for b in bs}

    def extend(path: tuple[int, ...]) -> list[tuple[int, ...]]:
        if path[-1] not in after:
            return [path]
        return [whole for b in after[path[-1]] for whole in extend((*path, b))]

    return [path for a in after if a not in reached for path in extend((a,))]


def exact_counts(graph: CitationGraph) -> dict[tuple[int, int], int]:
    """Exact search-path count of each edge in Python integers, through networkx's own topological sort."""
    g = nx.DiGraph(list(zip(graph.cited.tolist(), graph.citing.tolist(), strict=True)))
    order = list(nx.topological_sort(g))
    into: dict[int, int] = {}
    out_of: dict[int, int] = {}
    for v in order:
        into[v] = sum(into[u] for u in g.predecessors(v)) or 1
    for v in reversed(order):
        out_of[v] = sum(out_of[w] for w in g.successors(v)) or 1
    return {(a, b): into[a] * out_of[b] for a, b in g.edges}
