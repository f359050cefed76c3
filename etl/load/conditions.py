"""The user's table of conditions (province, year, variable, value, source): read, checked, nothing guessed.

Format and rules: docs/provinces.md. A row that cannot be used is named with what was expected; the rest goes on.
"""

from __future__ import annotations

import difflib
import math
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from etl.exports.forms.tables import Tables
from etl.normalise.places.provinces import provinces
from etl.records import PageRefusedError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "province": ("province", "省份", "省", "地区", "省级行政区", "region"),
    "year": ("year", "年份", "年", "年度"),
    "variable": ("variable", "变量", "指标", "indicator"),
    "value": ("value", "数值", "值", "取值"),
    "source": ("source", "来源", "数据来源"),
}
NATION = "000000"
_NATION_NAMES = ("000000", "全国", "中国", "china", "nation", "national")
_MISSING = frozenset({"", "-", "—", "–", "…", "na", "n/a", "nan", "null", "none", ".", "缺失", "无"})
PERCENT_GAP = 20.0


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One usable cell; `row` is its row in the file (1 = header), `province` a GB/T 2260 code or 000000."""

    province: str
    year: int
    variable: str
    value: float
    source: str
    row: int
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row (0: with the table) and what was expected. A warning leaves the row in use."""

    row: int
    column: str
    found: str
    expected: str
    reason: str
    severity: Literal["refused", "warning"] = "refused"


