"""Benchmark of the backfill: 168 month ends in one pass, against single placements (bar: under four of them).

Run: python tests/benchmarks/bench_backfill.py [--families 10000] [--technologies 20]
The single placement is measured without its bootstrap, which a backfill does not do either.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from analytics.matrix.place import backfill, place
from tests.benchmarks.made_families import warehouse
from warehouse.sections.measuring import Place
from warehouse.settings import Settings


def month_ends() -> list[date]:
    """Return the 168 month ends of 2011 to 2024."""
    months = np.arange(np.datetime64("2011-01"), np.datetime64("2025-01"))
    return ((months + 1).astype("datetime64[D]") - 1).tolist()


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Return (wall, CPU) seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print seconds of one placement, of the backfill, and the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", type=int, default=10_000, help="families per technology")
    parser.add_argument("--technologies", type=int, default=20)
    args = parser.parse_args()
    con = warehouse(args.technologies, args.families)
    settings = Settings(place=Place(bootstrap_draws=0))
    technologies = [(f"t{i:02d}", "q") for i in range(args.technologies)]
    place(con, 1, settings, date(2024, 12, 31), technologies, origin="adhoc")  # warm
    singles = [
        timed(lambda: place(con, 1, settings, date(2024, 12, 31), technologies, origin="adhoc")) for _ in range(3)
    ]
    wall, cpu = min(singles)
    runs = list(enumerate(month_ends(), start=100))
    all_wall, all_cpu = min(timed(lambda: backfill(con, runs, settings, technologies)) for _ in range(2))
    print(f"{args.technologies} technologies x {args.families} families, 10 citations each")
    print(f"one placement:           {wall:.2f} s wall, {cpu:.2f} CPU s")
    print(f"backfill of {len(runs)} months:  {all_wall:.2f} s wall, {all_cpu:.2f} CPU s")
    print(f"ratio: {all_wall / wall:.2f} placements by wall, {all_cpu / cpu:.2f} by CPU (bar: < 4)")


if __name__ == "__main__":
    main()
