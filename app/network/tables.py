"""The tables of `stuckneck network`, by name, as dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from analytics.measure.measure import measure
from analytics.network.catalogue import Subject
from analytics.network.figures.convergence import joined_by
from analytics.network.figures.gather import build_report, loop_report
from analytics.network.figures.lead import beside_placements
from analytics.network.graph.graph import CitationGraph
from analytics.network.measure import NetworkMeasures
from analytics.network.path.main_path import Variant
from analytics.network.path.table import countries_by_decade
from analytics.network.warehouse import read_network
from warehouse.settings import Settings

Rows = list[dict[str, Any]]

# name → (Chinese title, English title, rows shown on a terminal)
TITLES: dict[str, tuple[str, str, int]] = {
    "main_path": ("技术主路径", "Main path", 60),
    "decades": ("主路径上的国家（按年代）", "Countries on the main path by decade", 40),
    "figures": ("引文网络指标", "Figures", 60),
    "trend": ("对外技术依赖度（按申请年）", "Foreign dependence by filing year", 60),
    "placements": ("依赖度与历次定位", "Dependence beside the placements", 40),
    "flows": ("国家间引用流向", "Citation flows between countries", 25),
    "joined": ("新出现的 IPC 类与谁相连", "What the new IPC classes joined", 25),
    "links": ("共类联系", "Co-classification links", 25),
    "communities": ("共类社群的合并与分裂", "Communities: merged and split", 25),
    "holders": ("权利人：进入、退出、中介", "Holders: entry, exit, brokers", 40),
    "partners": ("共同申请人", "Co-applicants", 25),
    "build": ("计入与未计入", "What went in and what did not", 20),
    "loops": ("为去环而断开的引用", "Citations broken out of loops", 20),
}


@dataclass
class NetworkTables:
    """Every table of one network, computed when asked for."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    subject: Subject
    as_of: date
    variant: Variant = "global"
    _made: dict[str, Rows] = field(default_factory=dict)

    @cached_property
    def measures(self) -> NetworkMeasures:
        """The network at the as-of date, measured."""
        place = self.settings.place
        network = read_network(self.con, place, self.as_of, self.subject.technology_id, self.subject.pairs)
        return NetworkMeasures(network, place.focal_country)

    def graph_at(self, day: date) -> CitationGraph:
        """Build the graph as of another date."""
        if day == self.as_of:
            return self.measures.network.graph
        place, subject = self.settings.place, self.subject
        return read_network(self.con, place, day, subject.technology_id, subject.pairs).graph

    @cached_property
    def placements(self) -> pl.DataFrame:
        """Dependence beside the placements of each year."""
        subject, focal = self.subject.technology_id, self.settings.place.focal_country
        return beside_placements(self.con, subject, self.as_of, self.graph_at, focal)

    def new_prefixes(self) -> list[str]:
        """New IPC prefixes at the as-of date, reclassified ones left out (docs/methods.md, Dynamics)."""
        own = [pair for pair in self.subject.pairs if pair[0] == self.subject.technology_id]
        prefixes = measure(self.con, self.settings, self.as_of, own).prefixes
        return prefixes.filter("is_counted")["prefix"].to_list()

    def table(self, name: str) -> Rows:
        """Return one table of `TITLES`."""
        if name not in self._made:
            self._made[name] = self._maker(name)()
        return self._made[name]

    def _maker(self, name: str) -> Callable[[], Rows]:
        m = self.measures
        graph = m.network.graph
        makers: dict[str, Callable[[], pl.DataFrame]] = {
            "main_path": lambda: m.path_table(self.variant),
            "decades": lambda: countries_by_decade(graph, m.paths[self.variant]),
            "figures": m.figures,
            "trend": lambda: pl.DataFrame([_year(row) for row in m.by_year], schema=_YEAR, orient="row"),
            "placements": lambda: self.placements,
            "flows": lambda: m.flows.sort("citations", descending=True, maintain_order=True),
            "joined": lambda: joined_by(m.convergence.links, self.new_prefixes()),
            "links": lambda: m.links().sort("later", "earlier", descending=True, maintain_order=True),
            "communities": lambda: m.convergence.overlap.with_columns(pl.col("codes").list.join(" ")),
            "holders": m.holders,
            "partners": lambda: m.partners.sort("families", descending=True, maintain_order=True),
            "build": lambda: build_report(graph),
            "loops": lambda: loop_report(graph),
        }
        return lambda: makers[name]().to_dicts()


_YEAR = {
    "year": pl.Int64,
    "foreign_dependence": pl.Float64,
    "abroad": pl.Int64,
    "known": pl.Int64,
    "coverage": pl.Float64,
}


def _year(row: Any) -> tuple[object, ...]:
    counts = (None if n is None else int(n) for n in (row.numerator, row.denominator))
    return (int(row.subject), row.value, *counts, row.coverage)
