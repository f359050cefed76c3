"""`stuckneck place [--as-of]`: measure and place from what is in the warehouse, without harvesting."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.matrix.place_rows import narrow_rows, notes, placement_rows
from app.progress import bars
from etl.sources.settings import load_settings
from schedules.runs.outcome import AuditError
from schedules.runs.place import place_again
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.settings import Settings, SettingsError
from warehouse.workspace import Workspace


def adapted(settings: Settings, **changes: Any) -> Settings:
    """Return settings with some of ``[place]`` changed for this call (None: as it is). Raises SettingsError."""
    wanted = {k: v for k, v in changes.items() if v is not None}
    try:
        place = type(settings.place).model_validate({**settings.place.model_dump(), **wanted})
    except ValidationError as error:
        told = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}; found {e.get('input')!r}." for e in error.errors()]
        raise SettingsError("\n".join(f"place.{line}" for line in told)) from None
    return settings.model_copy(update={"place": place})


def place(
    workspace: WorkspaceOption = Path(),
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Date T (default: today).")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="Focal country (place.focal_country).")] = None,
    screening: Annotated[str | None, typer.Option("--screening", help="Screening policy (place.screening).")] = None,
    windows: Annotated[str | None, typer.Option("--windows", help="fixed or rolling (place.windows).")] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Measure and place every technology at a date, without harvesting."""
    ws = Workspace.open(workspace)
    settings = adapted(
        load_settings(ws.settings_file), focal_country=country, screening=screening, windows=windows
    )  # fmt: skip
    with Core(ws, purpose="place") as core, bars() as progress:
        try:
            done = place_again(
                core, settings, clock=SystemClock(), as_of=as_of.date() if as_of else None, progress=progress
            )
        except AuditError as error:
            raise fail(str(error), Exit.AUDIT) from None
    rows = [r for r in placement_rows(done) if r["families"]]
    assert done.placement is not None
    label = done.placement.measurement.data_label
    if not rows and not as_json:
        raise fail("No technology has a family at that date; import files or refresh first.", Exit.NOTHING)
    form = chosen(how, as_json)
    shown = narrow_rows(rows) if form is Format.table else rows
    print_rows(shown, form, title=f"{done.as_of}  run {done.run_id}  data: {label}  (coverage in brackets)")
    if form is Format.table:
        for line in notes(rows):
            out.print(f"  {line}", markup=False, soft_wrap=True)
        out.print("`stuckneck matrix`, `show TECH` and `sql` read the published snapshot.")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("place")(place)
