"""A whole-number programme put together row by row, for HiGHS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import highspy
import numpy as np
from numpy.typing import NDArray

Row = Mapping[int, float]
NODES = 100  # of the search tree: a limit that does not depend on the machine
_OPTIONS = {"output_flag": False, "mip_max_nodes": NODES, "mip_rel_gap": 0.0, "mip_allow_restart": False}


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

    def best(self, *, relaxed: bool = False) -> tuple[float, NDArray[np.float64] | None, bool]:
        """Return the least cost, the variables there (None: none was found), and whether that is proven.

        Where it is not, the cost is the bound that the search had proven by then. `relaxed`: the variables need not be
        whole. Raises NoChoiceError.
        """
        solver = self._solver([0] * len(self.whole) if relaxed else self.whole)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            msg = "no choice of the unknown keeps to the rows"
            raise NoChoiceError(msg)
        proven = status == highspy.HighsModelStatus.kOptimal
        found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        lowest = sum(value * (self.high if value < 0 else self.low)[column] for column, value in self.cost.items())
        least = max(lowest, info.objective_function_value if proven else info.mip_dual_bound)
        return float(least), np.array(solver.getSolution().col_value) if found else None, proven

    def _solver(self, whole: Sequence[int]) -> highspy.Highs:
        """Return HiGHS with the programme in it; `whole`: 1 for each variable that has to be whole."""
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = len(self.low), len(self.rows)
        programme.col_cost_ = [self.cost.get(column, 0.0) for column in range(len(self.low))]
        programme.col_lower_, programme.col_upper_ = self.low, self.high
        programme.integrality_ = [highspy.HighsVarType(kind) for kind in whole]
        programme.row_lower_, programme.row_upper_ = [row[1] for row in self.rows], [row[2] for row in self.rows]
        matrix = programme.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = list(accumulate((len(row) for row, _, _ in self.rows), initial=0))
        matrix.index_ = [column for row, _, _ in self.rows for column in row]
        matrix.value_ = [value for row, _, _ in self.rows for value in row.values()]
        solver = highspy.Highs()
        for option, value in _OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.passModel(programme)
        return solver
