"""The graph as of a date: what is in, what is left out, and how loops are broken."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.network.graph.build import _unique_pairs, _unique_pairs_wide, build_graph
from analytics.network.tables import nodes_from_frame

_spec = importlib.util.spec_from_file_location("network_graphs", Path(__file__).with_name("graphs.py"))
graphs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(graphs)

FAMILIES = pl.DataFrame(
    {
        "family": ["a", "b", "c", "d", "e"],
        "filed": [date(2000, 1, 1), date(2001, 1, 1), date(2002, 1, 1), None, date(2010, 1, 1)],
        "published": [date(2001, 7, 1), date(2002, 7, 1), date(2003, 7, 1), None, date(2011, 7, 1)],
        "country": ["CN", "US", None, "JP", "CN"],
        "holder": ["H1", "H1", "H2", "", "H3"],
    }
)


def keys(graph, nodes):
    return [str(graph.nodes.keys[node]) for node in nodes]


def edges(graph):
    return set(zip(keys(graph, graph.cited), keys(graph, graph.citing), strict=True))


def test_as_of_leaves_out_and_counts_what_is_later_or_undated():
    rows = [("a", "b"), ("a", "b"), ("b", "c"), ("a", "c"), ("c", "e"), ("a", "a"), ("x", "b"), ("b", "y"), ("x", "y")]
    on = ["2002-07-01", "2003-01-01", "2004-01-01", None, "2011-07-01", "2002-01-01", "2002-07-01", "2003-01-01"]
    graph = build_graph(
        nodes_from_frame(FAMILIES), graphs.citations(rows, [*on, "2003-01-01"]), np.datetime64("2005-01-01")
    )
    assert edges(graph) == {("a", "b"), ("b", "c")}
    assert str(graph.cited_on[0]) == "2002-07-01"  # the earlier of the two dates
    assert graph.left.later_families == 1
    assert graph.left.undated_families == 1
    assert graph.left.later_citations == 1
    assert graph.left.undated_citations == 1
    assert graph.left.own_citations == 1
    assert graph.left.unrelated_citations == 1
    assert graph.left.repeated_citations == 1
    assert len(graph.outside) == 2
    assert graph.outside_share == 0.5
    assert sorted(graph.outside.key.tolist()) == ["x", "y"]


def test_same_holder_is_marked_and_unknown_is_neither():
    rows = [("a", "b"), ("b", "c"), ("c", "d")]
    graph = build_graph(nodes_from_frame(FAMILIES), graphs.citations(rows))
    marks = dict(zip(keys(graph, graph.citing), graph.same_holder.tolist(), strict=True))
    assert marks == {"b": 1, "c": 0, "d": -1}


def test_a_family_known_outside_the_set_keeps_its_country():
    frame = FAMILIES.with_columns(member=pl.col("family") != "a")
    graph = build_graph(nodes_from_frame(frame), graphs.citations([("a", "b"), ("b", "c"), ("zz", "c")]))
    known = dict(zip(graph.outside.key.tolist(), graph.outside.country.tolist(), strict=True))
    assert known == {"a": graph.nodes.country.names.index("CN"), "zz": -1}
    assert edges(graph) == {("b", "c")}


def test_loops_are_broken_by_date_and_reported():
    rows = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d"), ("d", "a"), ("c", "e")]
    graph = build_graph(nodes_from_frame(FAMILIES), graphs.citations(rows))
    broken = list(
        zip(
            keys(graph, graph.broken.cited), keys(graph, graph.broken.citing), graph.broken.reason.tolist(), strict=True
        )
    )
    assert sorted(broken) == [("c", "a", "against_date"), ("d", "a", "date_unknown")]
    assert graph.loops == 1
    assert edges(graph) == {("a", "b"), ("b", "c"), ("a", "d"), ("c", "e")}


def test_a_loop_of_one_day_is_broken_by_key():
    frame = pl.DataFrame({"family": [5, 3], "filed": [2000, 2000]})
    graph = build_graph(nodes_from_frame(frame), graphs.citations([(5, 3), (3, 5)]))
    assert graph.nodes.keys.tolist() == [3, 5]
    assert graph.broken.reason.tolist() == ["same_date"]
    assert graph.nodes.keys[graph.broken.cited].tolist() == [5]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=60), st.integers(0, 2**31))
def test_any_graph_becomes_acyclic_and_nothing_is_lost(rows, seed):
    filed = np.random.default_rng(seed).integers(1990, 1996, 12)
    frame = pl.DataFrame({"family": np.arange(12), "filed": filed})
    graph = build_graph(nodes_from_frame(frame), graphs.citations(rows))
    assert (graph.cited < graph.citing).all()
    level = np.repeat(np.arange(graph.level_ptr.size - 1), np.diff(graph.level_ptr))
    assert (level[graph.cited] < level[graph.citing]).all()
    total = graph.n_edges + len(graph.broken) + len(graph.outside)
    left = graph.left
    assert total + left.own_citations + left.unrelated_citations + left.repeated_citations == len(rows)
    inside = {(a, b) for a, b in rows if a < 12 and b < 12 and a != b}
    rings = [c for c in nx.strongly_connected_components(nx.DiGraph(list(inside))) if len(c) > 1]
    assert graph.loops == len(rings)
    order = {key: (filed[key], key) for key in range(12)}
    expected = {(a, b) for a, b in inside if any({a, b} <= ring for ring in rings) and order[b] < order[a]}
    names = graph.nodes.keys
    assert set(zip(names[graph.broken.cited].tolist(), names[graph.broken.citing].tolist(), strict=True)) == expected
    both = list(zip(np.repeat(np.arange(12), np.diff(graph.in_ptr)).tolist(), graph.in_cited.tolist(), strict=True))
    assert sorted(both) == sorted(zip(graph.citing.tolist(), graph.cited.tolist(), strict=True))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.one_of(st.none(), st.integers(-9000, 20000)))))
def test_packed_sort_equals_plain_sort(rows):
    cited = np.array([r[0] for r in rows], dtype=np.int32)
    citing = np.array([r[1] for r in rows], dtype=np.int32)
    on = np.array(
        [np.datetime64("NaT", "D") if r[2] is None else np.datetime64(r[2], "D") for r in rows], "datetime64[D]"
    )
    packed, plain = _unique_pairs(cited, citing, on, 6), _unique_pairs_wide(cited, citing, on)
    for left, right in zip(packed, plain, strict=True):
        np.testing.assert_array_equal(left, right)


def test_bad_nodes_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="family 3 is in the node table more than once"):
        nodes_from_frame(pl.DataFrame({"family": [1, 3, 3]}))
    with pytest.raises(ValueError, match="1 rows have no family key"):
        nodes_from_frame(pl.DataFrame({"family": [1, None]}))


def test_an_empty_network_is_empty():
    graph = build_graph(nodes_from_frame(pl.DataFrame({"family": pl.Series([], dtype=pl.Int64)})), graphs.citations([]))
    assert (graph.n_nodes, graph.n_edges) == (0, 0)
    assert np.isnan(graph.outside_share)
