"""Does dependence move before the quadrant does: the share by filing year above, placements below, one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analytics.network.figures.rows import Row
from app.network.plots_base import Caption, figure, headline, place
from app.palette import COLOURS
from words.glossary import STRATEGIES, Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def dependence_and_placement(
    by_year: Sequence[Row], placements: pl.DataFrame, caption: Caption, *, focal: str, language: Language = "en"
) -> Figure:
    """Draw `dependence_by_year` and a `lead.beside_placements` table over one time axis.

    Above: share of each filing year (size: known citations) and the share of all citations up to each placement day.
    Below: K (solid) and D (dashed) of each placement, coloured by its quadrant.
    """
    words = in_language(language)
    made = figure(9.0, 6.2)
    named = Caption(f"{caption.name} · {focal}", caption.as_of, caption.outside_share, caption.synthetic)
    label = f" · {in_language(language)['synthetic']}" if caption.synthetic else ""
    headline(made, f"{named.name} · {words['placement_title']}{label}", named.note(language))
    upper, lower = place(made, 0.9, 3.2, 0.3, 0.85), place(made, 0.9, 1.0, 0.3, 3.3)
    _dependence(upper, by_year, placements, words)
    upper.set_ylabel(in_language(language)["dependence"])
    _placements(lower, placements, words)
    _time_axis(upper, lower, by_year, placements)
    lower.set_xlabel(words["placement_year"])
    _legend(made, placements, words, language)
    return made


def _moments(placements: pl.DataFrame) -> np.ndarray:
    """Days of the placements as years with a fraction."""
    days = placements["as_of"].dt
    return (days.year() + (days.ordinal_day() - 1) / 365.25).to_numpy()


def _dependence(axes: Axes, by_year: Sequence[Row], placements: pl.DataFrame, words: Mapping[str, str]) -> None:
    from matplotlib.ticker import PercentFormatter

    known = [row for row in by_year if row.subject is not None and row.value is not None]
    years = np.array([int(row.subject or 0) + 0.5 for row in known])
    size = [12 + 90 * min((row.denominator or 0) / 50, 1.0) for row in known]
    shares = np.array([row.value for row in known], dtype=float)
    axes.scatter(years, shares, s=size, color="#e6b0aa", zorder=2, label=words["by_year"])
    whole = placements["foreign_dependence"].to_numpy()
    axes.plot(
        _moments(placements), whole, color="#c0392b", lw=1.6, marker=".", zorder=3, label=words["placement_as_of"]
    )
    axes.set_ylim(-0.04, 1.04)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.tick_params(labelbottom=False)
    axes.legend(loc="upper right", fontsize=8.5, frameon=False)


def _placements(axes: Axes, placements: pl.DataFrame, words: Mapping[str, str]) -> None:
    at = _moments(placements)
    axes.axhline(0.5, color="#718096", lw=0.9, ls=":")
    axes.set_ylim(-0.04, 1.04)
    axes.set_ylabel(words["axes"])
    if not placements.height:
        axes.text(0.5, 0.6, words["placement_none"], ha="center", va="center", transform=axes.transAxes)
    for name, dash in (("capability", "-"), ("dynamics", "--")):
        axes.plot(at, placements[name].to_numpy(), color="#4a5568", lw=1.2, ls=dash, zorder=2)
        for x, (y, strategy, origin) in zip(at, placements.select(name, "strategy", "origin").iter_rows(), strict=True):
            if y is not None and strategy is not None:
                colour = COLOURS[strategy]
                face = "white" if origin == "backfill" else colour
                axes.scatter([x], [y], s=30, color=face, edgecolors=colour, zorder=3)


def _time_axis(upper: Axes, lower: Axes, by_year: Sequence[Row], placements: pl.DataFrame) -> None:
    from matplotlib.ticker import MaxNLocator

    filed = [int(row.subject) + 0.5 for row in by_year if row.subject is not None and row.value is not None]
    moments = [*filed, *_moments(placements).tolist()]
    for axes in (upper, lower):
        if moments:
            axes.set_xlim(min(moments) - 1, max(moments) + 1)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True))
        axes.grid(visible=True, alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)


def _legend(made: Figure, placements: pl.DataFrame, words: Mapping[str, str], language: Language) -> None:
    from matplotlib.lines import Line2D

    here = set(placements["strategy"].drop_nulls())
    handles = [
        Line2D([], [], marker="o", ls="", color=COLOURS[name], label=zh if language == "zh" else en)
        for name, (zh, en) in STRATEGIES.items()
        if name in here
    ]
    handles += [Line2D([], [], color="#4a5568", ls=dash, label=axis) for axis, dash in (("K", "-"), ("D", "--"))]
    if (placements["origin"] == "backfill").any():
        handles.append(
            Line2D([], [], marker="o", ls="", color="white", markeredgecolor="#4a5568", label=words["hollow"])
        )
    made.legend(handles=handles, loc="lower center", ncols=len(handles), fontsize=9, frameon=False)
