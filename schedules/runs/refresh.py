"""One refresh: harvest → load → enrich → merge → place → audit → alert → publish; resumable at every step.

Each step can be run again after a cut: harvesting does not ask again for what has landed, loading takes only what is
not loaded, merging rebuilds whole, placing replaces its run's rows, publishing makes a new snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from analytics.explain.explain import explain, store_attributions
from analytics.matrix.frames import FRAMES
from analytics.matrix.place import Origin, Placement, place
from analytics.matrix.rows import TABLES as RUN_TABLES
from analytics.matrix.store import forget
from analytics.network.store import TABLES as NETWORK_TABLES
from analytics.network.store import measure_network
from etl.catalogue.editions import record_edition
from etl.catalogue.load import load_catalogue
from etl.catalogue.models import Catalogue
from etl.fetch.http import CredentialsMissingError, ParkedError, QueryRefusedError, StoppedError, TransportError
from etl.harvest import HarvestSummary, HarvestTarget, harvest
from etl.harvest import Progress as Harvested
from etl.harvest.enrich import EnrichmentSummary, enrich
from etl.load.memberships import IMPORT
from etl.load.merge import rebuild
from etl.load.pages import load_landed
from etl.load.write import LoadCount
from etl.query.ast import Query
from etl.sources.registry import register
from schedules.alerts import Alert, apply_inbox, evaluate_alerts
from schedules.alerts.provinces import alert_province_changes
from schedules.runs.provinces import study_on_refresh
from schedules.runs.stopping import StopRequestedError
from warehouse import ledger
from warehouse.audits import AuditResult, run_audits
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.interruption import surfacing
from warehouse.publish import next_version, publish, versions
from warehouse.settings import Settings

STEPS = ("harvest", "load", "enrich", "merge", "place", "audit", "alert", "publish")

Progress = Callable[[str, int, int | None], None]  # (what, done, of how many)


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Show nothing."""


# Failures of a source or of what we need for it: one sentence for the user, the run is marked failed.
SOURCE_ERRORS = (StoppedError, QueryRefusedError, CredentialsMissingError, TransportError)


class AuditError(RuntimeError):
    """A blocking audit found rows: nothing was published, the snapshot before stands. The message says which."""


class EmptyCatalogueError(ValueError):
    """There is nothing to watch; the message says where to change it."""


@dataclass(slots=True)
class Refreshed:
    """What a refresh came to. `parked_until` is set when a quota is spent and the run waits."""

    run_id: int
    as_of: date
    resumed: bool
    harvested: HarvestSummary = field(default_factory=HarvestSummary)
    enriched: EnrichmentSummary | None = None
    loaded: LoadCount = field(default_factory=LoadCount)
    placement: Placement | None = None
    audits: list[AuditResult] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    snapshot: Path | None = None
    parked_until: datetime | None = None
    provinces: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """The technology list and the topic list of a workspace with their editions."""

    technologies: Catalogue
    topics: Catalogue
    edition_id: int
    topics_edition_id: int

    def queries(self) -> dict[str, Query]:
        """query_hash → parsed query of everything harvested."""
        items = (*self.technologies.harvested, *self.topics.harvested)
        return {i.query_hash: i.parsed for i in items if i.query_hash is not None and i.parsed is not None}

    def targets(self, *, topics: bool) -> list[HarvestTarget]:
        """What is harvested: watched technologies, then topics."""
        items = (*self.technologies.harvested, *(self.topics.harvested if topics else ()))
        return [
            HarvestTarget(i.id, i.parsed, i.query_hash)
            for i in items
            if i.parsed is not None and i.query_hash is not None
        ]

    def placed(self, imported: Sequence[str] = ()) -> list[tuple[str, str]]:
        """(technology, query_hash) pairs that are placed: the watched ones, and whatever a person imported onto."""
        pairs = [(t.id, t.query_hash) for t in self.technologies.harvested if t.query_hash is not None]
        return pairs + [(t, IMPORT) for t in imported]


def read_lists(core: Core, now: datetime) -> Lists:
    """Read both lists of the workspace and record their editions. Raises CatalogueError."""
    workspace = core.workspace
    technologies = load_catalogue(workspace.technologies_file)
    topics = load_catalogue(workspace.topics_file)
    return Lists(
        technologies, topics, record_edition(core.con, technologies, now), record_edition(core.con, topics, now)
    )


