"""`stuckneck place [--as-of]`: measure and place from what is in the warehouse, without harvesting."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.matrix.head import of_run
from app.matrix.place_rows import narrow_rows, notes, placement_notes, placement_rows
from app.matrix.what_if import what_if
from app.progress import bars
from app.report.kept import report_keeper
from etl.sources.settings import load_settings
from schedules.runs.outcome import AuditError, Refreshed
from schedules.runs.place import place_again
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace


def place(
    workspace: WorkspaceOption = Path(),
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Date T (default: today).")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="Focal country (place.focal_country).")] = None,
    screening: Annotated[str | None, typer.Option("--screening", help="Screening policy (place.screening).")] = None,
    windows: Annotated[str | None, typer.Option("--windows", help="fixed or rolling (place.windows).")] = None,
    label: Annotated[str | None, typer.Option("--label", help="Name of the what-if, to ask for it by.")] = None,
    marts: Annotated[
        Path | None, typer.Option("--marts", metavar="OUT", help="Folder `stuckneck bulk` wrote: measure its tables.")
    ] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Measure and place every technology at a date, without harvesting.

    Other settings than the workspace's own, an earlier date or a --label make it a what-if: it is kept, and shown only
    when asked for by its run or name.
    """
    ws = Workspace.open(workspace)
    own = load_settings(ws.settings_file)
    settings = what_if(own, country=country, screening=screening, windows=windows)
    with Core(ws, purpose="place") as core, bars() as progress:
        try:
            done = place_again(
                core, settings, clock=SystemClock(), as_of=as_of.date() if as_of else None, own=own, label=label,
                marts=marts, progress=progress,
            )  # fmt: skip
        except AuditError as error:
            raise fail(str(error), Exit.AUDIT) from None
    rows = [r for r in placement_rows(done) if r["families"]]
    assert done.placement is not None
    if not rows and not as_json:
        raise fail(_nothing(done), Exit.NOTHING)
    head = of_run(connect_snapshot(current(ws)), done.run_id)
    if head.origin == "live":  # a run of the record leaves its report, as a refresh does
        report_keeper(ws)()
    form = chosen(how, as_json)
    shown = narrow_rows(rows) if form is Format.table else rows
    if form is Format.table:
        out.print(f"{head.line()}  (coverage in brackets)", markup=False, soft_wrap=True)
    print_rows(shown, form)
    if form is Format.table:
        for line in (*notes(rows), *placement_notes(done)):
            out.print(f"  {line}", markup=False, soft_wrap=True)
        asked = "" if head.origin == "live" else f" --run {done.run_id}"
        out.print(f"`stuckneck matrix{asked}`, `show TECH{asked}` and `sql` read the published snapshot.")


def _nothing(done: Refreshed) -> str:
    """Return why nothing is placed: no family at that date, or none that passes screening."""
    assert done.placement is not None
    found = sum(item.funnel[0].families_left for item in done.placement.measurement.technologies)
    if found:
        return (
            f'Screening left none of {found} families; `stuckneck sql "FROM screening_funnel"` shows which step '
            "removed them, and --screening open places without it."
        )
    return "No technology has a family at that date; import files or refresh first."


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("place")(place)
