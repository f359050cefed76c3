"""`stuckneck rebuild [--check]`: the merged tables from all source records, or whether they are what they should be."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.common import Exit, JsonOption, WorkspaceOption, fail, out, print_json
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace


def rebuild(
    workspace: WorkspaceOption = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: say whether a rebuild would change anything.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Merge all records again, or --check the merged tables against it.

    A refresh merges what changed alone. Both give the same tables: --check computes it and compares every row.
    """
    from etl.engines.take import refuse_taken
    from etl.load.merged import merge as merging
    from etl.load.merged.check import check_merge
    from schedules.runs.lists import read_lists

    with Core(Workspace.open(workspace), purpose="rebuild") as core:
        refuse_taken(core.con)
        queries = read_lists(core, SystemClock().now()).queries()
        if not check:
            merging.rebuild(core.con, queries)
            count = core.con.execute("SELECT count(*) FROM publications").fetchall()[0][0]
            if as_json:
                print_json({"publications": count})
                return
            out.print(f"{count} publications merged from all records; `stuckneck place` publishes them.")
            return
        found = check_merge(core.con, queries)
    differing = [one for one in found if one.lacking or one.extra]
    if as_json:
        print_json([asdict(one) for one in found])
    for one in differing if not as_json else ():
        out.print(f"{one.table}: a rebuild has {one.lacking} other rows and lacks {one.extra} of {one.rows}.")
    if differing:
        raise fail("The merged tables are not those of a rebuild; `stuckneck rebuild` makes them again.", Exit.AUDIT)
    if not as_json:
        rows = sum(one.rows for one in found)
        out.print(f"A rebuild would change nothing: {rows} rows of {len(found)} tables compared.")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("rebuild")(rebuild)