def figure_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that determine figures: what makes two runs comparable."""
    stated = settings.place.model_dump(mode="json")
    for key in ("bootstrap_draws", "keep_run_families", "network"):
        stated.pop(key)
    return {**stated, "policy": settings.policy().model_dump(mode="json")}


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
    lists = read_lists(core, now)
    if not lists.targets(topics=False):
        msg = f'{core.workspace.technologies_file.name}: no technology is watched; set status = "watched" on one.'
        raise EmptyCatalogueError(msg)
    publish_what_was_cut(core)
    apply_inbox(core.con, core.workspace, now)
    run = ledger.unfinished(core.con, "refresh")
    resumed = run is not None
    if run is None:
        run = ledger.start(
            core.con, "refresh", now=now, as_of=as_of or now.date(), settings=figure_settings(settings), slot=slot
        )
    else:
        ledger.resume(core.con, run.run_id)
    core.con.execute(
        "UPDATE runs SET edition_id = ?, topics_edition_id = ? WHERE run_id = ?",
        [lists.edition_id, lists.topics_edition_id, run.run_id],
    )
    done = Refreshed(run.run_id, run.as_of or now.date(), resumed)
    try:
        with surfacing():
            _harvest_and_load(core, settings, lists, done, clock, progress)
            if until == "publish":
                _enrich(core, settings, lists, done, clock, progress)
                measure_and_publish(core, settings, lists, done, clock, progress=progress)
    except ParkedError as parked:
        done.parked_until = parked.resume_after
        done.message = str(parked)
        ledger.park(core.con, run.run_id, resume_after=parked.resume_after, message=str(parked))
    except StopRequestedError:  # left as it is: the next start continues it
        raise
    except Exception as error:  # recorded, then raised: a failed run must be seen in the ledger
        _fail(core, run.run_id, clock, error)
        raise
    return done


def _harvest_and_load(
    core: Core, settings: Settings, lists: Lists, done: Refreshed, clock: Clock, progress: Progress
) -> None:
    run_id = done.run_id
    ledger.step(core.con, run_id, "harvest")
    register(core.con, synthetic=settings.sources.synthetic)
    seen: dict[tuple[str, str], None] = {}
    targets = lists.targets(topics=settings.harvest.topics)

    def report(step: Harvested) -> None:
        seen.setdefault((step.source, step.technology_id))
        count = sum(1 for source, _ in seen if source == step.source)
        progress(f"harvest {step.source}", count, len(targets))

    done.harvested = harvest(
        core.con, core.workspace, settings, run_id, targets, as_of=done.as_of, clock=clock, progress=report
    )
    ledger.step(core.con, run_id, "load")
    progress("load", 0, None)
    done.loaded = load_landed(core.con, core.workspace, run_id, now=clock.now())


def _enrich(core: Core, settings: Settings, lists: Lists, done: Refreshed, clock: Clock, progress: Progress) -> None:
    """Ask for what the search does not give (legal events, citing lists, claims), within the run's budget."""
    if settings.harvest.enrichment_requests == 0:
        return
    ledger.step(core.con, done.run_id, "enrich")
    progress("merge", 0, None)
    rebuild(core.con, lists.queries())  # what is missing can only be seen in the merged tables

    def report(step: Harvested) -> None:
        progress("enrich", step.received, step.expected)

    done.enriched = enrich(
        core.con, core.workspace, settings, done.run_id, as_of=done.as_of, clock=clock, progress=report
    )
    done.loaded += load_landed(core.con, core.workspace, done.run_id, now=clock.now())


def imported_onto(core: Core) -> list[str]:
    """Return the technologies that export files were imported onto."""
    rows = core.con.execute(
        "SELECT DISTINCT technology_id FROM source_hits WHERE query_hash = ? ORDER BY 1", [IMPORT]
    ).fetchall()
    return [r[0] for r in rows]


def harvest_only(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, progress: Progress = silent
) -> Refreshed:
    """Harvest and load, and leave the run open: the next refresh continues it with merging and placing."""
    return refresh(core, settings, clock=clock, as_of=as_of, progress=progress, until="load")


def place_again(
    core: Core, settings: Settings, *, clock: Clock, as_of: date | None = None, progress: Progress = silent
) -> Refreshed:
    """Place everything at `as_of` from what is in the warehouse, without harvesting.

    With a date of the past it is an ad-hoc look (origin ``adhoc``), otherwise a live placement. Raises AuditError.
    """
    now = clock.now()
    lists = read_lists(core, now)
    publish_what_was_cut(core)
    apply_inbox(core.con, core.workspace, now)
    _give_up_cut_placements(core, clock)
    run = ledger.start(core.con, "place", now=now, as_of=as_of or now.date(), settings=figure_settings(settings))
    core.con.execute(
        "UPDATE runs SET edition_id = ?, topics_edition_id = ? WHERE run_id = ?",
        [lists.edition_id, lists.topics_edition_id, run.run_id],
    )
    done = Refreshed(run.run_id, as_of or now.date(), False)
    origin: Origin = "live" if as_of is None or as_of >= _latest_live(core) else "adhoc"
    try:
        with surfacing():
            measure_and_publish(core, settings, lists, done, clock, origin=origin, progress=progress)
    except Exception as error:  # recorded, then raised: a failed run must be seen in the ledger
        _fail(core, run.run_id, clock, error)
        raise
    return done


