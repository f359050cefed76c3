"""QCA charts: XY plots 散点图 and truth table heat map 真值表热图; drawn without a display, as SVG and PNG."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.qca.minimise.truth_table import case_names
from analytics.qca.report import Analysis
from analytics.qca.sets.fit import sufficiency
from analytics.qca.sets.space import Floats
from analytics.qca.sets.terms import Term, format_term, membership, union_membership
from app.fonts import drawable, save_figure, use_cjk
from app.studies.xy import frame, kinds, name_cases, scatter
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
LABELLED = 60  # more names than this are a table's, not a picture's


def _figure(width: float, height: float) -> "tuple[Figure, Axes]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    use_cjk()
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _title(text: str, language: Language, synthetic: bool) -> str:
    return f"{text} ({in_language(language)['synthetic']})" if synthetic else text


def _xy(done: Analysis, x: Floats, label: str, language: Language, synthetic: bool) -> "Figure":
    words = in_language(language)
    figure, axes = _figure(8.4, 6.4)
    frame(axes)
    scatter(axes, x, done.y, kinds(language))
    if len(done.cases) <= LABELLED:
        name_cases(axes, x, done.y, [drawable(name) for name in done.cases])
    fit = sufficiency(x, done.y)
    figures = [
        f"{name} {'–' if value is None else f'{value:.3f}'}"
        for name, value in (
            (words["consistency"], fit.consistency),
            ("PRI", fit.pri),
            (words["coverage"], fit.coverage),
        )
    ]
    axes.set_title(_title(f"{label} → {done.outcome}\n{', '.join(figures)}", language, synthetic), fontsize=10)
    axes.set_xlabel(f"{words['membership']} {label}")
    axes.set_ylabel(f"{words['membership']} {done.outcome}")
    figure.legend(fontsize=8, loc="outside lower center", ncols=4, frameon=False)
    return figure


def xy_plot(done: Analysis, term: Term, *, language: Language = "en", synthetic: bool = False) -> "Figure":
    """Cases by membership in one path and in the outcome; above the diagonal the path is consistent."""
    x = membership(done.space, done.data, term)
    return _xy(done, x, format_term(done.space, term), language, synthetic)


def solution_plot(
    done: Analysis, model: tuple[Term, ...], *, language: Language = "en", synthetic: bool = False
) -> "Figure":
    """Cases by membership in the whole solution and in the outcome."""
    x = union_membership(done.space, done.data, model)
    return _xy(done, x, in_language(language)["solution"], language, synthetic)


def truth_table_heatmap(done: Analysis, *, language: Language = "en", synthetic: bool = False) -> "Figure":
    """Observed rows: each condition's value, then consistency and PRI as shades, with OUT and the cases."""
    words, rows = in_language(language), done.table.rows
    top = np.asarray(done.space.levels, dtype=np.float64) - 1
    shades = np.array(
        [
            [*(np.asarray(row.values) / top), row.consistency or 0.0, np.nan if row.pri is None else row.pri]
            for row in rows
        ],
        dtype=np.float64,
    ).reshape(len(rows), len(top) + 2)
    labels = [*done.space.names, words["consistency"], "PRI"]
    figure, axes = _figure(1.5 + 0.8 * len(labels), 1.5 + 0.32 * max(len(rows), 1))
    axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.8, aspect="auto")
    for i, row in enumerate(rows):
        cells = [*(str(v) for v in row.values), *("–" if f is None else f"{f:.2f}" for f in (row.consistency, row.pri))]
        for j, text in enumerate(cells):
            axes.text(j, i, text, ha="center", va="center", fontsize=8).set_in_layout(False)  # inside its cell
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(rows)), [f"{words['row']} {row.number}: OUT {row.outcome}" for row in rows], fontsize=8)
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [_short(case_names(done.cases, row.cases)) for row in rows], fontsize=7)
    axes.set_title(_title(f"{words['truth_table']}: {done.outcome}", language, synthetic), fontsize=10)
    return figure


def _short(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" +{len(names) - most}" if len(names) > most else "")


def save_analysis(
    done: Analysis, directory: Path, *, language: Language = "en", synthetic: bool = False, stamp: str = ""
) -> list[Path]:
    """Write the truth table, and the paths and solution of the first model of the first C–P pair; the files written.

    Raises OSError when the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Figure] = {"truth_table": truth_table_heatmap(done, language=language, synthetic=synthetic)}
    pairs = list(done.intermediate.pairs.values())
    if pairs:
        model = pairs[0].models[0]
        for i, term in enumerate(model, 1):
            name = re.sub(r"[^\w~\-\[\]]+", "-", format_term(done.space, term))[:80]
            figures[f"path{i}_{name}"] = xy_plot(done, term, language=language, synthetic=synthetic)
        figures["solution"] = solution_plot(done, model, language=language, synthetic=synthetic)
    written: list[Path] = []
    for name, figure in figures.items():
        for suffix in FORMATS:
            path = directory / f"qca_{name}.{suffix}"
            save_figure(figure, path, 300, stamp)
            written.append(path)
    return written
