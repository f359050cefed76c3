"""A placement as rows for people: indicators with coverage, K, D, strategy, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.matrix.frames import RELATIVE
from app.matrix.head import few
from warehouse.indicators import in_order
from words.language import say

if TYPE_CHECKING:  # showing a matrix starts without all that a refresh needs
    from schedules.runs.outcome import Refreshed


def placement_rows(done: Refreshed, frame: str = "relative") -> list[dict[str, Any]]:
    """Return the placement of a run as rows for people, with each indicator's value and coverage."""
    assert done.placement is not None
    rows = []
    placed = {p.technology_id: p for p in done.placement.evaluation.placements if p.frame == frame}
    bounded = {b.technology_id: b for b in done.bounds if b.frame == frame}
    certain = {c.technology_id: c for c in done.placement.certainty if c.frame == frame}
    for measured in done.placement.measurement.technologies:
        if measured.families == 0 and measured.technology_id not in placed:
            continue
        row: dict[str, Any] = {"technology_id": measured.technology_id, "families": measured.families}
        for indicator in measured.indicators:
            row[indicator.indicator] = indicator.value
            row[f"{indicator.indicator}_coverage"] = indicator.coverage
        place = placed.get(measured.technology_id)
        row["dynamics_raw"] = measured.shift.raw
        row["capability"] = place.capability if place else None
        row["dynamics"] = place.dynamics if place else None
        row["strategy"] = place.spot.strategy if place and place.spot else None
        odds = certain.get(measured.technology_id)
        chances = odds.probabilities if odds else None
        own = chances[place.spot.strategy] if chances and place and place.spot else None
        row["probability"] = own
        row["unsettled"] = None if own is None or chances is None else own < max(chances.values())
        bounds = bounded.get(measured.technology_id)
        for axis in ("capability", "dynamics"):
            ends = getattr(bounds, axis, None) or (None, None)
            row[f"{axis}_least"], row[f"{axis}_most"] = ends
        row["holds"] = bounds.holds if bounds else None
        row["note"] = (place.why_not or place.low_evidence_why) if place else None
        rows.append(row)
    return rows


def _share(row: dict[str, Any], name: str) -> str:
    value, coverage = row.get(name), row.get(f"{name}_coverage")
    text = "—" if value is None else f"{value:.4f}"
    return text if coverage is None or coverage >= 0.9995 else f"{text} ({coverage:.2f})"


def narrow_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows for a terminal: each share with its coverage in brackets where that is not 1; no notes."""
    return [
        {
            "technology_id": r["technology_id"], "families": r["families"], **{n: _share(r, n) for n in in_order(r)},
            "D raw": r["dynamics_raw"], "K": r["capability"], "D": r["dynamics"], "strategy": r["strategy"],
            "unsettled": r["unsettled"], "holds": r["holds"],
        }
        for r in rows
    ]  # fmt: skip


def placement_notes(done: Refreshed) -> list[str]:
    """Return what is to be said of the placement as a whole: families in no window, and whether it rests on few."""
    assert done.placement is not None
    measured = done.placement.measurement.technologies
    classed = sum(item.classed for item in measured)
    inside = sum(item.shift.earlier_families + item.shift.later_families for item in measured)
    placed = sum(p.frame == RELATIVE and p.capability is not None for p in done.placement.evaluation.placements)
    lines = [line] if (line := few(placed, RELATIVE)) else []
    if classed > inside:
        lines.append(
            f"{classed - inside} of {classed} families with a known class and date lie in no window: dynamics does not"
            f" see them."
        )
    return lines


def notes(rows: list[dict[str, Any]]) -> list[str]:
    """Return one line for each row that has something to say, and one for all that have no family."""
    lines = [f"{r['technology_id']}: {say(r['note'])}" for r in rows if r["note"] and r["families"]]
    empty = [r["technology_id"] for r in rows if not r["families"]]
    if empty:
        lines.append(f"no family after screening: {', '.join(empty)}")
    return lines
