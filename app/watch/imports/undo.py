"""`stuckneck import --undo RUN`: an import as if it had never been."""

from __future__ import annotations

from app.common import fail, out, print_json
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace


def take_back(workspace: Workspace, run_id: int, *, as_json: bool) -> None:
    """Undo the import, merge again what rested on it, and say what was done."""
    from etl.fetch.landing import LandedFileError
    from etl.load.files.undo import CannotUndoError, undo_import
    from etl.load.merged.merge import merge
    from schedules.runs.lists import read_lists

    clock = SystemClock()
    with Core(workspace, purpose="import") as core:
        try:
            done = undo_import(core.con, workspace, run_id, now=clock.now())
        except (CannotUndoError, LandedFileError) as error:
            raise fail(str(error)) from None
        is_merged = core.con.execute("SELECT 1 FROM publications LIMIT 1").fetchone() is not None
        if is_merged:
            merge(core.con, read_lists(core, clock.now()).queries())
        placed = core.con.execute(
            "SELECT list(DISTINCT p.run_id ORDER BY p.run_id) FROM run_placements AS p WHERE p.run_id > ?", [run_id]
        ).fetchone()
    runs = placed[0] if placed and placed[0] else []
    if as_json:
        print_json({
            "run": run_id, "files": done.files, "records": done.records, "read_again": done.read_again,
            "placements_that_rest_on_it": runs,
        })  # fmt: skip
        return
    out.print(
        f"Import {run_id} is undone: {done.records} records of {', '.join(done.files) or 'no file'} taken back.",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    if done.read_again:
        listed = ", ".join(str(number) for number in done.read_again)
        out.print(f"Later imports that shared records with it were read again: {listed}.", markup=False)
    if runs:
        listed = ", ".join(str(number) for number in runs)
        out.print(
            f"Placements made since still rest on it: {listed}. `stuckneck place` places without it.", markup=False
        )
