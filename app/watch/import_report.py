"""A dry run of an import for people: each column, what every indicator can use, what would be rejected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from app.common import Format, err, out, print_json, print_rows
from etl.exports.report import FileReport
from etl.uses import USES
from warehouse.workspace import Workspace
from words.language import current as language
from words.language import say


def print_report(reports: Sequence[FileReport], *, as_json: bool) -> None:
    """Print the reports; with `as_json` as they are."""
    if as_json:
        print_json([r.to_dict() for r in reports])
        return
    for report in reports:
        _print_one(report)


def _print_one(report: FileReport) -> None:
    if report.refused is not None:
        out.print(report.refused, style="red", markup=False, soft_wrap=True)
        return
    counts = f"{report.rows} rows, {report.records} records"
    out.print(f"{report.file}: {report.title} ({report.kind}), {counts}", markup=False, soft_wrap=True)
    for table in report.tables:
        print_rows(table.get("columns", []), Format.table, title=str(table.get("name") or "columns"))
    usable = [
        {"indicator": name, "rows": count, "share": round(count / report.records, 3) if report.records else None}
        for name, count in report.usable.items()
    ]
    print_rows(usable, Format.table, title="rows each indicator can use")
    if report.rejected:
        rejected = [{name: each[name] for name in each if name != "example"} | {"reason": each["example"]}
                    for each in report.rejected]  # fmt: skip
        print_rows(rejected, Format.table, title="would be rejected")
    if report.leftover:
        out.print(f"columns nobody reads: {', '.join(report.leftover)}", markup=False, soft_wrap=True)
    for note in report.notes:
        out.print(note, markup=False, soft_wrap=True)


def print_imported(rows: Sequence[dict[str, Any]]) -> None:
    """Print a line a file of what came of it, and what a person has to know, warnings on stderr."""
    for row in rows:
        out.print(_line(row), markup=False, soft_wrap=True)
    for row in rows:
        for note in row.get("notes") or ():
            sep, end = ("：", "。") if language() == "zh" else (": ", ".")
            out.print(f"{row['file']}{sep}{say(note.rstrip('.'))}{end}", markup=False, soft_wrap=True)
        if row["refused"] is None and row.get("lost", 0) > 0.1 * row["rows"]:
            said = f"{row['file']}: {row['lost']} of {row['rows']} rows are lost; see why before you use the rest."
            err.print(said, style="yellow", markup=False, soft_wrap=True)
        if row["refused"] is None and gave_nothing(row):
            err.print(
                f"{row['file']}: nothing could be read from it: no record.", style="red", markup=False, soft_wrap=True
            )


def gave_nothing(row: dict[str, Any]) -> bool:
    """Whether the file was refused or, though read to its end, gave no record (a bulk file may match no query)."""
    return row["refused"] is not None or (not row["records"] and ("matches" not in row or not row["rows"]))


def _short(reason: str) -> str:
    """A reject's reason without the place it names first (file, row and column are said already)."""
    said = re.sub(r"^.*?, row \d+(?:, column .*?)?: ", "", reason, count=1, flags=re.DOTALL)
    return said.rstrip(".").split("; ")[0]


def _line(row: dict[str, Any]) -> str:
    if row["refused"] is not None and not row["records"]:
        return f"{row['file']}: refused, nothing imported."
    onto = f" → {row['technology']}" if row.get("technology") else ""
    sep = "、" if language() == "zh" else ", "
    parts = [say(f"{row['rows']} rows, {row['records']} records, {row.get('lost', 0)} rows lost")]
    why = [
        say(f"{count} for {column or 'the row'}, e.g. {_short(example)}")
        for column, (count, example) in (row.get("lost_why") or {}).items()
    ]
    if why:
        parts[0] += ("：" if language() == "zh" else ": ") + ("；" if language() == "zh" else "; ").join(why)
    if "not_understood" in row:
        parts.append(say(f"columns not understood: {sep.join(row['not_understood']) or 'none'}"))
    feeds = row.get("feeds")
    if feeds is not None:
        counts = [f"{say(name)} {count}" for name, count in feeds.items() if count]
        parts.append(say(f"feeds {sep.join(counts) or 'nothing'}"))
        silent = [say(name) for name in USES if not feeds.get(name)]
        if silent and row["records"]:
            parts.append(say(f"nothing for {sep.join(silent)}"))
    head = f"{row['file']} ({row['kind']}){onto}"
    if language() == "zh":
        return f"{head}：{'。'.join(parts)}。"
    return f"{head}: {'. '.join(part[0].upper() + part[1:] for part in parts)}."


def warn_of_dates(workspace: Workspace, rows: Sequence[dict[str, Any]]) -> None:
    """Say where counts and states without a date are later than the date the workspace places at."""
    stating = [row["file"] for row in rows if row.get("states_today")]
    placed = placing_date(workspace, rows[0].get("placed_at")) if stating else None
    if placed is None:
        return
    err.print(
        f"The counts and legal states of {', '.join(stating)} are taken as of today, {date.today()}, but this workspace"
        f" places at {placed}: give --exported-on YYYY-MM-DD if the files were exported earlier.",
        style="yellow", markup=False, soft_wrap=True,
    )  # fmt: skip


def placing_date(workspace: Workspace, placed_at: date | None) -> date | None:
    """The date before today that the workspace places at: its screening's, or its last placement's; None: today."""
    from etl.sources.settings import load_settings

    screened = load_settings(workspace.settings_file).policy().published_before
    found = [day for day in (screened, placed_at) if isinstance(day, date) and day < date.today()]
    return min(found, default=None)
