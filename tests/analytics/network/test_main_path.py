"""Search-path counts and main paths: exact integers, brute force, and the oracle in networkx."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.network.path.main_path import main_path
from analytics.network.path.spc import path_counts
from tests.analytics.network import graphs, oracle

FINDERS = (main_path, oracle.exact_path)

VARIANTS = ("global", "local", "key_route_global", "key_route_local")


@settings(max_examples=300, derandomize=True, deadline=None)
@given(graphs.dags(most=60))
def test_counts_equal_exact_integers(graph):
    exact = graphs.exact_counts(graph)
    logs = path_counts(graph).ln_edges(graph)
    for a, b, log in zip(graph.cited.tolist(), graph.citing.tolist(), logs.tolist(), strict=True):
        assert abs(math.expm1(log - math.log(exact[a, b]))) <= 1e-9


@pytest.mark.slow
def test_counts_stay_exact_far_beyond_float64():
    n = 1_100  # complete graph: 2^(n-2) paths, 10^330, and float64 ends at 10^308
    a, b = np.triu_indices(n, 1)
    graph = graphs.dag(n, list(zip(a.tolist(), b.tolist(), strict=True)))
    counts = path_counts(graph)
    assert counts.ln_total == pytest.approx((n - 2) * math.log(2), rel=1e-14)
    exact = graphs.exact_counts(graph)
    worst = max(
        abs(log - math.log(exact[pair]))
        for pair, log in zip(
            zip(graph.cited.tolist(), graph.citing.tolist(), strict=True), counts.ln_edges(graph).tolist(), strict=True
        )
    )
    assert worst <= 1e-9


@settings(max_examples=300, derandomize=True, deadline=None)
@given(graphs.dags(most=9))
def test_global_and_local_paths_equal_enumeration(graph):
    paths = graphs.all_paths(graph)
    weight = Counter(edge for path in paths for edge in pairwise(path))
    for find in FINDERS:
        found, local = find(graph, "global"), find(graph, "local")
        if not paths:
            assert found.edges == local.edges == ()
            continue
        top = max(sum(weight[edge] for edge in pairwise(path)) for path in paths)
        best = min(path for path in paths if sum(weight[edge] for edge in pairwise(path)) == top)
        assert found.nodes == best
        assert found.edges == tuple(pairwise(best))
        assert found.ln_total == pytest.approx(math.log(len(paths)))
        assert [round(math.exp(c)) for c in found.ln_counts] == [weight[e] for e in found.edges]
        # the local path is the greedy one: of all paths, first by its first weight, then its second, and so on
        assert local.nodes == min(paths, key=lambda path: [(-weight[e], e) for e in pairwise(path)])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(graphs.dags(most=9))
def test_key_routes_equal_enumeration(graph):
    paths = graphs.all_paths(graph)
    weight = Counter(edge for path in paths for edge in pairwise(path))
    keys = sorted(weight, key=lambda edge: (-weight[edge], edge))[:3]
    expected = set()
    for a, b in keys:
        ahead = {path[path.index(b) :] for path in paths if (a, b) in pairwise(path)}
        before = {path[: path.index(a) + 1] for path in paths if (a, b) in pairwise(path)}
        expected.add((a, b))
        for tails, reverse in ((ahead, False), (before, True)):
            tops = [(sum(weight[e] for e in pairwise(path)), path[::-1] if reverse else path) for path in tails]
            total = max(value for value, _ in tops)
            chosen = min(path for value, path in tops if value == total)
            expected |= set(pairwise(chosen[::-1] if reverse else chosen))
    for find in FINDERS:
        assert set(find(graph, "key_route_global", routes=3).edges) == expected


@settings(max_examples=300, derandomize=True, deadline=None)
@given(graphs.dags(most=60))
def test_the_oracle_finds_the_same_paths(graph):
    for variant in VARIANTS:
        exact, arrays = oracle.exact_path(graph, variant), main_path(graph, variant)
        assert arrays.nodes == exact.nodes
        assert arrays.edges == exact.edges
        assert arrays.ln_counts == pytest.approx(exact.ln_counts, rel=1e-12, abs=1e-9)
        assert arrays.ln_total == pytest.approx(exact.ln_total, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_oracle_agrees_on_a_large_network_with_wide_levels(variant):
    rng = np.random.default_rng(5)
    citing = rng.integers(1, 4_000, 40_000)
    cited = (citing * rng.random(40_000)).astype(int)
    graph = graphs.dag(4_000, list(zip(cited.tolist(), citing.tolist(), strict=True)))
    exact, arrays = oracle.exact_path(graph, variant), main_path(graph, variant)
    assert arrays.edges == exact.edges
    assert arrays.ln_counts == pytest.approx(exact.ln_counts, rel=1e-12)


def test_a_chain_of_many_levels_is_one_path():
    n = 50_000
    graph = graphs.dag(n, [(i, i + 1) for i in range(n - 1)])
    for variant in VARIANTS:
        assert main_path(graph, variant).nodes == tuple(range(n))


def test_no_route_is_refused():
    with pytest.raises(ValueError, match="at least one route"):
        main_path(graphs.dag(2, [(0, 1)]), "key_route_local", routes=0)
