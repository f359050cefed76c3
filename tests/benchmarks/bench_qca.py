"""Truth table and the three solutions, against R's QCA where its timings are at hand and a textbook minimiser here.

    bench_qca.py                  all sizes; the textbook minimiser up to ten conditions
    bench_qca.py --repeat 20      more repetitions of each figure (the least counts)
    bench_qca.py --textbook-k15   the textbook minimiser at fifteen conditions too: minutes, and gigabytes

N=28, k=6, N=100, k=8 and N=1000, k=10 are the datasets that R was timed on, where they lie beside the project. Without
them, and for k=15, the data are generated and mean nothing. CPU seconds, as R's are. R's figures are those of
`minimize()` calls with all expectations present; its intermediate one includes the other two solutions, as ours does.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from analytics.qca.minimise.minimise import complex_solution, intermediate_solution, parsimonious_solution  # noqa: E402
from analytics.qca.minimise.truth_table import CutOffs, TruthTable, truth_table  # noqa: E402
from analytics.qca.report import single_terms  # noqa: E402
from analytics.qca.sets.fit import Fitter, necessity  # noqa: E402
from analytics.qca.sets.space import Bools, Floats, Space  # noqa: E402
from analytics.qca.sets.terms import membership  # noqa: E402

SHARED = ROOT / ".." / "shared" / "reference"
CUT = CutOffs(0.85, 0.75, 1)
MODELS = 1000
PAIRS = 100
TEXTBOOK_LIMIT = 10


@dataclass(frozen=True)
class Case:
    """One dataset: memberships (n, k) and outcome (n,)."""

    name: str
    space: Space
    data: Floats
    y: Floats


def least(work: Callable[[], object], repeat: int) -> float:
    """Least CPU seconds over the repetitions."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best


def generated(n: int, k: int, seed: int = 1) -> Case:
    """Memberships away from the middle, as calibration gives them, and a planted outcome A*B + C*~D with noise."""
    rng = np.random.default_rng(seed)
    data = rng.beta(0.6, 0.6, (n, k)).round(3)
    data[data == 0.5] = 0.501
    planted = np.maximum(np.minimum(data[:, 0], data[:, 1]), np.minimum(data[:, 2], 1 - data[:, 3]))
    y = np.clip(planted + rng.normal(0, 0.1, n), 0, 1)
    return Case(f"N{n}_k{k}", Space.binary(tuple("ABCDEFGHIJKLMNO"[:k])), data, y)


def cases() -> list[Case]:
    """The datasets R was timed on, then fifteen conditions."""
    found: list[Case] = []
    for n, k in ((28, 6), (100, 8), (1000, 10)):
        path = SHARED / "bench_data" / f"N{n}_k{k}.csv"
        if path.exists():
            table = np.loadtxt(path, delimiter=",", skiprows=1)
            found.append(Case(path.stem, Space.binary(tuple("ABCDEFGHIJ"[:k])), table[:, :k], table[:, k]))
        else:
            found.append(generated(n, k))
    return [*found, *(generated(n, 15) for n in (28, 100, 300, 1000))]


def textbook_primes(table: TruthTable) -> int:
    """Quine–McCluskey as a textbook has it: merge all allowed rows pair by pair, level by level, in sets."""
    k = len(table.space.names)
    off = set(table.numbers("0", "C").tolist())
    level = {(number, 0) for number in range(table.space.total) if number not in off}
    primes: set[tuple[int, int]] = set()
    while level:
        merged: set[tuple[int, int]] = set()
        used: set[tuple[int, int]] = set()
        for value, mask in level:
            for j in range(k):
                bit = 1 << j
                if not (mask | value) & bit and (value | bit, mask) in level:
                    merged.add((value, mask | bit))
                    used |= {(value, mask), (value | bit, mask)}
        primes |= level - used
        level = merged
    positive = table.numbers("1").tolist()
    return sum(any(p & ~mask == value for p in positive) for value, mask in primes)


