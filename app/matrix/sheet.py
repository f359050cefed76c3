"""The strategy matrix as a picture for reports (SVG, PNG, PDF): one language, labels apart, axes fitted to the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analytics.matrix.strategy import Strategy
from app.display import drawn
from app.fonts import drawable, save_figure, use_cjk
from app.matrix.data import MatrixPicture, by_line, label_words
from app.matrix.labels import Sheet, anchor, place_labels
from app.matrix.marks import draw_interval, draw_point, draw_trail, spread
from app.palette import COLOURS, INK, MARKERS, MUTED, WATCH, label_colour
from words.glossary import STRATEGIES, Choice, in_language

_TITLE = "quadrant"  # marks the quadrants' names among the sheet's texts
_FULL = (-0.04, 1.04)  # both axes of the whole matrix
_ROOM = 0.06  # between the outermost point and the edge
_WORTH = 0.62  # a fitted view that shows more of the matrix than this is drawn whole
_DPI = 300  # of a PNG: prints sharp


def strategy_name(strategy: str, language: Choice) -> str:
    """Return a strategy's name; `both`: Chinese, then English."""
    zh, en = STRATEGIES[strategy]
    return f"{zh} {en}" if language == "both" else {"zh": zh, "en": en}[language]


def fitted(values: list[float], cut: float) -> tuple[float, float]:
    """Return the range of one axis that holds `values` and `cut` with room at both ends."""
    low, high = min([cut, *values]), max([cut, *values])
    room = max(_ROOM, 0.08 * (high - low))
    return low - room, high + room


def ranges(picture: MatrixPicture, *, whole: bool = False) -> tuple[tuple[float, float], tuple[float, float], bool]:
    """Return the ranges of D and K and whether they show a part only: the full view belongs beside it then."""
    places = [(p.dynamics, p.capability) for p in picture.points] + [t for p in picture.points for t in p.trail]
    wide, high = (
        fitted([p[i] for p in places], c) for i, c in enumerate((picture.cut_dynamics, picture.cut_capability))
    )
    full = _FULL[1] - _FULL[0]
    part = (wide[1] - wide[0]) * (high[1] - high[0]) < _WORTH * full * full
    if whole or not part:
        return (min(_FULL[0], wide[0]), max(_FULL[1], wide[1])), (min(_FULL[0], high[0]), max(_FULL[1], high[1])), False
    return wide, high, True


def _quadrants(ax: Any, picture: MatrixPicture, language: Choice | None) -> None:
    """Tint the quadrants and draw the cuts; with a language, name them."""
    from matplotlib.patches import Rectangle

    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    for strategy in Strategy:
        top, right = strategy.sides
        left, width = (picture.cut_dynamics, x1 - picture.cut_dynamics) if right else (x0, picture.cut_dynamics - x0)
        low, height = (
            (picture.cut_capability, y1 - picture.cut_capability) if top else (y0, picture.cut_capability - y0)
        )
        ax.add_patch(Rectangle((left, low), width, height, color=COLOURS[strategy], alpha=0.06, lw=0, zorder=0))
        if language is not None:
            ax.annotate(
                strategy_name(strategy, language), (left + width if right else left, low + height if top else low),
                xytext=(-10 if right else 10, -12 if top else 12), textcoords="offset points",
                ha="right" if right else "left", va="top" if top else "bottom",
                fontsize=15, color=COLOURS[strategy], alpha=0.75, zorder=1, gid=_TITLE,
            )  # fmt: skip
    ax.axvline(picture.cut_dynamics, color=MUTED, lw=1.0, zorder=1)
    ax.axhline(picture.cut_capability, color=MUTED, lw=1.0, zorder=1)


