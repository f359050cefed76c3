"""The second half of a refresh, and all of a placement: merge → place → audit → alert → publish."""

from __future__ import annotations

from analytics.bounds.store import store_bounds
from analytics.explain.explain import explain, store_attributions
from analytics.forecast.store import store_forecast
from analytics.matrix.frames import FRAMES
from analytics.matrix.place import Origin, place
from analytics.network.store import measure_network
from etl.engines.take import refuse_taken
from etl.load.merged.memberships import IMPORT
from etl.load.merged.merge import merge as merge_records
from schedules.alerts import evaluate_alerts
from schedules.alerts.basis.completeness import measure_completeness
from schedules.alerts.provinces import alert_province_changes
from schedules.runs.answers import sentence
from schedules.runs.holders import hold_names
from schedules.runs.lists import Lists, imported_onto
from schedules.runs.outcome import AuditError, Refreshed
from schedules.runs.progress import Progress, silent
from schedules.runs.provinces import study_on_refresh
from schedules.runs.quality import estimate_run
from warehouse.audits import run_audits
from warehouse.core import Core
from warehouse.extras import lacking
from warehouse.run import OpenRun
from warehouse.settings import Settings


def merge(run: OpenRun, lists: Lists, progress: Progress = silent) -> None:
    """Bring the merged tables up to the records that are loaded. Raises OutputError where none is: they came whole."""
    refuse_taken(run.core.con)
    run.step("merge")
    progress("merge", 0, None)
    merge_records(run.core.con, lists.queries())


def measure_and_publish(
    run: OpenRun, settings: Settings, lists: Lists, done: Refreshed, *,
    origin: Origin = "live", progress: Progress = silent,
) -> None:  # fmt: skip
    """Place everything from the merged tables, audit, alert and publish. Raises AuditError."""
    con, now = run.core.con, run.clock.now
    _place(run, settings, lists, done, origin, progress)
    _audit(run, done)
    if origin == "live":
        measure_completeness(con, run.run_id, done.as_of, settings)
        run.step("alert")
        progress("alert", 0, None)
        done.alerts += evaluate_alerts(con, run.run_id, settings, now())
        done.alerts += alert_province_changes(con, run.run_id, settings, now())
    parts = (f"placed as of {done.as_of}", sentence(done.held), done.provinces, done.left_out)
    run.message = "; ".join(filter(None, parts))
    run.publish()


def _place(run: OpenRun, settings: Settings, lists: Lists, done: Refreshed, origin: Origin, progress: Progress) -> None:
    con = run.core.con
    run.step("place")
    progress("place", 0, None)
    pairs = [*lists.placed(), *[(t, IMPORT) for t in imported_onto(run.core)]]
    done.placement = place(con, run.run_id, settings, done.as_of, pairs, origin=origin)
    done.bounds = store_bounds(con, done.placement, settings.place)
    run.note(data_label=done.placement.measurement.data_label)
    estimate_run(con, settings, run.run_id, run.clock.now())
    hold_names(run.core, settings, run.run_id, done.as_of)
    done.left_out = (settings.place.network and lacking("studies")) or ""
    if settings.place.network and not done.left_out:
        measure_network(con, run.run_id, settings, done.as_of, pairs)
    if origin == "live":
        _explain_since_last(run.core, settings, run.run_id)
        store_forecast(con, run.run_id, settings.place)
        done.provinces = study_on_refresh(con, run.run_id, settings.provinces)


def _audit(run: OpenRun, done: Refreshed) -> None:
    run.step("audit")
    done.audits = run_audits(run.core.con, run.run_id)
    failed = [a for a in done.audits if a.blocking and a.rows]
    if failed:
        found = "; ".join(f"{a.audit}: {a.meaning} ({a.rows} rows)" for a in failed)
        msg = f"Nothing was published; the previous snapshot remains. {found} See audit_results of run {run.run_id}."
        raise AuditError(msg)


def _previous_live_run(core: Core, run_id: int) -> int | None:
    row = core.con.execute(
        "SELECT max(run_id) FROM run_placements WHERE origin = 'live' AND run_id < ?", [run_id]
    ).fetchone()
    return None if row is None else row[0]


def _explain_since_last(core: Core, settings: Settings, run_id: int) -> None:
    """Store why each technology moved since the live run before, in both frames (``run_attributions``)."""
    earlier = _previous_live_run(core, run_id)
    if earlier is None:
        return
    moves = [m for frame in FRAMES for m in explain(core.con, earlier, run_id, settings, frame=frame, recompute=False)]
    if any(m.parts for m in moves):
        store_attributions(core.con, earlier, run_id, moves)
