"""Benchmark of the Poisson bootstrap: 1000 draws × 20 technologies × 10 000 families, against per-draw resampling.

Run: python tests/benchmarks/bench_bootstrap.py [--families 10000] [--technologies 20] [--draws 1000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from analytics.matrix.bootstrap import bootstrap, share_columns
from analytics.measure.dynamics import raw_dynamics
from warehouse.indicators import PAPER
from warehouse.sections.measuring import Place


def families(technologies: int, each: int, seed: int = 1) -> pl.DataFrame:
    """Return made-up families after screening (population.COLUMNS)."""
    rng = np.random.default_rng(seed)
    n = technologies * each
    codes = np.array([a + b + c for a in "ABCDEFGH" for b in ("01", "02", "21", "61") for c in "BCDLN"])
    unknown = rng.random((4, n)) < 0.03
    return pl.DataFrame(
        {
            "technology_id": np.repeat([f"t{i:02d}" for i in range(technologies)], each),
            "family_key": np.arange(n),
            "focal_weight": (rng.random(n) < 0.45).astype(float),
            "forward_citations": rng.poisson(9, n),
            "claim_count": rng.integers(1, 30, n),
            "is_pct": rng.random(n) < 0.4,
            "window": rng.integers(1, 3, n),
            "main_subclass": codes[np.minimum(rng.exponential(18, n).astype(int), len(codes) - 1)],
        }
    ).with_columns(
        pl.when(pl.Series(~unknown[0])).then("forward_citations").alias("forward_citations"),
        pl.when(pl.Series(~unknown[1])).then("claim_count").alias("claim_count"),
        pl.when(pl.Series(~unknown[2])).then("focal_weight").alias("focal_weight"),
    )


def naive(rows: pl.DataFrame, draws: int, top: int) -> None:
    """One technology, draw by draw: resample families, add up, rank (the baseline)."""
    rng = np.random.default_rng(0)
    terms = share_columns(rows, PAPER)
    codes = rows["main_subclass"].unique().sort()
    place = pl.Series(np.arange(len(codes)))
    column = (rows["main_subclass"].replace_strict(codes, place) + len(codes) * (rows["window"] - 1)).to_numpy()
    names = codes.to_list()
    for _ in range(draws):
        weight = rng.poisson(1.0, rows.height)
        (weight[:, None] * terms).sum(axis=0)
        counts = np.bincount(column, weights=weight, minlength=2 * len(names)).astype(np.int64)
        raw_dynamics(counts[None, : len(names)], counts[None, len(names) :], names, top)


def main() -> None:
    """Print wall and CPU seconds, and the ratio to the baseline (measured on one technology, scaled)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--technologies", type=int, default=20)
    parser.add_argument("--draws", type=int, default=1000)
    args = parser.parse_args()
    rows = families(args.technologies, args.families)
    names = sorted(rows["technology_id"].unique().to_list())
    place = Place(bootstrap_draws=args.draws)
    wall, cpu = time.perf_counter(), time.process_time()
    bootstrap(rows, names, place)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    few = max(1, args.draws // 20)
    base = time.process_time()
    naive(rows.filter(pl.col("technology_id") == names[0]), few, place.top)
    base = (time.process_time() - base) * args.draws / few * args.technologies
    shape = f"{args.draws} draws x {args.technologies} technologies x {args.families} families"
    print(f"bootstrap {shape}: {wall:.2f} s wall, {cpu:.2f} CPU s (bar: < 5 s on two cores)")
    print(f"  per-draw baseline (numpy, draw by draw): {base:.1f} CPU s; ratio {base / cpu:.1f}")


if __name__ == "__main__":
    main()
