"""Where every technology is under a variant. Source: docs/methods.md, Sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics.matrix.evaluate import evaluate
from analytics.matrix.frames import FRAMES, RELATIVE
from analytics.matrix.store import append, baseline, forget
from analytics.measure.measure import measure_series
from analytics.measure.query import Connection, Technologies
from analytics.sensitivity.variants import Variant

TABLE = "run_sensitivity"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One technology in one frame under a variant; `strategy` None: not placed, and `why_not` says why."""

    kind: str
    value: str
    technology_id: str
    frame: str
    capability: float | None
    dynamics: float | None
    strategy: str | None
    why_not: str | None


def outcomes(
    con: Connection, run_id: int, variant: Variant, as_of: date, technologies: Technologies
) -> tuple[list[Outcome], str]:
    """Return where `technologies` are at T under a variant, and of what data: as `place` would have it. Writes nothing.

    In the relative frame; in the anchored one too where the settings name what it is anchored on.
    """
    place = variant.settings.place
    named = place.baseline is not None or place.baseline_run is not None
    series = measure_series(con, variant.settings, [as_of], technologies)
    base = baseline(con, run_id, place) if named else None
    found = evaluate(series.items[0], place, base, FRAMES if named else (RELATIVE,))
    rows = [
        Outcome(
            variant.kind, variant.value, p.technology_id, p.frame, p.capability, p.dynamics,
            p.spot.strategy.value if p.spot else None, p.why_not,
        )
        for p in found.placements
    ]  # fmt: skip
    return rows, series.data_label


def store_outcomes(con: Connection, run_id: int, found: Sequence[Outcome]) -> None:
    """Write the outcomes of a run in place of what it had stored; within the caller's transaction."""
    forget(con, [run_id], [TABLE])
    rows = [
        {
            "run_id": run_id, "technology_id": o.technology_id, "frame": o.frame, "kind": o.kind, "value": o.value,
            "capability": o.capability, "dynamics": o.dynamics, "strategy": o.strategy, "not_placed_why": o.why_not,
        }
        for o in found
    ]  # fmt: skip
    append(con, TABLE, pl.DataFrame(rows, infer_schema_length=None))
