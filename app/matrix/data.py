"""What the strategy-matrix pictures show, read from a published snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.matrix.frames import RELATIVE
from analytics.matrix.strategy import Cuts, own_lines
from app.matrix.head import Head, latest, measured_parts
from warehouse.rows import rows as read
from warehouse.sections.measuring import Place
from words.glossary import Choice, in_language


def label_words(data_label: str, language: Choice) -> str:
    """Return the data label as it is written on a picture."""
    return in_language(language)[f"m_{data_label}"]


@dataclass(frozen=True, slots=True)
class Point:
    """One placed technology: K, D in 0..1, its strategy, whether it is on watch and towards what."""

    technology_id: str
    name_zh: str
    name_en: str
    capability: float
    dynamics: float
    strategy: str
    is_watch: bool
    watch_towards: str | None
    low_evidence: bool
    probability: float | None
    trail: tuple[tuple[float, float], ...]  # earlier (D, K), oldest first
    unsettled: bool = False  # another quadrant is more probable
    capability_ends: tuple[float, float] | None = None  # 90 % interval of K
    dynamics_ends: tuple[float, float] | None = None

    def name(self, language: Choice) -> str:
        """Return the technology's name; `both`: Chinese, then English where it differs."""
        if language == "both" and self.name_zh != self.name_en:
            return f"{self.name_zh} {self.name_en}"
        return self.name_en if language == "en" else self.name_zh


@dataclass(frozen=True, slots=True)
class MatrixPicture:
    """Everything on the sheet: points, cuts, date, data label, and who could not be placed."""

    points: tuple[Point, ...]
    as_of: date
    data_label: str
    head: Head
    cut_capability: float
    cut_dynamics: float
    frame: str
    not_placed: tuple[tuple[str, str, str], ...]  # (Chinese name, English name, why)


_POINTS = """
SELECT technology_id, coalesce(name_zh, technology_id) AS name_zh, coalesce(name_en, technology_id) AS name_en, capability, dynamics, strategy,
       is_watch, watch_towards, low_evidence, probability, unsettled, capability_low, capability_high, dynamics_low, dynamics_high, as_of, data_label, not_placed_why, run_id
FROM matrix_at WHERE run_id = ? AND frame = ? ORDER BY number NULLS LAST, technology_id
"""  # noqa: E501

# A track breaks where the query or the settings changed: earlier points then belong to another series.
_TRAILS = """
WITH track AS (
    SELECT technology_id, as_of, run_id, dynamics, capability,
           sum(is_break::INTEGER) OVER (PARTITION BY technology_id ORDER BY as_of DESC, run_id DESC ROWS UNBOUNDED PRECEDING) - is_break::INTEGER AS series
    FROM matrix_history WHERE frame = ? AND origin = 'live' AND strategy IS NOT NULL AND run_id <= ?
)
SELECT technology_id, dynamics, capability FROM track WHERE series = 0 AND run_id < ?
QUALIFY row_number() OVER (PARTITION BY technology_id ORDER BY as_of DESC, run_id DESC) <= ?
ORDER BY technology_id, as_of, run_id
"""  # noqa: E501


def placed_by(con: duckdb.DuckDBPyConnection, run_id: int) -> Place:
    """Return the [place] settings that run `run_id` recorded; what it did not record is as by default."""
    row = con.execute("SELECT settings FROM runs WHERE run_id = ?", [run_id]).fetchone()
    stated = json.loads(row[0]) if row and row[0] else {}
    return Place.model_validate({k: v for k, v in stated.items() if k in Place.model_fields})


def _ends(row: dict[str, Any], axis: str) -> tuple[float, float] | None:
    low, high = row[f"{axis}_low"], row[f"{axis}_high"]
    return None if low is None else (low, high)


def by_line(head: Head, language: Choice) -> str:
    """Return the words on a picture that say by what it was measured, and whether it is a what-if."""
    t = in_language(language)
    country, *how = measured_parts(head.focal_country, head.screening, head.windows, language)
    parts = [f"{t['m_focal']} {country}", *how]
    return "   ".join([*parts, t["m_what_if"]] if head.origin == "adhoc" else parts)


def read_picture(
    con: duckdb.DuckDBPyConnection, frame: str = RELATIVE, trail: int = 8, head: Head | None = None
) -> MatrixPicture | None:
    """Return what is to be drawn from a snapshot, with up to `trail` earlier places each; None: nothing placed.

    `head`: the run to draw, by default the latest of the record. Only a run of the record has earlier places.
    """
    shown = head or latest(con)
    if shown is None:
        return None
    rows = read(con, _POINTS, shown.run_id, frame)
    if not rows:
        return None
    run_id = shown.run_id
    trails: dict[str, list[tuple[float, float]]] = {}
    for technology, dynamics, capability in con.execute(_TRAILS, [frame, run_id, run_id, trail]).fetchall():
        if shown.origin != "live":
            break
        trails.setdefault(technology, []).append((dynamics, capability))
    place = placed_by(con, run_id)
    cuts = Cuts.of(place)
    points = tuple(
        Point(
            r["technology_id"],
            f"{r['name_zh']}{own_lines(place, r['technology_id'])}",
            f"{r['name_en']}{own_lines(place, r['technology_id'])}",
            r["capability"], r["dynamics"], r["strategy"],
            bool(r["is_watch"]), r["watch_towards"], bool(r["low_evidence"]), r["probability"],
            tuple(trails.get(r["technology_id"], [])), bool(r["unsettled"]),
            _ends(r, "capability"), _ends(r, "dynamics"),
        )
        for r in rows if r["strategy"] is not None
    )  # fmt: skip
    missing = tuple((r["name_zh"], r["name_en"], r["not_placed_why"] or "") for r in rows if r["strategy"] is None)
    return MatrixPicture(
        points, rows[0]["as_of"], rows[0]["data_label"], shown, *cuts.values, frame, missing
    )  # fmt: skip
