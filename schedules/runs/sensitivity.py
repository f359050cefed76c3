"""Sensitivity as a run of its own (kind ``sensitivity``): every other choice tried on the data at hand."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date

from analytics.sensitivity.outcomes import Outcome, outcomes, store_outcomes
from analytics.sensitivity.variants import BASE, WITHOUT_SOURCE, Variant, variants
from etl.engines.take import is_taken
from etl.load.merged.merge import merge, without_source
from schedules.runs.lists import begin, figure_settings, imported_onto
from schedules.runs.progress import Progress, silent
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.run import running
from warehouse.settings import Settings


def latest_day(core: Core) -> date | None:
    """Return the as-of date of the record's latest run; None when nothing is placed."""
    rows = core.con.execute("SELECT max(as_of) FROM run_placements WHERE origin = 'live'").fetchall()
    return rows[0][0] if rows else None


def run_sensitivity(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, progress: Progress = silent
) -> tuple[int, list[Outcome]]:
    """Place everything under every variant, store and publish it; return the run and where each technology is.

    `as_of` defaults to that of the record's latest run, else today. A source is left out by merging what the others
    state, in a transaction that is undone.
    """
    lists = begin(core, clock.now())
    day = as_of or latest_day(core) or clock.now().date()
    stated = figure_settings(settings)
    with running(core, "sensitivity", clock, as_of=day, settings=stated) as run:
        progress = run.telling(progress)
        run.note(**lists.editions())
        con, pairs, queries = core.con, lists.placed(imported_onto(core)), lists.queries()
        run.step("merge")
        if not is_taken(con):
            merge(con, queries)
        run.step("place")
        sources = [r[0] for r in con.execute("SELECT DISTINCT source FROM source_records ORDER BY 1").fetchall()]
        left_out = [Variant(WITHOUT_SOURCE, source, settings) for source in sources if len(sources) > 1]
        tried = [*variants(settings), *left_out]
        found: list[Outcome] = []
        for done, variant in enumerate(tried):
            progress("sensitivity", done, len(tried))
            apart = without_source(con, queries, variant.value) if variant.kind == WITHOUT_SOURCE else nullcontext()
            with apart:
                rows, label = outcomes(con, run.run_id, variant, day, pairs)
            found += rows
            if variant.kind == BASE:
                run.note(data_label=label)
        with transaction(con):
            store_outcomes(con, run.run_id, found)
        run.message = f"{len(tried) - 1} other choices tried as of {day}"
        run.publish()
    return run.run_id, found
