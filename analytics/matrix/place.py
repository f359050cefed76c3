"""Placing all technologies at one date and storing it: the one door to the run_* tables (docs/methods.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from analytics.matrix.bootstrap import Certainty, bootstrap
from analytics.matrix.evaluate import Evaluation, evaluate, why_not_measured
from analytics.matrix.frames import ANCHORED, FRAMES
from analytics.matrix.rows import RunFigures
from analytics.matrix.store import baseline, store, store_certainty, store_families, transaction
from analytics.measure.measure import Measurement, measure
from analytics.measure.query import Connection, Technologies
from warehouse.settings import Place, Settings

Origin = Literal["live", "adhoc", "backfill"]


@dataclass(frozen=True, slots=True)
class Placement:
    """What one run measured and where everything stands; `measurement.data_label` is what runs.data_label says."""

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


def compute(
    con: Connection,
    run_id: int,
    settings: Settings,
    as_of: date,
    technologies: Technologies,
    *,
    origin: Origin = "adhoc",
    frames: Sequence[str] = FRAMES,
) -> Placement:
    """Return the placement of `technologies` at T without storing it (arguments as `place`)."""
    measured = measure(con, settings, as_of, technologies)
    base = baseline(con, run_id, settings.place.baseline_run)
    return Placement(run_id, origin, measured, evaluate(measured.technologies, settings.place, base, frames))


def certainty_of(result: Placement, settings: Place) -> list[Certainty]:
    """Return the bootstrap of a placement, in the frames it was made in; empty when place.bootstrap_draws is 0."""
    if not settings.bootstrap_draws:
        return []
    able = [item.technology_id for item in result.measurement.technologies if why_not_measured(item) is None]
    frames = {frame.name: frame for frame in result.evaluation.frames}
    found = bootstrap(result.measurement.families, able, settings, frames.get(ANCHORED))
    return [item for item in found if item.frame in frames]


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
        result = compute(own, run_id, settings, as_of, technologies, origin=origin, frames=frames)
        certainty = tuple(certainty_of(result, settings.place))
        with transaction(own):
            store(own, [result.figures])
            store_families(own, run_id, result.measurement.families, settings.place.keep_run_families)
            store_certainty(own, run_id, certainty)
    return replace(result, certainty=certainty)
