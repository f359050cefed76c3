"""Benchmark of sensitivity: every variant of 20 × 10 000 families, against single placements (aim: under ten).

Run: python tests/benchmarks/bench_sensitivity.py [--families 10000] [--technologies 20]
The single placement is measured without its draws, which the variants do not make either; the default one beside it.
Leaving a source out merges again what the others state (about one `rebuild` a source): not part of this.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from analytics.matrix.place import place
from analytics.sensitivity.outcomes import outcomes
from analytics.sensitivity.variants import variants
from tests.benchmarks.made_families import warehouse
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

DAY = date(2024, 12, 31)


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Return (wall, CPU) seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print seconds of one placement and of all variants, and the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", type=int, default=10_000, help="families per technology")
    parser.add_argument("--technologies", type=int, default=20)
    args = parser.parse_args()
    con = warehouse(args.technologies, args.families)
    technologies = [(f"t{i:02d}", "q") for i in range(args.technologies)]
    plain = Settings(place=Place(bootstrap_draws=0))
    tried = list(variants(plain))
    place(con, 1, plain, DAY, technologies, origin="adhoc")  # warm
    wall, cpu = min(timed(lambda: place(con, 1, plain, DAY, technologies, origin="adhoc")) for _ in range(3))
    default = timed(lambda: place(con, 1, Settings(), DAY, technologies, origin="adhoc"))
    all_wall, all_cpu = timed(lambda: [outcomes(con, 1, variant, DAY, technologies) for variant in tried])
    print(f"{args.technologies} technologies x {args.families} families, {len(tried)} variants with the base")
    print(f"one placement:  {wall:.2f} s wall, {cpu:.2f} CPU s (with its 1000 draws {default[1]:.2f} CPU s)")
    print(f"all variants:   {all_wall:.2f} s wall, {all_cpu:.2f} CPU s")
    print(f"ratio: {all_wall / wall:.2f} placements by wall, {all_cpu / cpu:.2f} by CPU (aim: < 10)")


if __name__ == "__main__":
    main()
