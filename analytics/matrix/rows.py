"""Rows of the run_* tables from what was measured and placed (units and meaning: the tables' own comments)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.matrix.bootstrap import Certainty
from analytics.matrix.evaluate import Evaluation, Placed
from analytics.matrix.strategy import Strategy
from analytics.measure.measure import Measured

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one run stores in ROW_TABLES."""

    run_id: int
    as_of: date
    origin: str
    data_label: str
    items: tuple[Measured, ...]
    evaluation: Evaluation


def _screening(run: RunFigures) -> list[Row]:
    return [
        {"technology_id": i.technology_id, "step_no": s.step_no, "step": s.step, "families_left": s.families_left}
        | {"unknown": s.unknown}
        for i in run.items
        for s in i.funnel
    ]


def _countries(run: RunFigures) -> list[Row]:
    return [
        {"technology_id": i.technology_id, "method": method, "families": n, "share": n / i.families}
        for i in run.items
        for method, n in i.countries
    ]


def _indicators(run: RunFigures) -> list[Row]:
    return [
        {
            "technology_id": i.technology_id,
            "indicator": x.indicator,
            "value": x.value,
            "numerator": x.numerator,
            "denominator": float(x.denominator),
            "coverage": x.coverage,
            "known_families": x.known_families,
            "families": x.families,
            "basis": x.basis,
        }
        for i in run.items
        for x in i.indicators
    ]


def _weights(run: RunFigures) -> list[Row]:
    out: list[Row] = []
    for f in run.evaluation.frames:
        columns = zip(f.indicators, f.entropy, f.weights, f.minimum, f.maximum, strict=True)
        names = ("indicator", "entropy", "weight", "minimum", "maximum")
        out += [{"frame": f.name} | dict(zip(names, values, strict=True)) for values in columns]
        ends = {"minimum": f.dynamics_minimum, "maximum": f.dynamics_maximum}
        out.append({"frame": f.name, "indicator": "dynamics", "entropy": None, "weight": 1.0} | ends)
    return out


def _placement(run: RunFigures, placed: Placed, query_hash: str) -> Row:
    where = placed.spot
    return {
        "technology_id": placed.technology_id,
        "frame": placed.frame,
        "as_of": run.as_of,
        "origin": run.origin,
        "data_label": run.data_label,
        "query_hash": query_hash,
        "families": placed.families,
        "capability": placed.capability,
        "dynamics_raw": placed.dynamics_raw,
        "dynamics": placed.dynamics,
        "strategy": where.strategy.value if where else None,
        "is_watch": where.is_watch if where else None,
        "watch_towards": where.towards.value if where else None,
        "distance": where.distance if where else None,
        "low_evidence": placed.low_evidence_why is not None,
        "low_evidence_why": placed.low_evidence_why,
        "not_placed_why": placed.why_not,
    }


def _placements(run: RunFigures) -> list[Row]:
    hashes = {i.technology_id: i.query_hash for i in run.items}
    return [_placement(run, placed, hashes[placed.technology_id]) for placed in run.evaluation.placements]


def certainty_row(run_id: int, item: Certainty) -> Row:
    """Return the row of run_certainty for one technology and frame."""
    row: Row = {"run_id": run_id, "technology_id": item.technology_id, "frame": item.frame}
    row |= {"draws": item.draws, "seed": item.seed}
    for name, interval in (("capability", item.capability), ("dynamics", item.dynamics)):
        row[f"{name}_low"], row[f"{name}_high"] = interval or (None, None)
    for strategy in Strategy:
        row[f"p_{strategy.value}"] = None if item.probabilities is None else item.probabilities[strategy]
    return row


_ROWS: dict[str, Callable[[RunFigures], list[Row]]] = {
    "run_screening": _screening,
    "run_country_methods": _countries,
    "run_indicators": _indicators,
    "run_weights": _weights,
    "run_placements": _placements,
}
ROW_TABLES = tuple(_ROWS)
FRAME_TABLES = ("run_window_top", "run_shift")  # written from the frames that measuring returns
TABLES = (*ROW_TABLES, *FRAME_TABLES)


def rows_of(table: str, run: RunFigures) -> list[Row]:
    """Return the rows of one of ROW_TABLES for one run, run_id included."""
    rows = _ROWS[table](run)
    for row in rows:
        row["run_id"] = run.run_id
    return rows
