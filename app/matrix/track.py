"""The track of one technology: K and D over time with their 90 % intervals, and the quadrant it stood in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from app.fonts import drawable, use_cjk
from app.matrix.data import LABELS
from app.palette import COLOURS
from words.glossary import STRATEGIES

_TRACK = """
SELECT h.as_of, h.capability, h.dynamics, h.strategy, h.is_break, h.origin, h.data_label, h.settings_hash, h.focal_country, h.screening, h.windows, coalesce(h.name_zh, h.technology_id) AS name_zh,
       coalesce(h.name_en, h.technology_id) AS name_en, c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high
FROM matrix_history AS h LEFT JOIN run_certainty AS c ON c.run_id = h.run_id AND c.technology_id = h.technology_id AND c.frame = h.frame
WHERE h.technology_id = ? AND h.frame = ? AND h.strategy IS NOT NULL AND (h.origin <> 'adhoc' OR h.run_label = ?)
ORDER BY h.as_of, h.run_id
"""  # noqa: E501


def draw_history(
    con: duckdb.DuckDBPyConnection, technology: str, frame: str, file: Path, label: str | None = None
) -> None:
    """Draw the track to `file` (.svg, .png, .pdf), with the what-ifs named `label` when given.

    Backfilled points are hollow; where the query or the settings changed the line breaks.
    """
    use_cjk()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    result = con.execute(_TRACK, [technology, frame, label])
    names = [d[0] for d in result.description or []]
    rows: list[dict[str, Any]] = [dict(zip(names, r, strict=True)) for r in result.fetchall()]
    mpl.rcParams["svg.hashsalt"] = "stuckneck"
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    _series(upper, rows, "capability", "技术能力基础 K\nCapability")
    _series(lower, rows, "dynamics", "技术范式动态性 D\nDynamics")
    if rows:
        label = rows[-1]["data_label"]
        ways = {f"{r['focal_country'] or '?'}, {r['screening'] or '?'}, {r['windows'] or '?'}": None for r in rows}
        title = f"{drawable(rows[-1]['name_zh'])} {rows[-1]['name_en']}   {frame}\n{'; '.join(ways)}"
        colour = "#2f855a" if label == "real" else "#c53030"
        figure.suptitle(f"{title}\n{LABELS[label]}", fontsize=12, color="#1a202c" if label == "real" else colour)
    _strategies(lower)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)


def _series(ax: Any, rows: list[dict[str, Any]], name: str, label: str) -> None:
    pieces: list[list[dict[str, Any]]] = [[]]
    for row in rows:
        before = pieces[-1][-1] if pieces[-1] else None
        if row["is_break"] or (before is not None and before["settings_hash"] != row["settings_hash"]):
            pieces.append([])
        pieces[-1].append(row)
    for piece in pieces:
        days = [r["as_of"] for r in piece]
        ax.plot(days, [r[name] for r in piece], color="#4a5568", lw=1.2, zorder=2)
        known = [r for r in piece if r[f"{name}_low"] is not None]
        if known:
            low, high = ([r[f"{name}_{end}"] for r in known] for end in ("low", "high"))
            ax.fill_between([r["as_of"] for r in known], low, high, color="#a0aec0", alpha=0.35, lw=0, zorder=1)
        for r in piece:
            colour = COLOURS[r["strategy"]]
            hollow = r["origin"] == "backfill"
            ax.scatter([r["as_of"]], [r[name]], s=26, color="white" if hollow else colour, edgecolors=colour, zorder=3)
    ax.axhline(0.5, color="#718096", lw=0.9, ls="--")
    ax.set_ylabel(label)
    ax.grid(alpha=0.25)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _strategies(ax: Any) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", ls="", color=COLOURS[s], label=f"{zh} {en}") for s, (zh, en) in STRATEGIES.items()
    ]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncol=4, frameon=False, fontsize=9)
