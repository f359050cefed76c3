"""`stuckneck holders list|propose|names|apply`: who holds a technology, and which names are one holder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.common import (
    Exit,
    Format,
    FormatOption,
    JsonOption,
    WorkspaceOption,
    chosen,
    fail,
    out,
    print_json,
    print_rows,
)
from app.quality.read import holder_sentence
from app.technologies import technology_id_or_text
from etl.catalogue.holders import HEAD
from etl.sources.settings import load_settings
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace

holders = typer.Typer(no_args_is_help=True, help="Who holds a technology: names, concentration, risk of a monopoly.")
_RUN = "(SELECT max(run_id) FROM holder_concentration WHERE origin = 'live')"
_SHOWN = (
    "technology_id", "name_zh", "name_en", "families", "holders", "hhi", "top1_share", "top10_share", "lead_country",
    "lead_share", "top_lead_country", "top_lead_share", "top_lead_ratio", "top_holders_in_lead", "risk",
)  # fmt: skip
_FORMS = {
    **dict.fromkeys(("top1_share", "top10_share", "lead_share", "top_lead_share", "share"), "share"),
    "hhi": "figure", "top_lead_ratio": "figure",
}  # fmt: skip


def _read(workspace: Path, query: str, *values: object) -> list[dict[str, Any]]:
    with connect_snapshot(current(Workspace.open(workspace))) as con:
        return rows(con, query, *values)


@holders.command("list")
def list_holders(
    technology: Annotated[
        str | None, typer.Argument(metavar="[TECH]", help="Technology: id or name (default: all).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Concentration and risk of a monopoly of every technology, or the first twenty holders of one."""
    form = chosen(how, as_json)
    one = None if technology is None else technology_id_or_text(Workspace.open(workspace), technology)
    found = _read(
        workspace,
        f"SELECT * FROM holder_concentration WHERE run_id = {_RUN} AND (? IS NULL OR technology_id = ?)"  # noqa: S608
        " ORDER BY technology_id",
        one, one,
    )  # fmt: skip
    if not found:
        raise fail("No run has measured holders yet; `stuckneck refresh` or `stuckneck place` does.", Exit.NOTHING)
    if one is None:
        print_rows(found, form, columns=_SHOWN if form is Format.table else None, forms=_FORMS)
        return
    top = _read(
        workspace,
        "SELECT rank, holder, country, families, share, top_cited FROM run_holders WHERE run_id = ?"
        " AND technology_id = ? ORDER BY rank",
        found[0]["run_id"], one,
    )  # fmt: skip
    if form is Format.json:
        print_json({"concentration": found[0], "holders": top})
        return
    print_rows(top, form, title=one, forms=_FORMS)
    if form is Format.table:
        out.print(holder_sentence(found[0]), markup=False, soft_wrap=True)


@holders.command()
def propose(
    workspace: WorkspaceOption = Path(),
    every: Annotated[bool, typer.Option("--all", help="Those that are decided as well.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Add the open ones to holders.toml, commented out, to be decided there.")
    ] = False,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Names that may be one holder: other spacing or order of words, or side by side in members of one family."""
    found = _read(
        workspace,
        "SELECT * FROM holder_proposals WHERE ? OR state = 'open'"
        " ORDER BY first_families + second_families DESC, first_name, second_name",
        every,
    )
    if write:
        file = Workspace.open(workspace).holders_file
        added = _add(file, [one for one in found if one["state"] == "open"])
        out.print(f"{file.name}: {added} proposals added, each commented out: decide, then `stuckneck holders apply`.",
                  markup=False, soft_wrap=True)  # fmt: skip
        return
    form = chosen(how, as_json)
    if found or form is not Format.table:
        print_rows(found, form, forms=_FORMS)
    else:
        out.print("No two names are proposed to be one holder.")


def _add(file: Path, found: list[dict[str, Any]]) -> int:
    """Append proposals that the file does not name yet, commented out; return how many."""
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else HEAD
    parts = []
    for one in found:
        names = ", ".join(_quoted(one[key]) for key in ("first_name", "second_name"))
        if names not in text:
            large = "; among the twenty largest" if one["is_large"] else ""
            parts.append(
                f"\n# {one['reason']}: {one['first_families']} and {one['second_families']} families, "
                f"{one['together']} side by side{large}\n# [[same]]\n# names = [{names}]\n"
            )
    if parts or not file.is_file():
        file.write_text(text + "".join(parts), encoding="utf-8")
    return len(parts)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@holders.command()
def names(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Part of a name.")],
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Which holder the names with this part in them stand for, and by what that is settled."""
    found = _read(
        workspace,
        "SELECT * FROM holder_names WHERE contains(upper(\"name\"), upper(?)) OR contains(upper(holder), upper(?))"
        " OR contains(upper(example), upper(?)) ORDER BY rank, \"name\"",
        name, name, name,
    )  # fmt: skip
    if not found:
        raise fail(f"No first applicant has {name!r} in its name.", Exit.NOTHING)
    print_rows(found, chosen(how, as_json))


@holders.command("apply")
def apply_file(workspace: WorkspaceOption = Path()) -> None:
    """Apply the decisions of holders.toml to the latest run, and publish; every placement does so too."""
    from etl.catalogue.load import CatalogueError
    from schedules.runs.holders import apply_decisions

    ws = Workspace.open(workspace)
    with Core(ws, purpose="holders apply") as core:
        try:
            run_id = apply_decisions(core, load_settings(ws.settings_file), clock=SystemClock())
        except CatalogueError as error:
            raise fail(str(error)) from None
    if run_id is None:
        raise fail("No run has measured holders yet; `stuckneck refresh` or `stuckneck place` does.", Exit.NOTHING)
    out.print(f"The decisions of {ws.holders_file.name} are applied to run {run_id}.", markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.add_typer(holders, name="holders")
