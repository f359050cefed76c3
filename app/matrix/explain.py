"""`stuckneck explain`: what changed between two runs, split exactly into its causes, in a sentence each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from analytics.explain.explain import Move
from analytics.explain.run_records import NoSuchRunError, technology_names
from analytics.explain.sentences import PART_EN, sentence
from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.matrix.explain_text import move_row, moves_between
from app.matrix.head import NoRunError, at, of_run
from app.matrix.options import FrameOption
from app.technologies import technology_id_or_text
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import current as current_language
from words.language import say


def last_two(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the last two live runs; says so when there is only one."""
    rows = con.execute(
        "SELECT DISTINCT run_id FROM run_placements WHERE origin = 'live' ORDER BY run_id DESC LIMIT 2"
    ).fetchall()
    if len(rows) < 2:
        raise fail("There is only one live run so far; a change needs two. Name two with --from and --to.")
    return rows[1][0], rows[0][0]


def _pair(
    con: duckdb.DuckDBPyConnection, earlier: int | None, later: int | None, since: datetime | None
) -> tuple[int, int]:
    """Return the two runs to explain: those named, else the last two of the record, else the one at `since` and now."""
    if earlier is not None and later is not None:
        return earlier, later
    if since is not None:
        if earlier is not None:
            raise fail("--since and --from both choose the earlier run; give one of them.")
        try:
            before, now = at(con, since.date()), later if later is not None else last_two(con)[1]
        except NoRunError as error:
            raise fail(str(error)) from None
        if before.run_id == now:
            raise fail(f"Run {now} is the last of the record and the one as of {before.as_of}: nothing lies between.")
        return before.run_id, now
    first, last = last_two(con)
    return earlier if earlier is not None else first, later if later is not None else last


def explain(
    technology: Annotated[str | None, typer.Argument(metavar="[TECH]", help="Only this technology.")] = None,
    workspace: WorkspaceOption = Path(),
    earlier: Annotated[int | None, typer.Option("--from", help="Earlier run (default: the last but one).")] = None,
    later: Annotated[int | None, typer.Option("--to", help="Later run (default: the last).")] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="From the record as it was at this date.")
    ] = None,
    frame: FrameOption = "relative",
    moved: Annotated[bool, typer.Option("--moved", help="Only technologies whose strategy differs.")] = False,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Why technologies moved: exact Shapley parts, new IPC codes, in one sentence each."""
    ws = Workspace.open(workspace)
    technology = technology_id_or_text(ws, technology) if technology is not None else None
    con = connect_snapshot(current(ws))
    first, last = _pair(con, earlier, later, since)
    try:
        found = moves_between(con, first, last, load_settings(ws.settings_file), frame)
    except NoSuchRunError as error:
        raise fail(str(error)) from None
    found = [m for m in found if (technology in (None, m.technology_id)) and (m.moved or not moved)]
    if technology is not None and not found and not moved:
        raise fail(f"{technology!r} was not measured in both runs {first} and {last}.")
    names = technology_names(con)
    form = chosen(how, as_json)
    if form is not Format.table:
        rows = [move_row(m, names) for m in found]
        print_rows(rows, form, columns=tuple({key: None for row in rows for key in row}))
        return
    for word, run_id in ((say("From"), first), (say("to"), last)):
        out.print(f"{word:<4}  {of_run(con, run_id).line(frame)}", markup=False)
    unmeasured = [names.get(m.technology_id, (m.technology_id,) * 2) for m in found if not _measured(m)]
    for move in filter(_measured, found):
        said = sentence(move, names.get(move.technology_id))
        out.print(said.zh if current_language() == "zh" else said.en, markup=False, soft_wrap=True)
        for part in move.parts:
            k, d = (round(x, 3) + 0.0 for x in (part.capability_change, part.dynamics_change))  # no minus nothing
            figures = f"K {k:+.3f}  D {d:+.3f}"
            out.print(f"    {say(PART_EN[part.part])}: {figures}", markup=False)
    if unmeasured:
        listed = (
            "、".join(zh for zh, _ in unmeasured)
            if current_language() == "zh"
            else ", ".join(en for _, en in unmeasured)
        )
        out.print(f"Placed in neither run: {listed}", markup=False, soft_wrap=True)
    if not found:
        out.print("Nothing moved to another quadrant.")


def _measured(move: Move) -> bool:
    """Whether a technology was placed in at least one of the two runs."""
    return move.before.strategy is not None or move.after.strategy is not None


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("explain")(explain)