def _legend(ax: Any, beside: Any, picture: MatrixPicture, language: Choice, *, intervals: bool, apart: bool) -> None:
    """Explain the marks that are drawn: under the matrix, or on the empty axes `beside` it."""
    from matplotlib.lines import Line2D

    t = in_language(language)

    def mark(face: str, edge: str, size: float, shape: str = "o") -> Line2D:
        return Line2D([], [], marker=shape, ls="", markerfacecolor=face, markeredgecolor=edge, markersize=size)

    points = picture.points
    entries = [(mark(COLOURS[s], COLOURS[s], 7, MARKERS[s]), strategy_name(s, language)) for s in STRATEGIES]
    line = Line2D([], [], color=MUTED, lw=0.9, marker=".", markersize=4)
    cross = Line2D([], [], color=MUTED, lw=0.8, alpha=0.6, marker="+", markersize=9)
    for shown, handle, name in (
        (any(p.low_evidence for p in points), mark("white", MUTED, 7), "m_low_evidence"),
        (any(p.is_watch for p in points), mark("none", WATCH, 12), "m_watch"),
        (any(p.unsettled for p in points), Line2D([], [], marker="$?$", ls="", color=MUTED), "m_unsettled"),
        (intervals, cross, "m_intervals"),
        (any(p.trail for p in points), line, "m_trail"),
        (apart, mark("none", INK, 6, "+"), "m_apart"),
    ):
        if shown:
            entries.append((handle, t[name]))
    handles, names = zip(*entries, strict=True)
    if beside is not None:
        beside.legend(handles, names, loc="upper left", frameon=False, fontsize=8.5, labelspacing=0.9)
        return
    columns = 4 if language == "both" else 5
    ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, -0.085), ncol=columns, frameon=False, fontsize=9)


def _overview(ax: Any, beside: Any, picture: MatrixPicture, language: Choice) -> None:
    """Draw the whole matrix small, with the part that `ax` shows marked on it."""
    from matplotlib.patches import Rectangle

    beside.set(xlim=_FULL, ylim=_FULL, aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    _quadrants(beside, picture, None)
    for p in picture.points:
        beside.scatter([p.dynamics], [p.capability], s=7, color=COLOURS[p.strategy], marker=MARKERS[p.strategy])
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    beside.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, ec=INK, lw=1.0, zorder=5))
    beside.set_title(in_language(language)["m_full"], fontsize=9)
    beside.tick_params(labelsize=7)


def _words(ax: Any, picture: MatrixPicture, language: Choice) -> None:
    t = in_language(language)
    ax.set_xlabel(f"{t['m_dynamics']}  →", fontsize=11)
    ax.set_ylabel(f"{t['m_capability']}  →", fontsize=11)
    said = f"{picture.as_of.isoformat()}   {by_line(picture.head, language)}   {t[f'm_{picture.frame}']}"
    ax.set_title(f"{t['m_title']}\n{said}", fontsize=13, pad=26)
    ax.text(
        0.5, 1.015, label_words(picture.data_label, language), transform=ax.transAxes, ha="center", va="bottom",
        fontsize=9.5, color=label_colour(picture.data_label),
    )  # fmt: skip
    if picture.not_placed:
        sep = t["sep"] if language != "both" else "、"
        names = sep.join(drawable(en if language == "en" else zh) for zh, en, _ in picture.not_placed)
        ax.text(0.0, -0.2, t["m_not_placed"] + names, transform=ax.transAxes, fontsize=8, va="top", wrap=True)


def draw_matrix(
    picture: MatrixPicture, *files: Path, intervals: bool = False, whole: bool = False, language: Choice | None = None
) -> None:
    """Draw the matrix to `files`; the ending decides the form (.svg, .png with 300 dpi, .pdf).

    x: paradigm dynamics D, y: technology capability K (docs/methods.md, Strategy matrix). Shape and colour are the
    strategy; a ring marks a technology on watch, a hollow point one under the coverage floor, a thin line its earlier
    places, a question mark one whose quadrant is not the most probable; `intervals` adds the 90 % intervals. The axes
    fit the data, with the full view beside; `whole` draws the full view alone. The data label and the date are on the
    sheet. `language`: default the one spoken, or both where both were asked for.
    """
    figure, _ = compose(picture, intervals=intervals, whole=whole, language=language)
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_figure(figure, file, _DPI if file.suffix == ".png" else 160, picture.head.stamp)


