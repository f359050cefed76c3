"""Branch and bound over the covers of one independent part of a prime implicant chart.

Three bounds cut a branch: prices of columns from the dual of the relaxed covering problem (a row is worth at most 1, so
what is left costs at least the prices of the columns left), the same with prices made on the spot from each column's
largest row, and the sum of the largest rows. A row worth so little that the others could not pay for the rest is left
out.
"""

from collections.abc import Iterator

import numpy as np

from analytics.qca.sets.space import Bools, Floats, Ints

NODE_LIMIT = 100_000
"""Branches per independent part before an enumeration is given up as incomplete."""
_SMALL = 24
_SLACK = 1e-6


class CoverSearch:
    """Enumerates the covers of all columns by exactly `size` rows, where `size` is the least possible.

    matrix (rows, columns) is true where a row covers a column. Each cover comes once, the guide's first.
    """

    def __init__(self, matrix: Bools, size: int, prices: Floats | None = None, guide: Ints | None = None) -> None:
        self.matrix, self.size, self.nodes = matrix, size, 0
        self.prices = np.zeros(matrix.shape[1]) if prices is None else prices
        self.guide = np.zeros(matrix.shape[0], dtype=np.bool_)
        if guide is not None:
            self.guide[guide] = True

    @property
    def exhausted(self) -> bool:
        """Whether the node limit cut the enumeration short."""
        return self.nodes > NODE_LIMIT

    def run(self) -> Iterator[tuple[int, ...]]:
        """Yield the covers as tuples of row numbers."""
        rows, columns = (np.arange(n, dtype=np.int64) for n in self.matrix.shape)
        yield from self._extend(rows, columns, self.size, ())

    def _extend(self, rows: Ints, columns: Ints, left: int, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        self.nodes += 1
        if self.exhausted:
            return
        if not columns.size:
            yield chosen
            return
        prices = self.prices[columns]
        slack = left - float(prices.sum()) + _SLACK
        if left == 0 or slack < 0:
            return
        sub = self.matrix[np.ix_(rows, columns)]
        dear = sub @ prices < 1.0 - slack  # the other rows could not pay for what such a row leaves
        rows, sub = rows[~dear], sub[~dear]
        gain = sub.sum(axis=1, dtype=np.int64)
        if left == 1:
            for g in rows[gain == columns.size].tolist():
                yield (*chosen, g)
            return
        if not rows.size or _hopeless(sub, gain, left):
            return
        options = rows[sub[:, sub.sum(axis=0).argmin()]]
        useful = rows[gain > 0]  # a row that adds nothing is in no minimum cover
        for g in options[np.argsort(~self.guide[options], kind="stable")].tolist():
            yield from self._extend(useful, columns[~self.matrix[g, columns]], left - 1, (*chosen, g))
            useful = useful[useful != g]


def _hopeless(sub: Bools, gain: Ints, left: int) -> bool:
    """Whether `left` rows cannot cover the columns of `sub`, by prices made on the spot or by the largest rows."""
    largest = np.where(sub, gain[:, None], 0).max(axis=0)
    if not largest.all() or float((1.0 / largest).sum()) > left + _SLACK:
        return True
    top = np.partition(gain, gain.size - left)[-left:] if gain.size > left else gain
    return bool(top.sum() < sub.shape[1])


def _witness(matrix: Bools) -> tuple[Ints, Floats]:
    """A cover with the least number of rows, proven by an integer programme, and the dual prices of the columns."""
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp

    weights = np.ones(matrix.shape[0])
    table = matrix.astype(np.float64)
    answer = milp(
        weights,
        constraints=LinearConstraint(table.T, lb=1.0),
        integrality=weights,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    dual = linprog(-np.ones(matrix.shape[1]), A_ub=table, b_ub=weights, bounds=(0, 1), method="highs")
    if not (answer.success and dual.success):
        raise RuntimeError(f"the integer programme of a prime implicant chart failed: {answer.message}")
    prices = np.maximum(dual.x, 0.0)
    prices /= max(1.0, float((table @ prices).max()))
    return np.flatnonzero(answer.x > 0.5).astype(np.int64), prices


def optimal_search(matrix: Bools) -> CoverSearch:
    """A search set to the least number of rows: found by deepening in a small part, else by the programme."""
    if matrix.shape[1] <= _SMALL:
        for size in range(1, matrix.shape[1] + 1):
            trial = CoverSearch(matrix, size)
            if next(trial.run(), None) is not None:
                return CoverSearch(matrix, size)
            if trial.exhausted:
                break
    guide, prices = _witness(matrix)
    return CoverSearch(matrix, guide.size, prices, guide)
