"""Network files are read again by networkx and igraph and say what was written."""

from __future__ import annotations

import csv
from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import polars as pl
import pytest

from analytics.network.graph.build import Citations, build_graph
from analytics.network.path.main_path import main_path
from analytics.network.tables import nodes_from_frame
from analytics.network.writers import (
    WRITERS,
    citation_table,
    link_table,
    write_gexf,
    write_graphml,
    write_pajek,
    write_vosviewer,
)


@pytest.fixture
def table():
    frame = pl.DataFrame(
        {
            "family": [10, 20, 30, 40],
            "filed": [2000, 2003, 2008, None],
            "country": ["CN", "US", None, "CN"],
            "holder": ['华为 "技术" & Co <x>', "B", "B", None],
        }
    )
    titles = pl.DataFrame({"family": [10, 20, 30], "title": ["光刻机", 'a "quoted"\ttitle\nin two lines \x07', "c"]})
    on = np.array(["2003-01-01", "2008-01-01", "NaT"], dtype="datetime64[D]")
    rows = Citations(np.array([10, 20, 10]), np.array([20, 30, 30]), on)
    graph = build_graph(nodes_from_frame(frame), rows)
    return citation_table(graph, "lithography (synthetic)", titles=titles, path=main_path(graph))


EDGES = {("10", "20"), ("20", "30"), ("10", "30")}


def test_gexf_is_read_again(table, tmp_path):
    [path] = write_gexf(table, tmp_path / "net")
    graph = nx.read_gexf(path)
    assert set(graph.edges) == EDGES
    assert graph.is_directed()
    assert graph.nodes["10"]["label"] == "10 光刻机"
    assert graph.nodes["10"]["holder"] == '华为 "技术" & Co <x>'
    assert (graph.nodes["20"]["year"], graph.nodes["20"]["main_path"]) == (2003, True)
    assert "country" not in graph.nodes["30"]  # unknown is left off, not written as a word
    assert "year" not in graph.nodes["40"]
    assert graph.edges["10", "20"]["cited_on"] == "2003-01-01"


def test_graphml_is_read_again_by_both(table, tmp_path):
    [path] = write_graphml(table, tmp_path / "net")
    graph = nx.read_graphml(path)
    assert set(graph.edges) == EDGES
    assert graph.nodes["40"]["label"] == "40"
    assert graph.edges["20", "30"]["same_holder"] == "yes"
    other = igraph.Graph.Read_GraphML(str(path))
    assert {(other.vs[a]["id"], other.vs[b]["id"]) for a, b in other.get_edgelist()} == EDGES


def test_pajek_is_read_again_by_both(table, tmp_path):
    [path] = write_pajek(table, tmp_path / "net")
    text = path.read_text(encoding="utf-8-sig")
    graph = nx.DiGraph(nx.parse_pajek(text))
    names = dict(zip(table.nodes["id"], [label.replace('"', "'") for label in table.nodes["label"]], strict=True))
    names["20"] = "20 a 'quoted' title in two lines"
    assert set(graph.nodes) == set(names.values())
    assert set(graph.edges) == {(names[a], names[b]) for a, b in EDGES}
    assert path.read_bytes().startswith(b"\xef\xbb\xbf*Vertices 4")


def test_pajek_plain_labels_need_no_byte_order_mark(tmp_path):
    links = pl.DataFrame({"first": ["A01B", "A01B"], "second": ["H01L", "G06F"], "families": [3, 1]})
    nodes = pl.DataFrame({"name": ["A01B", "H01L", "G06F", "B60L"], "cluster": [1, 1, 2, None]})
    net, clu = write_pajek(link_table(links, "co-classification", nodes), tmp_path / "cc")
    graph = igraph.Graph.Read_Pajek(str(net))
    assert graph.vcount() == 4
    assert sorted(graph.es["weight"]) == [1, 3]
    assert not graph.is_directed()
    assert nx.read_pajek(net).number_of_edges() == 2
    assert clu.read_text().split() == ["*Vertices", "4", "1", "0", "2", "1"]


def test_vosviewer_files_hold_map_and_links(tmp_path):
    links = pl.DataFrame({"first": ["A01B", "A01B"], "second": ["H01L", "G06F"], "families": [3, 1]})
    nodes = pl.DataFrame({"name": ["A01B", "H01L", "G06F"], "families": [9, 5, 2], "cluster": [1, 1, None]})
    map_file, network_file = write_vosviewer(link_table(links, "co-classification", nodes), tmp_path / "cc")
    with map_file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert [list(row.values()) for row in rows] == [
        ["1", "A01B", "1", "9"],
        ["2", "G06F", "", "2"],
        ["3", "H01L", "1", "5"],
    ]
    assert list(rows[0]) == ["id", "label", "cluster", "weight<families>"]
    assert network_file.read_text() == "1\t2\t1\n1\t3\t3\n"


def test_vosviewer_labels_stay_on_one_line_and_column(table, tmp_path):
    map_file, network_file = write_vosviewer(table, tmp_path / "net")
    lines = map_file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id\tlabel\tweight<forward_citations>\tscore<year>"
    assert [len(line.split("\t")) for line in lines] == [4] * 5
    assert len(network_file.read_text().splitlines()) == 3


def test_every_format_is_offered(table, tmp_path):
    for name, write in WRITERS.items():
        for path in write(table, tmp_path / name):
            assert isinstance(path, Path)
            assert path.stat().st_size > 0
