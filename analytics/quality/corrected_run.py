"""The shares and odds of a stored run with the quality of its searches in them, beside the raw ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from analytics.matrix.bootstrap import Certainty, bootstrap, containing
from analytics.matrix.frames import ANCHORED, RELATIVE, Frame, relative_frame
from analytics.matrix.store import append, forget, load_frame
from analytics.matrix.strategy import Strategy
from analytics.measure.query import Connection
from analytics.quality.correct import Factor, corrected, factor_of
from analytics.quality.intervals import LEVEL, Array
from analytics.quality.store import estimates_of, latest_judged
from warehouse.core import transaction
from warehouse.frames import frame_of
from warehouse.sections.measuring import Place

TABLES = ("run_corrected", "run_corrected_places")


@dataclass(slots=True)
class _Adjusted:
    """Applies the factors to the draws of shares, and keeps what came of it; shapes (draws + 1, 4)."""

    factors: Mapping[str, Factor]
    raw: dict[str, Array] = field(default_factory=dict)
    shares: dict[str, Array] = field(default_factory=dict)

    def __call__(self, technology: str, shares: Array) -> Array:
        factor = self.factors.get(technology)
        self.raw[technology] = self.shares[technology] = shares
        if factor is not None:
            draws = np.append(factor.value, np.resize(factor.draws, len(shares) - 1))
            self.shares[technology] = corrected(shares, draws[:, None])
        return self.shares[technology]


def factors_of(con: Connection, run_id: int, focal: str) -> dict[str, tuple[Factor, int]]:
    """Return the factor of every technology of a run whose query was judged for this focal country, and the sample."""
    out = {}
    for technology, query_hash in con.execute(
        "SELECT DISTINCT technology_id, query_hash FROM run_placements WHERE run_id = ? AND query_hash IS NOT NULL"
        " ORDER BY 1",
        [run_id],
    ).fetchall():
        head = latest_judged(con, technology, query_hash)
        if head is None or head.focal_country != focal:
            continue
        factor = factor_of(estimates_of(con, technology, query_hash, focal))
        if factor is not None:
            out[technology] = (factor, head.sample_id)
    return out


def correct_run(con: Connection, run_id: int, place: Place) -> list[str]:
    """Write run_corrected and run_corrected_places of a run whose families are kept; return what was corrected.

    Nothing is written, and what was there is taken away, when no search behind the run was judged on both sides. The
    raw figures stay as they are. Source: docs/methods.md, Is the search right.
    """
    factors = factors_of(con, run_id, place.focal_country)
    query = "SELECT * EXCLUDE (run_id) FROM run_families WHERE run_id = $run"
    families = frame_of(con.sql(query, params={"run": run_id}))
    if not factors or not families.height:
        forget(con, [run_id], TABLES)
        return []
    able = [
        row[0] for row in con.execute(
            "SELECT technology_id FROM run_placements WHERE run_id = ? AND frame = ? AND capability IS NOT NULL"
            " ORDER BY technology_id",
            [run_id, RELATIVE],
        ).fetchall()
    ]  # fmt: skip
    adjusted = _Adjusted({name: factor for name, (factor, _) in factors.items()})
    anchored = load_frame(con, run_id, ANCHORED)
    odds = bootstrap(families, able, place, anchored, adjust=adjusted)
    places = _places(odds, able, adjusted, anchored, con, run_id)
    with transaction(con):
        forget(con, [run_id], TABLES)
        append(
            con,
            "run_corrected",
            pl.DataFrame(_shares(run_id, adjusted, factors, place.indicators), infer_schema_length=None),
        )
        append(con, "run_corrected_places", pl.DataFrame(places, infer_schema_length=None))
    return sorted(name for name in factors if name in adjusted.shares)


def _shares(
    run_id: int, adjusted: _Adjusted, factors: Mapping[str, tuple[Factor, int]], indicators: Sequence[str]
) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for technology, (factor, sample_id) in factors.items():
        if technology not in adjusted.shares:
            continue
        for j, indicator in enumerate(indicators):
            column = adjusted.shares[technology][:, j]
            value, draws = float(column[0]), column[1:][~np.isnan(column[1:])]
            ends = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if draws.size else None
            low, high = containing(None if ends is None else (float(ends[0]), float(ends[1])), value) or (None, None)
            out.append(
                {
                    "run_id": run_id, "technology_id": technology, "indicator": indicator,
                    "value": float(adjusted.raw[technology][0, j]), "corrected": value, "low": low, "high": high,
                    "factor": factor.value, "recall_basis": factor.recall_basis, "sample_id": sample_id,
                }
            )  # fmt: skip
    return out


def _places(
    odds: Sequence[Certainty], able: Sequence[str], adjusted: _Adjusted, anchored: Frame | None, con: Connection,
    run_id: int,
) -> list[dict[str, object]]:  # fmt: skip
    raw = dict(
        con.execute(
            "SELECT technology_id, dynamics_raw FROM run_placements WHERE run_id = ? AND frame = ?", [run_id, RELATIVE]
        ).fetchall()
    )
    values = {name: adjusted.shares[name][0].tolist() for name in able}
    frames = {RELATIVE: relative_frame(list(values.values()), [raw[name] for name in able]), ANCHORED: anchored}
    out: list[dict[str, object]] = []
    for one in odds:
        frame = frames[one.frame]
        assert frame is not None
        capability = frame.capability(values[one.technology_id])
        k, d = containing(one.capability, capability), one.dynamics
        out.append(
            {
                "run_id": run_id, "technology_id": one.technology_id, "frame": one.frame,
                "is_corrected": one.technology_id in adjusted.factors, "capability": capability,
                "capability_low": k[0] if k else None, "capability_high": k[1] if k else None,
                "dynamics_low": d[0] if d else None, "dynamics_high": d[1] if d else None,
                **{f"p_{s}": None if one.probabilities is None else one.probabilities[s] for s in Strategy},
            }
        )  # fmt: skip
    return out
