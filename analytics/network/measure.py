"""Everything measured on one technology's network, ready to be stored, printed or drawn (docs/methods.md, Network)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from analytics.network.figures.convergence import Convergence, convergence
from analytics.network.figures.dependence import dependence_by_year, flow_matrix
from analytics.network.figures.gather import build_report, network_figures
from analytics.network.figures.holders import Brokers, brokers, co_applicants, entry_exit
from analytics.network.figures.rows import Row, frame
from analytics.network.figures.trend import Trend, dependence_trend, trend_rows
from analytics.network.path.main_path import MainPath, Variant, main_paths
from analytics.network.path.table import path_families
from analytics.network.warehouse import TechnologyNetwork

VARIANTS: tuple[Variant, ...] = ("global", "local", "key_route_global", "key_route_local")
TOP_BROKERS = 20


@dataclass(frozen=True)
class NetworkMeasures:
    """The figures of a network; each is computed when first asked for, and once."""

    network: TechnologyNetwork
    focal: str

    @cached_property
    def by_year(self) -> list[Row]:
        """Foreign dependence by filing year of the citing family (the subject)."""
        return dependence_by_year(self.network.graph, self.focal)

    @cached_property
    def trend(self) -> Trend:
        """The latest five filing years against the five before."""
        return dependence_trend(self.network.graph, self.focal, self.network.as_of)

    @cached_property
    def flows(self) -> pl.DataFrame:
        """Citations between countries (`dependence.flow_matrix`)."""
        return flow_matrix(self.network.graph)

    @cached_property
    def convergence(self) -> Convergence:
        """Co-classification of the two windows."""
        return convergence(self.network.classes)

    @cached_property
    def partners(self) -> pl.DataFrame:
        """Pairs of holders that share families: `first`, `second`, `families`."""
        return co_applicants(self.network.applicants)

    @cached_property
    def brokers(self) -> Brokers:
        """Betweenness in the co-applicant network."""
        return brokers(self.partners)

    @cached_property
    def paths(self) -> dict[Variant, MainPath]:
        """The main path of each variant."""
        return main_paths(self.network.graph, VARIANTS)

    def figures(self) -> pl.DataFrame:
        """Return dependence, its change, lag, concentration and top decile (columns of `rows.SCHEMA`)."""
        return pl.concat([network_figures(self.network.graph, self.focal), frame(trend_rows(self.trend))])

    def indicators(self) -> pl.DataFrame:
        """Return all figures in long form (columns of `rows.SCHEMA`), by year and the counts of the build last."""
        graph = self.network.graph
        outside = None if math.isnan(graph.outside_share) else graph.outside_share
        dated = [replace(row, indicator="foreign_dependence_by_year") for row in self.by_year]
        counts = [
            Row(str(item), None, float(count), None, None, None, outside)
            for item, count in build_report(graph).iter_rows()
        ]
        return pl.concat([self.figures(), frame([*dated, *counts])])

    def path_table(self, variant: Variant) -> pl.DataFrame:
        """Return the families on a path in its order, with `position` from 1 and both titles."""
        table = path_families(self.network.graph, self.paths[variant]).drop("title")
        titles = self.network.titles.filter(pl.col("family").is_in(table["family"].to_list()))
        named = table.join(titles, on="family", how="left", maintain_order="left")
        return named.with_row_index("position", offset=1)

    def links(self) -> pl.DataFrame:
        """Return the co-classification links with the later window's community of each end."""
        later = self.convergence.members.filter(pl.col("window") == 2)
        table = self.convergence.links
        for side in ("first", "second"):
            ends = later.select(pl.col("subclass").alias(side), pl.col("community").alias(f"{side}_community"))
            table = table.join(ends, on=side, how="left", maintain_order="left")
        return table

    def holders(self) -> pl.DataFrame:
        """Return the top holders of both windows and the strongest brokers, one row a holder."""
        top = entry_exit(self.network.applicants)
        between = self.brokers.table.rename({"betweenness": "betweenness", "error": "betweenness_error"})
        strongest = between.filter(pl.col("betweenness") > 0).head(TOP_BROKERS)
        ends = pl.concat([self.partners.select(holder=side) for side in ("first", "second")])
        partners = ends.group_by("holder").len("partners").with_columns(pl.col("partners").cast(pl.Int64))
        names = pl.concat([top.select("holder"), strongest.select("holder")]).unique(maintain_order=True)
        table = names.join(top, on="holder", how="left", maintain_order="left")
        table = table.join(partners, on="holder", how="left", maintain_order="left")
        table = table.join(between, on="holder", how="left", maintain_order="left")
        return table.with_columns(pl.col("partners").fill_null(0))
