"""A placement as a run of its own: everything placed at a date from what is in the warehouse, without harvesting."""

from __future__ import annotations

from datetime import date

from analytics.matrix.place import Origin
from schedules.runs.lists import begin, figure_settings
from schedules.runs.measure import measure_and_publish, merge
from schedules.runs.outcome import Refreshed
from schedules.runs.progress import Progress, silent
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings


def place_again(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, progress: Progress = silent
) -> Refreshed:
    """Place everything at `as_of` (default: today) and publish. Raises AuditError.

    With a date of the past it is an ad-hoc look (origin ``adhoc``), otherwise a live placement.
    """
    lists = begin(core, clock.now())
    day = as_of or clock.now().date()
    with running(core, "place", clock, as_of=day, settings=figure_settings(settings)) as run:
        run.note(**lists.editions())
        done = Refreshed(run.run_id, day, False)
        origin: Origin = "live" if as_of is None or as_of >= _latest_live(core) else "adhoc"
        merge(run, lists, progress)
        measure_and_publish(run, settings, lists, done, origin=origin, progress=progress)
    return done.ended(run)


def _latest_live(core: Core) -> date:
    row = core.con.execute("SELECT max(as_of) FROM run_placements WHERE origin = 'live'").fetchone()
    return row[0] if row and row[0] else date.min