@dataclass(slots=True)
class ConditionTable:
    """The usable rows of one file and everything that was found wrong with the others."""

    file: str
    rows: list[ConditionRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> list[Problem]:
        """Problems that cost a row."""
        return [p for p in self.problems if p.severity == "refused"]


def read_conditions(path: Path, known: Mapping[str, str]) -> ConditionTable:
    """Read a CSV or XLSX file. `known` maps each variable the program knows to its unit (ratio, index, amount, count).

    Raises PageRefusedError for a file that is no table, has no row, or lacks one of the five columns.
    """
    table = ConditionTable(path.name)
    header, rows = _open(path)
    for number, cells in rows:
        made = _row(dict(zip(header, cells, strict=False)), number, table.problems)
        if made is not None:
            table.rows.append(made)
    if not table.rows and not table.problems:
        raise PageRefusedError(f"{path.name}: the table has no row below its header.")
    _check_names(table, known)
    _check_ratios(table, known)
    _check_duplicates(table)
    _check_gaps(table)
    table.problems.sort(key=lambda p: p.row)
    return table


def _open(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    for one in Tables(path):
        rows = ([_text(c) for c in row] for row in one.rows)
        numbered = ((n, row) for n, row in enumerate(rows, start=1) if any(row) and not row[0].startswith("#"))
        first = next(numbered, None)
        if first is None:
            continue
        header = [_column(name) for name in first[1]]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise PageRefusedError(
                f"{path.name} row {first[0]}: no column {', '.join(missing)}; the columns are province, year, "
                "variable, value, source (省份, 年份, 变量, 数值, 来源). `stuckneck provinces template` writes a "
                "table to fill in."
            )
        return header, iter(list(numbered))
    raise PageRefusedError(f"{path.name}: the file holds no table.")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _column(name: str) -> str:
    folded = re.sub(r"[\s*＊]+", "", name).lower()
    return next((key for key, names in COLUMNS.items() if folded in names), folded)


def _row(cells: Mapping[str, str], number: int, problems: list[Problem]) -> ConditionRow | None:
    empty = [name for name in COLUMNS if cells.get(name, "").lower() in _MISSING]
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        reason = f"{', '.join(empty)} {verb} empty; the row is left out (an unknown value is never 0)."
        problems.append(Problem(number, empty[0], cells.get(empty[0], ""), f"a {empty[0]}", reason))
        return None
    province, year = _province(cells["province"], number, problems), _year(cells["year"], number, problems)
    value, percent = _value(cells["value"], number, problems)
    if province is None or year is None or value is None:
        return None
    return ConditionRow(province, year, cells["variable"].strip().lower(), value, cells["source"], number, percent)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = dict.fromkeys(_NATION_NAMES, NATION)
    for code, p in provinces().items():
        forms = (code, code[:2], p.zh, p.zh_full, f"{p.zh}省", f"{p.zh}市", p.en.lower(), f"{p.en.lower()} province")
        names |= dict.fromkeys(forms, code)
    return names


def _province(text: str, row: int, problems: list[Problem]) -> str | None:
    folded = re.sub(r"\s+", " ", text).strip().lower()
    code = _names().get(folded)
    if code is None:
        near = difflib.get_close_matches(folded, list(_names()), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        expected = "a province of GB/T 2260 by name or code, or 全国"
        problems.append(Problem(row, "province", text, expected, f"{text!r} is no province{hint}"))
    return code


def _year(text: str, row: int, problems: list[Problem]) -> int | None:
    match = re.fullmatch(r"(\d{4})年?(?:-\d\d-\d\d.*)?", text)
    if match is None or not 1900 <= int(match[1]) <= 2100:
        problems.append(Problem(row, "year", text, "a year such as 2021", f"{text!r} is no year."))
        return None
    return int(match[1])


def _value(text: str, row: int, problems: list[Problem]) -> tuple[float | None, bool]:
    bare = text.replace("，", ",").replace("％", "%").strip()
    percent = bare.endswith("%")
    bare = bare.removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\d{1,3}([, \u00a0]\d{3})+(\.\d+)?", bare):
        bare = re.sub(r"[, \u00a0]", "", bare)
    try:
        number = float(bare)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        problems.append(Problem(row, "value", text, "a number such as 0.023 or 2.3%", f"{text!r} is no number."))
        return None, percent
    return (number / 100.0 if percent else number), percent


def _check_names(table: ConditionTable, known: Mapping[str, str]) -> None:
    first: dict[str, int] = {}
    for row in table.rows:
        first.setdefault(row.variable, row.row)
    for name, number in first.items():
        near = difflib.get_close_matches(name, [k for k in known if k not in first], n=1, cutoff=0.75)
        if name not in known and near:
            reason = f"{name!r} is taken as a condition of your own; did you mean {near[0]!r}?"
            table.problems.append(Problem(number, "variable", name, ", ".join(known), reason, "warning"))


def _refuse(table: ConditionTable, rows: list[ConditionRow], column: str, expected: str, reason: str) -> None:
    lost = {id(row) for row in rows}
    table.rows = [row for row in table.rows if id(row) not in lost]
    table.problems += [Problem(row.row, column, f"{row.value:g}", expected, reason) for row in rows]


def _check_ratios(table: ConditionTable, known: Mapping[str, str]) -> None:
    """Percent or ratio mixed up: a ratio above 1, or one variable written in both ways."""
    groups: dict[str, list[ConditionRow]] = {}
    for row in table.rows:
        groups.setdefault(row.variable, []).append(row)
    for name, rows in groups.items():
        bare = [row for row in rows if not row.is_percent]
        if known.get(name) == "ratio":
            over = [row for row in bare if row.value > 1]
            if over:
                reason = (
                    f"{name} is a ratio, but {len(over)} of {len(rows)} values are above 1 and look like percent: "
                    "write 0.023 or 2.3%."
                )
                _refuse(table, over, "value", "a ratio between 0 and 1, or a number with %", reason)
            negative = [row for row in rows if row.value < 0]
            if negative:
                reason = f"{name} is a ratio and cannot be negative."
                _refuse(table, negative, "value", "a ratio between 0 and 1", reason)
        elif name not in known:
            _warn_mixed(table, name, rows, bare)


def _warn_mixed(table: ConditionTable, name: str, rows: list[ConditionRow], bare: list[ConditionRow]) -> None:
    low, high = [r.value for r in bare if 0 < r.value <= 1], [r for r in bare if r.value > 1]
    if len(bare) < len(rows) and high:
        reason = f"{name}: some values carry %, others are plain numbers above 1; are those percent too?"
    elif low and high and statistics.median(r.value for r in high) / statistics.median(low) >= PERCENT_GAP:
        reason = (
            f"{name}: {len(low)} values lie between 0 and 1 and {len(high)} far above; are percent and ratio mixed?"
        )
    else:
        return
    expected = "one unit for the whole variable"
    table.problems.append(Problem(high[0].row, "value", f"{high[0].value:g}", expected, reason, "warning"))


def _check_duplicates(table: ConditionTable) -> None:
    groups: dict[tuple[str, int, str], list[ConditionRow]] = {}
    for row in table.rows:
        groups.setdefault((row.province, row.year, row.variable), []).append(row)
    for (province, year, name), rows in groups.items():
        if len(rows) == 1:
            continue
        where = f"{province} {year} {name} is in rows {', '.join(str(r.row) for r in rows)}"
        if len({row.value for row in rows}) > 1:
            _refuse(table, rows, "value", "one value a cell", f"{where} with different values; keep the right one.")
            continue
        extra = {id(row) for row in rows[1:]}
        table.rows = [row for row in table.rows if id(row) not in extra]
        reason = f"{where} with the same value; it is used once."
        table.problems.append(Problem(rows[1].row, "value", f"{rows[1].value:g}", "one row a cell", reason, "warning"))


def _check_gaps(table: ConditionTable) -> None:
    """Cells that other provinces have: such a province is no case of a study that uses the variable."""
    cells = {(row.variable, row.year, row.province) for row in table.rows}
    places = {row.province for row in table.rows} - {NATION}
    for name, year in sorted({(v, y) for v, y, _ in cells}):
        have = {p for v, y, p in cells if (v, y) == (name, year)} - {NATION}
        gap = sorted(places - have)
        if gap and have:
            named = ", ".join(provinces()[code].zh for code in gap)
            reason = f"{name} {year}: no value for {named}; these are no cases of a study that uses it."
            table.problems.append(Problem(0, "province", named, "a value for every province", reason, "warning"))
