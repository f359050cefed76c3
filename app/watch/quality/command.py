"""`stuckneck catalogue sample|judge|seeds|quality`: whether a query finds the technology, by people's judgement."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from app.technologies import catalogues_of
from etl.normalise.places.countries import country_code
from etl.sources.settings import load_settings
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.catalogue.models import Technology, Topic

_ENDINGS = {".xlsx"}
Verdicts = dict[int, dict[int, tuple[str, str | None]]]


def _item(workspace: Workspace, text: str) -> Technology | Topic:
    from etl.catalogue.resolve import UnknownTechnologyError, resolve

    try:
        return resolve(catalogues_of(workspace), text)
    except UnknownTechnologyError as error:
        raise fail(str(error)) from None


def sample(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology: id or name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Workbook to write (.xlsx).")] = Path("judge.xlsx"),
    number: Annotated[int, typer.Option("--n", min=10, max=2000, help="Families to judge, about.")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same sample.")] = 1,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Draw families to judge a query by: hits and near misses, in a workbook with a drop-down.

    Seven in ten are hits; the others are near misses, and the judge is not told which is which. Give the workbook to
    whoever knows the technology, then `stuckneck catalogue judge` reads it back.
    """
    from app.quality.workbook import row_of, write
    from etl.sampling.documents import dates_of, documents
    from schedules.runs.quality import NothingToSampleError, draw_sample

    ws = Workspace.open(workspace)
    item = _item(ws, technology)
    if output.suffix.lower() not in _ENDINGS:
        raise fail(f"{output.name}: the sample is a workbook; name a file that ends in .xlsx.")
    with Core(ws, purpose="catalogue sample") as core:
        try:
            sample_id, drawn = draw_sample(
                core, load_settings(ws.settings_file), item, number, seed, SystemClock().now()
            )  # fmt: skip
        except NothingToSampleError as error:
            raise fail(str(error), Exit.NOTHING) from None
        shown = drawn.items.to_dicts()
        texts = documents(core.con, [one["publication_number"] for one in shown])
        dates = dates_of(core.con, list(texts))
    rows = [
        row_of(sample_id, {**one, "first_publication_date": dates.get(one["publication_number"])},
               texts.get(one["publication_number"]))
        for one in shown
    ]  # fmt: skip
    write(output, rows, f"{item.name_zh} {item.name_en}")
    hits = drawn.items.filter(kind="hit").height
    out.print(
        f"{output}: sample {sample_id} of {item.id}, {hits} hits and {len(rows) - hits} near misses.", markup=False,
        soft_wrap=True,
    )  # fmt: skip
    out.print(
        f"Fill in the column of verdicts, then `stuckneck catalogue judge {output} --by NAME`.",
        markup=False,
        soft_wrap=True,
    )


