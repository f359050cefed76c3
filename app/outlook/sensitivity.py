"""`stuckneck sensitivity`: which places survive every other choice that could have been made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from app.common import Format as Printed
from app.common import JsonOption, WorkspaceOption, fail, out, print_json, print_rows
from app.matrix.head import measured_by
from app.matrix.options import FrameOption
from app.matrix.sheet import strategy_name
from app.progress import bars
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace
from words.glossary import in_language
from words.language import current as current_language
from words.language import say

_SUMMARY = (
    "number", "technology_id", "name_zh", "name_en", "strategy", "survives", "tried", "moved", "not_placed", "moved_by",
    "not_placed_by",
)  # fmt: skip
_ABOUT = ("run_id", "as_of", "focal_country", "screening", "windows", "frame", "data_label")
_NARROW = ("number", "technology_id", "name_zh", "name_en", "strategy", "survives", "moved", "not_placed")
_BASE = "as it is"


def stored(con: duckdb.DuckDBPyConnection, frame: str) -> list[dict[str, Any]]:
    """Return one row a technology of the newest run of kind sensitivity: the view, and its strategy by variant."""
    found = rows(
        con,
        f"SELECT {', '.join((*_SUMMARY, *_ABOUT))} FROM sensitivity WHERE frame = ?"  # noqa: S608
        " AND run_id = (SELECT max(run_id) FROM run_sensitivity) ORDER BY number NULLS LAST, technology_id",
        frame,
    )  # fmt: skip
    variants = rows(
        con,
        "SELECT technology_id, kind, value, strategy FROM run_sensitivity WHERE frame = ?"
        " AND run_id = (SELECT max(run_id) FROM run_sensitivity) AND kind <> ? ORDER BY kind, value",
        frame, _BASE,
    )  # fmt: skip
    by_technology: dict[str, dict[str, str | None]] = {}
    for v in variants:
        by_technology.setdefault(v["technology_id"], {})[f"{v['kind']} {v['value']}"] = v["strategy"]
    return [row | {"variants": by_technology.get(row["technology_id"], {})} for row in found]


def _is_due(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the record has a newer run than the newest sensitivity."""
    query = "SELECT (SELECT max(run_id) FROM run_sensitivity), max(run_id) FROM run_placements WHERE origin = 'live'"
    tried, placed = con.execute(query).fetchall()[0]
    return tried is None or (placed is not None and placed > tried)


def _try_all(workspace: Workspace) -> None:
    from etl.sources.settings import load_settings
    from schedules.runs.sensitivity import run_sensitivity
    from warehouse.clock import SystemClock
    from warehouse.core import Core

    with Core(workspace, purpose="sensitivity") as core, bars() as progress:
        run_sensitivity(core, load_settings(workspace.settings_file), clock=SystemClock(), progress=progress)


def sensitivity(
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    frame: FrameOption = "relative",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this .xlsx or .csv file, a column for each choice.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Try everything again, also when nothing was placed since.")
    ] = False,
) -> None:
    """Which places survive any other choice of method or source.

    Country rule, windows, screening and its order, list length, self-citations, each source left out. Tried when the
    record has a run that is newer; otherwise what was stored is shown.
    """
    ws = Workspace.open(workspace)
    if again or _is_due(connect_snapshot(current(ws))):
        _try_all(ws)
    found = stored(connect_snapshot(current(ws)), frame)
    if not found:
        raise fail(f"Nothing is stored in the {frame} frame; the anchored one needs place.baseline or baseline_run.")
    if output is not None:
        _write(found, output)
    elif as_json:
        print_json(found)
    else:
        _print(found)


def _write(found: list[dict[str, Any]], output: Path) -> None:
    import polars as pl

    from app.tables import SqlFormat, write_table

    how = {".xlsx": SqlFormat.xlsx, ".csv": SqlFormat.csv}.get(output.suffix.lower())
    if how is None:
        raise fail(f"{output.name}: name a file that ends in .xlsx or .csv.")
    names = list(dict.fromkeys(name for row in found for name in row["variants"]))
    wide = [
        {k: v for k, v in row.items() if k != "variants"} | {n: row["variants"].get(n) for n in names} for row in found
    ]
    write_table(pl.DataFrame(wide, infer_schema_length=None), how, output)


def _print(found: list[dict[str, Any]]) -> None:
    head = found[0]
    placed = [row for row in found if row["strategy"]]
    by = measured_by(head["focal_country"], head["screening"], head["windows"])
    t = in_language(current_language())
    label = t["m_data"] + t[f"m_label_{head['data_label']}"]
    out.print(f"{head['as_of']}  {t['m_run']} {head['run_id']}  {by}  {label}", markup=False, soft_wrap=True)
    print_rows(placed, Printed.table, columns=_NARROW)
    between = "；" if current_language() == "zh" else "; "
    lost = [{key for key, strategy in row["variants"].items() if strategy is None} for row in placed]
    nowhere = set.intersection(*lost) if len(lost) > 1 else set()
    for row in placed:
        _print_moves(row, nowhere, between)
    if nowhere:
        choices = between.join(_choice(*key.split(" ", 1)) for key in sorted(nowhere))
        out.print(say(f"No technology can be placed: {choices}."), markup=False, soft_wrap=True)
    survive, untried = (sum(row["survives"] is way for row in placed) for way in (True, None))
    line = say(f"{survive} of {len(placed)} places survive all {head['tried']} other choices.")
    out.print(line, markup=False, soft_wrap=True)
    if untried:
        line = say(f"{untried} other places are moved by no choice, but some choice cannot place them: not known.")
        out.print(line, markup=False, soft_wrap=True)


def _print_moves(row: dict[str, Any], nowhere: set[str], between: str) -> None:
    """Say which choices move one technology, and where to, and which cannot place it; `nowhere`: can place none."""
    language = current_language()
    name = row["name_zh"] if language == "zh" else row["name_en"]
    others = [
        (_choice(*key.split(" ", 1)), strategy) for key, strategy in row["variants"].items() if key not in nowhere
    ]
    moved = [
        f"{choice} → {strategy_name(strategy, 'zh') if language == 'zh' else strategy}"
        for choice, strategy in others
        if strategy not in (None, row["strategy"])
    ]
    lost = [choice for choice, strategy in others if strategy is None]
    if moved:
        out.print(say(f"  {name} moves: {between.join(moved)}"), markup=False, soft_wrap=True)
    if lost:
        out.print(say(f"  {name}: not placed: {between.join(lost)}"), markup=False, soft_wrap=True)


def _choice(kind: str, value: str) -> str:
    """Return what was changed, as people say it; a value that is typed into the settings stays as it is typed."""
    t = in_language(current_language())
    whole = t.get(f"m_{kind}_{value}")
    spoken = t.get(f"m_policy_{value}", value) if kind == "screening" else value
    return whole or f"{t.get(f'm_choice_{kind}', kind)} {spoken}"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("sensitivity")(sensitivity)
