"""Main paths (docs/methods.md, Network): the trajectory of a technology through its citation network.

Global: the source-to-sink path with the greatest sum of search-path counts. Local: from the strongest
citation out of a source, always the strongest citation onwards (Hummon and Doreian 1989). Key-route: the
strongest citations anywhere, each extended forwards and backwards, so that the strongest links are on it by
construction (Liu and Lu 2012).

Small graphs go through networkx and exact integers, large ones through arrays; both take values nearer than
1e-12 of the larger for a tie and give it to the family that stands first in the graph (nearest to the origin,
then earliest, then by key).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from analytics.network.graph.graph import CitationGraph

Variant = Literal["global", "local", "key_route_global", "key_route_local"]
Engine = Literal["auto", "networkx", "arrays"]
Edge = tuple[int, int]

NETWORKX_EDGES = 5_000  # networkx is as quick up to here (10 ms); measured in docs/network.md
KEY_ROUTES = 10


@dataclass(frozen=True, slots=True)
class MainPath:
    """One main path: ascending `nodes` and `edges` (cited, citing) of the graph; the ln of each edge's count."""

    variant: Variant
    nodes: tuple[int, ...]
    edges: tuple[Edge, ...]
    ln_counts: tuple[float, ...]
    ln_total: float
    engine: Literal["networkx", "arrays"]


class Tracer(Protocol):
    """What both engines offer to the path searches below."""

    ln_total: float

    def start(self, best: bool) -> Edge | None:
        """First citation of the global (`best`) or the local path; None in a graph without an edge."""

    def onward(self, node: int, best: bool) -> int | None:
        """Next node of the best or the locally strongest path to a sink; None at a sink."""

    def back(self, node: int, best: bool) -> int | None:
        """Previous node of the best or the locally strongest path from a source; None at a source."""

    def strongest(self, k: int) -> list[Edge]:
        """The k citations with the greatest counts, strongest first."""

    def ln_counts(self, edges: Sequence[Edge]) -> list[float]:
        """Natural logarithms of the search-path counts of some citations."""


def main_path(
    graph: CitationGraph, variant: Variant = "global", *, routes: int = KEY_ROUTES, engine: Engine = "auto"
) -> MainPath:
    """Find the main path of a graph; `routes` is the number of key routes, which only the key-route variants read."""
    return main_paths(graph, (variant,), routes=routes, engine=engine)[variant]


def main_paths(
    graph: CitationGraph, variants: Sequence[Variant], *, routes: int = KEY_ROUTES, engine: Engine = "auto"
) -> dict[Variant, MainPath]:
    """Find several variants over one count of the paths (arguments as `main_path`)."""
    if routes < 1:
        raise ValueError(f"a key-route main path needs at least one route, got {routes}")
    chosen = _engine(graph, engine)
    tracer = _tracer(graph, chosen)
    return {variant: _traced(tracer, variant, routes, chosen) for variant in variants}


def _traced(tracer: Tracer, variant: Variant, routes: int, chosen: Literal["networkx", "arrays"]) -> MainPath:
    best = variant in {"global", "key_route_global"}
    edges = _key_routes(tracer, routes, best) if variant.startswith("key_route") else _one_path(tracer, best)
    ordered = tuple(sorted(edges))
    nodes = tuple(sorted({node for edge in edges for node in edge}))
    return MainPath(variant, nodes, ordered, tuple(tracer.ln_counts(ordered)), tracer.ln_total, chosen)


def _engine(graph: CitationGraph, engine: Engine) -> Literal["networkx", "arrays"]:
    if engine == "auto":
        return "networkx" if graph.n_edges <= NETWORKX_EDGES else "arrays"
    return engine


def _tracer(graph: CitationGraph, engine: Literal["networkx", "arrays"]) -> Tracer:
    if engine == "networkx":
        from analytics.network.path.trace_networkx import NetworkxTracer

        return NetworkxTracer(graph)
    from analytics.network.path.trace_arrays import ArrayTracer

    return ArrayTracer(graph)


def _one_path(tracer: Tracer, best: bool) -> set[Edge]:
    first = tracer.start(best)
    if first is None:
        return set()
    edges = {first}
    _extend(first[1], tracer.onward, best, edges, set(), forwards=True)
    return edges


def _key_routes(tracer: Tracer, routes: int, best: bool) -> set[Edge]:
    edges: set[Edge] = set()
    ahead: set[int] = set()
    behind: set[int] = set()
    for edge in tracer.strongest(routes):
        edges.add(edge)
        _extend(edge[1], tracer.onward, best, edges, ahead, forwards=True)
        _extend(edge[0], tracer.back, best, edges, behind, forwards=False)
    return edges


def _extend(
    node: int, step: Callable[[int, bool], int | None], best: bool, edges: set[Edge], done: set[int], *, forwards: bool
) -> None:
    """Follow `step` to an end, or to a node already `done`: from there on the way is the one taken before."""
    while node not in done:
        done.add(node)
        other = step(node, best)
        if other is None:
            return
        edges.add((node, other) if forwards else (other, node))
        node = other
