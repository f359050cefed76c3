"""`stuckneck sentinels`: what the sources say about known publications, and whether that is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.ask.core_rows import core_rows
from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, err, fail, out, print_rows
from etl.sources.settings import PACKAGES, load_settings
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

_LATEST = "SELECT source, question, asked_at, outcome, kind, item, was, found, note FROM sentinels"


def sentinels(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the sources now; else the latest answers are shown.")] = False,
    accept: Annotated[
        str | None,
        typer.Option("--accept", metavar="SOURCE", help="Take what this source says from the next run on for right."),
    ] = None,
) -> None:
    """What each source answers about known publications, and what differs from before."""
    ws = Workspace.open(workspace)
    if accept is not None:
        _accept(ws, accept)
        return
    if ask:
        _ask(ws)
    found = core_rows(ws, _LATEST, purpose="sentinels")
    if not found:
        raise fail("No source was asked yet: `stuckneck sentinels --ask` or the next refresh asks.", Exit.NOTHING)
    print_rows(found, chosen(how, as_json))
    if any(row["kind"] not in (None, "new") for row in found):
        raise typer.Exit(int(Exit.FAULT))


def _ask(ws: Workspace) -> None:
    from schedules.runs.sentinels import ask_sources

    settings = load_settings(ws.settings_file)
    with Core(ws, purpose="sentinels") as core:
        done = ask_sources(core, settings, clock=SystemClock())
    for why in done.skipped.values():
        err.print(why, style="yellow", markup=False, soft_wrap=True)


def _accept(ws: Workspace, source: str) -> None:
    from etl.harvest.sentinels import accept

    if source not in PACKAGES:
        raise fail(f"{source}: no such source; there are {', '.join(PACKAGES)}.")
    with Core(ws, purpose="sentinels") as core:
        count = accept(core.con, source)
    out.print(f"{source}: {count} remembered answers forgotten; the next run remembers what comes.", markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("sentinels")(sentinels)
