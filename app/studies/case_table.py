"""A table of cases from a file: numbers by column, case names from the first column, reasons for what is left out."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = ",;\t|"
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "-"})
SHOWN = 5


class CaseTableError(ValueError):
    """The file cannot be used; the message is one sentence for the person who gave it."""


@dataclass(frozen=True)
class CaseTable:
    """Numeric columns asked for (null where missing), names of the cases, notes on cells left out, text columns."""

    numbers: pl.DataFrame
    cases: list[str]
    notes: tuple[str, ...]
    labels: dict[str, list[str]] = field(default_factory=dict)


def read_cases(path: Path, columns: Sequence[str], labels: Sequence[str] = ()) -> CaseTable:
    """Read ``columns`` as numbers and ``labels`` as text from a delimited text file with a header row.

    The first column gives the case names unless it is itself asked for. A cell that is no number becomes missing,
    with a note naming its rows. Raises CaseTableError for an unreadable file, a column that is missing or twice
    there, a row of another width, or a column without any number.
    """
    header, rows = _rows(path)
    for name in (*columns, *labels):
        if header.count(name) != 1:
            known = ", ".join(one or "(unnamed)" for one in header)
            if name in header:
                raise CaseTableError(f"{path.name} has more than one column {name!r}: its columns are {known}.")
            raise CaseTableError(f"{path.name} has no column {name!r}: its columns are {known}.")
    numbers: dict[str, list[float | None]] = {}
    notes: list[str] = []
    for name in columns:
        at = header.index(name)
        numbers[name], bad = _numbers([row[at] for row in rows])
        if all(value is None for value in numbers[name]):
            raise CaseTableError(f"{path.name}: column {name!r} holds no number; give it numeric values.")
        if bad:
            rows_named = ", ".join(str(i) for i in bad[:SHOWN]) + (", …" if len(bad) > SHOWN else "")
            notes.append(f"{name}: {len(bad)} cell(s) are not numbers and count as missing (row {rows_named})")
    first_is_data = header[0] in columns
    cases = [str(i) if first_is_data else row[0] for i, row in enumerate(rows, start=1)]
    frame = pl.DataFrame(numbers, schema=dict.fromkeys(columns, pl.Float64))
    texts = {name: [row[header.index(name)].strip() for row in rows] for name in labels}
    return CaseTable(frame, cases, tuple(notes), texts)


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    text = _text(path)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    if len(rows) < 2:
        raise CaseTableError(f"{path.name} has no data rows: a header row and one row per case are expected.")
    header = [name.strip() for name in rows[0]]
    for i, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise CaseTableError(f"{path.name} row {i} has {len(row)} cells where the header has {len(header)}.")
    return header, rows[1:]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CaseTableError(f"{path} cannot be read: {error.strerror or error}.") from error
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CaseTableError(f"{path.name} is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8.")


def _numbers(cells: Sequence[str]) -> tuple[list[float | None], list[int]]:
    values: list[float | None] = []
    bad: list[int] = []
    for row, cell in enumerate(cells, start=2):
        text = cell.strip()
        value: float | None = None
        if text.lower() not in MISSING:
            try:
                value = float(text)
            except ValueError:
                bad.append(row)
        values.append(value)
    return values, bad
