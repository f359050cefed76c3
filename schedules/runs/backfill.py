"""Backfill as a task: runs of their own in the ledger (kind ``backfill``), placed in one pass, published once."""

from __future__ import annotations

import calendar
from datetime import date

from analytics.matrix.backfill import backfill
from schedules.alerts import apply_inbox
from schedules.runs.refresh import figure_settings, imported_onto, publish_what_was_cut, read_lists
from warehouse import ledger
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.publish import next_version, publish
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

    A date already backfilled by the same settings is placed anew in its old run: a series never has a date twice.
    """
    now = clock.now()
    lists = read_lists(core, now)
    publish_what_was_cut(core)
    apply_inbox(core.con, core.workspace, now)
    stated = figure_settings(settings)
    key = ledger.settings_hash(stated)
    known = dict(
        core.con.execute(
            "SELECT as_of, max(run_id) FROM runs WHERE kind = 'backfill' AND settings_hash = ? GROUP BY as_of", [key]
        ).fetchall()
    )
    with transaction(core.con):
        runs = []
        for day in dates:
            run_id = known.get(day) or ledger.start(core.con, "backfill", now=now, as_of=day, settings=stated).run_id
            core.con.execute(
                "UPDATE runs SET edition_id = ?, topics_edition_id = ?, state = 'running' WHERE run_id = ?",
                [lists.edition_id, lists.topics_edition_id, run_id],
            )
            runs.append((run_id, day))
    figures = backfill(core.con, runs, settings, lists.placed(imported_onto(core)))
    version = next_version(core.workspace)
    with transaction(core.con):
        for figure in figures:
            core.con.execute(
                "UPDATE runs SET data_label = ?, snapshot = ? WHERE run_id = ?",
                [figure.data_label, version, figure.run_id],
            )
            ledger.finish(core.con, figure.run_id, "succeeded", now=clock.now(), message="backfilled")
    publish(core, version)
    return [run_id for run_id, _ in runs]
