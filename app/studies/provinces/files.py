"""The five tables as CSV, XLSX and LaTeX."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.provinces.tables import Cell, Mark, Table
from app.report.writers.latex import preamble, tabular, tex_text
from words.glossary import Language, in_language

if TYPE_CHECKING:
    import xlsxwriter

_TEX_MARK: dict[Mark, str] = {
    "core": r"\core", "peripheral": r"\peri", "core_absent": r"\coreabsent", "peripheral_absent": r"\periabsent"
}  # fmt: skip


def write_csv(tables: Sequence[Table], folder: Path, label: str, language: Language) -> Iterator[Path]:
    """Write one CSV per table (UTF-8 with mark, so that Excel reads it); figures unrounded; yield the paths."""
    for table in tables:
        path = folder / f"table{table.number}_{language}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([*table.columns, "data"])
            writer.writerows(
                [*(c.text if c.value is None else repr(c.value) for c in row), label] for row in table.rows
            )
        yield path


def write_xlsx(tables: Sequence[Table], path: Path, label: str, language: Language) -> Path:
    """Write one workbook, one sheet a table; core marks are large, peripheral ones small."""
    import xlsxwriter

    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = _Formats(book)
        for table in tables:
            sheet = book.add_worksheet(f"{in_language(language)['table']}{table.number}")
            sheet.write_string(0, 0, f"{table.title}  [{label}]" if label != "real" else table.title, formats.bold)
            for c, name in enumerate(table.columns):
                sheet.write_string(1, c, name, formats.head)
            for r, row in enumerate(table.rows, 2):
                for c, cell in enumerate(row):
                    _write(sheet, r, c, cell, formats)
            for i, note in enumerate(table.notes):
                sheet.write_string(len(table.rows) + 3 + i, 0, note)
            sheet.set_column(0, 0, 30)
            sheet.set_column(1, len(table.columns), 15)
            sheet.freeze_panes(2, 1)
    return path


class _Formats:
    """Cell formats of one workbook; number formats by count of decimals."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "align": "center"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.marks = {
            core: book.add_format({"align": "center", "font_size": 18 if core else 9}) for core in (True, False)
        }
        self._digits = {d: book.add_format({"num_format": "0." + "0" * d if d else "0"}) for d in range(7)}

    def number(self, text: str) -> Any:
        """Format with the decimals that `text` prints."""
        return self._digits[min(6, len("".join(ch for ch in text.partition(".")[2] if ch.isdecimal())))]


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if cell.mark is not None:
        sign = "●" if cell.mark in ("core", "peripheral") else "⊗"
        sheet.write_string(row, column, sign, formats.marks[cell.mark.startswith("core")])
    elif cell.value is not None and not cell.text.startswith("<"):
        sheet.write_number(row, column, cell.value, formats.number(cell.text))
    else:
        sheet.write_string(row, column, cell.text, formats.wrap)


def _tex_table(table: Table, label: str) -> Iterator[str]:
    mark = "" if label == "real" else f" [{label}]"
    rows = [[_TEX_MARK[c.mark] + "{}" if c.mark else tex_text(c.text) for c in row] for row in table.rows]
    yield from tabular([tex_text(c) for c in table.columns], rows, tex_text(table.title) + mark)
    for note in table.notes:
        yield "\\par\\smallskip{\\footnotesize " + tex_text(note) + "}\n"
    yield "\\end{table}\n\n"


def write_latex(tables: Sequence[Table], path: Path, label: str, language: Language) -> Path:
    """Write one document with the five tables (ctexart for Chinese)."""
    head = preamble("stuckneck provinces", f"Data: {label}.", language)
    body = "".join(part for table in tables for part in _tex_table(table, label))
    path.write_text(head + body + "\\end{document}\n", encoding="utf-8")
    return path
