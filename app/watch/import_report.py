"""A dry run of an import for people: each column, what every indicator can use, what would be rejected."""

from __future__ import annotations

from collections.abc import Sequence

from app.common import Format, out, print_json, print_rows
from etl.exports.report import FileReport


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
        print_rows(report.rejected, Format.table, title="would be rejected")
    if report.leftover:
        out.print(f"columns nobody reads: {', '.join(report.leftover)}", markup=False, soft_wrap=True)
    for note in report.notes:
        out.print(note, markup=False, soft_wrap=True)
