"""Panel consistency: pooled, between and within, with distances (García-Castro & Ariño 2016; SetMethods' cluster)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Floats

Relation = Literal["sufficiency", "necessity"]
SETMETHODS_EPSILON = 1e-10


@dataclass(frozen=True, slots=True)
class Grouped:
    """Consistency and coverage by group, None where a group has no membership to judge by.

    `distance` is the root of the summed squared deviations of the groups' shares of consistency from equal shares:
    0 when all groups agree; groups without a consistency are left out of it.
    """

    groups: tuple[str, ...]
    consistency: tuple[float | None, ...]
    coverage: tuple[float | None, ...]
    distance: float | None


@dataclass(frozen=True, slots=True)
class PanelFit:
    """Pooled over all observations, between (one figure per period) and within (one per unit)."""

    consistency: float | None
    coverage: float | None
    between: Grouped
    within: Grouped


def _quotient(numerator: float, denominator: float, epsilon: float) -> float | None:
    if denominator + epsilon <= 0:
        return None
    return (numerator + epsilon) / (denominator + epsilon)


def _fit(x: Floats, y: Floats, relation: Relation, epsilon: float) -> tuple[float | None, float | None]:
    both = float(np.minimum(x, y).sum())
    of_x, of_y = _quotient(both, float(x.sum()), epsilon), _quotient(both, float(y.sum()), epsilon)
    return (of_x, of_y) if relation == "sufficiency" else (of_y, of_x)


def distance(consistencies: Sequence[float | None]) -> float | None:
    """sqrt(Σ(b/Σb − 1/J)²) over the J known consistencies; None when there is none or all are zero."""
    known = np.array([value for value in consistencies if value is not None], dtype=np.float64)
    if not known.size or known.sum() <= 0:
        return None
    return float(np.sqrt(((known / known.sum() - 1.0 / known.size) ** 2).sum()))


def _grouped(x: Floats, y: Floats, labels: Sequence[str], relation: Relation, epsilon: float) -> Grouped:
    names = tuple(sorted(set(labels)))
    which = np.asarray(labels, dtype=object)
    fits = [_fit(x[which == name], y[which == name], relation, epsilon) for name in names]
    consistency = tuple(fit[0] for fit in fits)
    return Grouped(names, consistency, tuple(fit[1] for fit in fits), distance(consistency))


def panel_fit(
    x: Floats,
    y: Floats,
    units: Sequence[str],
    periods: Sequence[str],
    *,
    relation: Relation = "sufficiency",
    epsilon: float = 0.0,
) -> PanelFit:
    """Fit of "x is sufficient (or necessary) for y" over a panel; x, y (n,), one unit and period label per observation.

    SetMethods adds 1e-10 to every numerator and denominator, so a group without membership gets 1 there; pass
    `epsilon=SETMETHODS_EPSILON` for its figures. Groups come in alphabetical order. Raises QcaError when a (unit,
    period) cell is filled twice (SetMethods adds such cells up silently) or lengths differ.
    """
    if not len(units) == len(periods) == x.size == y.size:
        raise QcaError("Memberships, units and periods must have the same length.")
    if len(set(zip(units, periods, strict=True))) < len(units):
        raise QcaError("A unit has two observations in one period; keep one of them.")
    consistency, coverage = _fit(x, y, relation, epsilon)
    return PanelFit(
        consistency,
        coverage,
        _grouped(x, y, periods, relation, epsilon),
        _grouped(x, y, units, relation, epsilon),
    )
