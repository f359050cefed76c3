"""`stuckneck review`: the list judged on the evidence, with proposals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
from etl.catalogue.load import CatalogueError
from etl.sources.settings import load_settings
from schedules.review.review import NothingToReviewError, Reviewed, row_of, run_review
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace
from words.language import current, say

# What fits 100 columns; what was found is a sentence a technology below the table, and --format csv has it all.
_SHOWN = ("number", "name_zh", "name_en", "verdict", "proposal", "families", "least_coverage", "confirmed_share")


def review(
    workspace: WorkspaceOption = Path(),
    run_id: Annotated[int | None, typer.Option("--run", help="Run to judge by (default: the latest live one).")] = None,
    apply: Annotated[
        bool | None,
        typer.Option("--apply/--no-apply", help="Write the proposals to technologies.toml (default: review.apply)."),
    ] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Judge all candidates: watched, could be watched, not measurable; propose changes to the list."""
    place = Workspace.open(workspace)
    settings = load_settings(place.settings_file)
    with Core(place, purpose="review") as core:
        try:
            done = run_review(core, settings, clock=SystemClock(), run_id=run_id, apply=apply)
        except NothingToReviewError as error:
            raise fail(str(error), Exit.NOTHING) from None
        except CatalogueError as error:
            raise fail(str(error)) from None
    _report(done, chosen(how, as_json))


def _report(done: Reviewed, how: Format) -> None:
    rows = [row_of(item) for item in done.items]
    if how is Format.json:
        print_json({
            "review_id": done.review_id, "of_run": done.of_run, "as_of": done.as_of, "held_why": done.held_why,
            "applied_edition_id": done.applied_edition_id, "items": rows,
        })  # fmt: skip
        return
    print_rows(rows, how, columns=list(rows[0]) if how is Format.csv else _SHOWN)
    if how is Format.csv:
        return
    if done.held_why:
        out.print(done.held_why, markup=False, soft_wrap=True)
    zh = current() == "zh"
    for item in done.items:
        found = item.finding_zh if zh else item.finding_en
        if found:
            name = item.technology.name_zh if zh else item.technology.name_en
            mark = f"{say('Proposed')}: {say(item.proposal)} {item.technology.id} " if item.proposal else ""
            out.print(f"  {mark}{name}: {found}", soft_wrap=True)
    if done.applied_edition_id is not None:
        out.print(f"Applied as edition {done.applied_edition_id}.", markup=False)
    elif done.proposals:
        out.print("Nothing was changed; `stuckneck review --apply` writes it to technologies.toml.", markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("review")(review)
