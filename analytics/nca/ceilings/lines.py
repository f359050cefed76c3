"""Straight ceilings, in turned coordinates (empty corner upper left)."""

import numpy as np

from analytics.nca.ceilings.model import Floats, Line


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
