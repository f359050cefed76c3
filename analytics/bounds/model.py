"""A whole-number programme put together row by row, for HiGHS (through scipy)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

INFEASIBLE = 2  # scipy's number

Row = Mapping[int, float]
NODES = 100  # of the search tree: a limit that does not depend on the machine


class NoChoiceError(ValueError):
    """No values of the variables keep to the rows."""


@dataclass(slots=True)
class Model:
    """Variables with their ranges, rows `low <= sum <= high`, and an objective; minimised."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    cost: dict[int, float] = field(default_factory=dict)
    rows: list[tuple[Row, float, float]] = field(default_factory=list)

    def variable(self, low: float, high: float, *, whole: bool = True) -> int:
        """Add a variable and return its number."""
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))
        return len(self.low) - 1

    def at_most(self, row: Row, high: float) -> None:
        """Require ``sum(row) <= high``."""
        self.rows.append((row, -np.inf, high))

    def at_least(self, row: Row, low: float) -> None:
        """Require ``sum(row) >= low``."""
        self.rows.append((row, low, np.inf))

    def best(self) -> tuple[float, NDArray[np.float64] | None, bool]:
        """Return the least cost, the variables there (None: none was found), and whether that is proven.

        Where it is not, the cost is the bound that the search had proven by then. Raises NoChoiceError.
        """
        cost = np.zeros(len(self.low))
        for column, value in self.cost.items():
            cost[column] = value
        cells = [(i, column, value) for i, (row, _, _) in enumerate(self.rows) for column, value in row.items()]
        i, j, values = zip(*cells, strict=True)
        matrix = csr_array((values, (i, j)), shape=(len(self.rows), len(self.low)))
        limits = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        found = milp(
            cost, integrality=np.array(self.whole), bounds=Bounds(self.low, self.high), constraints=limits,
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )  # fmt: skip
        if found.status == INFEASIBLE:
            msg = "no choice of the unknown keeps to the rows"
            raise NoChoiceError(msg)
        proven = found.status == 0
        value = found.fun if proven else found.mip_dual_bound
        lowest = float(np.where(cost < 0, cost * self.high, cost * self.low).sum())
        return lowest if value is None else max(lowest, float(value)), found.x, proven
