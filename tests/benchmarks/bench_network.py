"""Citation graph, search-path count and main path against plain networkx, in one run.

    bench_network.py                  ours at full size, networkx at a tenth, ratios at that tenth
    bench_network.py --networkx-full  networkx at full size too: minutes, and many times the memory
    bench_network.py --shape chain    one path through all families: the deepest graph there is
    bench_network.py --shape loops    with a thousand citations that close loops (networkx is left out: it has no rule)

The records are generated and belong to no technology.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import networkx as nx
import numpy as np

from analytics.network.graph.build import Citations, build_graph
from analytics.network.graph.graph import Labels, Nodes
from analytics.network.path.main_path import main_path

EPOCH = np.datetime64("1980-01-01")


def generate(n: int, m: int, shape: str, seed: int = 0) -> tuple[Nodes, Citations]:
    """Families over 41 years that cite any earlier one (`random`), a recent one (`recent`), or the last (`chain`)."""
    rng = np.random.default_rng(seed)
    if shape == "chain":
        cited = np.arange(n - 1)
        citing = cited + 1
    else:
        citing = rng.integers(1, n, m)
        reach = np.minimum(citing, n // 20) if shape == "recent" else citing
        cited = citing - 1 - (reach * rng.random(m)).astype(np.int64).clip(0, citing - 1)
    if shape == "loops":  # a thousand citations of the future: nearly every family then lies on a loop
        cited, citing = np.append(cited, citing[:1000]), np.append(citing, cited[:1000])
    keys = rng.permutation(n).astype(np.int64) * 7 + 3
    filed = EPOCH + np.arange(n) * 15_000 // n
    country = Labels(rng.integers(0, 20, n).astype(np.int32), tuple(f"C{i:02d}" for i in range(20)))
    holder = Labels(rng.integers(0, 20_000, n).astype(np.int32), tuple(f"H{i:05d}" for i in range(20_000)))
    nodes = Nodes(keys, filed, filed + 500, country, holder, np.ones(n, dtype=np.bool_))
    return nodes, Citations(keys[cited], keys[citing], (filed + 500)[citing])


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result and wall seconds; on a busy machine, where wall is longer than CPU time, that is printed too."""
    begin, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, used = time.perf_counter() - begin, time.process_time() - cpu
    if wall > max(1.2 * used, 0.5):
        print(f"          (busy machine: a figure of {wall:.2f} s took {used:.2f} s of CPU)")
    return result, wall


def networkx_build(nodes: Nodes, citations: Citations) -> Any:
    """Build what a person writes first: a DiGraph with attributes, no repeated or own citations, loops looked for."""
    digraph: Any = nx.DiGraph()
    for key, filed, country, holder in zip(
        nodes.keys.tolist(),
        nodes.filed.tolist(),
        nodes.country.codes.tolist(),
        nodes.holder.codes.tolist(),
        strict=True,
    ):
        digraph.add_node(key, filed=filed, country=country, holder=holder)
    for cited, citing, on in zip(
        citations.cited.tolist(), citations.citing.tolist(), citations.cited_on.tolist(), strict=True
    ):
        if cited != citing:
            digraph.add_edge(cited, citing, on=on)
    if not nx.is_directed_acyclic_graph(digraph):
        raise ValueError("the generated graph has a loop")
    return digraph


def networkx_main_path(digraph: Any) -> int:
    """Exact counts in Python integers and the global main path; returns the number of families on it."""
    order = list(nx.topological_sort(digraph))
    into: dict[int, int] = {}
    for v in order:
        into[v] = sum(into[u] for u in digraph.pred[v]) or 1
    out_of: dict[int, int] = {}
    best: dict[int, int] = {}
    step: dict[int, int] = {}
    for v in reversed(order):
        out_of[v] = sum(out_of[w] for w in digraph.succ[v]) or 1
        best[v] = 0
        for w in digraph.succ[v]:
            value = into[v] * out_of[w] + best[w]
            if value > best[v]:
                best[v], step[v] = value, w
    node = max((v for v in order if not digraph.pred[v]), key=best.__getitem__)
    length = 1
    while node in step:
        node, length = step[node], length + 1
    return length


def ours(n: int, m: int, shape: str) -> tuple[float, float]:
    """Seconds of the build, and of search-path count with global main path; prints memory."""
    nodes, citations = generate(n, m, shape)
    graph, build = timed(lambda: build_graph(nodes, citations))
    path, trace = timed(lambda: main_path(graph, "global"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"arrays    {shape:7} n={n:>9,} m={graph.n_edges:>10,} levels={graph.level_ptr.size - 1:>9,}  "
        f"build {build:6.2f} s  count+path {trace:6.2f} s  "
        f"path of {len(path.nodes):,}, ln paths {path.ln_total:.1f}  peak {peak:.2f} GB"
    )
    for variant in ("local", "key_route_global", "key_route_local"):
        _, seconds = timed(partial(main_path, graph, variant))
        print(f"          {variant:17} {seconds:6.2f} s")
    return build, trace


def plain(n: int, m: int, shape: str) -> tuple[float, float]:
    """Run the same on plain networkx."""
    nodes, citations = generate(n, m, shape)
    digraph, build = timed(lambda: networkx_build(nodes, citations))
    length, trace = timed(lambda: networkx_main_path(digraph))
    print(
        f"networkx  {shape:7} n={n:>9,} m={digraph.number_of_edges():>10,} build {build:6.2f} s  "
        f"count+path {trace:6.2f} s  path of {length:,}"
    )
    return build, trace


def main() -> None:
    """Parse the flags and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--shape", choices=["random", "recent", "chain", "loops"], default="random")
    parser.add_argument("--networkx-full", action="store_true")
    flags = parser.parse_args()
    ours(flags.nodes, flags.edges, flags.shape)  # first, so that the peak of memory is its own
    if flags.shape == "loops":
        return
    share = 1 if flags.networkx_full else 10
    size = flags.nodes // share, flags.edges // share
    mine, theirs = ours(*size, flags.shape), plain(*size, flags.shape)
    print(
        f"ratio networkx / arrays at that size: build {theirs[0] / mine[0]:.1f}, count+path {theirs[1] / mine[1]:.1f}"
    )


if __name__ == "__main__":
    main()