def _give_up_cut_placements(core: Core, clock: Clock) -> None:
    """Close placements that were cut: this one does their work, and their figures must not be its "run before"."""
    while (cut := ledger.unfinished(core.con, "place")) is not None:
        ledger.finish(core.con, cut.run_id, "failed", now=clock.now(), message="cut; the next one did its work")
        _forget_figures(core, cut.run_id)


def _fail(core: Core, run_id: int, clock: Clock, error: Exception) -> None:
    """Mark a run failed and drop its figures: an unpublished placement must not be anybody's "run before"."""
    ledger.finish(core.con, run_id, "failed", now=clock.now(), message=f"{type(error).__name__}: {error}")
    _forget_figures(core, run_id)


def _forget_figures(core: Core, run_id: int) -> None:
    forget(core.con, [run_id], [*RUN_TABLES, "run_families", "run_certainty", *NETWORK_TABLES])


def _latest_live(core: Core) -> date:
    row = core.con.execute("SELECT max(as_of) FROM run_placements WHERE origin = 'live'").fetchone()
    return row[0] if row and row[0] else date.min


def publish_what_was_cut(core: Core) -> None:
    """Publish the snapshot of a run that succeeded but was killed before its copy was in place."""
    row = core.con.execute("SELECT max(snapshot) FROM runs WHERE state = 'succeeded'").fetchone()
    if row and row[0] is not None and row[0] > max(versions(core.workspace), default=0):
        publish(core, row[0])


def measure_and_publish(
    core: Core, settings: Settings, lists: Lists, done: Refreshed, clock: Clock, *,
    origin: Origin = "live", progress: Progress = silent,
) -> None:  # fmt: skip
    """Merge, place, audit and publish: the second half of a refresh, and all of it after an import."""
    run_id = done.run_id
    ledger.step(core.con, run_id, "merge")
    progress("merge", 0, None)
    rebuild(core.con, lists.queries())
    ledger.step(core.con, run_id, "place")
    progress("place", 0, None)
    pairs = [*lists.placed(), *[(t, IMPORT) for t in imported_onto(core)]]
    done.placement = place(core.con, run_id, settings, done.as_of, pairs, origin=origin)
    core.con.execute("UPDATE runs SET data_label = ? WHERE run_id = ?", [done.placement.measurement.data_label, run_id])
    if settings.place.network:
        measure_network(core.con, run_id, settings, done.as_of, pairs)
    if origin == "live":
        explain_since_last(core, settings, run_id)
        done.provinces = study_on_refresh(core.con, run_id, settings.provinces)
    ledger.step(core.con, run_id, "audit")
    done.audits = run_audits(core.con, run_id)
    failed = [a for a in done.audits if a.blocking and a.rows]
    if failed:
        found = "; ".join(f"{a.audit}: {a.meaning} ({a.rows} rows)" for a in failed)
        msg = f"Nothing was published, the snapshot before stands. {found} See audit_results of run {run_id}."
        raise AuditError(msg)
    if origin == "live":
        ledger.step(core.con, run_id, "alert")
        progress("alert", 0, None)
        done.alerts = evaluate_alerts(core.con, run_id, settings, clock.now())
        done.alerts += alert_province_changes(core.con, run_id, settings, clock.now())
    finish_and_publish(core, done, clock)


def previous_live_run(core: Core, run_id: int) -> int | None:
    """Return the live run before `run_id` that placed anything."""
    row = core.con.execute(
        "SELECT max(run_id) FROM run_placements WHERE origin = 'live' AND run_id < ?", [run_id]
    ).fetchone()
    return None if row is None else row[0]


def explain_since_last(core: Core, settings: Settings, run_id: int) -> None:
    """Store why each technology moved since the live run before, in both frames (``run_attributions``)."""
    earlier = previous_live_run(core, run_id)
    if earlier is None:
        return
    moves = [m for frame in FRAMES for m in explain(core.con, earlier, run_id, settings, frame=frame, recompute=False)]
    if any(m.parts for m in moves):
        store_attributions(core.con, earlier, run_id, moves)


def finish_and_publish(core: Core, done: Refreshed, clock: Clock) -> None:
    """End the run as succeeded and publish; the ledger row in the snapshot already says so."""
    done.message = "; ".join(filter(None, (f"placed as of {done.as_of}", done.provinces)))
    ledger.step(core.con, done.run_id, "publish")
    version = next_version(core.workspace)
    core.con.execute("UPDATE runs SET snapshot = ? WHERE run_id = ?", [version, done.run_id])
    ledger.finish(core.con, done.run_id, "succeeded", now=clock.now(), message=done.message)
    try:
        done.snapshot = publish(core, version)
    except BaseException:
        core.con.execute("UPDATE runs SET state = 'running', snapshot = NULL WHERE run_id = ?", [done.run_id])
        raise
