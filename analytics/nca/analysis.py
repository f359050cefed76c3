"""NCA of one condition and one outcome: complete cases in, figures of each ceiling out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.nca.ceilings.ceiling import Boundary, evaluate
from analytics.nca.ceilings.model import (
    CEILINGS,
    DEFAULT_CEILINGS,
    Ceiling,
    CeilingResult,
    ConditionResult,
    Corner,
    Floats,
    Peers,
    Scope,
)
from analytics.nca.ceilings.orientation import empirical_scope, turn, turn_scope, widen

WIDENED = "the theoretical scope was enlarged to hold every observation"
NO_CASES = "no case has both the condition and the outcome"
NAN_SCOPE = Scope(float("nan"), float("nan"), float("nan"), float("nan"))


def analyse(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ceilings: Sequence[Ceiling] = DEFAULT_CEILINGS,
    corner: Corner = 1,
    scope: Scope | None = None,
    r_rules: bool = False,
) -> ConditionResult:
    """Necessary Condition Analysis of outcome ``y`` on condition ``x`` (docs/methods.md, Provinces).

    ``x``, ``y``: equal-length arrays in their own units; a case missing (NaN, infinite) in either is left out.
    ``scope``: theoretical limits, widened when observations fall outside. ``r_rules``: the R package's tolerances
    (x equal within 1e-6 relative; no inefficiencies under slope 1e-3), which depend on the units of measurement.
    Constant data, a single peer or no case at all give a result whose undefined figures are None, with a note.
    Raises ValueError for unequal lengths, an unknown ceiling or corner.
    """
    xs, ys, kept = complete_cases(x, y)
    _check(ceilings, corner)
    outcome = _finite(y)
    if len(xs) == 0:
        empty = {name: _undefined(name) for name in ceilings}
        return ConditionResult(0, corner, NAN_SCOPE, scope or NAN_SCOPE, xs, ys, kept, outcome, empty, (NO_CASES,))
    observed = empirical_scope(xs, ys)
    used = observed if scope is None else widen(scope, observed)
    notes = (WIDENED,) if scope is not None and used != scope else ()
    tx, ty = turn(xs, ys, corner)
    boundary = Boundary.of(tx, ty, turn_scope(used, corner), corner, r_rules=r_rules)
    results = {name: evaluate(name, boundary) for name in ceilings}
    return ConditionResult(len(xs), corner, observed, used, xs, ys, kept, outcome, results, notes)


def complete_cases(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Cases with both values finite, and their positions. Raises ValueError for unequal lengths."""
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise ValueError(f"condition and outcome must be equal-length columns, not {xs.shape} and {ys.shape}")
    kept = np.flatnonzero(np.isfinite(xs) & np.isfinite(ys))
    return xs[kept], ys[kept], kept


def _finite(values: npt.ArrayLike) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    return column[np.isfinite(column)]


def _check(ceilings: Sequence[Ceiling], corner: int) -> None:
    for name in ceilings:
        if name not in CEILINGS:
            raise ValueError(f"unknown ceiling {name!r}: choose among {', '.join(CEILINGS)}")
    if corner not in (1, 2, 3, 4):
        raise ValueError(f"unknown corner {corner!r}: 1 upper-left, 2 upper-right, 3 lower-left, 4 lower-right")


def _undefined(name: Ceiling) -> CeilingResult:
    nobody = Peers(np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))
    return CeilingResult(name, nobody, note=NO_CASES)
