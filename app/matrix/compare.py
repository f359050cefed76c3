"""`stuckneck compare A B`: two runs, dates, what-ifs, focal countries or screening policies side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from analytics.explain.attribution import PART_ZH
from analytics.explain.compare import Side, compare, run_side, settings_side
from analytics.explain.explain import Move
from analytics.explain.run_records import NoSuchRunError, technology_names
from analytics.explain.sentences import PART_EN
from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.matrix.head import Head, NoRunError, at, few, latest, of_label, of_run
from app.matrix.options import FrameOption
from app.matrix.what_if import what_if
from etl.normalise.places.countries import asked_country
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current
from warehouse.sections.measuring import POLICIES
from warehouse.settings import Settings
from warehouse.workspace import Workspace
from words.language import current as current_language


@dataclass(frozen=True, slots=True)
class _Asked:
    """One side as it was asked for: its header, the places, and the hash of its settings (None: none stored)."""

    title: str
    side: Side
    settings_hash: str | None


def _stored(con: duckdb.DuckDBPyConnection, head: Head, frame: str) -> _Asked:
    return _Asked(head.line(frame), run_side(con, head.run_id, frame), head.settings_hash)


def _asked(con: duckdb.DuckDBPyConnection, text: str, own: Settings, frame: str) -> _Asked:
    """Return what `text` names: a run number, a date, a country, a policy, or a what-if by its name."""
    if text.isdigit():
        return _stored(con, of_run(con, int(text)), frame)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _stored(con, at(con, date.fromisoformat(text)), frame)
    is_country = re.fullmatch(r"[A-Z]{2}", text) is not None or asked_country(text) is not None
    if not is_country and text not in {**POLICIES, **own.screening}:
        return _stored(con, of_label(con, text), frame)
    head = latest(con)
    if head is None:
        raise NoRunError("Nothing is placed yet; run `stuckneck refresh` or `stuckneck place`.")
    settings = what_if(own, country=text) if is_country else what_if(own, screening=text)
    place = settings.place
    title = (
        f"{head.as_of}  {place.focal_country}, {place.screening}, {place.windows} windows  {frame} frame  "
        f"data: {head.data_label}  computed from the data of run {head.run_id}, not stored"
    )
    return _Asked(title, settings_side(con, head.run_id, settings, frame), f"{settings.place}{settings.policy()}")


def _made_by(move: Move) -> str:
    """Return the parts of the difference, the largest first, each with what it is of K and of D."""
    parts = sorted(move.parts, key=lambda p: -abs(p.capability_change) - abs(p.dynamics_change))
    zh = current_language() == "zh"
    said = [
        f"{PART_ZH[p.part] if zh else PART_EN[p.part]} K {p.capability_change:+.4f} D {p.dynamics_change:+.4f}"
        for p in parts
        if abs(p.capability_change) + abs(p.dynamics_change) >= 5e-5
    ]
    return ("；" if zh else "; ").join(said)


def _gap(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _row(move: Move, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    a, b = move.before, move.after
    return {
        "technology_id": move.technology_id,
        **dict(zip(("name_zh", "name_en"), names.get(move.technology_id, ("", "")), strict=True)),
        "K then": a.capability, "K now": b.capability, "K change": _gap(a.capability, b.capability),
        "D then": a.dynamics, "D now": b.dynamics, "D change": _gap(a.dynamics, b.dynamics),
        "strategy then": a.strategy, "strategy now": b.strategy, "differs": a.strategy != b.strategy,
        "likelier": b.likelier,
        "made by": _made_by(move) or b.not_placed_why or a.not_placed_why or "",
    }  # fmt: skip


def compare_command(
    then: Annotated[str, typer.Argument(metavar="A", help="Run, date, what-if, country or screening policy.")],
    now: Annotated[str, typer.Argument(metavar="B", help="The same, to set beside it.")],
    workspace: WorkspaceOption = Path(),
    frame: FrameOption = "relative",
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Two placements side by side: then, now, change, and what made it.

    A country or a policy is computed from the data of the latest run and stored nowhere.
    """
    ws = Workspace.open(workspace)
    own = load_settings(ws.settings_file)
    con = connect_snapshot(current(ws))
    try:
        a, b = (_asked(con, text, own, frame) for text in (then, now))
    except (NoRunError, NoSuchRunError) as error:
        raise fail(str(error)) from None
    same = a.settings_hash == b.settings_hash
    names = technology_names(con)
    rows = [_row(move, names) for move in compare(a.side, b.side, frame, same_settings=same)]
    form = chosen(how, as_json)
    if form is Format.table:
        out.print(f"then  {a.title}\nnow   {b.title}", markup=False, soft_wrap=True)
        if not same:
            out.print("Settings differ: a difference is no move.", markup=False)
        if line := few(min(side.frame.technologies for side in (a.side, b.side) if side.frame), frame):
            out.print(line, markup=False, soft_wrap=True)
    print_rows([{**row, "then": a.title, "now": b.title} if form is not Format.table else row for row in rows], form)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("compare")(compare_command)
