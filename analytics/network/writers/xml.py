"""GEXF 1.2 (Gephi) and GraphML, through networkx's own writers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx

from analytics.network.writers.table import NetworkTable, plain


def to_networkx(table: NetworkTable) -> nx.Graph[str]:
    """Table as a networkx graph; unknown attributes are left off, text is freed of what XML cannot hold."""
    name = plain(table.name)
    graph: nx.Graph[str] = nx.DiGraph(name=name) if table.directed else nx.Graph(name=name)
    for node in table.nodes.iter_rows(named=True):
        graph.add_node(plain(node.pop("id")), **_known(node))
    for edge in table.edges.iter_rows(named=True):
        graph.add_edge(plain(edge.pop("source")), plain(edge.pop("target")), **_known(edge))
    return graph


def _known(attributes: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in attributes.items() if value is not None and value == value}  # noqa: PLR0124 NaN
    return {name: value if isinstance(value, bool | int | float) else plain(value) for name, value in kept.items()}


def write_gexf(table: NetworkTable, path: Path) -> list[Path]:
    """Write `path`.gexf."""
    target = path.with_name(path.name + ".gexf")
    nx.write_gexf(to_networkx(table), target)
    return [target]


def write_graphml(table: NetworkTable, path: Path) -> list[Path]:
    """Write `path`.graphml."""
    target = path.with_name(path.name + ".graphml")
    nx.write_graphml(to_networkx(table), target, named_key_ids=True)
    return [target]