def work_of(case: Case) -> dict[str, Callable[[], object]]:
    """The steps by R's names in its timings."""
    space, data, y = case.space, case.data, case.y
    table = truth_table(space, data, y, CUT)

    def complex_() -> None:
        fitter = Fitter(space, data, y)
        for model in complex_solution(table, MODELS).models[:PAIRS]:
            fitter.solution(model)

    def parsimonious() -> None:
        fitter = Fitter(space, data, y)
        for model in parsimonious_solution(table, MODELS).models[:PAIRS]:
            fitter.solution(model)

    def intermediate() -> None:
        fitter = Fitter(space, data, y)
        narrow, wide = complex_solution(table, MODELS), parsimonious_solution(table, MODELS)
        found = intermediate_solution(table, narrow, wide, [1] * len(space.names), max_models=MODELS, max_pairs=PAIRS)
        for model in {model for pair in found.pairs.values() for model in pair.models[:PAIRS]}:
            fitter.solution(model)

    return {
        "truthTable_incl.85_pri.75": lambda: truth_table(space, data, y, CUT),
        "pof_necessity": lambda: [necessity(membership(space, data, t), y) for t in single_terms(space)],
        "min_complex": complex_,
        "min_parsimonious": parsimonious,
        "min_intermediate": intermediate,
    }


def peers() -> dict[str, dict[str, float]]:
    """R's CPU seconds by step; empty where they are not at hand."""
    path = SHARED / "peer_timings.json"
    if not path.exists():
        print("R's timings are not beside the project: no ratio against R.\n")
        return {}
    found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))["qca_seconds"]
    return found


def describe(case: Case) -> TruthTable:
    """Print what the dataset leads to."""
    table = truth_table(case.space, case.data, case.y, CUT)
    narrow, wide = complex_solution(table, MODELS), parsimonious_solution(table, MODELS)
    print(
        f"{case.name}: {len(table.rows)} rows, {table.numbers('1').size} positive; complex "
        f"{len(narrow.primes)} prime implicants, {_models(narrow.models, narrow.complete)}; parsimonious "
        f"{len(wide.primes)} prime implicants, {_models(wide.models, wide.complete)}"
    )
    return table


def _models(models: tuple[tuple[object, ...], ...], complete: bool) -> str:
    size = f" of {len(models[0])} terms" if models else ""
    return f"{'' if complete else 'over '}{len(models)} models{size}"


def primes_of(table: TruthTable) -> Callable[[], object]:
    """Our prime implicants of the parsimonious solution alone, as the textbook minimiser finds them."""
    from analytics.qca.minimise.primes import prime_implicants

    allowed: Bools = np.ones(table.space.total, dtype=np.bool_)
    allowed[table.numbers("0", "C")] = False
    return lambda: prime_implicants(table.space, table.numbers("1"), allowed)


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--textbook-k15", action="store_true")
    options = parser.parse_args()
    theirs = peers()
    for case in cases():
        table = describe(case)
        for step, work in work_of(case).items():
            ours = least(work, options.repeat)
            peer = theirs.get(f"{case.name}_{step}")
            ratio = f"   R's QCA {peer['user']:8.3f} s   {peer['user'] / ours:8.0f} ×" if peer else ""
            print(f"  {step:28s} {ours:9.5f} s{ratio}")
        k = len(case.space.names)
        if table.numbers("1").size and (k <= TEXTBOOK_LIMIT or options.textbook_k15):
            ours = least(primes_of(table), options.repeat)
            plain = least(lambda table=table: textbook_primes(table), 1)  # type: ignore[misc]
            print(
                f"  {'prime implicants':28s} {ours:9.5f} s   textbook Quine–McCluskey {plain:8.3f} s"
                f"   {plain / ours:8.0f} ×"
            )
        print()


if __name__ == "__main__":
    main()
