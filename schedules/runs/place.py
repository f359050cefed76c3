"""A placement as a run of its own: everything placed at a date from what is in the warehouse, without harvesting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analytics.matrix.place import Origin
from etl.engines.output import Output
from etl.engines.take import take
from schedules.runs.lists import begin, figure_settings
from schedules.runs.measure import measure_and_publish, merge
from schedules.runs.outcome import Refreshed
from schedules.runs.progress import Progress, silent
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings


def place_again(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, own: Settings | None = None,
    label: str | None = None, marts: Path | None = None, progress: Progress = silent,
) -> Refreshed:  # fmt: skip
    """Place everything at `as_of` (default: today) and publish. Raises AuditError.

    With `marts` the merged tables are those of a bulk run in that folder (raises OutputError), else those merged from
    the workspace's own records.

    By the workspace's own settings (`own`, default: `settings`) at its newest date it is the record (origin ``live``);
    by others, at an earlier date, or under a name of its own (`label`) it is a what-if (``adhoc``).
    """
    lists = begin(core, clock.now())
    day = as_of or clock.now().date()
    with running(core, "place", clock, as_of=day, settings=figure_settings(settings)) as run:
        run.note(**lists.editions(), label=label)
        progress = run.telling(progress)
        done = Refreshed(run.run_id, day, False)
        is_record = label is None and figure_settings(own or settings) == figure_settings(settings)
        origin: Origin = "live" if is_record and day >= _latest_live(core) else "adhoc"
        if marts is None:
            merge(run, lists, progress)
        else:
            run.step("merge")
            take(core.con, run.run_id, Output(marts), lists.placed(), clock.now())
        measure_and_publish(run, settings, lists, done, origin=origin, progress=progress)
    return done.ended(run)


def _latest_live(core: Core) -> date:
    row = core.con.execute("SELECT max(as_of) FROM run_placements WHERE origin = 'live'").fetchone()
    return row[0] if row and row[0] else date.min
