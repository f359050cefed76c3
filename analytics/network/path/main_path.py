"""Main paths (docs/methods.md, Network): the trajectory of a technology through its citation network.

Global: the source-to-sink path with the greatest sum of search-path counts. Local: from the strongest
citation out of a source, always the strongest citation onwards (Hummon and Doreian 1989). Key-route: the
strongest citations anywhere, each extended forwards and backwards, so that the strongest links are on it by
construction (Liu and Lu 2012).

Values nearer than 1e-12 of the larger are a tie, which goes to the family that comes first in the graph (nearest to
the origin, then earliest, then by key).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.network.graph.graph import CitationGraph
from analytics.network.path.trace import Edge, Tracer

Variant = Literal["global", "local", "key_route_global", "key_route_local"]

KEY_ROUTES = 10


@dataclass(frozen=True, slots=True)
class MainPath:
    """One main path: ascending `nodes` and `edges` (cited, citing) of the graph; the ln of each edge's count."""

    variant: Variant
    nodes: tuple[int, ...]
    edges: tuple[Edge, ...]
    ln_counts: tuple[float, ...]
    ln_total: float


def main_path(graph: CitationGraph, variant: Variant = "global", *, routes: int = KEY_ROUTES) -> MainPath:
    """Find the main path of a graph; `routes` is the number of key routes, which only the key-route variants read."""
    return main_paths(graph, (variant,), routes=routes)[variant]


def main_paths(
    graph: CitationGraph, variants: Sequence[Variant], *, routes: int = KEY_ROUTES
) -> dict[Variant, MainPath]:
    """Find several variants over one count of the paths; raises ValueError for less than one route."""
    if routes < 1:
        raise ValueError(f"a key-route main path needs at least one route, got {routes}")
    tracer = Tracer(graph)
    return {variant: search(tracer, variant, routes) for variant in variants}


def search(tracer: Tracer, variant: Variant, routes: int = KEY_ROUTES) -> MainPath:
    """Find one variant by the steps of `tracer`."""
    best = variant in {"global", "key_route_global"}
    edges = _key_routes(tracer, routes, best) if variant.startswith("key_route") else _one_path(tracer, best)
    ordered = tuple(sorted(edges))
    nodes = tuple(sorted({node for edge in edges for node in edge}))
    return MainPath(variant, nodes, ordered, tuple(tracer.ln_counts(ordered)), tracer.ln_total)


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
