"""Query results as a table, JSON, CSV, Parquet, Arrow or XLSX."""

from __future__ import annotations

import csv
import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from app.common import Format, err, fail, plain, print_json, print_rows

_EXCEL_ROWS = 1_048_575


class SqlFormat(StrEnum):
    """How a query's result is written; parquet, arrow and xlsx need --output."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    arrow = "arrow"
    xlsx = "xlsx"


def write_table(table: pa.Table, how: SqlFormat, output: Path | None) -> None:
    """Write the table to `output`, or to stdout where the format is text."""
    if output is None and how in {SqlFormat.parquet, SqlFormat.arrow, SqlFormat.xlsx}:
        raise fail(f"{how.value} is written to a file: name it with --output FILE.")
    if output is None:
        _to_stdout(table, how)
        return
    with output.open("wb") as stream:
        _to_file(table, how, stream)
    err.print(f"{output}: {table.num_rows} rows", markup=False)


def _to_stdout(table: pa.Table, how: SqlFormat) -> None:
    if how is SqlFormat.json:
        print_json(table.to_pylist())
    elif how is SqlFormat.csv:
        sys.stdout.write(_csv(table))
    else:
        print_rows(table.to_pylist(), Format.table, columns=table.column_names)


def _csv(table: pa.Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow(["" if v is None else plain(v) for v in row.values()])
    return text.getvalue()


def _to_file(table: pa.Table, how: SqlFormat, stream: BinaryIO) -> None:
    if how is SqlFormat.parquet:
        import pyarrow.parquet as pq

        pq.write_table(table, stream)
    elif how is SqlFormat.arrow:
        with pa.ipc.new_file(stream, table.schema) as writer:
            writer.write_table(table)
    elif how is SqlFormat.xlsx:
        _xlsx(table, stream)
    elif how is SqlFormat.json:
        import json

        stream.write(json.dumps(plain(table.to_pylist()), ensure_ascii=False, indent=2).encode() + b"\n")
    else:
        # the byte order mark makes Excel read UTF-8
        stream.write(_csv(table).encode("utf-8-sig"))


def _xlsx(table: pa.Table, stream: BinaryIO) -> None:
    import xlsxwriter

    if table.num_rows > _EXCEL_ROWS:
        raise fail(f"{table.num_rows} rows do not fit a sheet ({_EXCEL_ROWS}); use --format csv or parquet.")
    # Text stays text: a patent number is no formula, link or number.
    options: dict[str, Any] = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True, "in_memory": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("result")
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for c, name in enumerate(table.column_names):
            sheet.write_string(0, c, name, bold)
            for r, value in enumerate(table.column(c).to_pylist(), 1):
                if value is None:
                    continue
                if hasattr(value, "year"):
                    sheet.write_datetime(r, c, value, day)
                elif isinstance(value, bool | int | float):
                    sheet.write(r, c, value)
                else:
                    sheet.write_string(r, c, str(plain(value)))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
