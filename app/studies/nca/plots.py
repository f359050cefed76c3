"""NCA charts: scatter with ceilings 散点与上限线, bottleneck chart 瓶颈图; drawn without a display, as SVG and PNG."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.nca.bottleneck import STEPS, Cell, bottleneck
from analytics.nca.ceilings.model import Ceiling, ConditionResult, Floats, printed
from analytics.nca.ceilings.orientation import signs
from analytics.nca.ceilings.peers import distinct
from analytics.nca.report import BottleneckTable, Study
from app.fonts import save_figure
from app.studies.nca.units import unit_name
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


STYLES: dict[Ceiling, tuple[str, str]] = {
    "ce_fdh": ("#c0392b", "-"),
    "cr_fdh": ("#e08e0b", "-"),
    "ce_vrs": ("#8e44ad", "--"),
    "cr_vrs": ("#2c7fb8", "--"),
    "c_lp": ("#16a085", "-."),
    "cols": ("#7f8c8d", "-."),
    "qr": ("#34495e", ":"),
    "ols": ("#27ae60", ":"),
}
_FINE = np.linspace(0.0, 100.0, 2001)  # levels of the outcome at which a ceiling is drawn
_MARKS = "os^Dv<>P"
FORMATS = ("svg", "png", "pdf")


def new_figure() -> "tuple[Figure, Axes]":
    """An empty figure that needs no display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from app.fonts import use_cjk

    use_cjk()
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def ceiling_scatter(
    result: ConditionResult,
    condition: str,
    outcome: str,
    *,
    language: Language = "en",
    synthetic: bool = False,
) -> "Figure":
    """Cases with every ceiling of the result; the legend gives d (and p where tested)."""
    figure, axes = new_figure()
    from app.fonts import drawable

    words = in_language(language)
    axes.scatter(result.x, result.y, s=18, color="#2c3e50", alpha=0.75, label=f"{words['cases']} (N = {result.n})")
    for name, figures in result.ceilings.items():
        colour, dash = STYLES[name]
        xs, ys = ceiling_path(result, name)
        described = figures.effect_size is not None and name != "ols"
        label = f"{printed(name)}  d = {figures.effect_size:.2f}" if described else printed(name)
        if figures.p_value is not None:
            label += ", p < 0.001" if figures.p_value < 0.001 else f", p = {figures.p_value:.3f}"
        axes.plot(xs, ys, color=colour, linestyle=dash, linewidth=1.6, label=label)
    if result.n and result.scope.area > 0:
        axes.set_xlim(*_padded(result.scope.xmin, result.scope.xmax))
        axes.set_ylim(*_padded(result.scope.ymin, result.scope.ymax))
    axes.set_xlabel(drawable(condition))
    axes.set_ylabel(drawable(outcome))
    axes.set_title(drawable(f"{condition} → {outcome}" + (f" · {words['synthetic']}" if synthetic else "")))
    figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    return figure


def ceiling_path(result: ConditionResult, ceiling: Ceiling) -> tuple[Floats, Floats]:
    """Points of the ceiling's polyline in the data's units; empty when it has none."""
    figures, scope = result.ceilings[ceiling], result.scope
    if figures.slope is not None and figures.intercept is not None:
        xs = np.asarray([scope.xmin, scope.xmax])
        return xs, figures.intercept + figures.slope * xs
    if len(figures.peers.x) == 0:
        return np.empty(0), np.empty(0)
    sx, sy = signs(result.corner)
    px, py, _ = distinct(sx * figures.peers.x, sy * figures.peers.y)
    floor = scope.ymin if sy > 0 else -scope.ymax
    right = scope.xmax if sx > 0 else -scope.xmin
    if ceiling == "ce_fdh":
        xs, ys = np.append(np.repeat(px, 2), right), np.append(floor, np.repeat(py, 2))
    else:
        xs, ys = np.concatenate(([px[0]], px, [right])), np.concatenate(([floor], py, [py[-1]]))
    return sx * xs, sy * ys


def _padded(low: float, high: float) -> tuple[float, float]:
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def bottleneck_chart(
    table: BottleneckTable,
    ceiling: Ceiling,
    study: Study,
    *,
    language: Language = "en",
    synthetic: bool = False,
) -> "Figure":
    """Required level of each condition by level of the outcome, as the ceiling runs between the table's rows too.

    Steps stay steps. Where a condition is not necessary (NN) or has no level (NA) there is no line.
    """
    figure, axes = new_figure()
    from app.fonts import drawable

    words = in_language(language)
    asked = study.settings
    fine = np.interp(_FINE, STEPS, table.outcome)
    for number, (name, column) in enumerate(table.columns.items()):
        between = bottleneck(
            study.conditions[name], ceiling, x_unit=asked.x_unit, y_unit=asked.y_unit, cutoff=asked.cutoff, steps=_FINE
        )
        colour = f"C{number % 10}"
        label = drawable(name) + (" (NN)" if all(isinstance(cell, str) for cell in between) else "")
        axes.plot(fine, _heights(between), linewidth=1.4, color=colour, label=label)
        axes.plot(table.outcome, _heights(column), _MARKS[number % len(_MARKS)], markersize=4, color=colour)
    if np.isfinite(table.outcome).all() and min(table.outcome) < max(table.outcome):
        axes.set_xlim(*_padded(min(table.outcome), max(table.outcome)))
    axes.set_xlabel(drawable(f"{study.outcome} ({unit_name(asked.y_unit, language)})"))
    axes.set_ylabel(f"{words['required']} ({unit_name(asked.x_unit, language)})")
    title = f"{words['bottleneck']} · {printed(ceiling)}"
    axes.set_title(title + (f" · {words['synthetic']}" if synthetic else ""))
    axes.text(0.01, 0.99, words["no_line"], transform=axes.transAxes, fontsize="x-small", va="top", color="#5c6b7a")
    figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    axes.grid(visible=True, alpha=0.25)
    return figure


def _heights(cells: Sequence[Cell]) -> list[float]:
    return [np.nan if isinstance(cell, str) else cell for cell in cells]


def save_study(
    study: Study, directory: Path, *, language: Language = "en", synthetic: bool = False, stamp: str = ""
) -> Iterator[Path]:
    """Write every chart of the study as SVG, PNG and PDF, with `stamp` in their properties; yields the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    for i, (name, result) in enumerate(study.conditions.items(), start=1):
        figure = ceiling_scatter(result, name, study.outcome, language=language, synthetic=synthetic)
        yield from _save(figure, directory / f"nca-{i:02d}-{_slug(name)}", stamp)
    for ceiling, table in study.bottlenecks.items():
        figure = bottleneck_chart(table, ceiling, study, language=language, synthetic=synthetic)
        yield from _save(figure, directory / f"nca-bottleneck-{ceiling}", stamp)


def _save(figure: "Figure", stem: Path, stamp: str) -> Iterator[Path]:
    for extension in FORMATS:
        path = stem.with_name(f"{stem.name}.{extension}")
        save_figure(figure, path, 300, stamp)
        yield path


def _slug(name: str) -> str:
    return re.sub(r"[^\w\u4e00-\u9fff]+", "-", name).strip("-") or "condition"
