"""Technologies through time: K and D of one with their 90 % intervals, or all of them as small multiples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from app.display import drawn
from app.fonts import drawable, save_figure, use_cjk
from app.matrix.data import label_words
from app.matrix.head import measured_parts
from app.matrix.sheet import strategy_name
from app.palette import COLOURS, INK, MARKERS, MUTED, label_colour
from app.stamp import newest_stamp
from warehouse.rows import rows as read
from words.glossary import STRATEGIES, Choice, in_language

_ACROSS = 4  # small multiples in a row
_CUT = 0.5

_TRACK = """
SELECT h.as_of, h.technology_id, h.capability, h.dynamics, h.strategy, h.is_break, h.origin, h.data_label, h.settings_hash, h.focal_country, h.screening, h.windows, coalesce(h.name_zh, h.technology_id) AS name_zh,
       coalesce(h.name_en, h.technology_id) AS name_en, c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high
FROM matrix_history AS h LEFT JOIN run_certainty AS c ON c.run_id = h.run_id AND c.technology_id = h.technology_id AND c.frame = h.frame
WHERE coalesce(h.technology_id = $technology, TRUE) AND h.frame = $frame AND h.strategy IS NOT NULL AND (h.origin <> 'adhoc' OR h.run_label = $label)
ORDER BY h.technology_id, h.as_of, h.run_id
"""  # noqa: E501

_Rows = list[dict[str, Any]]


def read_tracks(
    con: duckdb.DuckDBPyConnection, frame: str, technology: str | None = None, label: str | None = None
) -> dict[str, _Rows]:
    """Return the placements of one technology or of all, oldest first, by technology; with the what-ifs named so."""
    found: dict[str, _Rows] = {}
    for row in read(con, _TRACK, technology=technology, frame=frame, label=label):
        found.setdefault(row["technology_id"], []).append(row)
    return found


def draw_history(
    con: duckdb.DuckDBPyConnection, technology: str, frame: str, file: Path, label: str | None = None,
    language: Choice | None = None,
) -> None:  # fmt: skip
    """Draw the track to `file` (.svg, .png, .pdf), with the what-ifs named `label` when given.

    Backfilled points are hollow; where the query or the settings changed the line breaks.
    """
    language = language or drawn()
    t = in_language(language)
    rows = read_tracks(con, frame, technology, label).get(technology, [])
    figure = _figure((10, 6.4))
    upper, lower = figure.subplots(2, 1, sharex=True)
    for ax, name, said in ((upper, "capability", t["m_capability"]), (lower, "dynamics", t["m_dynamics"])):
        for piece in _pieces(rows):
            _line(ax, piece, name)
        _axes(ax, said)
    if rows:
        figure.suptitle(
            f"{_name(rows[-1], language)}   {t[f'm_{frame}']}\n{_by(rows, language)}\n"
            + label_words(rows[-1]["data_label"], language),
            fontsize=12, color=INK if rows[-1]["data_label"] == "real" else label_colour(rows[-1]["data_label"]),
        )  # fmt: skip
    _legend(figure, rows, language)
    _save(figure, file, newest_stamp(con))


def draw_histories(
    con: duckdb.DuckDBPyConnection, frame: str, file: Path, label: str | None = None, language: Choice | None = None
) -> bool:
    """Draw every technology through time, a small panel each, all on the same axes; False when nothing is placed.

    Solid line: K; dashed line: D; markers show the strategy of each date as in `draw_history`.
    """
    from matplotlib import dates

    every_few: Any = dates.AutoDateLocator
    language = language or drawn()
    t = in_language(language)
    tracks = read_tracks(con, frame, None, label)
    if not tracks:
        return False
    down = math.ceil(len(tracks) / _ACROSS)
    figure = _figure((11, 1.2 + 1.9 * down))
    axes = figure.subplots(down, _ACROSS, sharex=True, sharey=True, squeeze=False)
    every = [row for rows in tracks.values() for row in rows]
    days: list[Any] = sorted({row["as_of"] for row in every})
    for ax in axes.flat[len(tracks) :]:
        ax.axis("off")
    for ax, rows in zip(axes.flat, tracks.values(), strict=False):
        for piece in _pieces(rows):
            _line(ax, piece, "capability")
            _line(ax, piece, "dynamics", style="--")
        _axes(ax, None)
        ax.set_title(_name(rows[-1], language), fontsize=9)
        ax.tick_params(labelsize=7)
        if len(days) > 1:
            ax.xaxis.set_major_locator(every_few(maxticks=4))
        else:
            ax.set_xticks(days)
    worst = next((r["data_label"] for r in every if r["data_label"] != "real"), "real")
    figure.suptitle(
        f"{t['m_history']}   {t[f'm_{frame}']}\n{_by(every, language)}\n{label_words(worst, language)}",
        fontsize=12, color=INK if worst == "real" else label_colour(worst),
    )  # fmt: skip
    _legend(figure, every, language, lines=True)
    _save(figure, file, newest_stamp(con))
    return True


def _figure(size: tuple[float, float]) -> Any:
    use_cjk()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "stuckneck"  # the same figures give the same SVG, byte for byte
    return Figure(figsize=size, layout="constrained")


def _save(figure: Any, file: Path, stamp: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_figure(figure, file, 300, stamp)


def _name(row: dict[str, Any], language: Choice) -> str:
    zh, en = drawable(row["name_zh"]), row["name_en"]
    return f"{zh} {en}" if language == "both" and zh != en else {"en": en}.get(language, zh)


def _by(rows: Sequence[dict[str, Any]], language: Choice) -> str:
    """Return by which settings the rows were measured, each combination once."""
    ways = {measured_parts(r["focal_country"], r["screening"], r["windows"], language): None for r in rows}
    return "; ".join("  ".join(way) for way in ways)


def _pieces(rows: _Rows) -> list[_Rows]:
    """Return the rows in pieces that may be joined by a line: the query and the settings are the same within each."""
    pieces: list[_Rows] = []
    for row in rows:
        if not pieces or row["is_break"] or pieces[-1][-1]["settings_hash"] != row["settings_hash"]:
            pieces.append([])
        pieces[-1].append(row)
    return pieces


def _line(ax: Any, piece: _Rows, name: str, style: str = "-") -> None:
    ax.plot([r["as_of"] for r in piece], [r[name] for r in piece], color=MUTED, lw=1.2, ls=style, zorder=2)
    known = [r for r in piece if r[f"{name}_low"] is not None]
    if known and style == "-":
        low, high = ([r[f"{name}_{end}"] for r in known] for end in ("low", "high"))
        ax.fill_between([r["as_of"] for r in known], low, high, color="#a0aec0", alpha=0.35, lw=0, zorder=1)
    for strategy in STRATEGIES:
        colour = COLOURS[strategy]
        for is_backfill, inside in ((True, "white"), (False, colour)):  # a call for many points, for a call is slow
            points = [r for r in piece if r["strategy"] == strategy and (r["origin"] == "backfill") is is_backfill]
            ax.scatter(
                [r["as_of"] for r in points], [r[name] for r in points], s=24, marker=MARKERS[strategy], zorder=3,
                edgecolors=colour, color=inside,
            )  # fmt: skip


def _axes(ax: Any, label: str | None) -> None:
    ax.axhline(_CUT, color="#718096", lw=0.9, ls=":")
    if label:
        ax.set_ylabel(label)
    ax.grid(alpha=0.25)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _legend(figure: Any, rows: Sequence[dict[str, Any]], language: Choice, *, lines: bool = False) -> None:
    from matplotlib.lines import Line2D

    t = in_language(language)
    handles = [
        Line2D([], [], marker=MARKERS[s], ls="", color=COLOURS[s], label=strategy_name(s, language)) for s in STRATEGIES
    ]
    if lines:
        handles += [
            Line2D([], [], color=MUTED, lw=1.2, label=t["m_capability"]),
            Line2D([], [], color=MUTED, lw=1.2, ls="--", label=t["m_dynamics"]),
        ]
    if any(r["capability_low"] is not None for r in rows):
        handles.append(Line2D([], [], color="#a0aec0", lw=6, alpha=0.5, label=t["m_intervals"]))
    if any(r["origin"] == "backfill" for r in rows):
        handles.append(Line2D([], [], marker="o", ls="", markerfacecolor="white", color=MUTED, label=t["m_hollow"]))
    figure.legend(handles=handles, loc="outside lower center", ncol=4, frameon=False, fontsize=9)
