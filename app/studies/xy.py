"""XY plots of memberships: axes, cases by kind, and names beside them whose leaders never cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.qca.sets.space import Floats
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"typical": "#1f6f8b", "deviant": "#c0392b", "uncovered": "#e08e0b", "irrelevant": "#95a5a6"}
MARKERS = {"typical": "o", "deviant": "X", "uncovered": "^", "irrelevant": "."}
GAP = 0.036  # between two names, of the axis's length
_BESIDE = 0.12  # from the unit square to the names
_ROOM = 0.42  # beside the unit square, for names


def kind_of(x: float, y: float) -> str:
    """Return what a case is to a path by its memberships: typical, deviant, uncovered or irrelevant."""
    if x > 0.5:
        return "typical" if y > 0.5 else "deviant"
    return "uncovered" if y > 0.5 else "irrelevant"


def kinds(language: Language) -> dict[str, str]:
    """Return what the legend calls each kind of case."""
    words = in_language(language)
    return {kind: words["xy_deviant" if kind == "deviant" else kind] for kind in COLOURS}


def spread(heights: Sequence[float], gap: float = GAP, top: float = 1.0) -> list[float]:
    """Return label heights in the order given, `gap` apart, at most `top`, above 0 where there is room."""
    order = sorted(range(len(heights)), key=lambda i: -heights[i])
    placed = [0.0] * len(heights)
    last = top + gap
    for i in order:
        last = min(heights[i], last - gap)
        placed[i] = last
    floor = 0.0
    for i in reversed(order):
        if placed[i] >= floor:
            break
        placed[i] = floor
        floor += gap
    return placed


def matched(points: Sequence[tuple[float, float]], slots: Sequence[tuple[float, float]]) -> list[int]:
    """Return a slot for each point so that the straight leaders are shortest in sum, and so never cross.

    Two crossing leaders could be exchanged for two shorter ones (triangle inequality).
    """
    from scipy.optimize import linear_sum_assignment

    if not points:
        return []
    at, to = np.asarray(points, dtype=np.float64), np.asarray(slots, dtype=np.float64)
    lengths = np.hypot(at[:, None, 0] - to[None, :, 0], at[:, None, 1] - to[None, :, 1])
    return [int(j) for j in linear_sum_assignment(lengths)[1]]


def frame(axes: Axes) -> None:
    """Draw the unit square with its diagonal and halves, and leave room for names on both sides."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor="#2c3e50", linewidth=0.8))
    axes.plot([0, 1], [0, 1], color="#7f8c8d", linewidth=0.8)
    for xs, ys in (([0, 1], [0.5, 0.5]), ([0.5, 0.5], [0, 1])):
        axes.plot(xs, ys, color="#7f8c8d", linewidth=0.8, linestyle=":")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set(xlim=(-_ROOM, 1 + _ROOM), ylim=(-0.02, 1.02), aspect="equal")
    ticks = np.linspace(0, 1, 6)
    axes.set_xticks(ticks)
    axes.set_yticks([])
    for tick in ticks.tolist():
        axes.text(-0.015, tick, f"{tick:.1f}", ha="right", va="center", fontsize=7).set_in_layout(False)


def scatter(axes: Axes, x: Floats, y: Floats, words: dict[str, str]) -> None:
    """Draw the cases, each kind in its colour and shape; `words` names the kinds in the legend."""
    kinds = [kind_of(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    for kind, colour in COLOURS.items():
        at = [i for i, k in enumerate(kinds) if k == kind]
        if at:
            axes.scatter(
                x[at], y[at], s=26, c=colour, marker=MARKERS[kind], zorder=3, label=f"{words[kind]} ({len(at)})"
            )


def name_cases(axes: Axes, x: Floats, y: Floats, names: Sequence[str]) -> None:
    """Name the cases in the path or the outcome beside the square; those at one point (to 0.01) share a line."""
    from matplotlib.collections import LineCollection

    at: dict[tuple[float, float], list[str]] = {}
    for name, a, b in zip(names, x.tolist(), y.tolist(), strict=True):
        if a > 0.5 or b > 0.5:
            at.setdefault((round(a, 2), round(b, 2)), []).append(name)
    leaders: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for column, align, here in (
        (-_BESIDE, "right", [p for p in at if p[0] <= 0.5]),
        (1 + _BESIDE / 2, "left", [p for p in at if p[0] > 0.5]),
    ):
        gap = min(GAP, 1 / max(len(here), 1))
        slots = [(column, height) for height in spread([b for _, b in here], gap)]
        for point, slot in zip(here, matched(here, slots), strict=True):
            leaders.append((point, slots[slot]))
            text = axes.text(
                column, slots[slot][1], _few(at[point]), fontsize=min(7.5, 210 * gap), va="center", ha=align
            )
            text.set_in_layout(False)
    # lines rather than annotation arrows, whose clipping costs more than all the rest of the picture
    axes.add_collection(LineCollection(leaders, colors="#b8c1c9", linewidths=0.6, zorder=1))


def _few(names: Sequence[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" +{len(names) - most}" if len(names) > most else "")
