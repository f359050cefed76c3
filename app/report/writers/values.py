"""The tables of a report as CSV: one file a table, figures unrounded, by what they were made in every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.common import csv_of
from app.report.content.model import Brief, Cell, Figure, Table


def write_csv(briefs: Sequence[Brief], file: Path) -> list[Path]:
    """Write the first table to `file`, each further one beside it under its own name; return the files.

    UTF-8 with a byte order mark, by which Excel knows it; an unknown value is empty. Of several languages the first is
    written: the figures are the same.
    """
    brief = briefs[0]
    tables = [block for section in brief.sections for block in section.blocks if isinstance(block, Table)]
    written = []
    for number, table in enumerate(tables):
        target = file if number == 0 else file.with_name(f"{file.stem}-{_plain(table.name)}{file.suffix}")
        heads = [*(column.heading for column in table.columns), "stuckneck"]
        text = csv_of(heads, ([*map(_value, row), brief.stamp] for row in table.rows))
        target.write_bytes(text.encode("utf-8-sig"))
        written.append(target)
    return written


def _value(cell: Cell) -> str | int | float | None:
    return cell.value if isinstance(cell, Figure) else cell


def _plain(name: str) -> str:
    return "-".join("".join(c if c.isalnum() or c in "-~" else " " for c in name).split())
