"""Is one effect size larger than another? Permutation tests of a difference of two d's."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.nca.analysis import analyse, complete_cases
from analytics.nca.ceilings.model import Ceiling, Corner, Floats

Columns = tuple[Floats, Floats, Floats, Floats]
Shuffle = Callable[[np.random.Generator], Columns]


@dataclass(frozen=True)
class Difference:
    """d of each side, first − second, and the two-sided p; None where a side has no effect size.

    p = (b + 1)/(m + 1), not below 1/repetitions: b of the m permutations with a defined difference have one at
    least as large in absolute value.
    """

    first: float | None
    second: float | None
    difference: float | None
    p_value: float | None
    repetitions: int


def between_samples(
    first: tuple[npt.ArrayLike, npt.ArrayLike],
    second: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    ceiling: Ceiling = "ce_fdh",
    corner: Corner = 1,
    repetitions: int = 1000,
    seed: int = 0,
) -> Difference:
    """The same condition and outcome (x, y) in two independent samples: cases change sample at random."""
    x1, y1, _ = complete_cases(*first)
    x2, y2, _ = complete_cases(*second)
    x, y, n = np.append(x1, x2), np.append(y1, y2), len(x1)

    def shuffle(rng: np.random.Generator) -> Columns:
        order = rng.permutation(len(x))
        return x[order[:n]], y[order[:n]], x[order[n:]], y[order[n:]]

    return _test((x1, y1, x2, y2), shuffle, ceiling, corner, repetitions, seed)


def between_occasions(
    first: tuple[npt.ArrayLike, npt.ArrayLike],
    second: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    ceiling: Ceiling = "ce_fdh",
    corner: Corner = 1,
    repetitions: int = 1000,
    seed: int = 0,
) -> Difference:
    """The same cases on two occasions (x, y): each case's two observations change places at random.

    Cases missing on either occasion are left out. Raises ValueError for samples of unequal length.
    """
    table = np.asarray([*first, *second], dtype=np.float64)
    x1, y1, x2, y2 = table[:, np.all(np.isfinite(table), axis=0)]

    def shuffle(rng: np.random.Generator) -> Columns:
        swap = rng.random(len(x1)) < 0.5
        return np.where(swap, x2, x1), np.where(swap, y2, y1), np.where(swap, x1, x2), np.where(swap, y1, y2)

    return _test((x1, y1, x2, y2), shuffle, ceiling, corner, repetitions, seed)


def between_conditions(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    ceiling: Ceiling = "ce_fdh",
    corner: Corner = 1,
    repetitions: int = 1000,
    seed: int = 0,
) -> Difference:
    """Two conditions of one outcome: each case's two values, as shares of their ranges, change places at random.

    Cases missing any of the three are left out. Raises ValueError for columns of unequal length.
    """
    table = np.asarray([first, second, outcome], dtype=np.float64)
    a, b, y = table[:, np.all(np.isfinite(table), axis=0)]
    a, b = _share_of_range(a), _share_of_range(b)

    def shuffle(rng: np.random.Generator) -> Columns:
        swap = rng.random(len(y)) < 0.5
        return np.where(swap, b, a), y, np.where(swap, a, b), y

    return _test((a, y, b, y), shuffle, ceiling, corner, repetitions, seed)


def _share_of_range(values: Floats) -> Floats:
    spread = float(np.ptp(values)) if len(values) else 0.0
    return (values - values.min()) / spread if spread > 0 else np.zeros_like(values)


def _test(
    observed: Columns, shuffle: Shuffle, ceiling: Ceiling, corner: Corner, repetitions: int, seed: int
) -> Difference:
    if repetitions < 1:
        raise ValueError(f"repetitions must be at least 1, not {repetitions}")

    def effect(x: Floats, y: Floats) -> float:
        d = analyse(x, y, ceilings=[ceiling], corner=corner).ceilings[ceiling].effect_size
        return np.nan if d is None else d

    def both(columns: Columns) -> tuple[float, float]:
        return effect(columns[0], columns[1]), effect(columns[2], columns[3])

    one, two = both(observed)
    known = [None if np.isnan(d) else d for d in (one, two)]
    if np.isnan(one - two):
        return Difference(known[0], known[1], None, None, repetitions)
    rng = np.random.default_rng(seed)
    pairs = np.asarray([both(shuffle(rng)) for _ in range(repetitions)])
    differences = np.abs(pairs[:, 0] - pairs[:, 1])
    defined = differences[~np.isnan(differences)]
    count = int(np.count_nonzero(defined >= abs(one - two) - 1e-12))
    p = max((count + 1) / (len(defined) + 1), 1.0 / repetitions)
    return Difference(one, two, one - two, p, repetitions)
