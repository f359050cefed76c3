"""Files that Gephi (GEXF), Pajek (.net), VOSviewer (map and network) and GraphML readers open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analytics.network.writers.pajek import write_pajek
from analytics.network.writers.table import NetworkTable, citation_table, link_table
from analytics.network.writers.vosviewer import write_vosviewer
from analytics.network.writers.xml import write_gexf, write_graphml

WRITERS: dict[str, Callable[[NetworkTable, Path], list[Path]]] = {
    "gexf": write_gexf,
    "graphml": write_graphml,
    "pajek": write_pajek,
    "vosviewer": write_vosviewer,
}

__all__ = [
    "WRITERS",
    "NetworkTable",
    "citation_table",
    "link_table",
    "write_gexf",
    "write_graphml",
    "write_pajek",
    "write_vosviewer",
]
