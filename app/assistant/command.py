"""`stuckneck mcp`: figures for an assistant on this machine, over stdin and stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.common import WorkspaceOption
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace


def mcp(
    workspace: WorkspaceOption = Path(),
    figures_only: Annotated[
        bool, typer.Option("--figures-only", help="Leave out families and sql, whose answers hold records.")
    ] = False,
) -> None:
    """Give an assistant eight read-only tools over the views.

    They speak the Model Context Protocol over stdin and stdout; every answer carries its run, settings, data label and
    SQL. What an assistant is told leaves this machine where the assistant does: use --figures-only where a source's
    terms forbid passing its records on (docs/sources.md).
    """
    from app.assistant.answers import Answers
    from app.assistant.server import build

    ws = Workspace.open(workspace)
    build(Answers(ws, load_settings(ws.settings_file)), figures_only=figures_only).run("stdio")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("mcp")(mcp)
