"""NCA charts: scatter with ceilings 散点与上限线, bottleneck chart 瓶颈图; drawn without a display, as SVG and PNG."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.nca.ceilings.model import Ceiling, ConditionResult, Floats
from analytics.nca.ceilings.orientation import signs
from analytics.nca.ceilings.peers import distinct
from analytics.nca.report import BottleneckTable, Study
from app.fonts import clean_texts
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
FORMATS = ("svg", "png")


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
        label = f"{name}  d = {figures.effect_size:.2f}" if described else name
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
    """Required level of each condition by level of the outcome; NN drawn at the foot, NA left open."""
    figure, axes = new_figure()
    from app.fonts import drawable

    words = in_language(language)
    for name, column in table.columns.items():
        foot = 0.0 if study.settings.x_unit != "actual" else study.conditions[name].scope.xmin
        heights = [foot if cell == "NN" else (np.nan if isinstance(cell, str) else cell) for cell in column]
        axes.plot(table.outcome, heights, marker="o", markersize=3, linewidth=1.4, label=drawable(name))
    axes.set_xlabel(drawable(f"{study.outcome} ({study.settings.y_unit})"))
    axes.set_ylabel(f"{words['required']} ({study.settings.x_unit})")
    title = f"{words['bottleneck']} · {ceiling}"
    axes.set_title(title + (f" · {words['synthetic']}" if synthetic else ""))
    figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    axes.grid(visible=True, alpha=0.25)
    return figure


def save_study(study: Study, directory: Path, *, language: Language = "en", synthetic: bool = False) -> Iterator[Path]:
    """Write every chart of the study as SVG and PNG; yields the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    for i, (name, result) in enumerate(study.conditions.items(), start=1):
        figure = ceiling_scatter(result, name, study.outcome, language=language, synthetic=synthetic)
        yield from _save(figure, directory / f"nca-{i:02d}-{_slug(name)}")
    for ceiling, table in study.bottlenecks.items():
        figure = bottleneck_chart(table, ceiling, study, language=language, synthetic=synthetic)
        yield from _save(figure, directory / f"nca-bottleneck-{ceiling}")


def _save(figure: "Figure", stem: Path) -> Iterator[Path]:
    for extension in FORMATS:
        path = stem.with_name(f"{stem.name}.{extension}")
        metadata = {"Date": None} if extension == "svg" else {}
        clean_texts(figure)
        figure.savefig(path, dpi=150, metadata=metadata)
        yield path


def _slug(name: str) -> str:
    return re.sub(r"[^\w\u4e00-\u9fff]+", "-", name).strip("-") or "condition"
