"""NCA's permutation test (Dul, van der Laan & Kuik 2020): how often chance gives the corner so empty a zone."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.nca.batch import EffectBatch
from analytics.nca.ceilings.model import Ceiling, ConditionResult, Floats
from analytics.nca.ceilings.orientation import turn, turn_scope
from analytics.nca.rrandom import r_permutations, v5_offset
from warehouse.process.watchdog import moved

Seeding = Literal["numpy", "r4", "r5"]

TIE = 1e-12
CELLS = 2_000_000
DISTINCT_UP_TO = 720
SMALL_N = 16
Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class PermutationTest:
    """p = (count + 1)/(used + 1), not below 1/repetitions; ``p_accuracy`` its 95 % Monte Carlo half-width.

    ``count``: permutations with d at least the observed; ``used``: those with a defined d; ``effects``: all d.
    p is None when the observed effect size is.
    """

    p_value: float | None
    p_accuracy: float | None
    count: int
    used: int
    repetitions: int
    effects: Floats


def permutation_tests(
    result: ConditionResult,
    *,
    repetitions: int,
    seed: int = 0,
    seeding: Seeding = "numpy",
    r_rules: bool = False,
) -> dict[Ceiling, PermutationTest]:
    """Test every ceiling of ``result`` (except OLS, which is no ceiling) by permuting the outcome.

    ``seeding``: "numpy" one seeded generator; "r4" the R package 4.x (repetition i uses ``set.seed(i)``); "r5" 5.x
    (offset + i, the offset drawn after ``set.seed(seed)``). With "numpy" and N! ≤ repetitions all N! permutations
    are counted. Raises ValueError for fewer than 1 repetition.
    """
    if repetitions < 1:
        raise ValueError(f"permutations must be at least 1, not {repetitions}")
    names = [name for name in result.ceilings if name != "ols"]
    if result.n == 0:
        return {name: summarise(None, np.empty(0), repetitions) for name in names}
    x, y = turn(result.x, result.y, result.corner)
    batch = EffectBatch(x, y, turn_scope(result.scope, result.corner), r_rules=r_rules)
    observed = batch.effects(y[batch.order][None, :], names)
    parts: dict[Ceiling, list[Floats]] = {name: [] for name in names}
    for order in permutations(result.n, repetitions, seed, seeding):
        moved()
        for name, effects in batch.effects(y[order[:, batch.order]], names).items():
            parts[name].append(effects)
    total = min(repetitions, capped(result.n, repetitions))
    known = {name: None if result.ceilings[name].effect_size is None else float(observed[name][0]) for name in names}
    return {name: summarise(known[name], np.concatenate(parts[name]), total) for name in names}


def summarise(observed: float | None, effects: Floats, repetitions: int) -> PermutationTest:
    """Count and p of one ceiling; undefined permuted effects leave numerator and denominator."""
    defined = effects[~np.isnan(effects)]
    if observed is None or math.isnan(observed):
        return PermutationTest(None, None, 0, len(defined), repetitions, effects)
    count = int(np.count_nonzero(defined >= observed - TIE))
    p = max((count + 1) / (len(defined) + 1), 1.0 / repetitions)
    half_width = Z95 * math.sqrt(p * (1.0 - p) / repetitions)
    return PermutationTest(p, half_width, count, len(defined), repetitions, effects)


def with_p_values(result: ConditionResult, tests: dict[Ceiling, PermutationTest]) -> ConditionResult:
    """The result with p and its accuracy filled in."""
    filled = {
        name: replace(c, p_value=tests[name].p_value, p_accuracy=tests[name].p_accuracy) if name in tests else c
        for name, c in result.ceilings.items()
    }
    return replace(result, ceilings=filled)


def capped(n: int, repetitions: int) -> int:
    """There are only N! permutations."""
    return min(repetitions, math.factorial(n)) if n < SMALL_N else repetitions


def permutations(n: int, repetitions: int, seed: int, seeding: Seeding) -> Iterator[NDArray[np.intp]]:
    """Blocks of permutations (rows), bounded in memory."""
    total = capped(n, repetitions)
    if n < SMALL_N and math.factorial(n) <= (total if seeding == "numpy" else min(total, DISTINCT_UP_TO)):
        yield from _every(n)
        return
    rows = max(1, CELLS // n)
    if seeding == "numpy":
        rng = np.random.default_rng(seed)
        base = np.arange(n, dtype=np.intp)
        sizes = [min(rows, total - start) for start in range(0, total, rows)]
        drawn: Iterator[NDArray[np.intp]] = (rng.permuted(np.broadcast_to(base, (size, n)), axis=1) for size in sizes)
    else:
        drawn = _r_blocks(n, total, rows, v5_offset(seed) if seeding == "r5" else 0)
    yield from drawn


def _r_blocks(n: int, total: int, rows: int, offset: int) -> Iterator[NDArray[np.intp]]:
    """R's permutations from seeds offset + 1, offset + 2, …; up to 720 repetitions only distinct ones count."""
    distinct = total <= DISTINCT_UP_TO and n < SMALL_N
    seen: set[bytes] = set()
    start, left = 0, total
    while left > 0:
        seeds = offset + np.arange(start + 1, start + 1 + min(rows, left), dtype=np.uint32)
        drawn = r_permutations(n, seeds)
        if distinct:
            drawn = drawn[_unseen(drawn, seen)]
        start, left = start + len(seeds), left - len(drawn)
        if len(drawn):
            yield drawn


def _unseen(rows: NDArray[np.intp], seen: set[bytes]) -> NDArray[np.bool_]:
    new = np.zeros(len(rows), dtype=np.bool_)
    for i, row in enumerate(rows):
        key = row.tobytes()
        new[i] = key not in seen
        seen.add(key)
    return new


def _every(n: int) -> Iterator[NDArray[np.intp]]:
    source = itertools.permutations(range(n))
    while block := list(itertools.islice(source, max(1, CELLS // n))):
        yield np.asarray(block, dtype=np.intp)
