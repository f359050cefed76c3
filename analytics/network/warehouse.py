"""The network of a technology straight from the merged tables, as of any date (docs/methods.md, Network).

One network is made of the families that satisfy a technology's queries and of every citation that touches them.
Families at the far end of a citation come along with what is known of them: where that is a country, a citation that
leaves the set still counts for dependence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

import sql
from analytics.measure.country import with_country
from analytics.measure.editions import settled, stays_at
from analytics.measure.query import Connection, Technologies, data_label, relation, wanted
from analytics.measure.windows import with_window
from analytics.network.graph.build import Citations, build_graph
from analytics.network.graph.graph import CitationGraph
from analytics.network.tables import nodes_from_frame
from warehouse.frames import frame_of
from warehouse.sections.measuring import Place


@dataclass(frozen=True, slots=True)
class TechnologyNetwork:
    """One technology's network at T. Families go by their stable name (``families.family_id``).

    `titles`: `family`, `title_zh`, `title_en` of every family with an end in the network. `classes`: `family`,
    `window` (1 earlier, 2 later, null neither), `subclass`. `applicants`: `family`, `window`, `position`, `holder`.
    """

    technology_id: str
    as_of: date
    graph: CitationGraph
    titles: pl.DataFrame
    classes: pl.DataFrame
    applicants: pl.DataFrame
    data_label: str

    def titles_in(self, language: str) -> pl.DataFrame:
        """Return `family`, `title` in Chinese (``zh``) or English, in the other where it has only that."""
        return self.titles.select("family", title=f"title_{language}")


def rows(con: Connection, name: str, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Return the rows of ``sql/network/NAME.sql`` with `params` bound."""
    return frame_of(con.sql(sql.text(f"network/{name}.sql"), params=dict(params or {})))


@dataclass(frozen=True, slots=True)
class NetworkInputs:
    """What one technology's network is made of at T: its figures follow from these rows, and from nothing else."""

    technology_id: str
    as_of: date
    nodes: pl.DataFrame
    citations: pl.DataFrame
    applicants: pl.DataFrame
    classes: pl.DataFrame
    holders: pl.DataFrame
    data_label: str

    def digest(self, focal: str) -> str:
        """Return a hash that is equal where every figure is: of the rows, of what lies before T, and of the program.

        The date itself counts with its year only (the trend compares filing years); of families and citations it
        matters whether they are dated up to T.
        """
        found = hashlib.sha256(f"{version('stuckneck')} {focal} {self.as_of.year} {self.data_label}".encode())
        until = pl.lit(self.as_of)
        for part in (
            self.nodes.with_columns(until=pl.col("published") <= until),
            self.citations.with_columns(until=pl.col("cited_on") <= until).sort(pl.all()),
            self.applicants, self.classes.sort(pl.all()), self.holders.sort(pl.all()),
        ):  # fmt: skip
            found.update(part.rechunk().write_ipc(None).getbuffer())
        return found.hexdigest()

    def network(self) -> TechnologyNetwork:
        """Return the network of these rows."""
        return TechnologyNetwork(
            self.technology_id,
            self.as_of,
            _graph(self.nodes, self.citations, self.applicants, self.as_of),
            self.nodes.select("title_zh", "title_en", family="family_id"),
            self.classes,
            self.holders,
            self.data_label,
        )


def read_network(
    con: Connection, place: Place, as_of: date, technology_id: str, technologies: Technologies
) -> TechnologyNetwork:
    """Return the network of the families of `technologies` (pairs of id and query hash, united) as of a date.

    As `read_inputs`, with the graph built.
    """
    return read_inputs(con, place, as_of, technology_id, technologies).network()


def read_inputs(
    con: Connection, place: Place, as_of: date, technology_id: str, technologies: Technologies
) -> NetworkInputs:
    """Return what the network of `technologies` (pairs of id and query hash, united) is made of as of a date.

    Countries follow `place.country_rule` with what was known on that date (fractional counting: the first country),
    windows `place.earlier`, `place.later` or the rolling ones. Reads only: works on a snapshot. No screening: a family
    that has lapsed or was never cited is still part of the trajectory.
    """
    with wanted(con, technologies):
        members = rows(con, "members")
    at = {"as_of": as_of}
    with relation(con, "network_members", members):
        citations = rows(con, "citations")
        with relation(con, "network_citations", citations):
            nodes = with_country(rows(con, "nodes", at), place.country_rule, place.focal_country)
        subclasses = _in_one_edition(con, rows(con, "subclasses", at), place, as_of)
    with relation(con, "network_nodes", nodes.select("family_key")):
        applicants = rows(con, "applicants", at)
    present = with_window(nodes.filter(pl.col("is_member") & (pl.col("published") <= as_of)), place, as_of)
    chosen = present.select("family_key", "window", family="family_id")
    return NetworkInputs(
        technology_id,
        as_of,
        nodes,
        citations,
        applicants,
        chosen.join(subclasses, on="family_key").select("family", "window", "subclass"),
        chosen.join(applicants, on="family_key").select("family", "window", "position", "holder"),
        data_label(con, technologies),
    )


def _in_one_edition(con: Connection, found: pl.DataFrame, place: Place, as_of: date) -> pl.DataFrame:
    """Return `family_key`, `subclass` once each, mapped as the dynamics of that date map them."""
    pairs = found.select("subclass", "stated_subclass").unique(maintain_order=True)
    stays = stays_at(con, pairs.rows(), [as_of], place)[:, 0]
    known = settled(pairs.with_columns(counted="subclass"), "counted", "stated_subclass", stays)
    joined = found.join(known, on=["subclass", "stated_subclass"], maintain_order="left")
    return joined.select("family_key", subclass="counted").unique().sort("family_key", "subclass")


def _graph(nodes: pl.DataFrame, citations: pl.DataFrame, applicants: pl.DataFrame, as_of: date) -> CitationGraph:
    """Build the graph over places in the order of the stable names, so that a tie does not hang on a build's keys."""
    first = applicants.filter(pl.col("position") == pl.col("position").min().over("family_key"))
    held = nodes.join(first.select("family_key", "holder"), on="family_key", how="left", maintain_order="left")
    numbered = held.select(
        "country", "holder", "published", filed="filing_date", member="is_member", family=pl.int_range(pl.len())
    )
    place = np.full(int(nodes["family_key"].cast(pl.Int64).max() or 0) + 1, -1, dtype=np.int64)  # type: ignore[arg-type]
    place[nodes["family_key"].to_numpy()] = np.arange(len(nodes))
    graph = build_graph(
        nodes_from_frame(numbered),
        Citations(
            place[citations["cited_family_key"].to_numpy()],
            place[citations["citing_family_key"].to_numpy()],
            citations["cited_on"].to_numpy().astype("datetime64[D]"),
        ),
        np.datetime64(as_of, "D"),
    )
    names = nodes["family_id"].to_numpy()
    return replace(
        graph,
        nodes=replace(graph.nodes, keys=names[graph.nodes.keys]),
        outside=replace(graph.outside, key=names[graph.outside.key.astype(np.int64)]),
    )
