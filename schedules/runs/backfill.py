"""Backfill as a task: runs of their own in the ledger (kind ``backfill``), placed in one pass, published once."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from analytics.forecast.store import store_forecast
from analytics.matrix.place import backfill
from etl.load.merged.merge import needs_rebuild, rebuild
from schedules.runs.lists import begin, figure_settings, imported_onto
from warehouse import ledger
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.ledger import Run
from warehouse.run import OpenRun, close_cut, seen_to_its_end
from warehouse.settings import Settings

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def backfill_dates(first: date, last: date, every: str) -> list[date]:
    """Return month, quarter or year ends from `first` to `last`. Raises ValueError saying what is valid."""
    if every not in _MONTHS:
        msg = f"--every {every!r}: choose one of {', '.join(_MONTHS)}."
        raise ValueError(msg)
    step = _MONTHS[every]
    found = []
    for count in range(first.year * 12, last.year * 12 + 12):
        year, month = divmod(count, 12)
        end = date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        if (month + 1) % step == 0 and first <= end <= last:
            found.append(end)
    if not found:
        msg = f"No {every} ends between {first} and {last}."
        raise ValueError(msg)
    return found


def run_backfill(core: Core, settings: Settings, dates: list[date], *, clock: Clock) -> list[int]:
    """Place everything as of `dates`, store it with origin ``backfill``, publish, and return the run ids.

    A date already backfilled by the same settings is placed again in its old run: a series never has a date twice.
    """
    lists = begin(core, clock.now())
    close_cut(core, clock, kind="backfill")
    stated = figure_settings(settings)
    runs = _open(core, dates, stated, clock)
    with seen_to_its_end(OpenRun(core, clock, runs)) as run:
        run.note(**lists.editions())
        if needs_rebuild(core.con):
            run.step("merge")
            rebuild(core.con, lists.queries())
        run.step("place")
        placed = [(one.run_id, day) for one, day in zip(runs, dates, strict=True)]
        figures = backfill(core.con, placed, settings, lists.placed(imported_onto(core)))
        for figure in figures:
            ledger.note(core.con, figure.run_id, data_label=figure.data_label)
        store_forecast(core.con, _foreseen_from(core, runs, dates), settings.place)
        run.message = "backfilled"
        run.publish()
    return [one.run_id for one in runs]


def _foreseen_from(core: Core, runs: list[Run], dates: list[date]) -> int:
    """Return the run whose forecast a backfill renews: the record's latest, else that of the backfill's last date."""
    latest = core.con.execute("SELECT max(run_id) FROM run_placements WHERE origin = 'live'").fetchall()[0][0]
    return int(latest) if latest is not None else max(zip(dates, runs, strict=True), key=lambda one: one[0])[1].run_id


def _open(core: Core, dates: list[date], stated: dict[str, Any], clock: Clock) -> list[Run]:
    """Return a running run for each date: a new one, or the one that placed it before by the same settings."""
    known = dict(
        core.con.execute(
            "SELECT as_of, max(run_id) FROM runs WHERE kind = 'backfill' AND settings_hash = ? GROUP BY as_of",
            [ledger.settings_hash(stated)],
        ).fetchall()
    )
    with transaction(core.con):
        runs = []
        for day in dates:
            if day in known:
                runs.append(ledger.get(core.con, known[day]))
                ledger.reopen(core.con, known[day])
            else:
                runs.append(ledger.start(core.con, "backfill", now=clock.now(), as_of=day, settings=stated))
    return runs
