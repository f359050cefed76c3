"""`stuckneck matrix`, `history TECH`, `show TECH`: what was placed, from the published snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_json, print_rows
from app.matrix.head import few, measured_by
from app.matrix.options import AsOfOption, FrameOption, LabelOption, RunOption, asked_run
from app.matrix.place_rows import notes
from app.network.text import network_lines
from app.quality.read import concentration_of, holder_lines, quality_of
from app.quality.read import lines as quality_lines
from app.technologies import technology_id_or_text
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace
from words.glossary import STRATEGIES, in_language
from words.ipc import title
from words.language import current as current_language
from words.language import say

_MATRIX = (
    "number", "technology_id", "name_zh", "name_en", "capability", "dynamics", "strategy", "strategy_zh", "probability",
    "unsettled", "p_assault", "p_disrupt", "p_entrench", "p_position",
    "capability_low", "capability_high", "dynamics_low", "dynamics_high",
    "capability_least", "capability_most", "dynamics_least", "dynamics_most", "holds", "is_sharp",
    "is_watch", "watch_towards", "families", "low_evidence", "low_evidence_why", "not_placed_why", "as_of",
    "data_label", "run_id", "origin", "run_label", "focal_country", "screening", "windows", "frame",
    "frame_technologies",
)  # fmt: skip
_SHIFT = ("level", "prefix", "title", "amplitude", "is_counted", "reason", "carriers", "level_name")
_NARROW = ("number", "technology_id", "name_zh", "name_en", "capability", "dynamics", "strategy", "probability",
           "unsettled", "is_watch", "families", "low_evidence")  # fmt: skip

_BOUNDS = ("number", "technology_id", "name_zh", "name_en", "strategy", "holds", "capability", "capability_least",
           "capability_most", "dynamics", "dynamics_least", "dynamics_most", "is_sharp")  # fmt: skip

_SAID_ABOVE = {"run_label", "focal_country", "screening", "windows", "data_label"}  # on a terminal the title says them


def _snapshot(workspace: Path) -> duckdb.DuckDBPyConnection:
    return connect_snapshot(current(Workspace.open(workspace)))


def matrix(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    frame: FrameOption = "relative",
    run: RunOption = None,
    as_of: AsOfOption = None,
    label: LabelOption = None,
    bounds: Annotated[
        bool, typer.Option("--bounds", help="How far K and D could lie, whatever the unknown is (always in JSON).")
    ] = False,
) -> None:
    """Where each technology is: the matrix of the latest run, or of the one asked for."""
    con = _snapshot(workspace)
    head = asked_run(con, run, as_of, label)
    found = rows(
        con,
        f"SELECT {', '.join(_MATRIX)} FROM matrix_at WHERE run_id = ? AND frame = ?"  # noqa: S608
        " ORDER BY number NULLS LAST, technology_id",
        head.run_id if head else None, frame,
    )  # fmt: skip
    if head is None or not found:
        raise fail(f"Nothing is placed in the {frame} frame yet; run `stuckneck refresh` or `stuckneck place`.")
    form = chosen(how, as_json)
    measured = [r for r in found if r["families"] or r["strategy"] or form is not Format.table]
    if form is Format.table:
        out.print(head.line(frame), markup=False, soft_wrap=True)
    narrow = _BOUNDS if bounds else _NARROW
    print_rows(measured, form, columns=narrow if form is Format.table else _MATRIX)
    if form is Format.table:
        said = [{**r, "note": r["not_placed_why"] or r["low_evidence_why"]} for r in found]
        for line in (*notes(said), few(found[0]["frame_technologies"], frame)):
            if line:
                out.print(f"  {line}", markup=False, soft_wrap=True)


def history(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology: id or name.")],
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    frame: FrameOption = "relative",
    label: Annotated[str | None, typer.Option("--label", help="Show what-ifs of this name as well.")] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw the track to this SVG or PNG file.")] = None,
) -> None:
    """The track of one technology through the record and the backfill."""
    technology = technology_id_or_text(Workspace.open(workspace), technology)
    con = _snapshot(workspace)
    found = rows(
        con,
        "SELECT run_id, as_of, origin, run_label, focal_country, screening, windows, capability, dynamics, strategy,"
        " unsettled, probability, previous_strategy, is_watch, is_break, families, data_label FROM matrix_history"
        " WHERE technology_id = ? AND frame = ? AND (origin <> 'adhoc' OR run_label = ?) ORDER BY as_of, run_id",
        technology, frame, label,
    )  # fmt: skip
    if not found:
        raise fail(_unknown(con, technology))
    form = chosen(how, as_json)
    shown = [name for name in found[0] if form is not Format.table or name not in _SAID_ABOVE]
    if form is Format.table:
        out.print(f"{technology}  ({frame} frame)  {_by(found)}", markup=False, soft_wrap=True)
    print_rows(found, form, columns=shown)
    if chart is not None:
        from app.matrix.track import draw_history

        draw_history(con, technology, frame, chart, label)


def _by(found: list[dict[str, Any]]) -> str:
    """Return by which settings the rows were measured, each combination once, and of what data."""
    t = in_language(current_language())
    ways = {measured_by(r["focal_country"], r["screening"], r["windows"]): None for r in found}
    labels = {t[f"m_label_{r['data_label']}"]: None for r in found}
    return "; ".join(ways) + "  " + t["m_data"] + ", ".join(labels)


def show(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology: id or name.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    run: RunOption = None,
    as_of: AsOfOption = None,
    label: LabelOption = None,
) -> None:
    """All about one technology: place, indicators, IPC shift, funnel, coverage."""
    technology = technology_id_or_text(Workspace.open(workspace), technology)
    con = _snapshot(workspace)
    head = asked_run(con, run, as_of, label)
    parts = _parts(con, technology, head.run_id if head else None)
    if head is None or not parts["placement"]:
        raise fail(_unknown(con, technology))
    if as_json:
        more = {"search_quality": quality_of(con, technology), "holders": concentration_of(con, technology)}
        print_json({**parts, "network": network_lines(con, technology, "both"), **more})
        return
    out.print(head.line(), markup=False)
    for row in parts["placement"]:
        out.print(_sentence(row), markup=False)
    for name, part in parts.items():
        if name != "placement" and part:
            shift = name == "ipc_shift"
            shown = [{**r, "title": title(r["prefix"], current_language())} for r in part] if shift else part
            columns = _SHIFT if shift else None
            forms = dict.fromkeys(("value", "least", "most"), "share") if name == "indicators" else {}
            print_rows(shown, Format.table, title=name, columns=columns, forms=forms)
    few_line = few(parts["placement"][0]["frame_technologies"], "relative")
    measured = (*quality_lines(quality_of(con, technology)), *holder_lines(con, technology))
    found = (*network_lines(con, technology, current_language()), *measured)
    for line in (*([few_line] if few_line else []), *found):
        out.print(line, markup=False, soft_wrap=True)


_PARTS = {
    "placement": "SELECT * FROM matrix_at",
    "indicators": "SELECT indicator, indicator_zh, value, least, most, numerator, denominator, coverage,"
    " known_families, families, basis, weight FROM indicators",
    "ipc_shift": "SELECT level, level_name, prefix, amplitude, is_counted, reason, carriers FROM ipc_shift_detail",
    "screening_funnel": "SELECT step_no, step, families_left, families_lost, unknown FROM screening_funnel",
    "forecast": "SELECT frame, p_moves, towards, p_assault, p_disrupt, p_entrench, p_position, not_said_why,"
    " statements, brier_forecast, brier_stays, first_month, last_month FROM forecast",
    "country_methods": "SELECT method, families, share FROM run_country_methods",
}
_ORDER = {"ipc_shift": " ORDER BY level, prefix", "screening_funnel": " ORDER BY step_no"}


def _parts(con: duckdb.DuckDBPyConnection, technology: str, run_id: int | None) -> dict[str, list[dict[str, Any]]]:
    """Return the rows behind one technology's place in one run, by the name of the table they are printed as."""
    where = " WHERE technology_id = ? AND run_id = ?"
    return {name: rows(con, f"{q}{where}{_ORDER.get(name, '')}", technology, run_id) for name, q in _PARTS.items()}


