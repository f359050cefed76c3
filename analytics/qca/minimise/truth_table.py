"""The truth table: cases by configuration, with consistency, PRI and the cut-offs (QCA's truthTable)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.fit import ratio
from analytics.qca.sets.space import Floats, Ints, Space

Outcome = Literal["1", "0", "C", "?"]
_TOLERANCE = 1e-9
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class CutOffs:
    """A row is OUT=1 when n ≥ `frequency`, consistency ≥ `inclusion` and PRI ≥ `pri`, with a float tolerance.

    With `exclusion` given, rows from it up to `inclusion` are contradictions (C) instead of 0, as R's
    `incl.cut = c(inclusion, exclusion)`. Raises QcaError for values that cannot be cut-offs.
    """

    inclusion: float = 0.85
    pri: float = 0.75
    frequency: int = 1
    exclusion: float | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.inclusion <= 1 and 0 <= self.pri <= 1):
            raise QcaError("The consistency and PRI cut-offs must lie between 0 and 1.")
        if self.frequency < 1:
            raise QcaError("The frequency cut-off must be at least 1.")
        if self.exclusion is not None and not 0 <= self.exclusion <= self.inclusion:
            raise QcaError("The exclusion cut-off must lie between 0 and the consistency cut-off.")


@dataclass(frozen=True, slots=True)
class Row:
    """One observed configuration. `number` is R's row id (from 1); `cases` are case indices from 0.

    `deviant` lists the members whose own outcome is below 0.5 (deviant for consistency in kind, R's DCC).
    """

    number: int
    values: tuple[int, ...]
    n: int
    consistency: float | None
    pri: float | None
    outcome: Outcome
    cases: tuple[int, ...]
    deviant: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TruthTable:
    """All configurations with at least one case, by row number.

    `unassigned` are cases with a membership of exactly 0.5 in some condition: they belong to no row, though their
    memberships count in every row's consistency.
    """

    space: Space
    cutoffs: CutOffs
    rows: tuple[Row, ...]
    unassigned: tuple[int, ...]

    def numbers(self, *outcomes: Outcome) -> Ints:
        """Configuration numbers (from 0) of the rows with these outcomes."""
        return np.array([row.number - 1 for row in self.rows if row.outcome in outcomes], dtype=np.int64)


def check_data(space: Space, data: Floats, y: Floats) -> None:
    """Raise QcaError unless data (n, k) and y (n,) are complete set memberships or levels of the space."""
    if data.ndim != 2 or data.shape[1] != len(space.names) or y.shape != (data.shape[0],):
        raise QcaError("The data must have one column per condition and one outcome value per case.")
    if data.shape[0] == 0:
        raise QcaError("The data have no case.")
    if not (np.isfinite(data).all() and np.isfinite(y).all()):
        raise QcaError("Some memberships are missing; drop those cases or fill them in before the analysis.")
    if y.min() < 0 or y.max() > 1:
        raise QcaError("The outcome must be a set membership between 0 and 1; calibrate it first.")
    for j, (name, levels) in enumerate(zip(space.names, space.levels, strict=True)):
        column = data[:, j]
        if space.multivalue and (column != np.floor(column)).any():
            raise QcaError(f"Condition {name} is multi-value but holds a value that is not a whole number.")
        if column.min() < 0 or column.max() > (levels - 1 if space.multivalue else 1):
            raise QcaError(f"Condition {name} has values outside its range; calibrate it first.")


def assign(space: Space, data: Floats) -> Ints:
    """Each case's configuration number, −1 where a membership is exactly 0.5; data (n, k), result (n,)."""
    values = data.astype(np.int64) if space.multivalue else (data > 0.5).astype(np.int64)
    numbers = space.number(values)
    if not space.multivalue:
        numbers = np.where((data == 0.5).any(axis=1), -1, numbers)
    return numbers


def _memberships(space: Space, data: Floats, rows: Ints) -> Floats:
    """Membership of each case in each configuration, shape (rows, n)."""
    values = space.cells[rows]
    result: Floats = np.ones((rows.size, data.shape[0]), dtype=np.float64)
    for j in range(len(space.names)):
        column, wanted = data[:, j][None, :], values[:, j][:, None]
        if space.multivalue:
            literal = (column == wanted).astype(np.float64)
        else:
            literal = np.where(wanted == 1, column, 1.0 - column)
        np.minimum(result, literal, out=result)
    return result


def row_fit(space: Space, data: Floats, y: Floats, rows: Ints) -> list[tuple[float | None, float | None]]:
    """Consistency and PRI of configurations over all cases; None where no case has any membership."""
    fits: list[tuple[float | None, float | None]] = []
    for start in range(0, rows.size, _CHUNK):
        m = _memberships(space, data, rows[start : start + _CHUNK])
        both = np.minimum(m, y[None, :])
        shared = np.minimum(both, 1.0 - y[None, :]).sum(axis=1)
        size, total = m.sum(axis=1), both.sum(axis=1)
        fits += [(ratio(t, s), ratio(t - d, s - d)) for t, s, d in zip(total, size, shared, strict=True)]
    return fits


def _outcome(n: int, consistency: float | None, pri: float | None, cut: CutOffs) -> Outcome:
    if n < cut.frequency or consistency is None:
        return "?"
    fine = (0.0 if pri is None else pri) >= cut.pri - _TOLERANCE
    if consistency >= cut.inclusion - _TOLERANCE and fine:
        return "1"
    if cut.exclusion is not None and consistency >= cut.exclusion - _TOLERANCE:
        return "C"
    return "0"


def truth_table(space: Space, data: Floats, y: Floats, cutoffs: CutOffs | None = None) -> TruthTable:
    """Build the truth table from memberships or levels data (n, k) and outcome memberships y (n,).

    Rows under the frequency cut-off are remainders ("?") even if consistent. Raises QcaError for unusable data.
    """
    cut = cutoffs or CutOffs()
    check_data(space, data, y)
    numbers = assign(space, data)
    observed = np.unique(numbers[numbers >= 0])
    members: dict[int, list[int]] = {}
    for case, number in enumerate(numbers.tolist()):
        members.setdefault(number, []).append(case)
    rows: list[Row] = []
    for number, (consistency, pri) in zip(observed.tolist(), row_fit(space, data, y, observed), strict=True):
        cases = members[number]
        rows.append(
            Row(
                number + 1,
                tuple(space.cells[number].tolist()),
                len(cases),
                consistency,
                pri,
                _outcome(len(cases), consistency, pri, cut),
                tuple(cases),
                tuple(case for case in cases if y[case] < 0.5),
            )
        )
    return TruthTable(space, cut, tuple(rows), tuple(members.get(-1, ())))


def case_names(names: Sequence[str], cases: Sequence[int]) -> list[str]:
    """Names of the cases with these indices."""
    return [names[case] for case in cases]
