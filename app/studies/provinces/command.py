"""``stuckneck provinces``: outcome, table of conditions, NCA and fsQCA, five tables (docs/provinces.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, err, fail, out, print_json
from warehouse.rows import rows as read
from words.language import current

if TYPE_CHECKING:
    from analytics.provinces.panel import PanelYears
    from analytics.provinces.study import ProvincialStudy
    from etl.load.conditions import ConditionTable
    from warehouse.settings import Settings
    from warehouse.workspace import Workspace

provinces = typer.Typer(
    name="provinces", no_args_is_help=True,
    help="Which conditions are necessary or sufficient for a province?",
)  # fmt: skip


def _settings(workspace: Workspace, **changes: Any) -> Settings:
    """The workspace's settings with some of ``[provinces]`` changed for this call (None: as it is)."""
    from etl.sources.settings import load_settings
    from warehouse.sections.provinces import Provinces

    stated = load_settings(workspace.settings_file)
    wanted = {name: value for name, value in changes.items() if value is not None}
    own = Provinces.model_validate({**stated.provinces.model_dump(), **wanted})
    return stated.model_copy(update={"provinces": own})


def _panel_years(text: str | None) -> PanelYears:
    """Read ``2018-2022``; without it, all years there are."""
    import re

    from analytics.provinces.panel import PanelYears

    if text is None:
        return PanelYears()
    found = re.fullmatch(r"\s*(\d{4})\s*[-–—]\s*(\d{4})\s*", text)
    if found is None or int(found[1]) >= int(found[2]):
        raise fail(f"--years needs the first and the last year of the outcome, such as 2018-2022, not {text!r}.")
    return PanelYears(int(found[1]), int(found[2]))


def show_study(study: ProvincialStudy, *, as_json: bool) -> None:
    """Print the five tables, or all figures as JSON."""
    from app.studies.provinces.as_json import study_json

    if as_json:
        print_json(study_json(study))
        return
    from analytics.provinces.panel_tables import all_tables
    from app.studies.provinces.report import province_names
    from app.studies.provinces.text import print_notes, print_tables

    language = current()
    print_tables(all_tables(study, province_names()[language], language), label=study.cases.data_label)
    print_notes(study)


def write_and_tell(study: ProvincialStudy, folder: Path, *, plots: bool, png: bool = True) -> None:
    """Write the report and say where it lies."""
    from app.studies.provinces.report import write_report

    try:
        files = write_report(study, folder, plots=plots, png=png)
    except OSError as error:
        raise fail(f"The report cannot be written to {folder}: {error.strerror or error}.") from None
    err.print(f"{len(files)} files in {folder}: {', '.join(f.name for f in files[:2])}, …", markup=False)


