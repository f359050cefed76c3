"""One row's cells by field, and the refusals met while reading them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from etl.exports.cells import MAX_CELL, cell_text
from etl.exports.headers import ColumnUse
from etl.exports.vendor import Vendor
from etl.normalise.dates import DateRefusedError, Years, parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.numbers.canonical import NumberRefusedError
from etl.normalise.simplified import simplified
from etl.records import Reject

T = TypeVar("T")
_NULLS = frozenset({"", "-", "--", "null", "NULL", "None", "nan", "NaN", "N/A"})


@dataclass(slots=True)
class RowReader:
    """Cells of one row by field. A cell that cannot be used is recorded in `rejects` and read as unknown."""

    vendor: Vendor
    uses: list[ColumnUse]
    columns: dict[str, list[int]]
    cells: list[object]
    row_no: int
    file: str
    rejects: list[Reject] = field(default_factory=list)

    def column(self, name: str) -> int | None:
        """Index of the first filled column of a field; None when all are blank or there is none."""
        for index in self.columns.get(name, ()):
            if self._filled(index):
                return index
        return None

    def text(self, name: str) -> str | None:
        """Text of a field; None when blank, a null of the vendor, or longer than any real cell (which is refused)."""
        found = self._found(name)
        return found[1] if found else None

    def _found(self, name: str) -> tuple[int, str] | None:
        """Index and text of a field, as `text` says."""
        index = self.column(name)
        if index is None:
            return None
        text = cell_text(self.cells[index])
        if len(text) > MAX_CELL:
            self.refuse(index, "a cell of usual length", text[:100], f"{len(text):,} characters in one cell")
            return None
        return index, text

    def has(self, name: str) -> bool:
        """Whether the file has a column for the field at all."""
        return name in self.columns

    def read(self, name: str, convert: Callable[[str], T], expected: str) -> T | None:
        """Converted text of a field; a refusal becomes a reject and None."""
        found = self._found(name) if name in self.columns else None
        if found is None:
            return None
        index, text = found
        try:
            value = convert(text)
        except (NumberRefusedError, DateRefusedError, ValueError) as error:
            self.refuse(index, expected, text, str(error))
            return None
        self.uses[index].understood += 1
        return value

    def refuse(self, index: int, expected: str, found: str, why: str, outcome: str = "the field is left empty") -> None:
        """Keep an unusable cell (or entry of one) with its reason; the rest of the row is used."""
        header = self.uses[index].header
        self.uses[index].refused += 1
        reason = f"{self.file}, row {self.row_no}, column {header}: expected {expected}; {why}; {outcome}."
        self.rejects.append(
            Reject(reason, "field emptied", self.row_no, header, expected, found[:200], found[:4000], self.file)
        )

    def day(self, name: str, years: Years | None = None) -> date | None:
        """Date of a field. A spreadsheet's own date and number types are read as such."""
        index = self.column(name)
        if index is None:
            return None
        cell = self.cells[index]
        try:
            value = parse_date(cell, years=years, month_first=self.vendor.format.month_first)
        except DateRefusedError as error:
            self.refuse(index, "a date", cell_text(cell), str(error))
            return None
        self.uses[index].understood += 1
        return value

    def whole_date(self, name: str) -> date | None:
        """Date of a field where its cell states the whole year; what is refused is none, and no reject."""
        index = self.column(name)
        if index is None:
            return None
        with suppress(DateRefusedError):
            return parse_date(self.cells[index], month_first=self.vendor.format.month_first)
        return None

    def count(self, name: str) -> int | None:
        """Count (not negative) of a field."""
        return self.read(name, _count, "a whole number")

    def list_of(
        self, name: str, convert: Callable[[str], tuple[list[T], list[str]]], expected: str, *, whole: bool = False
    ) -> list[T] | None:
        """Converted list of a field, without the entries that are refused; None when blank or nothing is left.

        `whole`: one bad entry empties the field, because part of the list would state something else than the list.
        """
        found = self._found(name) if name in self.columns else None  # most vendors lack most fields
        if found is None:
            return None
        index, text = found
        values, refused = convert(text)
        if not refused:
            self.uses[index].understood += 1
            return values or None
        outcome = "the field is left empty" if whole or not values else "the other entries are used"
        why = f"{len(refused)} of {len(values) + len(refused)} entries are not"
        self.refuse(index, expected, "; ".join(refused), why, outcome)
        return None if whole else values or None

    def symbols(self, name: str) -> list[str] | None:
        """IPC or CPC symbols of a field."""
        from etl.exports.lists import split_cell

        return self.list_of(name, lambda text: ipc_symbols(split_cell(text, name, self.vendor)), "IPC symbols")

    def mapped(self, name: str, value: str) -> str | None:
        """The vendor's word for a value → ours, from its [values] table; None when the table does not say."""
        known = self.vendor.values.get(name, {})
        return known.get(value) or known.get(simplified(value))

    def _filled(self, index: int) -> bool:
        if index >= len(self.cells):
            return False
        cell = self.cells[index]
        if isinstance(cell, str):
            stripped = cell.strip()
            return stripped not in _NULLS and stripped not in self.vendor.format.nulls
        return cell is not None and cell_text(cell) != ""


def _count(text: str) -> int:
    if listed := re.fullmatch(r"1\s*[-–~]\s*(\d{1,4})", text):  # claims 1-12
        return int(listed[1])
    plain = text.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text) else text.replace(",", ".")  # 12,0
    number = float(plain) if re.fullmatch(r"\d{1,12}(?:\.\d+)?(?:[Ee]\+?\d{1,2})?", plain) else -1
    if not 0 <= number <= 1_000_000 or number != int(number):
        raise ValueError(f"{text[:30]!r} is not a count")
    return int(number)