def judge(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Filled workbooks of one judge.")],
    by: Annotated[str | None, typer.Option("--by", help="Who judged (default: your user name).")] = None,
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Read back what was judged, and estimate precision, recall and the corrected shares.

    A judge's later file replaces the earlier one; several judges are compared (kappa).
    """
    from app.quality.workbook import read
    from app.watch.quality.report import print_quality
    from schedules.runs.quality import judge as take_in

    ws = Workspace.open(workspace)
    name = (by or getpass.getuser()).strip() or "judge"
    form = chosen(how, as_json)
    merged: Verdicts = {}
    numbers: dict[tuple[int, int], str] = {}
    problems: list[str] = []
    blank = 0
    for file in files:
        filled = read(file)
        problems += filled.problems
        numbers |= filled.numbers
        blank += filled.blank
        for sample_id, said in filled.verdicts.items():
            merged.setdefault(sample_id, {}).update(said)
    with Core(ws, purpose="catalogue judge") as core:
        known = _known(core, merged, numbers, problems)
        for line in problems:
            typer.echo(_said(line), err=True)
        if not known:
            raise fail(f"No verdict could be taken from {len(files)} files; {blank} rows are not filled in.")
        technologies = take_in(core, load_settings(ws.settings_file), known, name, clock=SystemClock())
    if form is Format.table:
        count = sum(len(said) for said in known.values())
        out.print(f"{name}: {count} verdicts taken, {blank} rows not filled in.", markup=False, soft_wrap=True)
    print_quality(ws, technologies, form)


def _said(line: str) -> str:
    from words.language import say

    return say(line)


def _known(core: Core, verdicts: Verdicts, numbers: Mapping[tuple[int, int], str], problems: list[str]) -> Verdicts:
    """Return the verdicts of families that this workspace drew; say of the others that it did not.

    `numbers`: the publications the file shows. Samples are counted from 1 everywhere: a workbook of another workspace
    has the same numbers of items, of other families.
    """
    known: Verdicts = {}
    for sample_id, said in sorted(verdicts.items()):
        query = "SELECT item, publication_number FROM quality_items WHERE sample_id = ?"
        drawn = dict(core.con.execute(query, [sample_id]).fetchall())
        if not drawn:
            problems.append(
                f"Sample {sample_id} was not drawn in this workspace; its {len(said)} verdicts are left out."
            )
            continue
        problems += [
            f"Sample {sample_id} has no item {item}; its verdict is left out." for item in sorted(said.keys() - drawn)
        ]
        other = [i for i in sorted(said.keys() & drawn) if numbers.get((sample_id, i), drawn[i]) != drawn[i]]
        if other:
            first = other[0]
            problems.append(
                f"Sample {sample_id}: {len(other)} verdicts are left out: the file has other publications there than "
                f"this workspace drew (item {first}: {numbers[sample_id, first]}, drawn: {drawn[first]}). Is it from "
                "another workspace, or was one column sorted without the others?"
            )
        known[sample_id] = {i: verdict for i, verdict in said.items() if i in drawn and i not in other}
    return {sample_id: said for sample_id, said in known.items() if said}


def seeds(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology: id or name.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Workbook, CSV or plain list of publication numbers.")],
    office: Annotated[
        str | None, typer.Option("--office", help="Office of numbers that state none, e.g. US for 8407913.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Give a list of patents that are about a technology: how many of them the query finds.

    A list of the same file name replaces the earlier one.
    """
    from app.watch.quality.report import print_quality
    from etl.sampling.seeds import read_seeds
    from schedules.runs.quality import hash_of, publish_estimates

    ws = Workspace.open(workspace)
    item = _item(ws, technology)
    found, problems = read_seeds(file, (country_code(office) or office.strip().upper()) if office else None)
    for line in problems[:20]:
        typer.echo(_said(line), err=True)
    if len(problems) > 20:
        typer.echo(_said(f"{len(problems) - 20} more rows could not be read."), err=True)
    if not found:
        raise fail(f"{file.name}: no publication number could be read; --office names the office of bare numbers.")
    clock = SystemClock()
    with Core(ws, purpose="catalogue seeds") as core:
        from analytics.quality.store import store_seeds

        listed = [(seed.stated, seed.publication_number, seed.family_id) for seed in found]
        store_seeds(core.con, item.id, file.name, listed, clock.now())
        publish_estimates(core, load_settings(ws.settings_file), [(item.id, hash_of(item))], clock=clock)
    form = chosen(how, as_json)
    if form is Format.table:
        out.print(f"{file.name}: {len(found)} seeds taken, {len(problems)} rows could not be read.", markup=False)
    print_quality(ws, [item.id], form)


def quality(
    technology: Annotated[
        str | None, typer.Argument(metavar="[TECH]", help="Technology: id or name (default: all).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Precision and recall of each query, corrected shares beside the raw ones, and proposals for the query."""
    from app.watch.quality.report import overview, print_quality

    ws = Workspace.open(workspace)
    form = chosen(how, as_json)
    if technology is not None:
        print_quality(ws, [_item(ws, technology).id], form)
        return
    found = overview(ws)
    if form is Format.json:
        print_json(found)
    elif not found:
        raise fail("No query was judged yet; `stuckneck catalogue sample TECH` draws families to judge.", Exit.NOTHING)
    else:
        print_rows(found, form)


def add_to(catalogue: typer.Typer) -> None:
    """Add the commands to the group `catalogue`."""
    for command in (sample, judge, seeds, quality):
        catalogue.command(command.__name__)(command)
