"""Pictures of the citation network: flow matrix, co-classification change, dependence trend, main path.

Every picture comes in Chinese and English, and says which share of the citations leaves the harvested set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analytics.network.figures.rows import Row
from app.network.plots_base import Caption, drawable, figure, headline, place, save
from app.network.plots_path import main_path_flow
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Caption", "co_classification_change", "dependence_trend", "flow_heat_map", "main_path_flow", "save"]

LINK_STYLES = {"gone": ("#5dade2", ":", 1), "kept": ("#b2babb", "-", 2), "new": ("#c0392b", "-", 3)}


def flow_heat_map(flows: pl.DataFrame, caption: Caption, *, language: Language = "en", most: int = 10) -> Figure:
    """Draw a `dependence.flow_matrix`: the `most` busiest countries, the others in one line, the unknown in one.

    A cell gives the citations and their share of the citing country's known ones; colour is that share.
    """
    words = in_language(language)
    names, counts = _square(flows, most, words)
    size = len(names)
    made = figure(2.6 + 0.82 * max(size, 4), 2.2 + 0.5 * max(size, 4))
    headline(made, caption.title("flow", language), caption.note(language))
    axes = place(made, 1.3, 0.75, 0.3, 0.85)
    if not counts.any():
        axes.text(0.5, 0.5, words["network_none"], ha="center", va="center", transform=axes.transAxes)
        axes.set_axis_off()
        return made
    known = counts[:, : size - (words["unknown"] == names[-1])].sum(axis=1, keepdims=True)
    share = np.divide(counts, known, out=np.zeros_like(counts), where=known > 0)
    if words["unknown"] == names[-1]:
        share[:, -1] = np.nan
        share[-1, :] = np.nan
    axes.imshow(np.ma.masked_invalid(share), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), n in np.ndenumerate(counts):
        if n:
            text = f"{int(n):,}" + ("" if np.isnan(share[i, j]) else f"\n{share[i, j]:.0%}")
            dark = not np.isnan(share[i, j]) and share[i, j] > 0.55
            axes.text(j, i, text, ha="center", va="center", fontsize=7.5, color="white" if dark else "#222222")
    axes.set_xticks(range(size), names)
    axes.set_yticks(range(size), names)
    axes.set_xlabel(words["cited"])
    axes.set_ylabel(words["citing"])
    return made


def _square(flows: pl.DataFrame, most: int, words: Mapping[str, str]) -> tuple[list[str], np.ndarray]:
    """Names and counts, citing by cited, of the busiest countries, then others, then unknown where there are any."""
    ends = pl.concat([flows.select(c="citing_country", n="citations"), flows.select(c="cited_country", n="citations")])
    busiest = ends.drop_nulls().group_by("c").agg(pl.col("n").sum()).sort(["n", "c"], descending=[True, False])
    top = busiest["c"].head(most).to_list()
    rest = [words["other"]] if len(busiest) > most else []
    unknown = (
        [words["unknown"]]
        if flows.select(pl.col("citing_country", "cited_country").has_nulls()).row(0)
        != (
            False,
            False,
        )
        else []
    )
    names = [*map(drawable, top), *rest, *unknown]
    at = {name: i for i, name in enumerate(top)}
    counts = np.zeros((len(names), len(names)))
    for citing, cited, n in flows.select("citing_country", "cited_country", "citations").iter_rows():
        i, j = (len(names) - 1 if c is None else at.get(c, len(top)) for c in (citing, cited))
        counts[i, j] += n
    return names, counts


def dependence_trend(rows: Sequence[Row], caption: Caption, *, focal: str, language: Language = "en") -> Figure:
    """Draw `analytics.network.figures.dependence.dependence_by_year`: the share on top, the evidence it rests on below.

    Years whose share is unknown leave a gap. Dots of years with fewer than ten known citations are open.
    """
    words = in_language(language)
    made = figure(9.0, 5.4)
    title = Caption(f"{caption.name} · {focal}", caption.as_of, caption.outside_share, caption.synthetic)
    headline(made, title.title("trend", language), title.note(language))
    upper, lower = place(made, 0.9, 2.0, 0.3, 0.85), place(made, 0.9, 0.65, 0.3, 3.6)
    dated = sorted((int(row.subject), row) for row in rows if row.subject is not None)
    years = np.arange(dated[0][0], dated[-1][0] + 1) if dated else np.empty(0, dtype=int)
    by_year = dict(dated)
    found = [by_year.get(int(year)) for year in years]
    share = np.array([np.nan if r is None or r.value is None else r.value for r in found], dtype=float)
    known = np.array([0 if r is None else r.denominator or 0 for r in found], dtype=float)
    upper.plot(years, share, color="#c0392b", lw=1.6)
    firm = known >= 10
    upper.scatter(years[firm], share[firm], s=26, color="#c0392b", zorder=3)
    upper.scatter(years[~firm], share[~firm], s=26, color="white", edgecolors="#c0392b", zorder=3)
    upper.set_ylim(-0.04, 1.04)
    upper.set_ylabel(words["dependence"])
    lower.bar(years, known, color="#7f8c8d")
    lower.set_ylabel(words["known"])
    lower.set_xlabel(words["year"])
    _share_years(upper, lower, years)
    return made


def _share_years(upper: Axes, lower: Axes, years: np.ndarray) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    upper.yaxis.set_major_formatter(PercentFormatter(1.0))
    upper.grid(visible=True, alpha=0.25)
    lower.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    for axes in (upper, lower):
        if years.size:
            axes.set_xlim(years[0] - 0.8, years[-1] + 0.8)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True))
        axes.spines[["top", "right"]].set_visible(False)
    upper.tick_params(labelbottom=False)


def co_classification_change(
    links: pl.DataFrame, members: pl.DataFrame, caption: Caption, *, language: Language = "en", most: int = 28
) -> Figure:
    """Draw the links of a `convergence`: the `most` subclasses with the most families on a circle, by later community.

    New links red, kept grey, gone blue and dotted, wider with more families; subclasses that the earlier
    window does not have are red. Of many links the strongest 120 of each kind are drawn.
    """
    words = in_language(language)
    counted = members.group_by("subclass").agg(
        families=pl.col("families").sum(),
        new=(pl.col("window") == 2).all(),
        community=pl.col("community").filter(pl.col("window") == 2).first(),
    )
    ranked = counted.sort(["families", "subclass"], descending=[True, False]).head(most)
    shown = ranked.sort("community", "subclass", nulls_last=True)
    made = figure(9.0, 9.6)
    more = "" if len(shown) == len(counted) else f"{words['shown']} {len(shown)} {words['of']} {len(counted)}"
    headline(made, caption.title("change", language), caption.note(language, more))
    axes = place(made, 0.4, 0.8, 0.4, 1.0)
    angles = np.linspace(np.pi / 2, np.pi / 2 - 2 * np.pi, len(shown), endpoint=False)
    spot = {code: (float(np.cos(a)), float(np.sin(a))) for code, a in zip(shown["subclass"], angles, strict=True)}
    _links(axes, links, spot)
    largest = float(shown["families"].cast(pl.Float64).max() or 1.0)  # type: ignore[arg-type]
    for (code, families, new, _), angle in zip(shown.iter_rows(), angles, strict=True):
        colour = "#c0392b" if new else "#2c3e50"
        axes.scatter(*spot[code], s=30 + 370 * families / largest, color=colour, zorder=4, alpha=0.9)
        turn = np.degrees(angle) % 360
        flip = 90 < turn < 270
        axes.text(
            1.09 * np.cos(angle),
            1.09 * np.sin(angle),
            f"{code} ({families})",
            rotation=turn - 180 if flip else turn,
            rotation_mode="anchor",
            ha="right" if flip else "left",
            va="center",
            color=colour,
            fontsize=9.5,
        )
    axes.set_xlim(-1.36, 1.36)
    axes.set_ylim(-1.36, 1.36)
    axes.set_aspect("equal")
    axes.set_axis_off()
    _link_legend(made, words)
    return made


def _links(axes: Axes, links: pl.DataFrame, spot: dict[str, tuple[float, float]]) -> None:
    from matplotlib.patches import FancyArrowPatch

    weight = pl.max_horizontal("earlier", "later")
    inside = links.filter(pl.col("first").is_in(list(spot)) & pl.col("second").is_in(list(spot)))
    top = float(inside.select(weight.max()).item() or 1)
    for state, (colour, dash, order) in LINK_STYLES.items():
        kind = inside.filter(pl.col("state") == state).with_columns(n=weight)
        strongest = kind.sort(["n", "first", "second"], descending=[True, False, False]).head(120)
        for first, second, n in strongest.select("first", "second", "n").iter_rows():
            a, b = spot[first], spot[second]
            across = a[0] * b[1] - a[1] * b[0]  # bends every link towards the middle
            curve = "arc3,rad=" + ("-0.2" if across > 0 else "0.2")
            width = 0.5 + 4.5 * (n / top) ** 0.5
            axes.add_patch(
                FancyArrowPatch(
                    a,
                    b,
                    arrowstyle="-",
                    connectionstyle=curve,
                    lw=width,
                    ls=dash,
                    color=colour,
                    alpha=0.6,
                    zorder=order,
                )
            )


def _link_legend(made: Figure, words: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=LINK_STYLES[state][0], ls=LINK_STYLES[state][1], lw=2.5, label=words[state])
        for state in ("new", "kept", "gone")
    ]
    handles.append(Line2D([], [], marker="o", ls="", color="#c0392b", label=words["new_class"]))
    made.legend(handles=handles, loc="lower center", ncols=2, fontsize=9, frameon=False)
