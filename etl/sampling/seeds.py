"""Reading a list of patents a person knows to be about a technology (seed patents)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.exports.forms.delimited import delimited_rows
from etl.exports.forms.workbook import workbook_sheets
from etl.normalise.numbers.canonical import NumberRefusedError, parse_publication_number, publication_number

_FAMILY = re.compile(r"docdb|famil|同族", re.IGNORECASE)
_BARE = re.compile(r"\d[\d/,]{4,14}")
_US_SERIES = re.compile(r"(?:RE|PP|D|H|T)\d{1,7}")  # reissues, plants, designs, statutory and defensive publications
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Seed:
    """One seed: as stated, its canonical number (None: only a family is stated) and its DOCDB family, if stated."""

    stated: str
    publication_number: str | None
    family_id: str | None


def read_seeds(file: Path, office: str | None = None) -> tuple[list[Seed], list[str]]:
    """Return the seeds of a workbook, CSV or plain list, each once, and one sentence a row that could not be read.

    The column of numbers is the one in which most cells are publication numbers; `office` is the authority of numbers
    that state none (``US`` for 8407913). A column called family, docdb or 同族 gives DOCDB families. Raises
    PageRefusedError for a file that cannot be read, OSError.
    """
    rows = list(_rows(file))
    numbers, families = _columns([cells for _, cells in rows[:_SAMPLE]], office)
    found: dict[tuple[str | None, str | None], Seed] = {}
    problems = []
    for at, cells in rows:
        stated = cells[numbers] if numbers is not None and numbers < len(cells) else ""
        family = cells[families] if families is not None and families < len(cells) else ""
        family_id = f"docdb:{family}" if family.isdigit() else None
        if not stated and family_id is None:
            continue
        try:
            number = _number(stated, office) if stated else None
        except NumberRefusedError as error:
            if at > 1 or len(rows) == 1:  # the first row may be one of headings
                problems.append(f"{file.name}, row {at}: {error}.")
            continue
        found.setdefault((number, family_id), Seed(stated or family, number, family_id))
    return list(found.values()), problems


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells as text, empty rows left out."""
    if file.suffix.lower() in {".xlsx", ".xls", ".xlsm"}:
        _, rows = next(workbook_sheets(file.read_bytes(), file.name))
        read: Iterator[list[object]] = iter(rows)
        for at, row in enumerate(read, 1):
            cells = [_text(cell) for cell in row]
            if any(cells):
                yield at, cells
        return
    with file.open("rb") as stream:
        for at, row in enumerate(delimited_rows(stream, file.name)[1], 1):
            cells = [_text(cell) for cell in row]
            if any(cells):
                yield at, cells


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _columns(rows: Sequence[Sequence[str]], office: str | None) -> tuple[int | None, int | None]:
    """Return the columns of numbers and of families; None where there is none."""
    head = rows[0] if rows else []
    families = next((i for i, cell in enumerate(head) if _FAMILY.search(cell)), None)
    counts = Counter(i for row in rows for i, cell in enumerate(row) if i != families and _readable(cell, office))
    if not counts and families is None:  # nothing reads as a number: every row is then said to be unreadable
        return 0, None
    return min(counts, key=lambda i: (-counts[i], i), default=None), families


def _readable(text: str, office: str | None) -> bool:
    try:
        _number(text, office)
    except NumberRefusedError:
        return False
    return True


def _number(text: str, office: str | None) -> str:
    if office and _BARE.fullmatch(text):
        return publication_number(office, text.replace(",", "").replace("/", ""), None)
    if office == "US" and _US_SERIES.fullmatch(text):
        return publication_number(office, text, None)
    cc, number, kind = parse_publication_number(text)
    return f"{cc}-{number}-{kind}" if kind else f"{cc}-{number}"
