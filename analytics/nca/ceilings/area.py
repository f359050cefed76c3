"""Areas of the empty corner, in turned coordinates (empty corner upper left)."""

import numpy as np

from analytics.nca.ceilings.model import Floats, Line, Scope


def step_zone(x: Floats, y: Floats, scope: Scope) -> float:
    """Area above the CE-FDH steps: Σ (x_{i+1} − xmin)(y_{i+1} − y_i), with the strips a wider scope adds.

    ``x``, ``y``: distinct peers, ascending.
    """
    rises = np.diff(y, prepend=scope.ymin)
    zone = float(np.sum((x - scope.xmin) * rises))
    return zone + scope.width * (scope.ymax - float(y[-1]))


def hull_zone(x: Floats, y: Floats, scope: Scope) -> float:
    """Area above the CE-VRS frontier: trapezoids between hull peers, steps below the first and above the last."""
    left = (x[0] - scope.xmin) * (y[0] - scope.ymin)
    between = np.sum(((x[1:] + x[:-1]) / 2.0 - scope.xmin) * np.diff(y))
    return float(left + between + scope.width * (scope.ymax - y[-1]))


def line_zone(line: Line, scope: Scope) -> float | None:
    """Area of the scope above a straight ceiling; None when it falls to the right (no such corner)."""
    if line.slope < 0:
        return None
    if line.slope == 0:
        return scope.width * float(np.clip(scope.ymax - line.intercept, 0.0, scope.height))
    enters = float(np.clip((scope.ymin - line.intercept) / line.slope, scope.xmin, scope.xmax))
    leaves = float(np.clip((scope.ymax - line.intercept) / line.slope, scope.xmin, scope.xmax))
    top_gap = (scope.ymax - line.intercept) - line.slope * (enters + leaves) / 2.0
    return scope.height * (enters - scope.xmin) + (leaves - enters) * top_gap
