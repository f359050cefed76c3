"""XY plots of the provincial study's paths: cases by membership in a path and in the outcome, every label readable."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.provinces.variables import label, variable
from analytics.qca.report import Analysis
from analytics.qca.sets.fit import sufficiency
from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import ABSENT, Term, format_term, membership, union_membership
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"typical": "#1f6f8b", "deviant": "#c0392b", "uncovered": "#e08e0b", "irrelevant": "#95a5a6"}
_GAP = 0.036
_LABEL_X = {"left": 0.17, "right": 0.80}


def _kind(x: float, y: float) -> str:
    if x > 0.5:
        return "typical" if y > 0.5 else "deviant"
    return "uncovered" if y > 0.5 else "irrelevant"


def spread(heights: Sequence[float], gap: float = _GAP, top: float = 1.0) -> list[float]:
    """Return label heights in the order given, at least `gap` apart and at most `top`, near where they belong."""
    order = sorted(range(len(heights)), key=lambda i: -heights[i])
    placed = [0.0] * len(heights)
    last = top + gap
    for i in order:
        last = min(heights[i], last - gap)
        placed[i] = last
    return placed


def _name(axes: Axes, x: Floats, y: Floats, names: Sequence[str]) -> None:
    """Name the cases in the path or the outcome in a column beside their cluster, with leaders."""
    from matplotlib.collections import LineCollection

    leaders: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for side, chosen in (("left", x <= 0.5), ("right", x > 0.5)):
        found = [i for i in np.flatnonzero(chosen).tolist() if x[i] > 0.5 or y[i] > 0.5]
        align = "left" if side == "left" else "right"
        for i, height in zip(found, spread([float(y[i]) for i in found]), strict=True):
            at = _LABEL_X[side]
            leaders.append(((float(x[i]), float(y[i])), (at, height)))
            text = axes.text(at, height, names[i], fontsize=8, va="center", ha=align)
            text.set_in_layout(False)
    # lines rather than annotation arrows, whose clipping costs more than all the rest of the picture
    axes.add_collection(LineCollection(leaders, colors="#b8c1c9", linewidths=0.6, zorder=1))


def xy_figure(
    done: Analysis, terms: Sequence[Term], path: str | None, names: Sequence[str], language: Language, mark: str
) -> Figure:
    """Draw one path (`path` its name) or, without, the whole solution; `mark` (synthetic …) goes into the title."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from app.fonts import drawable, use_cjk

    use_cjk()
    words, coded = in_language(language), Space.binary(tuple(variable(n).code for n in done.space.names))
    x = membership(done.space, done.data, terms[0]) if path else union_membership(done.space, done.data, terms)
    figure = Figure(figsize=(6.4, 7.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#7f8c8d", linewidth=0.8)
    for draw in (axes.axhline, axes.axvline):
        draw(0.5, color="#7f8c8d", linewidth=0.8, linestyle=":")
    kinds = [_kind(a, b) for a, b in zip(x, done.y, strict=True)]
    for kind, colour in _COLOURS.items():
        at = [i for i, k in enumerate(kinds) if k == kind]
        if at:
            axes.scatter(
                x[at],
                done.y[at],
                s=26,
                c=colour,
                zorder=3,
                label=f"{words['xy_deviant' if kind == 'deviant' else kind]} ({len(at)})",
            )
    _name(axes, x, done.y, [drawable(n) for n in names])
    title, used = _title(done, terms, path, coded, language)
    fit = sufficiency(x, done.y)
    pairs = ((words["consistency"], fit.consistency), ("PRI", fit.pri), (words["coverage"], fit.coverage))
    figures = ", ".join(f"{name} {'–' if value is None else f'{value:.3f}'}" for name, value in pairs)
    axes.set_title(f"{title}{mark}\n{figures}", fontsize=10)
    sign = "~" if done.settings.negate else ""
    inside = words["in"] + (format_term(coded, terms[0]) if path else words["solution"])
    axes.set_xlabel("\n".join([inside, *textwrap.wrap(used, 40 if language == "zh" else 78)]), fontsize=8.5)
    axes.set_ylabel(words["in"] + sign + words["xy_outcome"], fontsize=9)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    figure.legend(fontsize=8, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _title(
    done: Analysis, terms: Sequence[Term], path: str | None, coded: Space, language: Language
) -> tuple[str, str]:  # fmt: skip
    """The title in short codes, and what the codes stand for."""
    used = [j for j in range(len(coded.names)) if any(t[j] != ABSENT for t in terms)]
    legend = "; ".join(f"{coded.names[j]} {label(done.space.names[j], language)}" for j in used)
    what = f"{path}: {format_term(coded, terms[0])}" if path else in_language(language)["solution"]
    return f"{what} → {'~' if done.settings.negate else ''}{in_language(language)['xy_outcome']}", legend
