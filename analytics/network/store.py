"""Measuring the networks of a run and storing them: the way into the network_* tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from analytics.matrix.store import append, forget
from analytics.measure.query import Connection, Technologies
from warehouse.core import transaction
from warehouse.settings import Settings

if TYPE_CHECKING:  # networkx and scipy are imported when a network is measured
    from analytics.network.measure import NetworkMeasures

TABLES = ("network_indicators", "network_main_path", "network_flows", "network_links", "network_holders")


def measure_network(
    con: Connection, run_id: int, settings: Settings, as_of: date, technologies: Technologies
) -> dict[str, NetworkMeasures]:
    """Measure the network of every technology at T, write the network_* tables of `run_id`, return what was measured.

    `technologies` are (technology_id, query_hash) pairs; several hashes of one technology are united. Whatever the run
    had stored is replaced, in one transaction; `network_links` keeps the latest `place.keep_run_families` runs.
    """
    from analytics.network.measure import NetworkMeasures
    from analytics.network.warehouse import read_network

    with con.cursor() as own:
        measured = {}
        for technology in dict.fromkeys(name for name, _ in technologies):
            pairs = [pair for pair in technologies if pair[0] == technology]
            network = read_network(own, settings.place, as_of, technology, pairs)
            measured[technology] = NetworkMeasures(network, settings.place.focal_country)
        tables = {name: [_table(name, one) for one in measured.values()] for name in TABLES}
        with transaction(own):
            forget(own, [run_id], TABLES)
            for name, found in tables.items():
                if found:
                    append(own, name, pl.concat(found).with_columns(run_id=pl.lit(run_id, dtype=pl.Int32)))
            _drop_old_links(own, settings.place.keep_run_families)
    return measured


def _table(name: str, one: NetworkMeasures) -> pl.DataFrame:
    found = {
        "network_indicators": one.indicators,
        "network_main_path": lambda: _paths(one),
        "network_flows": lambda: one.flows,
        "network_links": one.links,
        "network_holders": one.holders,
    }[name]()
    return found.with_columns(technology_id=pl.lit(one.network.technology_id), as_of=pl.lit(one.network.as_of))


def _paths(one: NetworkMeasures) -> pl.DataFrame:
    from analytics.network.measure import VARIANTS

    parts = [one.path_table(v).with_columns(variant=pl.lit(v, dtype=pl.String)) for v in VARIANTS]
    return pl.concat(parts).rename({"family": "family_id"})


def _drop_old_links(con: Connection, keep: int) -> None:
    con.execute(
        "DELETE FROM network_links WHERE run_id NOT IN "
        "(SELECT run_id FROM (SELECT DISTINCT run_id FROM network_links) ORDER BY run_id DESC LIMIT $keep)",
        {"keep": keep},
    )