@provinces.command("run")
def run(
    workspace: WorkspaceOption = Path(),
    year: Annotated[int | None, typer.Option("--year", help="Year of the outcome (default: latest possible).")] = None,
    lag: Annotated[int | None, typer.Option("--lag", min=0, help="Years between conditions and outcome.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Topic that is the outcome (ic-manufacturing).")] = None,
    year_by: Annotated[str | None, typer.Option("--year-by", help="publication or filing.")] = None,
    quantile_type: Annotated[int | None, typer.Option("--quantile-type", help="Anchors: 2, 6 or 7.")] = None,
    panel: Annotated[bool, typer.Option("--panel", help="Also over several years: pooled, between, within.")] = False,
    years: Annotated[
        str | None, typer.Option("--years", help="Outcome years of the panel, 2018-2022 (default: all).")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--output", "-o", help="Folder (default: reports/provinces).")] = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the pictures.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Make the study: five tables here and in files, pictures, stored as a run."""
    from pydantic import ValidationError

    from analytics.provinces.cases import ProvinceStudyError
    from schedules.runs.provinces import run_provinces
    from warehouse.clock import SystemClock
    from warehouse.core import Core
    from warehouse.workspace import Workspace

    ws = Workspace.open(workspace)
    over = _panel_years(years) if panel or years else None
    year = year if year is not None or over is None else over.last
    try:
        settings = _settings(
            ws, outcome_year=year, lag_years=lag, topic=topic, year_by=year_by, quantile_type=quantile_type
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise fail(f"{first['loc'][0]}: {first['msg']}; found {first['input']!r}.") from None
    with Core(ws, purpose="provinces") as core:
        try:
            done = run_provinces(core, settings, clock=SystemClock(), panel=over)
        except ProvinceStudyError as error:
            raise fail(str(error), Exit.NOTHING) from None
    show_study(done.study, as_json=as_json)
    write_and_tell(done.study, folder or ws.reports / "provinces", plots=plots)
    err.print(f"run {done.run_id}, {done.changes} changes since the study before (run_province_changes)", markup=False)


@provinces.command("template")
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX to write.")],
    year: Annotated[int, typer.Option("--year", help="Year of the conditions.")] = 2021,
    base: Annotated[bool, typer.Option("--base", help="Ask for what derived conditions are computed from.")] = False,
) -> None:
    """Write the table of conditions to fill in: 28 provinces, one row a cell."""
    from app.studies.provinces.template import write_template

    if file.suffix.lower() not in {".csv", ".xlsx"}:
        raise fail(f"{file.name}: the template is written as .csv or .xlsx.")
    rows = write_template(file, year, base=base)
    out.print(f"{file}: {rows} rows to fill in; then `stuckneck provinces import {file}`.", markup=False)


def _print_problems(table: ConditionTable, how: Format) -> None:
    from dataclasses import asdict

    from app.common import print_rows

    if how is Format.table:
        for p in table.problems:
            where = f"row {p.row}, " if p.row else ""
            style = "red" if p.severity == "refused" else "yellow"
            text = f"{p.severity}: {table.file} {where}{p.column}: {p.reason} Expected {p.expected}."
            err.print(text, style=style, markup=False, soft_wrap=True)
        return
    print_rows([asdict(p) for p in table.problems], how)


@provinces.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX: province, year, variable, value, source.")],
    workspace: WorkspaceOption = Path(),
    dry: Annotated[bool, typer.Option("--dry-run", help="Only check the table.")] = False,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Check and store your table of conditions; what is wrong is named, the rest is used."""
    from analytics.provinces.variables import KNOWN
    from etl.load.conditions import read_conditions
    from schedules.runs.conditions import store_conditions
    from warehouse.clock import SystemClock
    from warehouse.core import Core
    from warehouse.workspace import Workspace

    if not file.is_file():
        raise fail(f"{file}: no such file.")
    ws = None if dry else Workspace.open(workspace)
    table = read_conditions(file, {name: v.unit for name, v in KNOWN.items()})
    _print_problems(table, chosen(how, as_json))
    lead = f"{table.file}: {len(table.rows)} rows usable, {len(table.refused)} refused"
    if ws is None or not table.rows:
        err.print(lead, markup=False)
        raise typer.Exit(int(Exit.OK if table.rows else Exit.BAD_INPUT))
    with Core(ws, purpose="provinces import") as core:
        done = store_conditions(core, table, clock=SystemClock())
    for note in done.notes:
        err.print(note, style="yellow", markup=False)
    err.print(f"{lead}; {done.replaced} replaced earlier ones, {done.derived} derived", markup=False)


@provinces.command("outcome")
def outcome(
    workspace: WorkspaceOption = Path(),
    topic: Annotated[str | None, typer.Option("--topic", help="Topic (default: provinces.topic).")] = None,
    year: Annotated[int | None, typer.Option("--year", help="One year only.")] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Families by province and year, and which rule settled the province (view ic_province_year)."""
    from app.common import print_rows
    from warehouse.publish import connect_snapshot, current
    from warehouse.workspace import Workspace

    ws = Workspace.open(workspace)
    wanted = topic or _settings(ws).provinces.topic
    con = connect_snapshot(current(ws))
    rows = read(
        con,
        'SELECT province, province_zh, province_en, "year", families_filed, families_published, published_by_name'
        ' FROM ic_province_year WHERE topic_id = ? AND (?::INTEGER IS NULL OR "year" = ?)'
        ' ORDER BY "year", families_published DESC, province',
        wanted, year, year,
    )  # fmt: skip
    if not rows:
        raise fail(f"No family of {wanted} is in the published snapshot.", Exit.NOTHING)
    rules = con.execute("FROM ic_province_rules").fetchall()
    form = chosen(how, as_json)
    if form is Format.json:
        print_json(
            {
                "families": rows,
                "rules": [dict(zip(("category", "rule", "families", "share"), r, strict=True)) for r in rules],
            }
        )
        return
    print_rows(rows, form, title=wanted)
    if form is Format.table:
        print_rows([dict(zip(("category", "rule", "families", "share"), r, strict=True)) for r in rules], form,
                   title="Which rule settled the province")  # fmt: skip


@provinces.command("check-published")
def check_published(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Printed tables as TOML or CSV (docs/provinces.md).")],
    everything: Annotated[bool, typer.Option("--all", help="Also list every figure that agrees.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Recompute all that a paper's printed NCA and QCA tables determine about each other."""
    from analytics.provinces.published.check import check_published as check
    from analytics.provinces.published.tables import PublishedFileError, parse_published
    from app.studies.provinces.text import print_checked

    try:
        study = parse_published(file.read_text(encoding="utf-8-sig"), file.name)
    except OSError as error:
        raise fail(f"{file}: cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise fail(f"{file}: is not UTF-8 text.") from None
    except PublishedFileError as error:
        raise fail(str(error)) from None
    found = check(study)
    if as_json:
        print_json(found.to_json())
        return
    print_checked(found, everything=everything)


@provinces.command("demo")
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Workspace to make.")] = Path("demo-provinces"),
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the pictures.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Run the whole chain on synthetic data: simulated office to Tables 1–5 (no network)."""
    from app.studies.provinces.demo import run_demo

    study = run_demo(folder)
    show_study(study, as_json=as_json)
    write_and_tell(study, folder / "reports" / "provinces", plots=plots, png=False)


def published_ic(as_json: bool) -> None:
    """Print what the printed tables of the provincial study of integrated circuits determine."""
    from analytics.provinces.published.check import check_published as check
    from analytics.provinces.published.tables import packaged_study
    from app.studies.provinces.text import print_checked

    found = check(packaged_study())
    if as_json:
        print_json(found.to_json())
        return
    print_checked(found)


def register(app: typer.Typer) -> None:
    """Add the command group to `app`, and the study to `reproduce`."""
    from app.studies.reproduce import STUDIES, Study

    app.add_typer(provinces)
    STUDIES[Study.IC] = published_ic
