"""Placing all technologies at one date or at many, and storing it: the only way into the run_* tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from analytics.matrix.bootstrap import Certainty, bootstrap, containing
from analytics.matrix.evaluate import Evaluation, Placed, evaluate, why_not_measured
from analytics.matrix.frames import ANCHORED, FRAMES
from analytics.matrix.rows import RunFigures
from analytics.matrix.store import baseline, forget, store, store_certainty, store_families
from analytics.measure.measure import Measurement, measure, measure_series
from analytics.measure.query import Connection, Technologies
from warehouse.core import transaction
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

Origin = Literal["live", "adhoc", "backfill"]


@dataclass(frozen=True, slots=True)
class Placement:
    """What one run measured and where everything is placed; `measurement.data_label` is what runs.data_label says."""

    run_id: int
    origin: Origin
    measurement: Measurement
    evaluation: Evaluation
    certainty: tuple[Certainty, ...] = ()

    @property
    def figures(self) -> RunFigures:
        """The run as it is stored."""
        m = self.measurement
        return RunFigures(self.run_id, m.as_of, self.origin, m.data_label, m.technologies, self.evaluation)


def _with_estimate(item: Certainty, placed: Placed) -> Certainty:
    """Return the certainty with intervals that reach what is stored as K and D, to the last digit."""
    return replace(
        item,
        capability=containing(item.capability, placed.capability),
        dynamics=containing(item.dynamics, placed.dynamics),
    )


def certainty_of(result: Placement, settings: Place) -> list[Certainty]:
    """Return the bootstrap of a placement, in the frames it was made in; empty when place.bootstrap_draws is 0."""
    if not settings.bootstrap_draws:
        return []
    able = [item.technology_id for item in result.measurement.technologies if why_not_measured(item) is None]
    frames = {frame.name: frame for frame in result.evaluation.frames}
    found = bootstrap(result.measurement.families, able, settings, frames.get(ANCHORED))
    placed = {(spot.technology_id, spot.frame): spot for spot in result.evaluation.placements}
    return [_with_estimate(item, placed[item.technology_id, item.frame]) for item in found if item.frame in frames]


def place(
    con: Connection,
    run_id: int,
    settings: Settings,
    as_of: date,
    technologies: Technologies,
    *,
    origin: Origin = "live",
    frames: Sequence[str] = FRAMES,
) -> Placement:
    """Measure and place `technologies` at T, write every run_* table of `run_id` in one transaction, return the result.

    `technologies` are (technology_id, query_hash) pairs; families imported by hand have the hash ``import``, and
    several hashes of one technology are united. Whatever `run_id` had stored is replaced: a resumed run is written
    once. Works on its own cursor of `con`, so it sees what is committed.
    Raises BaselineError (a named baseline run without weights) and SettingsError (no such screening policy).
    """
    with con.cursor() as own:
        measured = measure(own, settings, as_of, technologies)
        base = baseline(own, run_id, settings.place)
        result = Placement(run_id, origin, measured, evaluate(measured.technologies, settings.place, base, frames))
        certainty = tuple(certainty_of(result, settings.place))
        top, prefixes = (rows.with_columns(run_id=run_id) for rows in (measured.top, measured.prefixes))
        with transaction(own):
            store(own, [result.figures], top, prefixes)
            store_families(own, run_id, measured.families, settings.place.keep_run_families)
            store_certainty(own, run_id, certainty)
    return replace(result, certainty=certainty)


def backfill(
    con: Connection,
    runs: Sequence[tuple[int, date]],
    settings: Settings,
    technologies: Technologies,
    *,
    origin: Origin = "backfill",
    frames: Sequence[str] = FRAMES,
) -> list[RunFigures]:
    """Place `technologies` as of every date of `runs` (run_id, T), store each like a run of its own, return figures.

    What `place` stores of each date, measured in one pass, apart from run_families and run_certainty, which a backfill
    does not keep. Dates may come in any order, each once (ValueError). An unnamed baseline is the first live run's, as
    for `place`. Raises BaselineError and SettingsError as `place` does.
    """
    ordered = sorted(runs, key=lambda run: run[1])
    as_ofs = [day for _, day in ordered]
    if len(set(as_ofs)) < len(as_ofs):
        msg = "backfill: a date is given twice; each date is placed once"
        raise ValueError(msg)
    if not ordered:
        return []
    run_ids = [run_id for run_id, _ in ordered]
    with con.cursor() as own:
        series = measure_series(own, settings, as_ofs, technologies)
        base = baseline(own, min(run_ids), settings.place)
        figures = [
            RunFigures(run_id, day, origin, series.data_label, items, evaluate(items, settings.place, base, frames))
            for (run_id, day), items in zip(ordered, series.items, strict=True)
        ]
        ids = pl.DataFrame({"run_id": run_ids, "as_of": as_ofs})
        top, prefixes = (rows.join(ids, on="as_of").drop("as_of") for rows in (series.top, series.prefixes))
        with transaction(own):
            store(own, figures, top, prefixes)
            forget(own, run_ids, ["run_families", "run_certainty"])
    return figures
