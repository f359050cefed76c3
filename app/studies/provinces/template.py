"""The template of the table of conditions: one row a cell, values and sources left to fill in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from analytics.provinces.variables import BASE, CONDITIONS, NATION, Variable
from etl.normalise.places.provinces import provinces
from warehouse.sections.provinces import Provinces
from words.glossary import in_language
from words.language import current, say

HEADER = ("province", "year", "variable", "value", "source", "meaning")
_DERIVED = {"rd_intensity", "organizational_agglomeration", "industrial_coordination", "government_support"}
_TOTALS = {"parks", "employment_services", "employment_manufacturing", "employment_total"}


def _rows(year: int, *, base: bool) -> Iterator[tuple[object, ...]]:
    left_out = set(Provinces().exclude)
    wanted: tuple[Variable, ...] = CONDITIONS
    if base:
        wanted = (*(v for v in CONDITIONS if v.name not in _DERIVED), *BASE)
    for one in wanted:
        meaning = _meaning(one)
        if one.name in _TOTALS:
            yield "全国", year, one.name, "", "", f"{meaning}; {say('national total')} ({NATION})"
        for code, place in provinces().items():
            if code not in left_out:
                yield place.zh, year, one.name, "", "", meaning


def _meaning(one: Variable) -> str:
    """What to fill in, in the language spoken."""
    if current() == "zh":
        return f"{one.zh}：{say(one.meaning)}（{in_language('zh')[f'unit_{one.unit}']}）"
    return f"{one.en}: {one.meaning} ({one.unit})"


def write_template(file: Path, year: int, *, base: bool) -> int:
    """Write the template as CSV or XLSX (by the ending); return the number of rows to fill in."""
    rows = list(_rows(year, base=base))
    if file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows)
        return len(rows)
    import xlsxwriter

    with xlsxwriter.Workbook(str(file)) as book:
        sheet, bold = book.add_worksheet("conditions"), book.add_format({"bold": True})
        sheet.write_row(0, 0, HEADER, bold)
        for r, row in enumerate(rows, 1):
            sheet.write_row(r, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return len(rows)
