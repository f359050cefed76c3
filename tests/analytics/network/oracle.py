"""The steps of main paths in networkx with exact integers: the readable reference that the product is held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import networkx as nx

from analytics.network.graph.graph import CitationGraph
from analytics.network.path.main_path import KEY_ROUTES, MainPath, Variant, search

Edge = tuple[int, int]
TIE_PARTS = 10**12  # the reciprocal of scaled.TIE, in exact integers


def to_networkx(graph: CitationGraph) -> nx.DiGraph[int]:
    """Nodes 0..n-1 and edges cited -> citing of a graph; attributes are left to the writers."""
    digraph: nx.DiGraph[int] = nx.DiGraph()
    digraph.add_nodes_from(range(graph.n_nodes))
    digraph.add_edges_from(zip(graph.cited.tolist(), graph.citing.tolist(), strict=True))
    return digraph


def path_sums(order: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> dict[int, int]:
    """Exact number of paths to the ends: the sum over the neighbours, one where there is none."""
    counts: dict[int, int] = {}
    for node in order:
        counts[node] = sum(counts[other] for other in neighbours(node)) or 1
    return counts


def first_of_best(candidates: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """(node, value) of the lowest node among the candidates that tie for the greatest value."""
    listed = list(candidates)
    top = max(value for _, value in listed)
    return min(node for node, value in listed if value * TIE_PARTS >= top * (TIE_PARTS - 1)), top


def exact_path(graph: CitationGraph, variant: Variant, routes: int = KEY_ROUTES) -> MainPath:
    """Find a main path over exact counts, with networkx's topological order."""
    return search(NetworkxTracer(graph), variant, routes)


class NetworkxTracer:
    """Path searches over exact search-path counts."""

    def __init__(self, graph: CitationGraph) -> None:
        self.digraph = to_networkx(graph)
        self.order = list(nx.topological_sort(self.digraph))
        self.into = path_sums(self.order, self.digraph.predecessors)
        self.out_of = path_sums(reversed(self.order), self.digraph.successors)
        self.total = sum(self.out_of[node] for node in self._sources())
        self.ln_total = math.log(self.total) if self.total else -math.inf

    def _sources(self) -> list[int]:
        return [node for node in self.order if not self.digraph.in_degree(node) and self.digraph.out_degree(node)]

    def count(self, edge: Edge) -> int:
        """Exact search-path count of a citation."""
        return self.into[edge[0]] * self.out_of[edge[1]]

    def ln_counts(self, edges: Sequence[Edge]) -> list[float]:
        """Natural logarithms of the search-path counts of some citations."""
        return [math.log(self.count(edge)) for edge in edges]

    @cached_property
    def _ahead(self) -> dict[int, tuple[int | None, int]]:
        """Next node of the best path to a sink, with the sum along it."""
        return self._best(reversed(self.order), self.digraph.successors, lambda node, other: (node, other))

    @cached_property
    def _behind(self) -> dict[int, tuple[int | None, int]]:
        """Previous node of the best path from a source, with the sum along it."""
        return self._best(self.order, self.digraph.predecessors, lambda node, other: (other, node))

    def _best(
        self, order: Iterable[int], near: Callable[[int], Iterable[int]], edge: Callable[[int, int], Edge]
    ) -> dict[int, tuple[int | None, int]]:
        best: dict[int, tuple[int | None, int]] = {}
        for node in order:
            options = [(other, self.count(edge(node, other)) + best[other][1]) for other in near(node)]
            best[node] = first_of_best(options) if options else (None, 0)
        return best

    def start(self, best: bool) -> Edge | None:
        """First citation of the global (`best`) or the local path."""
        sources = self._sources()
        if not sources:
            return None
        if best:
            source, _ = first_of_best((node, self._ahead[node][1]) for node in sources)
        else:
            source, _ = first_of_best((node, self.out_of[self._local(node)]) for node in sources)
        following = self.onward(source, best)
        return None if following is None else (source, following)

    def _local(self, node: int) -> int:
        return first_of_best((other, self.out_of[other]) for other in self.digraph.successors(node))[0]

    def onward(self, node: int, best: bool) -> int | None:
        """Next node towards a sink."""
        if best:
            return self._ahead[node][0]
        return self._local(node) if self.digraph.out_degree(node) else None

    def back(self, node: int, best: bool) -> int | None:
        """Previous node towards a source."""
        if best:
            return self._behind[node][0]
        if not self.digraph.in_degree(node):
            return None
        return first_of_best((other, self.into[other]) for other in self.digraph.predecessors(node))[0]

    def strongest(self, k: int) -> list[Edge]:
        """The k citations with the greatest counts; within a tie the first in the graph."""
        ranked = sorted(((self.count(edge), edge) for edge in self.digraph.edges), key=lambda pair: (-pair[0], pair[1]))
        return pick_strongest(ranked, k)


def pick_strongest(ranked: list[tuple[int, Edge]], k: int) -> list[Edge]:
    """Take k edges from the strongest down; each run of values tied with its first is taken in graph order."""
    picked: list[Edge] = []
    begin = 0
    while begin < len(ranked) and len(picked) < k:
        top = ranked[begin][0]
        end = begin
        while end < len(ranked) and ranked[end][0] * TIE_PARTS >= top * (TIE_PARTS - 1):
            end += 1
        picked += sorted(edge for _, edge in ranked[begin:end])
        begin = end
    return picked[:k]
