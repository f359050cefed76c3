"""How well a ceiling describes the data: cases above it, fit to CE-FDH, inefficiencies (turned coordinates)."""

from dataclasses import dataclass

import numpy as np

from analytics.nca.ceilings.model import Floats, Line, Scope

ABOVE_TOLERANCE = 1e-7
R_MINIMUM_SLOPE = 1e-3


@dataclass(frozen=True)
class Inefficiency:
    """Part of the scope in which the condition does not constrain the outcome; percent, except ``absolute``."""

    condition: float
    outcome: float
    relative: float
    absolute: float


def cases_above(line: Line, x: Floats, y: Floats) -> int:
    """Cases more than 1e-7 (data units) above the line."""
    return int(np.count_nonzero(y - line.at(x) > ABOVE_TOLERANCE))


def accuracy(above: int, n: int) -> float:
    """Percentage of cases on or below the ceiling."""
    return 100.0 * (n - above) / n


def fit(zone: float | None, ce_zone: float) -> float | None:
    """Closeness to the CE-FDH zone in percent; None without a zone, or when it is larger than CE-FDH's."""
    if zone is None or ce_zone <= 0 or zone > ce_zone:
        return None
    return 100.0 - 100.0 * abs(zone - ce_zone) / ce_zone


def of_steps(first_y: float, last_x: float, scope: Scope) -> Inefficiency:
    """A step or piecewise ceiling ends at the last peer's x and starts at the first peer's y."""
    return _combine((scope.xmax - last_x) / scope.width, (first_y - scope.ymin) / scope.height, scope)


def of_line(line: Line, scope: Scope, minimum_slope: float) -> Inefficiency | None:
    """A line stops constraining where it meets ymax and xmin; None for a (nearly) level or falling line."""
    if line.slope <= minimum_slope:
        return None
    meets_top = (scope.ymax - line.intercept) / line.slope
    meets_left = line.intercept + line.slope * scope.xmin
    return _combine(
        (scope.xmax - meets_top) / scope.width,
        (meets_left - scope.ymin) / scope.height,
        scope,
    )


def _combine(condition: float, outcome: float, scope: Scope) -> Inefficiency:
    cx, cy = float(np.clip(condition, 0.0, 1.0)), float(np.clip(outcome, 0.0, 1.0))
    relative = cx + cy - cx * cy
    return Inefficiency(100.0 * cx, 100.0 * cy, 100.0 * relative, relative * scope.area)
