"""One refresh: harvest → load → enrich → merge → place → audit → alert → publish; resumable at every step.

Each step can be run again after a cut: harvesting does not ask again for what has landed, loading takes only what is
not loaded, merging brings the tables up to the records, placing replaces its run's rows, publishing makes a new
snapshot.
"""

from __future__ import annotations

from datetime import date, datetime

from etl.harvest import Progress as Harvested
from etl.harvest import harvest
from etl.harvest.enrich import enrich
from etl.load.merged.merge import families_as_loaded
from etl.load.pages import load_landed
from etl.sources.registry import register
from schedules.alerts import evaluate_sources
from schedules.runs.answers import hold, unanswered, unexpected
from schedules.runs.lists import Lists, begin, figure_settings
from schedules.runs.measure import measure_and_publish, merge
from schedules.runs.outcome import BEGIN_AGAIN, EmptyCatalogueError, Refreshed
from schedules.runs.progress import Progress, silent
from warehouse import ledger
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.publish import versions
from warehouse.run import OpenRun, running
from warehouse.settings import Settings


def refresh(
    core: Core,
    settings: Settings,
    *,
    clock: Clock,
    as_of: date | None = None,
    slot: datetime | None = None,
    progress: Progress = silent,
    until: str = "publish",
) -> Refreshed:
    """Run one refresh to its end, or continue the one that was cut or parked.

    `as_of` defaults to today by `clock`. Returns with `parked_until` when a quota is spent. Raises AuditError,
    SourceError and the like after marking the run failed: what had landed and loaded is kept.
    """
    now = clock.now()
    lists = begin(core, now)
    if not lists.targets(topics=False):
        msg = f'{core.workspace.technologies_file.name}: no technology is watched; set status = "watched" on one.'
        raise EmptyCatalogueError(msg)
    stated = figure_settings(settings)
    ledger.park_failed(core.con, "refresh", slot, now=now, begin_again=BEGIN_AGAIN)
    with running(
        core, "refresh", clock, as_of=as_of or now.date(), settings=stated, slot=slot,
    ) as run:  # fmt: skip
        run.note(**lists.editions())
        progress = run.telling(progress)
        done = Refreshed(run.run_id, run.runs[0].as_of or now.date(), run.resumed)
        _harvest(run, settings, lists, done, progress)
        _load(run, done, progress)
        watched = [target.technology_id for target in lists.targets(topics=False)]
        done.held = unanswered(core.con, run.run_id, watched)
        if until == "publish":
            _enrich(run, settings, done, progress)
            merge(run, lists, progress)
            first = not versions(core.workspace)
            done.held += unexpected(core.con, watched, settings.harvest.expected, first=first)
            hold(core.con, run.run_id, done.held)
            measure_and_publish(run, settings, lists, done, progress=progress)
        else:
            run.leave_open()
    return done.ended(run)


def harvest_only(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, progress: Progress = silent
) -> Refreshed:
    """Harvest and load, and leave the run open: the next refresh continues it with merging and placing."""
    return refresh(core, settings, clock=clock, as_of=as_of, progress=progress, until="load")


def _harvest(run: OpenRun, settings: Settings, lists: Lists, done: Refreshed, progress: Progress) -> None:
    core = run.core
    run.step("harvest")
    register(core.con, synthetic=settings.sources.synthetic)
    seen: dict[tuple[str, str], None] = {}
    targets = lists.targets(topics=settings.harvest.topics)

    def report(step: Harvested) -> None:
        if step.what:
            progress(step.what, step.received, step.expected)
            return
        seen.setdefault((step.source, step.technology_id))
        count = sum(1 for source, _ in seen if source == step.source)
        progress(f"harvest {step.source}", count, len(targets))
        core.tell.query(step.technology_id, step.received, step.expected)

    try:
        done.harvested = harvest(
            core.con, core.workspace, settings, run.run_id, targets, as_of=done.as_of, clock=run.clock, progress=report
        )
    except Exception:  # the run may fail for what was found out about a source: that is reported all the same
        evaluate_sources(core.con, run.run_id, settings, run.clock.now())
        raise
    done.alerts += evaluate_sources(core.con, run.run_id, settings, run.clock.now())


def _load(run: OpenRun, done: Refreshed, progress: Progress) -> None:
    """Load what landed and is not loaded."""
    run.step("load")
    progress("load", 0, None)
    done.loaded += load_landed(run.core.con, run.core.workspace, run.run_id, now=run.clock.now())
    run.counts = {
        "new": done.loaded.new, "changed": done.loaded.changed, "unchanged": done.loaded.unchanged,
        "rejects": done.loaded.rejects,
    }  # fmt: skip


def _enrich(run: OpenRun, settings: Settings, done: Refreshed, progress: Progress) -> None:
    """Ask for what the search does not give (legal events, citing lists, claims), within the run's budget, and load it.

    What is missing is read from the loaded records, so that everything is merged once, afterwards.
    """
    if settings.harvest.enrichment_requests == 0:
        return
    core = run.core
    run.step("enrich")

    def report(step: Harvested) -> None:
        progress("enrich", step.received, step.expected)

    with families_as_loaded(core.con):
        done.enriched = enrich(
            core.con, core.workspace, settings, run.run_id, as_of=done.as_of, clock=run.clock, progress=report
        )
    _load(run, done, progress)
