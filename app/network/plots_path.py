"""The main path as a dated flow: one line a family, its dot on the time axis, its title beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from app.network.plots_base import (
    OTHER_COLOUR,
    Caption,
    country_colours,
    drawable,
    figure,
    headline,
    place,
    wrap,
)
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 60
LINE = 0.36  # inches a family: two lines of text
FLOW = 5.5  # inches of the time axis with its margins
LABELS = {True: 7.4, False: 3.8}  # inches of the lines beside it, with titles and without


def main_path_flow(
    families: pl.DataFrame, citations: pl.DataFrame, caption: Caption, *, language: Language = "en", most: int = MOST
) -> Figure:
    """Draw a main path from the tables of `analytics.network.path.table`.

    Time runs to the right and down; an arrow is a citation on the path, the stronger the more of all paths
    run through it; colour is the country. Of a longer path the `most` families with the greatest `on_paths`
    are drawn, and the note says so.
    """
    words = in_language(language)
    shown = _strongest(_dated(families), most)
    labels = LABELS[shown["title"].null_count() < len(shown)]
    made = figure(FLOW + labels, 1.9 + LINE * max(len(shown), 3))
    count = "" if len(shown) == len(families) else f"{words['shown']} {len(shown)} {words['of']} {len(families)}"
    undated = words["undated"] if shown["year"].null_count() else ""
    headline(made, caption.title("main_path", language), caption.note(language, count, undated))
    axes = place(made, 0.35, 0.95, labels + 0.1, 0.8)
    if shown.is_empty():
        axes.text(0.5, 0.5, words["network_none"], ha="center", va="center", transform=axes.transAxes)
        axes.set_axis_off()
        return made
    years = shown["drawn_year"].to_list()
    colours = country_colours(shown["country"].to_list())
    _arrows(axes, shown, citations, years)
    _dots(axes, shown, years, colours)
    _labels(made, axes, shown, labels * 72 - 20)
    _frame(axes, years, len(shown), words["year"])
    _legend(made, shown, colours, words)
    return made


def _dated(families: pl.DataFrame) -> pl.DataFrame:
    """Families with the year to draw them at: an unknown one is put between its neighbours (its dot is open)."""
    year = pl.col("year").cast(pl.Float64).interpolate().forward_fill().backward_fill().fill_null(0.0)
    return families.with_columns(drawn_year=year)


def _strongest(families: pl.DataFrame, most: int) -> pl.DataFrame:
    """The families with the greatest `on_paths`, by year, and in the order of the path within a year."""
    kept = families.with_row_index("at").sort("on_paths", "at", descending=[True, False]).head(most)
    return kept.sort("drawn_year", "at")


def _arrows(axes: Axes, shown: pl.DataFrame, citations: pl.DataFrame, years: list[float]) -> None:
    from matplotlib.patches import FancyArrowPatch

    row = {family: i for i, family in enumerate(shown["family"])}
    for cited, citing, share in citations.select("cited", "citing", "share").iter_rows():
        if cited in row and citing in row:
            start, end = (years[row[cited]], row[cited]), (years[row[citing]], row[citing])
            curve = 0.0 if abs(row[citing] - row[cited]) == 1 else 0.18
            style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 4, "shrinkB": 5}
            width = 0.8 + 2.4 * share**0.5
            axes.add_patch(
                FancyArrowPatch(
                    start, end, connectionstyle=f"arc3,rad={curve}", lw=width, color="#95a5a6", zorder=1, **style
                )
            )


def _dots(axes: Axes, shown: pl.DataFrame, years: list[float], colours: dict[str | None, str]) -> None:
    for i, (country, year) in enumerate(shown.select("country", "year").iter_rows()):
        colour = colours[country]
        axes.scatter(years[i], i, s=52, zorder=3, color=colour if year is not None else "white", edgecolors=colour)


def _labels(made: Figure, axes: Axes, shown: pl.DataFrame, points: float) -> None:
    """Year, country, holder and family, then the title, to the right of the axes on the line of the dot."""
    for i, row in enumerate(shown.iter_rows(named=True)):
        head = [str(row["year"] or "?"), row["country"] or "?", row["holder"], str(row["family"])]
        first = drawable(" · ".join(part for part in head if part))
        title = drawable(row["title"] or "")
        lines = wrap(made, first, points, 8.5, most=1) + (wrap(made, title, points, 8.5, most=1) if title else [])
        axes.annotate(
            "\n".join(lines),
            (1.0, i),
            xytext=(8, 0),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=8.5,
            linespacing=1.15,
            annotation_clip=False,
        )


def _frame(axes: Axes, years: list[float], rows: int, label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    margin = max(0.06 * (max(years) - min(years)), 1.0)
    axes.set_xlim(min(years) - margin, max(years) + margin)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.set_xlabel(label)
    axes.hlines(np.arange(rows), *axes.get_xlim(), color="#ecf0f1", lw=0.8, zorder=0)
    axes.grid(visible=True, axis="x", color="#ecf0f1")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)


def _legend(made: Figure, shown: pl.DataFrame, colours: dict[str | None, str], words: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    named = [country for country, colour in colours.items() if country is not None and colour != OTHER_COLOUR]
    entries = [(drawable(country), colours[country]) for country in named]
    grey = shown["country"].null_count() + sum(c is not None and c not in named for c in shown["country"])
    if grey:
        entries.append((f"{words['other']}/{words['unknown']}", OTHER_COLOUR))
    handles = [Line2D([], [], marker="o", ls="", color=colour, label=name) for name, colour in entries]
    made.legend(handles=handles, loc="lower left", ncols=9, fontsize=9, frameon=False)
