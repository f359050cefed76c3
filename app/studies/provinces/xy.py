"""XY plots of the provincial study's paths: cases by membership in a path and in the outcome, every label readable."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.provinces.variables import label, variable
from analytics.qca.report import Analysis
from analytics.qca.sets.fit import sufficiency
from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import ABSENT, Term, format_term, membership, union_membership
from app.studies.xy import frame, kinds, name_cases, scatter
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    figure = Figure(figsize=(8.4, 6.9), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    frame(axes)
    scatter(axes, x, done.y, kinds(language))
    name_cases(axes, x, done.y, [drawable(n) for n in names])
    title, used = _title(done, terms, path, coded, language)
    fit = sufficiency(x, done.y)
    pairs = ((words["consistency"], fit.consistency), ("PRI", fit.pri), (words["coverage"], fit.coverage))
    figures = ", ".join(f"{name} {'–' if value is None else f'{value:.3f}'}" for name, value in pairs)
    axes.set_title(f"{title}{mark}\n{figures}", fontsize=10)
    sign = "~" if done.settings.negate else ""
    inside = words["in"] + (format_term(coded, terms[0]) if path else words["solution"])
    axes.set_xlabel("\n".join([inside, *textwrap.wrap(used, 40 if language == "zh" else 78)]), fontsize=8.5)
    axes.set_ylabel(words["in"] + sign + words["xy_outcome"], fontsize=9)
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
