"""QCA charts: XY plots 散点图 and truth table heat map 真值表热图; drawn without a display, as SVG and PNG."""

import importlib
import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.qca.minimise.truth_table import case_names
from analytics.qca.report import Analysis
from analytics.qca.sets.fit import sufficiency
from analytics.qca.sets.space import Floats
from analytics.qca.sets.terms import Term, format_term, membership, union_membership
from app.fonts import clean_texts
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
LABELLED = 40
RIGHT = 0.8
COLOURS = {"typical": "#1f6f8b", "deviant": "#c0392b", "uncovered": "#e08e0b", "irrelevant": "#95a5a6"}


def use_fonts() -> None:
    """Fonts with Chinese glyphs, where the program's font set is there; matplotlib's own otherwise."""
    if importlib.util.find_spec("app.fonts") is not None:
        importlib.import_module("app.fonts").use_cjk()


def _figure(width: float, height: float) -> "tuple[Figure, Axes]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    use_fonts()
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _title(text: str, language: Language, synthetic: bool) -> str:
    return f"{text} ({in_language(language)['synthetic']})" if synthetic else text


def _colours(x: Floats, y: Floats) -> list[str]:
    kinds = {(True, True): "typical", (True, False): "deviant", (False, True): "uncovered"}
    return [COLOURS[kinds.get((a > 0.5, b > 0.5), "irrelevant")] for a, b in zip(x, y, strict=True)]


def _name_cases(axes: "Axes", cases: tuple[str, ...], x: Floats, y: Floats) -> None:
    """Name the cases in the path or the outcome; those at one point (to 0.01) share a label."""
    at: dict[tuple[float, float], list[str]] = {}
    for name, a, b in zip(cases, x.tolist(), y.tolist(), strict=True):
        if a > 0.5 or b > 0.5:
            at.setdefault((round(a, 2), round(b, 2)), []).append(name)
    for (a, b), names in at.items():
        left = a > RIGHT
        axes.annotate(
            ", ".join(names),
            (a, b),
            xytext=(-5 if left else 5, 4),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=7,
        )


def _xy(done: Analysis, x: Floats, label: str, language: Language, synthetic: bool) -> "Figure":
    words = in_language(language)
    figure, axes = _figure(6.0, 6.0)
    axes.plot([0, 1], [0, 1], color="#7f8c8d", linewidth=0.8)
    for draw in (axes.axhline, axes.axvline):
        draw(0.5, color="#7f8c8d", linewidth=0.8, linestyle=":")
    axes.scatter(x, done.y, s=24, c=_colours(x, done.y), zorder=3)
    if len(done.cases) <= LABELLED:
        _name_cases(axes, done.cases, x, done.y)
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
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
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


def save_analysis(done: Analysis, directory: Path, *, language: Language = "en", synthetic: bool = False) -> list[Path]:
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
            clean_texts(figure)
            figure.savefig(path, dpi=150)
            written.append(path)
    return written
