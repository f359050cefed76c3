"""`stuckneck runs`: the run ledger, from the published snapshot."""

from __future__ import annotations

from pathlib import Path

import typer

from app.cmd_matrix import rows
from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, print_rows
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace


def runs(workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False) -> None:
    """What ran, when, how it ended, which snapshot it published. 运行记录。"""
    con = connect_snapshot(current(Workspace.open(workspace)))
    found = rows(
        con,
        "SELECT run_id, kind, state, step, as_of, data_label, snapshot, resumed, started_at, finished_at, message"
        " FROM runs ORDER BY run_id",
    )
    print_rows(found, chosen(how, as_json))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("runs")(runs)
