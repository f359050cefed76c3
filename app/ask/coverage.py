"""`stuckneck coverage`: what is there of what should be, by source, office and month, and which fields are filled."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import duckdb
import polars as pl
import typer

from analytics.completeness.months import FIELDS, field_lags
from analytics.measure.windows import years_before
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
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace

_FINE = {"as expected", "more"}
_FORMS = dict.fromkeys((*FIELDS, "settled", "share_before", "filled_share", "final_share"), "share") | dict.fromkeys(
    ("expected", "expected_low"), "figure"
)


def coverage(
    workspace: WorkspaceOption = Path(),
    source: Annotated[str | None, typer.Option("--source", help="Only this source; * for all together.")] = None,
    office: Annotated[str | None, typer.Option("--office", help="Only this office.")] = None,
    months: Annotated[int, typer.Option("--months", min=1, help="Newest months looked at.")] = 24,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """What is there of what should be: by source, office and month, which fields, and how far the newest months lag.

    A month is short when it has fewer publications than the twelve before it let expect. A field that fell since the
    run before is an artefact until shown otherwise: its technologies are held.
    """
    with connect_snapshot(current(Workspace.open(workspace))) as con:
        found = read(con, months, source, office)
    form = chosen(how, as_json)
    if not found["months"]:
        raise fail("No run has measured completeness yet; `stuckneck refresh` or `stuckneck place` does.", Exit.NOTHING)
    if form is Format.json:
        print_json(found)
    elif form is Format.csv:
        print_rows(found["months"], form)
    else:
        _print(found)


def read(
    con: duckdb.DuckDBPyConnection, newest: int, source: str | None = None, office: str | None = None
) -> dict[str, Any]:
    """Return offices (a summary each), months, lags of fields, falls and the filings still secret."""
    wanted = "coalesce(source = ?, source <> '*') AND (? IS NULL OR office = ?)"
    values = (source, office, office)
    order = "ORDER BY source, office, published_month"
    every = rows(con, f"SELECT * FROM completeness WHERE {wanted} {order}", *values)  # noqa: S608
    latest = [row for row in every if row["age"] < newest]
    falls = rows(
        con, "SELECT * FROM field_coverage WHERE fell AND (? IS NULL OR source = ?) ORDER BY ALL", source, source
    )
    return {
        "offices": [_office(part) for part in _parts(every)],
        "months": latest,
        "lags": _lags(con, wanted, (source or "*", office, office)),
        "falls": falls,
        "secrecy": _secrecy(con, every[0]["as_of"]) if every else None,
    }


def _parts(every: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    parts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in every:
        parts.setdefault((row["source"], row["office"]), []).append(row)
    return list(parts.values())


def _office(part: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one source and office: records, up to when they are complete, months short of the last 24, fields."""
    over = [row for row in part if row["age"] > 0]
    records = sum(row["records"] for row in part)
    complete_to = None
    for row in reversed(over):
        if row["state"] in _FINE and row["records"]:
            complete_to = row["published_month"]
            break
    last = over[-24:]
    return {
        "source": part[0]["source"], "office": part[0]["office"], "records": records, "complete_to": complete_to,
        "short": sum(row["state"] == "short" for row in last),
        "late_or_missing": sum(row["state"] == "late or missing" for row in last),
        **{name: _mean(part, name, records) for name in FIELDS},
    }  # fmt: skip


def _mean(part: list[dict[str, Any]], name: str, records: int) -> float | None:
    filled = sum((row[f"{name}_share"] or 0) * row["records"] for row in part)
    return filled / records if records else None


def _lags(con: duckdb.DuckDBPyConnection, wanted: str, values: tuple[str | None, ...]) -> list[dict[str, Any]]:
    """Return the fields that younger months lack, with how long they take; needs months two years old."""
    columns = ", ".join(f"with_{name}" for name in FIELDS)
    query = (
        f"SELECT source, office, published_month, age, records, {columns} FROM run_completeness"  # noqa: S608
        f" WHERE run_id = (SELECT max(run_id) FROM run_completeness) AND {wanted} ORDER BY source, office, age DESC"
    )
    found = pl.DataFrame(rows(con, query, *values), infer_schema_length=None)
    if not found.height:
        return []
    return [row for row in field_lags(found).to_dicts() if row["lag"]]


def _secrecy(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Return families filed in the 18 months up to T, mostly not published yet, and in the 18 months before."""
    middle = _months_before(as_of, 18)
    start = _months_before(as_of, 36)
    counts = rows(
        con,
        "SELECT count(*) FILTER (WHERE filing_date > ? AND filing_date <= ?) AS filed_since,"
        " count(*) FILTER (WHERE filing_date > ? AND filing_date <= ?) AS filed_before"
        " FROM families WHERE is_harvested",
        middle, as_of, start, middle,
    )  # fmt: skip
    return {"since": middle, **counts[0]}


def _months_before(day: date, months: int) -> date:
    back = years_before(day, -(-months // 12))
    more = (-months) % 12
    month = back.month - 1 + more
    return date(back.year + month // 12, month % 12 + 1, min(back.day, 28))


def _print(found: dict[str, Any]) -> None:
    print_rows(found["offices"], Format.table, forms=_FORMS)
    short = [row for row in found["months"] if row["state"] in ("short", "late or missing")]
    if short:
        columns = ("source", "office", "published_month", "records", "expected", "expected_low", "final_share", "state")
        print_rows(short, Format.table, title="months with fewer than expected", columns=columns, forms=_FORMS)
    if found["lags"]:
        print_rows(found["lags"], Format.table, title="fields that younger months lack", forms=_FORMS)
    if found["falls"]:
        shown = ("technology_id", "source", "field", "span", "share_before", "filled_share", "before_run")
        print_rows(found["falls"], Format.table, title="fields that fell", columns=shown, forms=_FORMS)
        out.print(
            "A field that fell is an artefact until shown otherwise: moves of these technologies are held. If it is "
            "real, resolve the alert field_fell.",
            soft_wrap=True,
        )
    since, before = found["secrecy"]["filed_since"], found["secrecy"]["filed_before"]
    out.print(
        f"Applications are published 18 months after their priority: {since} families filed since "
        f"{found['secrecy']['since']} are there, {before} of the 18 months before.",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("coverage")(coverage)
