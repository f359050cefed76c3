"""Every corner is computed as corner 1 (upper-left): the axes that need it are mirrored, and mirrored back.

Corner 1 upper-left (high x is necessary for high y), 2 upper-right (low x for high y), 3 lower-left (high x for
low y), 4 lower-right (low x for low y).
"""

import numpy as np

from analytics.nca.ceilings.model import Corner, Floats, Line, Scope


def signs(corner: Corner) -> tuple[float, float]:
    """Factors (of x, of y) that bring ``corner`` to the upper left."""
    return (-1.0 if corner in (2, 4) else 1.0, -1.0 if corner in (3, 4) else 1.0)


def turn(x: Floats, y: Floats, corner: Corner) -> tuple[Floats, Floats]:
    """Coordinates in which the empty corner is the upper left; the transform is its own inverse."""
    sx, sy = signs(corner)
    return sx * x, sy * y


def turn_scope(scope: Scope, corner: Corner) -> Scope:
    """The scope in turned coordinates."""
    sx, sy = signs(corner)
    xs = sorted((sx * scope.xmin, sx * scope.xmax))
    ys = sorted((sy * scope.ymin, sy * scope.ymax))
    return Scope(xs[0], xs[1], ys[0], ys[1])


def turn_line(line: Line, corner: Corner) -> Line:
    """A line of turned coordinates in the data's own (and back)."""
    sx, sy = signs(corner)
    return Line(slope=line.slope * sx * sy, intercept=line.intercept * sy)


def empirical_scope(x: Floats, y: Floats) -> Scope:
    """The smallest rectangle around the cases (at least one case)."""
    return Scope(float(np.min(x)), float(np.max(x)), float(np.min(y)), float(np.max(y)))


def widen(theoretical: Scope, empirical: Scope) -> Scope:
    """A theoretical scope never cuts observations off: it is enlarged to hold them."""
    return Scope(
        min(theoretical.xmin, empirical.xmin),
        max(theoretical.xmax, empirical.xmax),
        min(theoretical.ymin, empirical.ymin),
        max(theoretical.ymax, empirical.ymax),
    )
