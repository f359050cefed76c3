"""Quantile regression at τ = 0.95 (Koenker & Bassett 1978), exact, of one or of many outcome rows on one condition.

The best line through one case is a weighted quantile of the slopes to the others; going on from the case it meets
lowers the loss until both cases of a line keep each other. That is the optimum of a convex loss unless a third case
lies on the line; those rows are solved by the linear programme instead. Where several lines are optimal the one
found depends on the values only, not on the order of the cases.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.nca.ceilings.model import Floats, Line

QUANTILE = 0.95
ON_LINE = 1e-11
TOUCHES = 1e-9
MAX_STEPS = 200


def quantile_line(x: Floats, y: Floats, tau: float = QUANTILE) -> Line | None:
    """The regression line of one outcome; None with fewer than two distinct x."""
    order = np.lexsort((y, x))
    slope, intercept = quantile_lines(x[order], y[order][None, :], tau)
    return None if np.isnan(slope[0]) else Line(float(slope[0]), float(intercept[0]))


def quantile_lines(x: Floats, rows: Floats, tau: float = QUANTILE) -> tuple[Floats, Floats]:
    """Slope and intercept for each row of outcomes; ``x`` ascending. NaN with fewer than two distinct x."""
    count = len(rows)
    if len(x) < 2 or x[0] == x[-1]:
        return np.full(count, np.nan), np.full(count, np.nan)
    x_middle, x_spread = float(x.mean()), float(x[-1] - x[0])
    y_middle = rows.mean(axis=1)
    y_spread = np.ptp(rows, axis=1)
    y_spread[y_spread == 0] = 1.0
    u = (x - x_middle) / x_spread
    v = _sorted_within_ties(x, (rows - y_middle[:, None]) / y_spread[:, None])
    slope, intercept = _descend(u, v, tau)
    _solve_degenerate(u, v, slope, intercept, tau)
    slope = slope * y_spread / x_spread
    return slope, y_middle + y_spread * intercept - slope * x_middle


def _sorted_within_ties(x: Floats, rows: Floats) -> Floats:
    starts = np.flatnonzero(np.diff(x, prepend=-np.inf) > 0)
    for start, stop in zip(starts, np.append(starts[1:], len(x)), strict=True):
        if stop - start > 1:
            rows[:, start:stop].sort(axis=1)
    return rows


def _descend(x: Floats, rows: Floats, tau: float) -> tuple[Floats, Floats]:
    count, n = rows.shape
    slope, intercept = np.zeros(count), np.zeros(count)
    place = min(n - 1, int(tau * n))
    pivot = np.argsort(rows, axis=1, kind="stable")[:, place]
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
    return slope, intercept


def _through(x: Floats, rows: Floats, at: NDArray[np.intp], tau: float) -> tuple[Floats, NDArray[np.intp]]:
    """Best slope of a line through case ``at`` of each row, and the other case it then meets."""
    run = x[None, :] - x[at][:, None]
    rise = rows - rows[np.arange(len(at)), at][:, None]
    same_x = run == 0
    slopes = np.where(same_x, np.inf, rise / np.where(same_x, 1.0, run))
    order = np.argsort(slopes, axis=1, kind="stable")
    weight = np.take_along_axis(np.abs(run), order, axis=1)
    start = np.where(run > 0, -tau * run, (1.0 - tau) * run).sum(axis=1)
    passed = start[:, None] + np.cumsum(weight, axis=1) >= -1e-15 * np.abs(start)[:, None]
    first = np.argmax(passed, axis=1)
    partner = order[np.arange(len(at)), first]
    return slopes[np.arange(len(at)), partner], partner


def _loss(residuals: Floats, tau: float) -> Floats:
    return np.asarray(np.where(residuals >= 0, tau * residuals, (tau - 1.0) * residuals).sum(axis=1))


def _solve_degenerate(x: Floats, rows: Floats, slope: Floats, intercept: Floats, tau: float) -> None:
    """Rows with three or more cases on the line, where the descent may stop early: in place, by programme."""
    residuals = np.abs(rows - intercept[:, None] - slope[:, None] * x)
    for i in np.flatnonzero((residuals <= ON_LINE).sum(axis=1) > 2):
        slope[i], intercept[i] = _programme(x, rows[i], tau)


def _programme(x: Floats, y: Floats, tau: float) -> tuple[float, float]:
    from scipy.optimize import linprog
    from scipy.sparse import csc_matrix, eye, hstack

    n = len(x)
    design = csc_matrix(np.column_stack((np.ones(n), x)))
    answer = linprog(
        np.concatenate(([0.0, 0.0], np.full(n, tau), np.full(n, 1.0 - tau))),
        A_eq=hstack((design, eye(n), -eye(n)), format="csc"),
        b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
        method="highs-ds",
    )
    intercept, slope = float(answer.x[0]), float(answer.x[1])
    on_line = np.flatnonzero(np.abs(y - intercept - slope * x) <= TOUCHES)
    low, high = on_line[0], on_line[-1]  # x ascends
    if x[low] < x[high]:
        slope = float((y[high] - y[low]) / (x[high] - x[low]))
        intercept = float(y[high] - slope * x[high])
    return slope, intercept
