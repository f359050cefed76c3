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
    """Write the network_* tables of `run_id`: the network of every technology at T. Return what was measured for it.

    A network whose families, citations, countries, classes and holders are those of an earlier run is not measured
    again: that run's rows are taken over. `technologies` are (technology_id, query_hash) pairs; several hashes of one
    technology are united. Whatever the run had stored is replaced, in one transaction; `network_links` keeps the
    latest `place.keep_run_families` runs.
    """
    from analytics.network.measure import NetworkMeasures
    from analytics.network.warehouse import read_inputs

    focal = settings.place.focal_country
    measured: dict[str, NetworkMeasures] = {}
    taken: dict[str, int] = {}
    digests: dict[str, str] = {}
    with con.cursor() as own:
        for technology in dict.fromkeys(name for name, _ in technologies):
            pairs = [pair for pair in technologies if pair[0] == technology]
            inputs = read_inputs(own, settings.place, as_of, technology, pairs)
            digests[technology] = inputs.digest(focal)
            earlier = _earlier_run(own, run_id, technology, digests[technology])
            if earlier is None:
                measured[technology] = NetworkMeasures(inputs.network(), focal)
            else:
                taken[technology] = earlier
        tables = {name: [_table(name, one) for one in measured.values()] for name in TABLES}
        with transaction(own):
            forget(own, [run_id], (*TABLES, "network_inputs"))
            for name, found in tables.items():
                if found:
                    append(own, name, pl.concat(found).with_columns(run_id=pl.lit(run_id, dtype=pl.Int32)))
            for technology, digest in digests.items():
                own.execute("INSERT INTO network_inputs VALUES (?, ?, ?)", [run_id, technology, digest])
                if technology in taken:
                    _take_over(own, technology, taken[technology], run_id, as_of)
            _drop_old_links(own, settings.place.keep_run_families)
    return measured


def _earlier_run(con: Connection, run_id: int, technology: str, digest: str) -> int | None:
    """Return the newest other run with an equal network of which every table is kept."""
    [(found,)] = con.execute(
        "SELECT max(run_id) FROM network_inputs WHERE technology_id = $technology AND digest = $digest"
        " AND run_id <> $run",
        {"technology": technology, "digest": digest, "run": run_id},
    ).fetchall()
    return None if found is None else int(found)


def _take_over(con: Connection, technology: str, earlier: int, run_id: int, as_of: date) -> None:
    for name in TABLES:
        con.execute(
            f"INSERT INTO {name} SELECT * REPLACE ($run AS run_id, $as_of AS as_of) FROM {name}"  # noqa: S608
            " WHERE run_id = $earlier AND technology_id = $technology",
            {"run": run_id, "as_of": as_of, "earlier": earlier, "technology": technology},
        )


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
    """Keep the links of the latest runs, and what they were measured from: nothing is taken over from a run without."""
    for name in ("network_links", "network_inputs"):
        con.execute(
            f"DELETE FROM {name} WHERE run_id < (SELECT min(run_id) FROM (SELECT run_id FROM network_links UNION"  # noqa: S608
            " SELECT run_id FROM network_inputs ORDER BY run_id DESC LIMIT $keep))",
            {"keep": keep},
        )
