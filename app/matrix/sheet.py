"""The strategy matrix as a picture for reports (SVG, PNG, PDF), Chinese and English, labels apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from analytics.matrix.strategy import Strategy
from app.fonts import drawable, use_cjk
from app.matrix.data import LABELS, MatrixPicture, Point
from app.matrix.labels import Sheet, anchor, place_labels
from app.palette import COLOURS
from words.glossary import STRATEGIES

_TITLE = "quadrant"  # marks the quadrants' names among the sheet's texts


def _quadrants(ax: Any, picture: MatrixPicture, limits: tuple[float, float, float, float]) -> None:
    x0, x1, y0, y1 = limits
    for strategy in Strategy:
        top, right = strategy.sides
        left, width = (picture.cut_dynamics, x1 - picture.cut_dynamics) if right else (x0, picture.cut_dynamics - x0)
        low, height = (
            (picture.cut_capability, y1 - picture.cut_capability) if top else (y0, picture.cut_capability - y0)
        )
        from matplotlib.patches import Rectangle

        ax.add_patch(Rectangle((left, low), width, height, color=COLOURS[strategy], alpha=0.06, lw=0, zorder=0))
        zh, en = STRATEGIES[strategy]
        ax.annotate(
            f"{zh}  {en}", (left + width if right else left, low + height if top else low),
            xytext=(-10 if right else 10, -12 if top else 12), textcoords="offset points",
            ha="right" if right else "left", va="top" if top else "bottom",
            fontsize=15, color=COLOURS[strategy], alpha=0.75, zorder=1, gid=_TITLE,
        )  # fmt: skip
    ax.axvline(picture.cut_dynamics, color="#4a5568", lw=1.0, zorder=1)
    ax.axhline(picture.cut_capability, color="#4a5568", lw=1.0, zorder=1)


def _point(ax: Any, point: Point) -> None:
    colour = COLOURS[point.strategy]
    if point.trail:
        path = [*point.trail, (point.dynamics, point.capability)]
        ax.plot([p[0] for p in path], [p[1] for p in path], color=colour, lw=0.9, alpha=0.55, zorder=2)
        ax.scatter([p[0] for p in point.trail], [p[1] for p in point.trail], s=7, color=colour, alpha=0.45, zorder=2)
    ax.scatter(
        [point.dynamics], [point.capability], s=46, zorder=4, linewidths=1.4,
        facecolors="white" if point.low_evidence else colour, edgecolors=colour,
    )  # fmt: skip
    if point.unsettled:
        ax.annotate(
            "?", (point.dynamics, point.capability), ha="center", va="center", fontsize=7, weight="bold", zorder=5,
            color=colour if point.low_evidence else "white",
        )  # fmt: skip
    if point.is_watch:
        ax.scatter(
            [point.dynamics], [point.capability], s=170, facecolors="none", edgecolors="#d69e2e", lw=1.6, zorder=3
        )


def _interval(ax: Any, point: Point) -> None:
    """Draw the 90 % intervals of D and K through the point; a dynamics beyond the sheet ends at its edge."""
    if point.capability_ends is None or point.dynamics_ends is None:
        return
    line = {"color": COLOURS[point.strategy], "lw": 0.8, "alpha": 0.45, "zorder": 2, "solid_capstyle": "butt"}
    ax.plot(point.dynamics_ends, [point.capability] * 2, **line)
    ax.plot([point.dynamics] * 2, point.capability_ends, **line)


def _legend(ax: Any, *, trails: bool, intervals: bool) -> None:
    from matplotlib.lines import Line2D

    def mark(face: str, edge: str, size: float) -> Line2D:
        return Line2D([], [], marker="o", ls="", markerfacecolor=face, markeredgecolor=edge, markersize=size)

    handles = [mark("#4a5568", "#4a5568", 7), mark("white", "#4a5568", 7), mark("none", "#d69e2e", 12)]
    names = ["技术 technology", "证据不足 low evidence", "临界，观察 near a line, on watch"]
    handles.append(Line2D([], [], marker="$?$", ls="", color="#4a5568", markersize=6))
    names.append("未定 unsettled")
    if intervals:
        handles.append(Line2D([], [], color="#4a5568", lw=0.8, alpha=0.6, marker="+", markersize=9))
        names.append("90%区间 90 % intervals")
    if trails:
        handles.append(Line2D([], [], color="#4a5568", lw=0.9, marker=".", markersize=4))
        names.append("历次位置 earlier places")
    ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, -0.09), ncol=6, frameon=False, fontsize=9)


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min([0.0, *values]), max([1.0, *values])
    return low - 0.04, high + 0.04


def draw_matrix(picture: MatrixPicture, *files: Path, intervals: bool = False) -> None:
    """Draw the matrix to `files`; the ending decides the form (.svg, .png, .pdf).

    x: paradigm dynamics D, y: technology capability K (docs/methods.md, Strategy matrix).
    A ring marks a technology on watch, a
    hollow point one under the coverage floor, a thin line its earlier places, a question
    mark one whose quadrant is not the most probable; `intervals` adds the 90 % intervals. The data label and the date
    are on the sheet.
    """
    figure, _ = _compose(picture, intervals=intervals)
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"Date": None} if file.suffix == ".svg" else None
        figure.savefig(file, dpi=160, metadata=metadata)


def _compose(picture: MatrixPicture, *, intervals: bool = False) -> tuple[Any, list[Any]]:
    """Return the sheet and the labels on it, each beside its point."""
    use_cjk()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    # A fixed salt: the same figures give the same SVG, byte for byte.
    mpl.rcParams["svg.hashsalt"] = "stuckneck"
    figure = Figure(figsize=(11, 8.6), layout="constrained")
    ax = figure.add_subplot()
    every_d = [p.dynamics for p in picture.points] + [d for p in picture.points for d, _ in p.trail]
    every_k = [p.capability for p in picture.points] + [k for p in picture.points for _, k in p.trail]
    (x0, x1), (y0, y1) = _span(every_d), _span(every_k)
    ax.set_xlim(x0, x1)
    ax.set_ylim(y0, y1)
    _quadrants(ax, picture, (x0, x1, y0, y1))
    texts = []
    for point in picture.points:
        if intervals:
            _interval(ax, point)
        _point(ax, point)
        name = f"{point.name_zh} {point.name_en}"
        texts.append(
            ax.text(
                point.dynamics,
                point.capability,
                drawable(name),
                fontsize=8,
                color="#1a202c",
                zorder=5,
                linespacing=1.0,
                in_layout=False,
            )
        )
    ax.set_xlabel("技术范式动态性 D   Paradigm dynamics  →", fontsize=11)
    ax.set_ylabel("技术能力基础 K   Technology capability  →", fontsize=11)
    frame = {"relative": "相对参照 relative frame", "anchored": "锚定参照 anchored frame"}[picture.frame]
    ax.set_title(
        f"“卡脖子”技术策略矩阵  Strategy matrix of chokepoint technologies\n"
        f"{picture.as_of.isoformat()}   {picture.by}   {frame}",
        fontsize=13, pad=26,
    )  # fmt: skip
    warn = picture.data_label != "real"
    ax.text(
        0.5, 1.015, LABELS[picture.data_label], transform=ax.transAxes, ha="center", va="bottom", fontsize=9.5,
        color="#c53030" if warn else "#2f855a",
    )  # fmt: skip
    if picture.not_placed:
        names = "、".join(drawable(n) for n, _ in picture.not_placed)
        ax.text(0.01, -0.155, f"未定位 not placed: {names}", transform=ax.transAxes, fontsize=8, va="top", wrap=True)
    _legend(ax, trails=any(p.trail for p in picture.points), intervals=intervals)
    ax.tick_params(labelsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if texts:
        _label(figure, ax, picture, texts)
    return figure, texts


def _label(figure: Any, ax: Any, picture: MatrixPicture, texts: list[Any]) -> None:
    """Move each label to its place and draw its leader where it stands apart from its point."""
    figure.draw_without_rendering()  # the layout settles before pixels are measured
    figure.set_layout_engine("none")
    to_pixels, back = ax.transData.transform, ax.transData.inverted().transform
    pixel = figure.dpi / 72
    frame = ax.get_window_extent()
    extents = [t.get_window_extent() for t in texts]
    titles = [t.get_window_extent().extents for t in ax.texts if t.get_gid() == _TITLE]
    trail = [place for p in picture.points for place in p.trail]
    x, y = to_pixels((picture.cut_dynamics, picture.cut_capability))
    sheet = Sheet(
        points=to_pixels([(p.dynamics, p.capability) for p in picture.points]),
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
