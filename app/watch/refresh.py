"""`stuckneck refresh` and `stuckneck harvest`: the main job, and its first half."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.common import Exit, Format, JsonOption, WorkspaceOption, err, fail, out, print_json, print_rows
from app.logs import begin_logs
from app.matrix.place_rows import narrow_rows, notes, placement_rows
from app.progress import bars
from app.report.kept import report_keeper
from etl.sources.settings import load_settings
from schedules.runs.outcome import SOURCE_ERRORS, AuditError, Refreshed
from schedules.runs.refresh import harvest_only
from schedules.runs.refresh import refresh as run_refresh
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Date T (default: today).")]


def _report(done: Refreshed, as_json: bool) -> None:
    rows = placement_rows(done) if done.placement is not None else []
    if as_json:
        print_json({
            "run_id": done.run_id, "as_of": done.as_of, "resumed": done.resumed, "new": done.loaded.new,
            "changed": done.loaded.changed, "unchanged": done.loaded.unchanged, "rejects": done.loaded.rejects,
            "parked_until": done.parked_until, "snapshot": done.snapshot.name if done.snapshot else None,
            "message": done.message, "placements": rows, "held": [asdict(one) for one in done.held],
            "notes": _notes(done),
        })  # fmt: skip
    else:
        out.print(
            f"Run {done.run_id}{' (continued)' if done.resumed else ''}: {done.loaded.new} new records, "
            f"{done.loaded.changed} changed, {done.loaded.unchanged} unchanged, {done.loaded.rejects} set aside.",
            markup=False,
        )
        for note in _notes(done):
            out.print(f"{note}.", markup=False, soft_wrap=True)
        if rows and done.placement is not None:
            label = done.placement.measurement.data_label
            print_rows(narrow_rows(rows), Format.table, title=f"{done.as_of}  data: {label}")
            for line in notes(rows):
                out.print(f"  {line}", markup=False, soft_wrap=True)
        for held in done.held:
            about = f"{held.technology_id} ({held.source or 'all sources'})"
            err.print(f"Held {about}: {held.why}.", style="yellow", markup=False, soft_wrap=True)
        for audit in done.audits:
            if audit.rows:
                err.print(f"Audit {audit.audit}: {audit.meaning} ({audit.rows})", style="yellow", markup=False)
    if done.parked_until is not None:
        raise fail(f"Parked until {done.parked_until:%Y-%m-%d %H:%M} UTC: {done.message}", Exit.PARKED)


def _notes(done: Refreshed) -> list[str]:
    """What the sources said of themselves: what was read, and at what price."""
    return [note for one in done.harvested.sources.values() for note in one.notes]


def refresh(workspace: WorkspaceOption = Path(), as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """Harvest, load, audit, measure, place and publish; continues a run that was cut."""
    _run(workspace, as_of, as_json, harvest=False)


def harvest(workspace: WorkspaceOption = Path(), as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """Only harvest and load; `refresh` or `place` measures later."""
    _run(workspace, as_of, as_json, harvest=True)


def _run(workspace: Path, as_of: datetime | None, as_json: bool, *, harvest: bool) -> None:
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    day = as_of.date() if as_of else None
    begin_logs(ws, settings.logs, to_stderr=False)
    with Core(ws, purpose="harvest" if harvest else "refresh") as core, bars() as progress:
        work = harvest_only if harvest else run_refresh
        try:
            done = work(core, settings, clock=SystemClock(), as_of=day, progress=progress)
        except AuditError as error:
            raise fail(str(error), Exit.AUDIT) from None
        except SOURCE_ERRORS as error:
            raise fail(str(error), Exit.SOURCE) from None
    if done.snapshot is not None:
        report_keeper(ws)()
    _report(done, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("refresh")(refresh)
    app.command("harvest")(harvest)
