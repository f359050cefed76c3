"""The report as a workbook: what it says and by what it was measured first, then a sheet a table with real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.report.content.model import Brief, Bullets, Figure, Picture, Section, Table, Text
from words.language import say
from words.safe import plain_text, sheet_value

_FORMS = {"whole": "#,##0", "three": "0.000", "percent": "0.0%", "text": "@"}
_DECIMALS = 7  # a figure has fewer


def write_book(briefs: Sequence[Brief], file: Path) -> None:
    """Write the reports; the sheets of a second language carry it in their names."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": plain_text(briefs[0].title), "comments": plain_text(briefs[0].stamp)})
        for number, brief in enumerate(briefs):
            end = f" ({brief.language})" if number else ""
            _front(book, brief, end)
            for section in brief.sections:
                for block in section.blocks:
                    if isinstance(block, Table):
                        _sheet(book, brief, section, block, end)


def _front(book: Any, brief: Brief, end: str) -> None:
    sheet = book.add_worksheet(f"{say('In short', brief.language)}{end}")
    sheet.set_column(0, 0, 120)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 16})
    heading, warning = book.add_format({"bold": True}), book.add_format({"font_color": "#C53030", "bold": True})
    lines: list[tuple[str, Any]] = [(brief.title, title), (brief.subtitle, wrapped)]
    if brief.warning:
        lines.append((brief.warning, warning))
    lines.append((brief.stamp, wrapped))
    picture: Picture | None = None
    for section in brief.sections:
        said = [b for b in section.blocks if isinstance(b, Bullets | Text)]
        picture = picture or next((b for b in section.blocks if isinstance(b, Picture)), None)
        if said:
            lines.append((section.title, heading))
        for block in said:
            lines += [(t, wrapped) for t in (block.items if isinstance(block, Bullets) else (block.text,))]
    for row, (text, form) in enumerate(lines):
        sheet.write_string(row, 0, str(sheet_value(text)), form)
    if picture is not None:
        sheet.insert_image(
            len(lines) + 1, 0, str(picture.files[".png"]),
            {"x_scale": 0.75, "y_scale": 0.75, "description": plain_text(picture.caption)},
        )  # fmt: skip


def _sheet(book: Any, brief: Brief, section: Section, table: Table, end: str) -> None:
    sheet = book.add_worksheet(f"{table.name}{end}"[:31])
    warning = book.add_format({"font_color": "#C53030"})
    sheet.write_string(0, 0, str(sheet_value(section.title)))
    sheet.write_string(1, 0, str(sheet_value(brief.stamp)))
    first = 3
    if brief.warning:
        sheet.write_string(2, 0, str(sheet_value(brief.warning)), warning)
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E2E8F0", "valign": "top"})
    for index, column in enumerate(table.columns):
        form = book.add_format({"num_format": _FORMS[column.form]})
        sheet.set_column(index, index, max(9, 9 * column.width), form)
        sheet.write_string(first, index, str(sheet_value(column.heading)), head)
    decimals = [book.add_format({"num_format": "0." + "0" * d if d else "0"}) for d in range(_DECIMALS)]
    for number, row in enumerate(table.rows, first + 1):
        for index, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, index, str(sheet_value(value)))
            elif isinstance(value, Figure):
                sheet.write_number(number, index, value.value, decimals[value.digits])
            elif value is not None:
                sheet.write_number(number, index, value)
    sheet.freeze_panes(first + 1, 2)
    if table.rows:
        sheet.autofilter(first, 0, first + len(table.rows), len(table.columns) - 1)