def _axes(part: bool) -> tuple[Any, Any, Any, Any]:
    """Return the figure and the axes: of the matrix and, when it shows a part only, of the full view and the legend."""
    use_cjk()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    # A fixed salt: the same figures give the same SVG, byte for byte.
    mpl.rcParams["svg.hashsalt"] = "stuckneck"
    figure = Figure(figsize=(11, 8.6) if not part else (12.6, 8.6), layout="constrained")
    if not part:
        return figure, figure.add_subplot(), None, None
    axes = figure.subplot_mosaic([["matrix", "full"], ["matrix", "legend"]], width_ratios=[5, 1], height_ratios=[1, 4])
    axes["legend"].axis("off")
    return figure, axes["matrix"], axes["full"], axes["legend"]


def compose(
    picture: MatrixPicture, *, intervals: bool = False, whole: bool = False, language: Choice | None = None
) -> tuple[Any, list[Any]]:
    """Return the figure and the labels on it, in the order of the picture's points; see `draw_matrix`."""
    language = language or drawn()
    wide, high, part = ranges(picture, whole=whole)
    figure, ax, full, legend = _axes(part)
    ax.set(xlim=wide, ylim=high)
    _quadrants(ax, picture, language)
    for point in picture.points:
        draw_trail(ax, point)
        if intervals:
            draw_interval(ax, point)
    texts = [
        ax.text(
            point.dynamics, point.capability, drawable(point.name(language)), fontsize=8, color=INK, zorder=5,
            linespacing=1.0, in_layout=False,
        )
        for point in picture.points
    ]  # fmt: skip
    _words(ax, picture, language)
    ax.tick_params(labelsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if full is not None:
        _overview(ax, full, picture, language)

    def explain(apart: bool) -> None:
        _legend(ax, legend, picture, language, intervals=intervals, apart=apart)

    _settle(figure, ax, picture, texts, explain)
    return figure, texts


def _settle(figure: Any, ax: Any, picture: MatrixPicture, texts: list[Any], explain: Callable[[bool], None]) -> None:
    """Draw markers and labels where they fit: both are measured in pixels, so the layout must have settled.

    `explain` draws the legend, with points drawn apart or without.
    """
    explain(True)  # as large as it can be
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    to_pixels, back = ax.transData.transform, ax.transData.inverted().transform
    pixel = figure.dpi / 72
    true = np.array([(p.dynamics, p.capability) for p in picture.points]).reshape(-1, 2)
    at = to_pixels(true) if len(true) else true
    places = spread(at, 4.2 * pixel)
    moved = np.any(places != at, axis=1)
    drawn_at = [tuple(back(places[i])) if moved[i] else tuple(true[i]) for i in range(len(true))]
    for point, place in zip(picture.points, drawn_at, strict=True):
        draw_point(ax, point, place)
    explain(bool(moved.any()))
    if texts:
        _label(figure, ax, picture, texts, places)


def _label(figure: Any, ax: Any, picture: MatrixPicture, texts: list[Any], places: Any) -> None:
    """Move each label beside its marker at `places` (pixels) and draw its leader where it lies apart from it."""
    to_pixels, back = ax.transData.transform, ax.transData.inverted().transform
    pixel = figure.dpi / 72
    frame = ax.get_window_extent()
    extents = [t.get_window_extent() for t in texts]
    titles = [t.get_window_extent().extents for t in ax.texts if t.get_gid() == _TITLE]
    trail = [place for p in picture.points for place in p.trail]
    x, y = to_pixels((picture.cut_dynamics, picture.cut_capability))
    sheet = Sheet(
        points=places,
        radii=np.array([(7.5 if p.is_watch else 4.2) * pixel for p in picture.points]),
        sizes=np.array([(e.width, e.height) for e in extents]),
        spots=to_pixels(trail) if trail else np.empty((0, 2)),
        titles=np.array(titles).reshape(-1, 4),
        cuts=(x, y),
        bounds=(frame.x0 + 2, frame.y0 + 2, frame.x1 - 2, frame.y1 - 2),
    )
    for text, centre, size, point, radius in zip(
        texts, place_labels(sheet), sheet.sizes, sheet.points, sheet.radii, strict=True
    ):
        text.set(position=back(centre), ha="center", va="center")
        end = anchor(centre, size, point)
        gap = float(np.hypot(*(end - point)))
        if gap > radius + 7 * pixel:
            ends = back([point + (end - point) * (radius / gap), end])
            ax.plot(ends[:, 0], ends[:, 1], color="#a0aec0", lw=0.6, zorder=2)
