"""Straight ceilings, in turned coordinates (empty corner upper left)."""

import numpy as np

from analytics.nca.model import Floats, Line

QUANTILE = 0.95


def ols(x: Floats, y: Floats, weights: Floats | None = None) -> Line | None:
    """Least squares of y on x; None when every x is the same."""
    w = np.ones_like(x) if weights is None else weights
    total = float(np.sum(w))
    mx, my = float(w @ x) / total, float(w @ y) / total
    sxx = float(w @ (x - mx) ** 2)
    if sxx <= 0:
        return None
    slope = float(w @ ((x - mx) * (y - my))) / sxx
    return Line(slope, my - slope * mx)


def cols(x: Floats, y: Floats) -> Line | None:
    """Corrected least squares: the OLS line of all cases raised until it touches the highest residual."""
    base = ols(x, y)
    if base is None:
        return None
    return Line(base.slope, base.intercept + float(np.max(y - base.at(x))))


def c_lp(x: Floats, y: Floats, mean: float) -> Line:
    """Linear programme: the line on or above every peer with the least total distance to them.

    The total is linear in the line's height at the peers' mean x, so its optimum is the hull edge over ``mean``
    and no solver is needed. ``x``, ``y``: at least two distinct hull peers, ascending; ``mean`` over all FDH peers.
    """
    right = int(np.searchsorted(x, mean, side="left"))
    right = min(max(right, 1), len(x) - 1)
    slope = float((y[right] - y[right - 1]) / (x[right] - x[right - 1]))
    return Line(slope, float(y[right] - slope * x[right]))


def quantile_line(x: Floats, y: Floats, tau: float = QUANTILE) -> Line | None:
    """Quantile regression of y on x at ``tau``, exact: an optimal line passes through two cases.

    Solved as a linear programme (Koenker & Bassett 1978), then put through the two cases it rests on.
    """
    if len(x) < 2 or float(np.ptp(x)) == 0:
        return None
    from scipy.optimize import linprog
    from scipy.sparse import csc_matrix, eye, hstack

    n = len(x)
    centre, spread = float(np.mean(x)), float(np.ptp(x))
    middle, height = float(np.mean(y)), float(np.ptp(y)) or 1.0
    u, v = (x - centre) / spread, (y - middle) / height
    design = csc_matrix(np.column_stack((np.ones(n), u)))
    answer = linprog(
        np.concatenate(([0.0, 0.0], np.full(n, tau), np.full(n, 1.0 - tau))),
        A_eq=hstack((design, eye(n), -eye(n)), format="csc"),
        b_eq=v,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
        method="highs-ds",
    )
    residual = np.abs(v - answer.x[0] - answer.x[1] * u)
    on_line = np.flatnonzero(residual <= 1e-9)
    low, high = on_line[np.argmin(x[on_line])], on_line[np.argmax(x[on_line])]
    if x[low] == x[high]:
        slope = float(answer.x[1]) * height / spread
        return Line(slope, middle + height * float(answer.x[0]) - slope * centre)
    slope = float((y[high] - y[low]) / (x[high] - x[low]))
    return Line(slope, float(y[high] - slope * x[high]))
