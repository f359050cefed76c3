"""Quantile regression of many outcome rows on one condition, by descent over lines through a case.

The best line through one case is a weighted quantile of the slopes to the others; going on from the case it meets
lowers the loss until both cases of a line keep each other. That is the optimum of a convex loss unless a third case
lies on the line; those rows are solved by the linear programme instead.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.nca.lines import QUANTILE, quantile_line
from analytics.nca.model import Floats

ON_LINE = 1e-11
MAX_STEPS = 200


def quantile_lines(x: Floats, rows: Floats, tau: float = QUANTILE) -> tuple[Floats, Floats]:
    """Slope and intercept for each row of outcomes; NaN when every x is the same."""
    count, n = rows.shape
    slope, intercept = np.full(count, np.nan), np.full(count, np.nan)
    if n < 2 or float(np.ptp(x)) == 0:
        return slope, intercept
    pivot = np.argpartition(rows, _place(n, tau), axis=1)[:, _place(n, tau)]
    loss = np.full(count, np.inf)
    stalled = np.zeros(count, dtype=np.intp)
    active = np.arange(count, dtype=np.intp)
    for _ in range(MAX_STEPS):
        if not len(active):
            break
        part, at = rows[active], pivot[active]
        steep, partner = _through(x, part, at, tau)
        base = part[np.arange(len(at)), at] - steep * x[at]
        new = _loss(part - base[:, None] - steep[:, None] * x, tau)
        better = new < loss[active] - 1e-14 * np.abs(new)
        slope[active] = np.where(better, steep, slope[active])
        intercept[active] = np.where(better, base, intercept[active])
        loss[active] = np.minimum(new, loss[active])
        stalled[active] = np.where(better, 0, stalled[active] + 1)
        pivot[active] = partner
        active = active[stalled[active] < 2]
    _solve_degenerate(x, rows, slope, intercept, tau)
    return slope, intercept


def _place(n: int, tau: float) -> int:
    return min(n - 1, int(tau * n))


def _through(x: Floats, rows: Floats, at: NDArray[np.intp], tau: float) -> tuple[Floats, NDArray[np.intp]]:
    """Best slope of a line through case ``at`` of each row, and the other case it then meets."""
    run = x[None, :] - x[at][:, None]
    rise = rows - rows[np.arange(len(at)), at][:, None]
    same_x = run == 0
    slopes = np.where(same_x, np.inf, rise / np.where(same_x, 1.0, run))
    order = np.argsort(slopes, axis=1)
    weight = np.take_along_axis(np.abs(run), order, axis=1)
    start = np.where(run > 0, -tau * run, (1.0 - tau) * run).sum(axis=1)
    passed = start[:, None] + np.cumsum(weight, axis=1) >= -1e-15 * np.abs(start)[:, None]
    first = np.argmax(passed, axis=1)
    partner = order[np.arange(len(at)), first]
    return slopes[np.arange(len(at)), partner], partner


def _loss(residuals: Floats, tau: float) -> Floats:
    return np.asarray(np.where(residuals >= 0, tau * residuals, (tau - 1.0) * residuals).sum(axis=1))


def _solve_degenerate(x: Floats, rows: Floats, slope: Floats, intercept: Floats, tau: float) -> None:
    height = float(np.ptp(rows)) or 1.0
    residuals = np.abs(rows - intercept[:, None] - slope[:, None] * x)
    for i in np.flatnonzero((residuals <= ON_LINE * height).sum(axis=1) > 2):
        line = quantile_line(x, rows[i], tau)
        if line is not None:
            slope[i], intercept[i] = line.slope, line.intercept
