"""`stuckneck families TECH`: the patents behind a figure, on the screen or as a workbook to hand on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import duckdb
import polars as pl
import typer

import sql
from analytics.measure.screening import left_out_by
from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, fail, out, print_rows
from app.matrix.head import of_run
from app.tables import SqlFormat, write_table
from app.technologies import technology_id_or_text
from etl.sources.settings import load_settings
from warehouse.frames import frame_of
from warehouse.indicators import BY_ID, SIDES
from warehouse.publish import connect_snapshot, current
from warehouse.sections.measuring import Policy
from warehouse.settings import Settings
from warehouse.workspace import Workspace
from words.columns import heading
from words.ipc import title
from words.language import current as current_language
from words.language import say

_NARROW = ("representative", "family_title", "first_applicant", "country", "filing_date", "main_subclass",
           "forward_citations", "claim_count", "is_pct")  # fmt: skip


def _among(allowed: Collection[str]) -> Callable[[str | None], str | None]:
    """Return a check that an option is one of the names; typer says which they are when it is not."""

    def check(value: str | None) -> str | None:
        if value is not None and value not in allowed:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}.")
        return value

    return check


IndicatorOption = Annotated[
    str | None,
    typer.Option("--indicator", metavar="|".join(BY_ID), callback=_among(BY_ID), help="Only those this figure counts."),
]
SideOption = Annotated[
    str | None,
    typer.Option(
        "--side", metavar="|".join(SIDES), callback=_among(SIDES),
        help="Only focal, others or unknown country.",
    ),
]  # fmt: skip


def families(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology: id or name.")],
    workspace: WorkspaceOption = Path(),
    indicator: IndicatorOption = None,
    side: SideOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="The run of this date (default: the latest)."),
    ] = None,
    new_since: Annotated[
        datetime | None, typer.Option("--new-since", formats=["%Y-%m-%d"], help="Only those that came after this day.")
    ] = None,
    screened: Annotated[bool, typer.Option("--screened", help="Those that the screening left out as well.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write .xlsx, .csv, .json or .parquet.")] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """The patents behind a figure: titles, applicants, country, dates, IPC, links; as a workbook with -o."""
    ws = Workspace.open(workspace)
    technology = technology_id_or_text(ws, technology)
    con = connect_snapshot(current(ws))
    run, day, label = _run(con, technology, as_of.date() if as_of else None)
    found = _judged(con, load_settings(ws.settings_file), run, technology, day)
    wanted = [] if screened else ["is_kept"]
    wanted += [SIDES[side]] if side else []
    wanted += [BY_ID[indicator].counting] if indicator else []
    listed = found.sql(f"SELECT * FROM self WHERE {' AND '.join(wanted) or 'TRUE'}")  # noqa: S608 - own texts only
    if new_since is not None:
        listed = listed.filter(pl.col("member_from") > new_since.date())
    rows = [_row(r) for r in listed.to_dicts()]
    if output is not None:
        _write(rows, output, of_run(con, run).stamp)
        return
    lead = f"{technology}  {day}  run {run}  {len(rows)} families  data: {label}"
    narrow = chosen(how, as_json) is Format.table
    print_rows(rows, chosen(how, as_json), title=lead, columns=_NARROW if narrow else None)
    if narrow and rows:
        out.print("All columns and links: -o list.xlsx", soft_wrap=True)


def _run(con: duckdb.DuckDBPyConnection, technology: str, day: date | None) -> tuple[int, date, str]:
    """Return number, date and data label of the run; its families must still be kept."""
    rows = con.execute(
        "SELECT p.run_id, p.as_of, p.data_label FROM run_placements AS p WHERE p.technology_id = ?"
        " AND (? IS NULL OR p.as_of = ?) AND (p.origin = 'live' OR ? IS NOT NULL)"
        " AND EXISTS (SELECT 1 FROM run_families AS f WHERE f.run_id = p.run_id)"
        " ORDER BY p.as_of DESC, p.run_id DESC LIMIT 1",
        [technology, day, day, day],
    ).fetchall()
    if not rows:
        raise fail(
            f"{technology}: no run has kept its families; `stuckneck runs` lists the runs, `stuckneck place` makes one."
        )
    [(run, found, label)] = rows
    return int(run), found, str(label)


def _judged(
    con: duckdb.DuckDBPyConnection, settings: Settings, run: int, technology: str, day: date
) -> pl.DataFrame:  # fmt: skip
    """Return the families with `why`: kept, or the first step of the run's policy that left it out."""
    values = {"run": run, "technology": technology, "as_of": day}
    found = frame_of(con.sql(sql.text("ask/families.sql"), params=values))
    [(stated,)] = con.execute("SELECT settings->>'policy' FROM runs WHERE run_id = ?", [run]).fetchall()
    why = left_out_by(found, Policy.model_validate_json(stated) if stated else settings.policy())
    return found.with_columns(why=pl.when(pl.col("is_kept")).then(pl.lit("kept")).otherwise(why))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a family as people want it: one title in their language, the IPC title, links, the number for CNIPA."""
    language = current_language()
    number = str(row["representative"] or "")
    joined = quote(number.replace("-", ""))
    application = str(row["application_number"] or "")
    other = row["title_en"] if language == "zh" else row["title_zh"]
    return {
        "family_id": row["family_id"], "representative": number,
        "family_title": row[f"title_{language}"] or row["title"], "other_title": other,
        "first_applicant": row["first_applicant"], "country": row["country"],
        "country_method": say(row["country_method"] or ""), "priority_date": row["priority_date"],
        "filing_date": row["filing_date"], "first_publication_date": row["first_publication_date"],
        "member_from": row["member_from"], "main_subclass": row["main_subclass"],
        "ipc_title": title(row["main_subclass"] or "", language), "main_ipc": row["main_ipc"],
        "claim_count": row["claim_count"], "forward_citations": row["forward_citations"], "is_pct": row["is_pct"],
        "legal_status": row["legal_status"], "members": row["members"], "why": say(row["why"]),
        "espacenet": f"https://worldwide.espacenet.com/patent/search?q=pn%3D{joined}" if number else None,
        "google_patents": f"https://patents.google.com/patent/{joined}" if number else None,
        "lens": f"https://www.lens.org/lens/search/patent/list?q=publication_number%3A{joined}" if number else None,
        "cnipa_number": application.replace("-", "") if application.startswith("CN-") else None,
        "source": row["source"], "landed_file": row["landed_file"], "row_no": row["row_no"],
        "is_synthetic": row["is_synthetic"],
    }  # fmt: skip


def _write(rows: list[dict[str, Any]], output: Path, stamp: str) -> None:
    ending = output.suffix.lstrip(".").lower()
    if ending not in {"xlsx", "csv", "json", "parquet", "arrow"}:
        raise fail(f"{output.name}: the ending decides the form; use .xlsx, .csv, .json or .parquet.")
    table = pl.DataFrame(rows, infer_schema_length=None)
    if ending in {"xlsx", "csv"}:  # files for people: headings in their language
        table = table.rename({name: heading(name, current_language()) for name in table.columns})
    write_table(table, SqlFormat(ending), output, stamp)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("families")(families)
