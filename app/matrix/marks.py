"""The marks on the matrix sheet: points by strategy, trails, intervals, and points on one spot drawn apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.matrix.data import Point
from app.palette import COLOURS, INK, MARKERS, MUTED, WATCH

_NEAR = 1.0  # of a marker's width: closer points cover each other
_STEP = 2.2  # markers drawn apart lie so many half widths from their common place


def spread(places: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Return where markers of `radius` are drawn so that none covers another; (n, 2) in pixels, as `places`.

    Points closer than a marker's width form a group, which is laid on a circle around its centre in their order;
    all others stay. The same places give the same drawing.
    """
    group = np.arange(len(places))
    gaps = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    for i, j in np.argwhere(np.triu(gaps < 2 * radius * _NEAR, 1)):
        group[group == group[j]] = group[i]
    drawn = places.copy()
    for number in np.unique(group):
        members = np.flatnonzero(group == number)
        if len(members) > 1:
            reach = max(_STEP * radius, radius / np.sin(np.pi / len(members)))
            angles = np.pi / 2 + 2 * np.pi * np.arange(len(members)) / len(members)
            drawn[members] = places[members].mean(axis=0) + reach * np.column_stack([np.cos(angles), np.sin(angles)])
    return drawn


def draw_trail(ax: Any, point: Point) -> None:
    """Draw the earlier places of a point and the line through them."""
    if not point.trail:
        return
    colour = COLOURS[point.strategy]
    path = [*point.trail, (point.dynamics, point.capability)]
    ax.plot([p[0] for p in path], [p[1] for p in path], color=colour, lw=0.9, alpha=0.55, zorder=2)
    ax.scatter([p[0] for p in point.trail], [p[1] for p in point.trail], s=7, color=colour, alpha=0.45, zorder=2)


def draw_interval(ax: Any, point: Point) -> None:
    """Draw the 90 % intervals of D and K through the point; a dynamics beyond the sheet ends at its edge."""
    if point.capability_ends is None or point.dynamics_ends is None:
        return
    line = {"color": COLOURS[point.strategy], "lw": 0.8, "alpha": 0.45, "zorder": 2, "solid_capstyle": "butt"}
    ax.plot(point.dynamics_ends, [point.capability] * 2, **line)
    ax.plot([point.dynamics] * 2, point.capability_ends, **line)


def draw_point(ax: Any, point: Point, place: tuple[float, float]) -> None:
    """Draw the marker of a point at `place` (D, K): hollow for low evidence, ringed on watch, a ? where unsettled."""
    colour = COLOURS[point.strategy]
    true = (point.dynamics, point.capability)
    if place != true:
        ax.plot([true[0], place[0]], [true[1], place[1]], color=MUTED, lw=0.6, zorder=3)
        ax.scatter(*([v] for v in true), marker="+", s=22, color=INK, lw=0.7, zorder=3)
    ax.scatter(
        [place[0]], [place[1]], s=46, zorder=4, linewidths=1.4, marker=MARKERS[point.strategy],
        facecolors="white" if point.low_evidence else colour, edgecolors=colour,
    )  # fmt: skip
    if point.unsettled:
        ax.annotate(
            "?", place, ha="center", va="center", fontsize=6.5, zorder=5,
            color=colour if point.low_evidence else "white",
        )  # fmt: skip
    if point.is_watch:
        ax.scatter([place[0]], [place[1]], s=170, facecolors="none", edgecolors=WATCH, lw=1.6, zorder=3)
