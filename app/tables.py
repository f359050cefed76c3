"""Query results as a table, JSON, CSV, Parquet, Arrow or XLSX."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from app.common import Format, csv_of, err, fail, plain, print_json, print_rows
from app.display import DISPLAY
from words.safe import json_text, plain_text, sheet_value

_EXCEL_ROWS = 1_048_575
_SHEET_NAME = 31  # characters of a sheet's name
_WIDEST = 360  # pixels of a column; longer text is folded by the reader


class SqlFormat(StrEnum):
    """How a query's result is written; parquet, arrow and xlsx need --output."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    arrow = "arrow"
    xlsx = "xlsx"


def write_table(table: pl.DataFrame, how: SqlFormat, output: Path | None, stamp: str = "") -> None:
    """Write the table to `output`, or to stdout where the format is text.

    `stamp`: by what it was made, for the properties of the formats that have some (xlsx, parquet).
    """
    if output is None and how in {SqlFormat.parquet, SqlFormat.arrow, SqlFormat.xlsx}:
        raise fail(f"{how.value} is written to a file: name it with --output FILE.")
    if output is None:
        _to_stdout(table, how)
        return
    with output.open("wb") as stream:
        _to_file(table, how, stream, stamp)
    err.print(f"{output}: {table.height} rows", markup=False)


def _to_stdout(table: pl.DataFrame, how: SqlFormat) -> None:
    if how is SqlFormat.json:
        print_json(table.to_dicts())
    elif how is SqlFormat.csv:
        sys.stdout.write(_csv(table))
    else:
        print_rows(table.to_dicts(), Format.table, columns=table.columns, as_asked=True)


def _csv(table: pl.DataFrame) -> str:
    return csv_of(table.columns, table.iter_rows())


def _to_file(table: pl.DataFrame, how: SqlFormat, stream: BinaryIO, stamp: str) -> None:
    if how is SqlFormat.parquet:
        table.write_parquet(stream, metadata={"stuckneck": stamp} if stamp else None)
    elif how is SqlFormat.arrow:
        table.write_ipc(stream, compat_level=pl.CompatLevel.oldest())  # readers of before 2024 know no string views
    elif how is SqlFormat.xlsx:
        write_book({"result": table}, stream, stamp)
    elif how is SqlFormat.json:
        import json

        stream.write(json_text(json.dumps(plain(table.to_dicts()), ensure_ascii=False, indent=2)).encode() + b"\n")
    else:
        # the byte order mark makes Excel read UTF-8
        stream.write(_csv(table).encode("utf-8-sig"))


def write_book(tables: Mapping[str, pl.DataFrame], stream: BinaryIO, stamp: str = "") -> None:
    """Write a workbook, a sheet a table. Fails with one sentence where a table has more rows than a sheet."""
    import xlsxwriter

    for name, table in tables.items():
        if table.height > _EXCEL_ROWS:
            raise fail(f"{name}: {table.height} rows do not fit a sheet ({_EXCEL_ROWS}); use csv or parquet.")
    # Text stays text: a patent number is no formula, link or number.
    options: dict[str, Any] = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True, "in_memory": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"comments": plain_text(stamp), "company": "", "author": "stuckneck"})
        for name, table in tables.items():
            _sheet(book, name[:_SHEET_NAME], table)


def _sheet(book: Any, name: str, table: pl.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for c, head in enumerate(table.columns):
        sheet.write_string(0, c, plain_text(head), bold)
        for r, value in enumerate(table.to_series(c).to_list(), 1):
            _write_cell(sheet, r, c, value, day, moment)
    sheet.freeze_panes(1, 0)
    if table.width:
        sheet.autofilter(0, 0, table.height, table.width - 1)
    sheet.autofit(_WIDEST)


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    held = sheet_value(value, DISPLAY.zone)
    if held is None:
        return
    if isinstance(held, datetime):
        sheet.write_datetime(row, column, held, moment)
    elif isinstance(held, date):
        sheet.write_datetime(row, column, held, day)
    elif isinstance(held, bool | int | float):
        sheet.write(row, column, held)
    else:
        sheet.write_string(row, column, sheet_value(str(plain(held))))
