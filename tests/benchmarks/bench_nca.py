"""NCA's permutation test against the R package (user CPU, where its timings are at hand) and a plain numpy loop.

    python tests/benchmarks/bench_nca.py

R's figure is its measured user CPU per fit at N = 28 (one fit: one ceiling of one permuted data set), which is a
lower bound at N = 1000. The numpy loop permutes, finds the peers and fits one repetition at a time.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from analytics.nca import analyse  # noqa: E402
from analytics.nca.ceilings.model import Ceiling, ConditionResult, Floats  # noqa: E402
from analytics.nca.permutation import Seeding, permutation_tests  # noqa: E402

REFERENCE = ROOT / ".." / "shared" / "reference"
REPETITIONS = 10_000
LOOP_REPETITIONS = 1_000
PAIR: tuple[Ceiling, ...] = ("ce_fdh", "cr_fdh")
ALL: tuple[Ceiling, ...] = ("ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs", "c_lp", "cols")


def user_seconds(work: Callable[[], object]) -> float:
    """User CPU of the better of two runs."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def numpy_loop(x: Floats, y: Floats, repetitions: int) -> tuple[int, int]:
    """The plain baseline for CE-FDH and CR-FDH (no ties), upper left corner, empirical scope."""
    order = np.argsort(x)
    xs = x[order]
    rng = np.random.default_rng(0)

    def effects(ys: Floats) -> tuple[float, float]:
        low, high, left, right = y.min(), y.max(), xs[0], xs[-1]
        top = np.maximum.accumulate(ys)
        peer = np.flatnonzero(np.diff(top, prepend=-np.inf) > 0)
        px, py = xs[peer], ys[peer]
        area = (right - left) * (high - low)
        ce = float(np.sum((px[1:] - left) * np.diff(py)) + (right - left) * (high - py[-1]))
        if len(px) < 2:
            return ce / area, 0.0
        slope, intercept = np.polyfit(px, py, 1)
        enters, leaves = np.clip((np.asarray([low, high]) - intercept) / slope, left, right)
        gap = high - intercept - slope * (enters + leaves) / 2
        return ce / area, float((high - low) * (enters - left) + (leaves - enters) * gap) / area

    observed = effects(y[order])
    counts = [0, 0]
    for _ in range(repetitions):
        for i, effect in enumerate(effects(rng.permutation(y))):
            counts[i] += effect >= observed[i]
    return counts[0], counts[1]


def r_seconds_per_fit() -> float | None:
    """R's user seconds per fit, or None where its timings are not at hand."""
    path = REFERENCE / "peer_timings.json"
    if not path.exists():
        return None
    text = json.loads(path.read_text())["nca_permutation"]["NCA_4_0_5"]
    found = re.search(r"([\d.]+) ms per fit", text)
    return None if found is None else float(found.group(1)) / 1000.0


def bench_data(n: int) -> tuple[Floats, Floats]:
    """A condition and the outcome of the benchmark's table, or synthetic uniform columns where it is not at hand."""
    name = {28: "N28_k6.csv", 1000: "N1000_k10.csv"}[n]
    path = REFERENCE / "bench_data" / name
    if path.exists():
        table = np.genfromtxt(path, delimiter=",", skip_header=1)
        return table[:, 0], table[:, -1]
    rng = np.random.default_rng(n)
    return rng.random(n), rng.random(n)


def measure(result: ConditionResult, seeding: Seeding) -> float:
    """User seconds of one 10 000-fold test."""
    return user_seconds(lambda: permutation_tests(result, repetitions=REPETITIONS, seeding=seeding))


def main() -> None:
    """Print one line per setting."""
    per_fit = r_seconds_per_fit()
    print(f"{REPETITIONS} permutations, one condition; user CPU seconds")
    for n in (28, 1000):
        x, y = bench_data(n)
        loop = user_seconds(lambda: numpy_loop(x, y, LOOP_REPETITIONS)) * REPETITIONS / LOOP_REPETITIONS  # noqa: B023
        print(f"N={n}: plain numpy loop, CE+CR: {loop:.2f} s (from {LOOP_REPETITIONS})")
        for ceilings in (PAIR, ALL, ("qr",)):
            if ceilings == ("qr",) and n > 28:
                continue
            result = analyse(x, y, ceilings=ceilings)
            for seeding in ("numpy", "r4"):
                seconds = measure(result, seeding)
                line = f"N={n} {'+'.join(ceilings):42} {seeding:6} {seconds:8.3f} s"
                if per_fit is not None:
                    line += f"  {per_fit * REPETITIONS * len(ceilings) / seconds:8.0f} x R"
                if ceilings == PAIR:
                    line += f"  {loop / seconds:7.0f} x plain numpy"
                print(line)


if __name__ == "__main__":
    main()
