"""A placement as rows for people: indicators with coverage, K, D, strategy, and why not."""

from __future__ import annotations

from typing import Any

from schedules.refresh import Refreshed


def placement_rows(done: Refreshed, frame: str = "relative") -> list[dict[str, Any]]:
    """Return the placement of a run as rows for people, with each indicator's value and coverage."""
    assert done.placement is not None
    rows = []
    placed = {p.technology_id: p for p in done.placement.evaluation.placements if p.frame == frame}
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
        row["note"] = (place.why_not or place.low_evidence_why) if place else None
        rows.append(row)
    return rows
