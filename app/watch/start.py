"""`stuckneck` alone: the state of the workspace and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.common import out
from warehouse.workspace import NotAWorkspaceError, Workspace

if TYPE_CHECKING:
    from schedules.monitor.state import State

_COMMANDS = "All commands: `stuckneck --help`."


def where_one_stands(folder: Path) -> None:
    """Print what this workspace holds and the next step; without a workspace, how to make one.

    Raises SettingsError.
    """
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


def _state(workspace: Workspace) -> Iterator[str]:
    from app.ask.now import lines_of_work
    from app.watch.status import read_state
    from schedules.monitor.waiting import waiting_for_a_person

    state = read_state(workspace)
    yield from lines_of_work(state)
    lines = list(_published(state))
    yield from lines[:-1]
    for item in waiting_for_a_person(state)[:3]:
        yield item.sentence
        yield f"    {item.command}"
    yield lines[-1]


def _published(state: State) -> Iterator[str]:
    """Yield what is published, and last the next step."""
    from warehouse.publish import connect_snapshot, current

    busy = "Next: `stuckneck status` says how far it is."
    if state.snapshot is None:
        yield "Nothing is published yet."
        yield (
            busy
            if state.work is not None
            else (
                "Next: `stuckneck doctor` checks keys and services; `stuckneck refresh` harvests; "
                "`stuckneck import FILES` takes export files."
            )
        )
        return
    con = connect_snapshot(current(state.workspace))
    row = con.execute(
        "SELECT max(as_of), count(*) FILTER (WHERE strategy IS NOT NULL), count(*), any_value(data_label)"
        " FROM matrix_latest WHERE frame = 'relative'"
    ).fetchone()
    con.close()
    as_of, placed, every, label = row or (None, 0, 0, None)
    if not every:
        yield "Records are loaded, nothing is placed yet."
        yield busy if state.work is not None else "Next: `stuckneck place`."
        return
    yield f"As of {as_of}: {placed} of {every} technologies are placed."
    if label != "real":
        yield f"Data: {label}, not real patents."
    if not placed:
        yield (
            "Next: `stuckneck doctor` says what is missing; `stuckneck import FILES` takes export files, "
            "`stuckneck matrix` names the reasons."
        )
        return
    yield "Next: `stuckneck matrix` shows them, `stuckneck explain` says why they moved."
