"""`stuckneck backfill`: every technology re-placed as of many dates, in one pass, from the records' own dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.common import JsonOption, WorkspaceOption, fail, out, print_json
from app.progress import bars
from etl.sources.settings import load_settings
from schedules.runs.backfill import backfill_dates, run_backfill
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace


def _day(text: str, *, end: bool) -> date:
    parts = [int(p) for p in text.split("-")] if text.replace("-", "").isdigit() else []
    if len(parts) == 1:
        return date(parts[0], 12, 31) if end else date(parts[0], 1, 1)
    if len(parts) == 3:
        return date(*parts)
    raise fail(f"{text!r} is no date; write 2011 or 2011-01-31.")


def backfill(
    start: Annotated[str, typer.Option("--from", help="First year or date.")],
    end: Annotated[str, typer.Option("--to", help="Last year or date.")],
    every: Annotated[str, typer.Option("--every", help="month, quarter or year.")] = "month",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Re-place everything as of each date and store it beside the live runs, marked."""
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    try:
        dates = backfill_dates(_day(start, end=False), _day(end, end=True), every)
    except ValueError as error:
        raise fail(str(error)) from None
    with Core(ws, purpose="backfill") as core, bars() as progress:
        progress("backfill", 0, None)
        done = run_backfill(core, settings, dates, clock=SystemClock())
    if as_json:
        print_json({"dates": len(dates), "from": dates[0], "to": dates[-1], "runs": done})
    else:
        out.print(f"{len(dates)} dates from {dates[0]} to {dates[-1]} placed; `stuckneck history TECH --chart FILE`.")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("backfill")(backfill)
