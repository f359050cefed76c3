"""Co-classification, communities and how they changed; holders, brokers, entry and exit."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.network.figures.convergence import co_classification, communities, convergence, joined_by, overlap_table
from analytics.network.figures.holders import brokers, co_applicants, entry_exit

LENS = Path(__file__).parents[3] / ".." / "shared" / "data" / "lens_csv" / "lens2021_bird_engine.csv"


def classes(*rows):
    return pl.DataFrame(rows, schema=["family", "window", "subclass"], orient="row")


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["A01B", "B01D", "G06F", "H01L", None])), max_size=40))
def test_links_equal_counting_by_hand(rows):
    frame = pl.DataFrame(rows, schema={"family": pl.Int64, "subclass": pl.String}, orient="row")
    by_family = defaultdict(set)
    for family, subclass in rows:
        if subclass:
            by_family[family].add(subclass)
    expected = Counter(pair for held in by_family.values() for pair in itertools.combinations(sorted(held), 2))
    assert {(a, b): n for a, b, n in co_classification(frame).iter_rows()} == dict(expected)


@pytest.mark.skipif(not LENS.exists(), reason="the real Lens export (../shared/data/lens_csv) is absent")
def test_real_export_equals_counting_by_hand():
    with LENS.open(encoding="utf-8-sig", newline="") as handle:
        records = list(csv.DictReader(handle))
    rows, held, together = [], {1: defaultdict(set), 2: defaultdict(set)}, Counter()
    applicants = []
    for record in records:
        year = record["Publication Year"] or ""
        window = (
            None if not year.isdigit() else 1 if 2001 <= int(year) <= 2010 else 2 if 2011 <= int(year) <= 2021 else None
        )
        for code in filter(None, record["IPCR Classifications"].split(";;")):
            rows.append((record["Lens ID"], window, code[:4]))
            if window:
                held[window][record["Lens ID"]].add(code[:4])
        names = sorted({name.strip() for name in record["Applicants"].split(";;")} - {""})
        applicants += [(record["Lens ID"], window, name) for name in names]
        together.update(itertools.combinations(names, 2))
    found = convergence(
        pl.DataFrame(rows, schema=["family", "window", "subclass"], orient="row", infer_schema_length=None)
    )
    counts = {
        w: Counter(pair for codes in part.values() for pair in itertools.combinations(sorted(codes), 2))
        for w, part in held.items()
    }
    assert len(counts[2]) > 100
    assert {(a, b): (e, n) for a, b, e, n, _ in found.links.iter_rows()} == {
        pair: (counts[1][pair], counts[2][pair]) for pair in counts[1] | counts[2]
    }
    new = set(found.links.filter(pl.col("state") == "new").select("first", "second").iter_rows())
    assert new == set(counts[2]) - set(counts[1])
    frame = pl.DataFrame(applicants, schema=["family", "window", "holder"], orient="row", infer_schema_length=None)
    assert {(a, b): n for a, b, n in co_applicants(frame).iter_rows()} == dict(together)
    tops = [
        [
            name
            for name, _ in sorted(
                Counter(h for _, w, h in applicants if w == window).items(), key=lambda p: (-p[1], p[0])
            )
        ][:20]
        for window in (1, 2)
    ]
    table = entry_exit(frame)
    for state, expected in (
        ("stayed", set(tops[0]) & set(tops[1])),
        ("entered", set(tops[1]) - set(tops[0])),
        ("left", set(tops[0]) - set(tops[1])),
    ):
        assert set(table.filter(pl.col("state") == state)["holder"]) == expected


def cliques(*groups):
    return [(a, b, 5) for group in groups for a, b in itertools.combinations(group, 2)]


def test_communities_are_found_numbered_and_the_same_for_one_seed():
    groups = ("A01B", "A01C", "A01D", "A01F"), ("H01L", "H01M", "H01P")
    links = pl.DataFrame(cliques(*groups), schema=["first", "second", "families"], orient="row")
    names = sorted([*groups[0], *groups[1], "Z99Z"])
    found = communities(names, links)
    assert found == {**dict.fromkeys(groups[0], 1), **dict.fromkeys(groups[1], 2), "Z99Z": 3}
    assert communities(names, links, seed=7) == communities(names, links, seed=7)


def members(earlier, later):
    rows = [(1, code, 1, number) for number, codes in enumerate(earlier, 1) for code in codes]
    rows += [(2, code, 1, number) for number, codes in enumerate(later, 1) for code in codes]
    return pl.DataFrame(rows, schema=["window", "subclass", "families", "community"], orient="row")


def test_merges_splits_entries_and_exits_are_told_apart():
    table = overlap_table(members(["abc", "de", "fghi", "q"], ["abcde", "fg", "hi", "z"]))
    events = {(e, n): event for e, n, event in table.select("earlier", "later", "event").iter_rows()}
    assert events == {
        (1, 1): "merged",
        (2, 1): "merged",
        (3, 2): "split",
        (3, 3): "split",
        (4, None): "left",
        (None, 4): "entered",
    }
    assert table.filter(pl.col("earlier") == 3)["share_of_earlier"].to_list() == [0.5, 0.5]
    assert overlap_table(members(["ab"], ["ab"]))["event"].to_list() == ["continued"]


def test_overlap_counts_every_class_once():
    found = convergence(
        classes(("f1", 1, "A01B"), ("f1", 1, "A01C"), ("f2", 2, "A01B"), ("f2", 2, "H01L"), ("f3", None, "G06F"))
    )
    assert found.overlap["subclasses"].sum() == 3
    assert found.links.rows() == [("A01B", "A01C", 1, 0, "gone"), ("A01B", "H01L", 0, 1, "new")]


def test_new_prefixes_are_told_what_they_joined():
    found = convergence(
        classes(("f1", 1, "A01B"), ("f2", 2, "A01B"), ("f2", 2, "H01L"), ("f3", 2, "A01B"), ("f3", 2, "H01L"))
    )
    joined = joined_by(found.links, ["H", "H01", "G"])
    assert joined.rows() == [
        ("G", None, None, None, None),
        ("H", "H01L", "A01B", 2, "new"),
        ("H01", "H01L", "A01B", 2, "new"),
    ]


def holder_links(graph):
    rows = [(f"h{min(a, b):04d}", f"h{max(a, b):04d}", 1) for a, b in graph.edges]
    return pl.DataFrame(rows, schema=["first", "second", "families"], orient="row")


def test_brokers_equal_networkx_when_all_are_sources():
    graph = nx.barabasi_albert_graph(120, 2, seed=3)
    expected = nx.betweenness_centrality(graph)
    found = brokers(holder_links(graph))
    assert (found.sampled, found.holders) == (120, 120)
    assert dict(found.table.select("holder", "betweenness").iter_rows()) == pytest.approx(
        {f"h{node:04d}": value for node, value in expected.items()}
    )
    assert found.table["error"].sum() == 0


def test_sampled_brokers_lie_within_their_error():
    graph = nx.barabasi_albert_graph(900, 3, seed=4)
    links = holder_links(graph)
    exact = brokers(links, sample=900).table
    sampled = brokers(links, sample=300)
    again = brokers(links, sample=300)
    assert sampled.table.equals(again.table)
    assert sampled.sampled == 300
    both = sampled.table.join(exact, on="holder", suffix="_exact").sort("betweenness_exact", descending=True).head(100)
    inside = ((both["betweenness"] - both["betweenness_exact"]).abs() <= 2.26 * both["error"]).mean()
    assert inside >= 0.8  # 95 % by Student's t with nine degrees of freedom; the estimates lean on a few sources
    mean_bias = (both["betweenness"] / both["betweenness_exact"]).mean()
    assert mean_bias == pytest.approx(1.0, abs=0.05)


def test_no_links_have_no_brokers():
    empty = pl.DataFrame(schema={"first": pl.String, "second": pl.String, "families": pl.Int64})
    assert brokers(empty).table.is_empty()
    with pytest.raises(ValueError, match="2 batches"):
        brokers(empty, sample=5, batches=10)
