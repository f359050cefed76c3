"""`stuckneck runs`: the run ledger, also of runs that failed, parked or are cut and so published nothing."""

from __future__ import annotations

from pathlib import Path

import typer

from app.ask.core_rows import core_rows
from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, print_rows
from warehouse.workspace import Workspace


def runs(workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False) -> None:
    """What ran, when, how it ended, which snapshot it published."""
    found = core_rows(
        Workspace.open(workspace),
        "SELECT run_id, kind, state, step, as_of, data_label, snapshot, resumed, started_at, finished_at, message,"
        " program_version"
        " FROM runs ORDER BY run_id",
        purpose="runs",
    )
    if not found:
        raise fail("No run yet: `stuckneck refresh` or `stuckneck import` makes the first.", Exit.NOTHING)
    print_rows(found, chosen(how, as_json))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("runs")(runs)