def _sentence(row: dict[str, Any]) -> str:
    name = row[f"name_{current_language()}"]
    who = f"{name} ({row['technology_id']}), {row['as_of']}, {row['frame']} frame"
    label = "" if row["data_label"] == "real" else f"  [{row['data_label']}]"
    if row["strategy"] is None:
        return say(f"{who}: not placed: {row['not_placed_why']}{label}")
    sure = "" if row["probability"] is None else f", probability {row['probability']:.1%}"
    unsettled = say("; unsettled: another quadrant is more probable") if row["unsettled"] else ""
    near = say(f"; on watch towards {row['watch_towards']}") if row["is_watch"] else ""
    weak = say(f"; low evidence: {row['low_evidence_why']}") if row["low_evidence"] else ""
    figures = f"{row['strategy']} (K {row['capability']:.3f}, D {row['dynamics']:.3f}{sure})"
    parts = (f"{who}: {figures}", unsettled, near, weak, _odds(row), _bounds(row), _loose(row), label)
    return "".join(say(part) for part in parts)


def _bounds(row: dict[str, Any]) -> str:
    """Return how far K and D could lie, and whether the place holds there."""
    if row["holds"] is None or row["capability_least"] is None or row["dynamics_least"] is None:
        return ""
    ends = (
        f"K {row['capability_least']:.3f}–{row['capability_most']:.3f}, "
        f"D {row['dynamics_least']:.3f}–{row['dynamics_most']:.3f}"
    )
    if row["holds"]:
        return f"; placed here whatever the unknown is ({ends})"
    return f"; cannot be told for certain: the unknown leaves {ends}"


def _loose(row: dict[str, Any]) -> str:
    """Return that the bounds are not known to be reached, where they are not."""
    return "; these ends may be wider than needed" if _bounds(row) and row["is_sharp"] is False else ""


def _odds(row: dict[str, Any]) -> str:
    """Return the intervals and all four probabilities, each under the name of its strategy."""
    if row["probability"] is None:
        return ""
    ends = ", ".join(
        f"{letter} {row[f'{axis}_low']:.3f}–{row[f'{axis}_high']:.3f}"
        for letter, axis in (("K", "capability"), ("D", "dynamics"))
    )
    zh = current_language() == "zh"
    odds = ("，" if zh else ", ").join(f"{STRATEGIES[n][0] if zh else n} {row[f'p_{n}']:.1%}" for n in STRATEGIES)
    return f"；90% 区间：{ends}；{odds}" if zh else f"; 90 %: {ends}; {odds}"


def _unknown(con: duckdb.DuckDBPyConnection, technology: str) -> str:
    import difflib

    known = [r[0] for r in con.execute("SELECT DISTINCT technology_id FROM run_placements ORDER BY 1").fetchall()]
    near = difflib.get_close_matches(technology, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"No placement of {technology!r} is published.{hint} Placed: {', '.join(known) or 'none'}."


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("matrix")(matrix)
    app.command("history")(history)
    app.command("show")(show)
