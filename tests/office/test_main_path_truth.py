"""The planted main path is the only widest way through the citation network, by exact path counts."""

from __future__ import annotations

import pytest

from office.corpus.corpus import Corpus
from office.corpus.expected import citing_dates
from office.corpus.population import T0


def widest_paths(edges: dict[int, set[int]]) -> list[list[int]]:
    """All source-to-sink paths with the largest sum of search path counts (exact whole numbers)."""
    nodes = set(edges) | {v for vs in edges.values() for v in vs}
    into: dict[int, set[int]] = {n: set() for n in nodes}
    for u, vs in edges.items():
        for v in vs:
            into[v].add(u)
    order: list[int] = []
    waiting = {n: len(into[n]) for n in nodes}
    ready = [n for n in nodes if not waiting[n]]
    while ready:
        node = ready.pop()
        order.append(node)
        for v in edges.get(node, ()):
            waiting[v] -= 1
            if not waiting[v]:
                ready.append(v)
    assert len(order) == len(nodes), "the network has a loop"
    ways_in: dict[int, int] = {}
    ways_out: dict[int, int] = {}
    for n in order:
        ways_in[n] = sum(ways_in[u] for u in into[n]) or 1
    for n in reversed(order):
        ways_out[n] = sum(ways_out[v] for v in edges.get(n, ())) or 1
    best: dict[int, tuple[int, list[list[int]]]] = {}
    for n in reversed(order):
        found: tuple[int, list[list[int]]] = (0, [[n]])
        for v in edges.get(n, ()):
            weight = ways_in[n] * ways_out[v] + best[v][0]
            paths = [[n, *p] for p in best[v][1]]
            found = (
                (weight, paths) if weight > found[0] else (weight, found[1] + paths) if weight == found[0] else found
            )
        best[n] = found
    sources = [n for n in nodes if not into[n]]
    top = max(best[s][0] for s in sources)
    return [p for s in sources if best[s][0] == top for p in best[s][1]]


@pytest.mark.parametrize("screened", [False, True])
def test_planted_chain_is_the_main_path(corpus: Corpus, screened: bool) -> None:
    for name, truth in corpus.truth.technologies.items():
        mine = [f for f in corpus.families if f.technologies == (name,) and f.role != "stray"]
        kept = {f.index for f in mine if not screened or f.role == "counted"}
        citing = citing_dates(mine, T0)
        edges = {u: {v for v in vs if v in kept} for u, vs in citing.items() if u in kept}
        planted = [corpus.by_key[key].family for key in truth.main_path]
        for path in widest_paths(edges):
            at = path.index(planted[0])
            assert path[at : at + len(planted)] == planted, (name, path, planted)
