"""A vendor table for a file of no known kind, drafted from its headers and cells, each guess with its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from etl.exports.cells import cell_text
from etl.exports.forms.tables import Table, Tables
from etl.exports.values import VALUES, fields_called, fit, is_day, separator_of, test_of
from etl.normalise.dates import parse_date
from etl.records import PageRefusedError
from words.safe import one_line, toml_text

_LOOKED_AT = 200
_HEADER_WITHIN = 25


@dataclass(slots=True)
class Column:
    """One column: its header, cells, and what it seems to be with the evidence."""

    header: str
    rows: dict[int, str]  # cells that are filled, by their row
    field: str | None = None
    evidence: str = ""

    @property
    def cells(self) -> list[str]:
        """The cells that are filled, in order."""
        return list(self.rows.values())[:_LOOKED_AT]


@dataclass(slots=True)
class Draft:
    """The table's text, the fields found, how many columns there are, and what is missing for a figure."""

    text: str
    fields: list[str]
    columns: int
    missing: list[str] = field(default_factory=list)


def draft_vendor(path: Path) -> Draft:
    """Draft a vendor table from the table of a file (of a workbook, the sheet) of which most columns are understood.

    Raises PageRefusedError when there is none.
    """
    best: list[Column] = []
    for table in Tables(path):
        columns = _columns(table)
        _name(columns)
        if not best or _understood(columns) > _understood(best):
            best = columns
    if not best:
        raise PageRefusedError(f"{path.name}: holds no table with headers and rows to look at.")
    return _draft(path, best)


def _understood(columns: list[Column]) -> tuple[bool, int]:
    fields = [column.field for column in columns if column.field is not None]
    return any("number" in name for name in fields), len(fields)


def _columns(table: Table) -> list[Column]:
    """The columns under the row that looks most like headers: many short, different texts with values below."""
    rows = [[cell_text(cell) for cell in row] for row in islice(table.rows, _HEADER_WITHIN + _LOOKED_AT)]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        return []
    top = max(range(min(_HEADER_WITHIN, len(rows) - 1)), key=lambda at: (_headerness(rows[at]), -at))
    body = rows[top + 1 :]
    return [
        Column(header, {n: row[at] for n, row in enumerate(body) if at < len(row) and row[at]})
        for at, header in enumerate(rows[top])
        if header
    ]


def _headerness(row: list[str]) -> int:
    named = {text for text in row if text and len(text) <= 80 and not re.fullmatch(r"[\d\W]+", text)}
    return len(named)


def _name(columns: list[Column]) -> None:
    """Give each column a field: where its header is known and its cells agree, else what its cells look like."""
    taken: set[str] = set()
    for column in columns:
        candidates = fields_called(column.header)
        for name, kinds in sorted(candidates.items(), key=lambda item: -len(item[1])):
            share, finding = fit(column.cells, test_of(name))
            if name not in taken and share >= 0.5:
                column.field = name
                column.evidence = f"{', '.join(sorted(set(kinds))[:3])} call it so; {finding}"
                taken.add(name)
                break
    for column in columns:
        if column.field is None and column.rows:
            _by_cells(column, taken)
    _by_order(columns, taken)


def _by_cells(column: Column, taken: set[str]) -> None:
    best: tuple[float, str, str] = (0.0, "", "")
    for test in VALUES:
        name = next((name for name in test.fields if name not in taken and test.fits_header(name, column.header)), None)
        share, finding = fit(column.cells, test)
        if name is not None and share > best[0]:
            best = (share, name, finding)
    if best[0] >= 0.8:
        column.field, column.evidence = best[1], f"by its cells: {best[2]}"
        taken.add(best[1])


def _by_order(columns: list[Column], taken: set[str]) -> None:
    """Two columns of dates tell what they are by which comes first: a patent is filed before it is published."""
    dated = [c for c in columns if c.field in {None, "publication_date", "filing_date"} and _is_dated(c)]
    if len(dated) != 2:
        return
    left, right = (_days(column) for column in dated)
    shared = [n for n in left if n in right]
    kept = sum(left[n] < right[n] for n in shared)
    first, last = dated if 2 * kept > len(shared) else reversed(dated)
    kept = max(kept, sum(right[n] < left[n] for n in shared))
    if len(shared) < 5 or kept < 0.9 * len(shared):
        return
    for column, name, other, word in (
        (first, "filing_date", last, "before"),
        (last, "publication_date", first, "after"),
    ):
        if column.field is None and name not in taken:
            column.field = name
            column.evidence = f"by its order: in {kept} of {len(shared)} rows {word} {other.header}"
            taken.add(name)


def _is_dated(column: Column) -> bool:
    return bool(column.rows) and sum(map(is_day, column.cells)) >= 0.8 * len(column.cells)


def _days(column: Column) -> dict[int, date]:
    found = {n: parse_date(cell) for n, cell in column.rows.items() if is_day(cell)}
    return {n: day for n, day in found.items() if day is not None}


def _draft(path: Path, columns: list[Column]) -> Draft:
    named = [column for column in columns if column.field is not None]
    fields = [str(column.field) for column in named]
    key = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "own_table"
    lists = {str(c.field): separator_of(c.cells) for c in named}
    common = next((s for s in lists.values() if s is not None), ";")
    lines = [
        f"# Drafted from {one_line(path.name)}: correct what is wrong, delete this line, then import with --vendor.",
        f"unused = [{', '.join(toml_text(c.header) for c in columns if c.field is None)}]",
        "", "[source]", f"key = {toml_text(key)}", f"title = {toml_text(path.stem)}",
        'licence = "not stated: write the terms of the real source here"', "merge_rank = 60",
        "", "[capabilities]", *_capabilities(fields),
        "", "[detect]", f"signature = [{', '.join(toml_text(c.header) for c in columns[:12])}]",
        f"at_least = {max(1, min(len(columns), 12) - 1)}",
        "", "[format]", f"separator = '\\s*{re.escape(common)}\\s*'",
        "", "[columns]",
    ]  # fmt: skip
    for column in named:
        lines += [one_line(f"# {column.evidence}"), f"{column.field} = [{toml_text(column.header)}]"]
    strangers = (f"# not understood: {c.header}: {', '.join(c.cells[:3])[:100]}" for c in columns if not c.field)
    lines += ["", *map(one_line, strangers)]
    return Draft("\n".join(lines).rstrip() + "\n", fields, len(columns), _missing(fields))


def _capabilities(fields: list[str]) -> list[str]:
    feeds = {
        "applications": True,
        "citations": bool({"citation_count", "family_citation_count", "cited_by"} & set(fields)),
        "claims": bool({"claim_count", "claims_text"} & set(fields)),
        "pct": "pct" in fields,
        "ipc_shift": {"filing_date"} <= set(fields) and bool({"ipc", "ipc_main"} & set(fields)),
        "country": bool({"applicant_countries", "applicant_addresses", "priorities"} & set(fields)),
        "legal_status": "legal_status" in fields,
    }
    return [f"{name} = {toml_text('partial' if held else 'no')}" for name, held in feeds.items()]


def _missing(fields: list[str]) -> list[str]:
    have = set(fields)
    lines = []
    if not have & {"publication_number", "publication_numbers", "grant_number"}:
        kept = "rows count as applications" if "application_number" in have else "nothing can be imported without"
        lines.append(f"No column looks like a publication number: {kept}.")
    if "filing_date" not in have:
        lines.append("No column looks like a filing date: the IPC shift has nothing to go by.")
    return lines
