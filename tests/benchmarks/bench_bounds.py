"""Benchmark of the bounds of 20 × 10 000 families against one placement (aim: under one).

Run: python tests/benchmarks/bench_bounds.py [--families 10000] [--technologies 20] [--unknown 0.02]
A share `--unknown` of the families lacks each of country, claims, PCT, status; a quarter of that class and filing date.
The placement is the default one, with its 1000 draws; the time without draws is printed beside it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))

import sql
from analytics.bounds.store import store_bounds
from analytics.matrix.place import place
from tests.benchmarks.made_families import codes, warehouse
from warehouse.sections.measuring import POLICIES, Place
from warehouse.settings import Settings

DAY = date(2024, 12, 31)
POLICY = {"bench": POLICIES["monitor"].model_copy(update={"order": "families"})}  # made families have no publications


def forget(con: duckdb.DuckDBPyConnection, unknown: float) -> None:
    """Make each fact of some families unknown, in all their states alike."""
    for name in ("0036_bounds", "0052_bounds_inputs"):
        con.execute(sql.text(f"migrations/{name}.sql"))
    rates = dict.fromkeys(("residence_country", "claim_count", "is_pct", "in_force"), unknown)
    rates |= dict.fromkeys(("main_subclass", "filing_date"), unknown / 4)
    for number, (column, rate) in enumerate(rates.items(), start=1):
        more = ", office_country = NULL" if column == "residence_country" else ""
        con.execute(
            f"UPDATE family_states SET {column} = NULL{more}"
            f" WHERE hash(family_key * 31 + {number}) % 10000 < {round(rate * 10_000)}"
        )
    con.executemany("INSERT INTO ipc_subclasses VALUES (?, DATE '1968-09-01', NULL, ?)", [[c, c] for c in codes()])


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Return (wall, CPU) seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print seconds of one placement and of its bounds, and the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", type=int, default=10_000, help="families per technology")
    parser.add_argument("--technologies", type=int, default=20)
    parser.add_argument("--unknown", type=float, default=0.02)
    args = parser.parse_args()
    con = warehouse(args.technologies, args.families)
    forget(con, args.unknown)
    technologies = [(f"t{i:02d}", "q") for i in range(args.technologies)]
    plain = Settings(place=Place(screening="bench", bootstrap_draws=0), screening=POLICY)
    default = Settings(place=Place(screening="bench"), screening=POLICY)
    place(con, 1, plain, DAY, technologies, origin="adhoc")  # warm
    without = timed(lambda: place(con, 1, plain, DAY, technologies, origin="adhoc"))
    wall, cpu = timed(lambda: place(con, 1, default, DAY, technologies, origin="adhoc"))
    result = place(con, 1, plain, DAY, technologies, origin="adhoc")  # no earlier run: nothing can be taken over
    own_wall, own_cpu = timed(lambda: store_bounds(con, result, plain.place))
    sharp = con.execute(
        "SELECT count(*) FILTER (is_sharp), count(*) FILTER (holds), count(*) FROM run_bounds"
    ).fetchone()
    print(f"{args.technologies} technologies x {args.families} families, {args.unknown:.1%} unknown of each fact")
    print(f"one placement:      {wall:.2f} s wall, {cpu:.2f} CPU s (without draws {without[1]:.2f} CPU s)")
    print(f"bounds:             {own_wall:.2f} s wall, {own_cpu:.2f} CPU s; (sharp, holds, all): {sharp}")
    print(f"ratio: {own_wall / wall:.2f} placements by wall, {own_cpu / cpu:.2f} by CPU (aim: < 1)")


if __name__ == "__main__":
    main()
