"""`stuckneck` alone: where one stands and what to do next."""

from __future__ import annotations

from pathlib import Path

from app.common import out
from warehouse.workspace import NotAWorkspaceError, Workspace

_COMMANDS = "All commands: `stuckneck --help`."


def where_one_stands(folder: Path) -> None:
    """Print what this workspace holds and the next step; without a workspace, how to make one."""
    try:
        workspace = Workspace.open(folder)
    except NotAWorkspaceError:
        lines = [
            "This folder is no workspace.",
            "Make one: `stuckneck init DIR`. See everything once on invented data: `stuckneck demo`.",
        ]
    else:
        lines = [f"Workspace {workspace.root}", *_state(workspace)]
    for line in [*lines, _COMMANDS]:
        out.print(line, markup=False, soft_wrap=True)


def _state(workspace: Workspace) -> list[str]:
    from warehouse.publish import NoSnapshotError, connect_snapshot, current

    try:
        con = connect_snapshot(current(workspace))
    except NoSnapshotError:
        return [
            "Nothing is published yet.",
            "Next: `stuckneck doctor` checks keys and services; `stuckneck refresh` harvests; "
            "`stuckneck import FILES` takes export files.",
        ]
    row = con.execute(
        "SELECT max(as_of), count(*) FILTER (WHERE strategy IS NOT NULL), count(*), any_value(data_label)"
        " FROM matrix_latest WHERE frame = 'relative'"
    ).fetchone()
    con.close()
    as_of, placed, every, label = row or (None, 0, 0, None)
    if not every:
        return ["Records are loaded, nothing is placed yet.", "Next: `stuckneck place`."]
    lines = [f"As of {as_of}: {placed} of {every} technologies are placed."]
    if label != "real":
        lines.append(f"Data: {label}, not real patents.")
    lines.append("Next: `stuckneck matrix` shows them, `stuckneck explain` says why they moved.")
    return lines
