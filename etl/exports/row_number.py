"""The number a row is kept under, and why a row without one is lost."""

from __future__ import annotations

import re

from etl.exports.fields import RowReader
from etl.exports.lists import application
from etl.normalise.numbers.canonical import LiteratureNumberError, NumberRefusedError, parse_publication_number
from etl.normalise.numbers.rules import LITERATURE
from etl.normalise.places.countries import country_code
from etl.records import Reject

APPLICATION, RECORD_ID = "APPL", "ID"  # begin the numbers of rows without a publication number
Number = tuple[str, str, str | None]  # authority, canonical number, kind
_CN_TYPES = {
    "1": "application", "8": "application", "2": "utility_model", "9": "utility_model", "3": "design",
}  # fmt: skip
# Letters that numbers of an office begin with, though they are another's code too; in Italy those of towns (TO, BO).
_OWN = {"US": ("RE", "PP", "AI"), "BR": ("PI", "MU", "DI"), "MX": ("PA", "NL"), "HU": ("P", "T"), "CZ": ("PV",)}
_NOTHING = "nothing can be kept of the row"
_AGAIN = "export again with the column as text"


def stated_number(row: RowReader, name: str) -> Number | None:
    """Authority, number and kind of the number in field `name`; None when there is none or it is refused."""
    text = row.text(name)
    if text is None:
        return _from_parts(row) or _from_id(row) if name == "publication_number" else None
    index = row.column(name)
    assert index is not None
    try:
        parsed = _parse_number(row, name, text)
    except NumberRefusedError as error:
        row.uses[index].refused += 1
        skip_row(row, name, text, _lost(error))
        return None
    row.uses[index].understood += 1
    return parsed


def _parse_number(row: RowReader, name: str, text: str) -> Number:
    bare = re.fullmatch(r"\d[\d\-/ .,E+]*", text)
    authority = row.vendor.format.authority or country_code(row.text("authority"))
    stated = f"{authority} {text}" if authority and (bare or _is_without_office(text, authority)) else text
    kind = row.text("kind")
    if kind is None:
        prefixes = row.vendor.kinds.get(name, {})
        kind = next((k for prefix, k in prefixes.items() if text.startswith(prefix)), None)
    return parse_publication_number(stated, kind, _years(row) if "JP" in stated.upper() else None)


def _years(row: RowReader) -> range | None:
    """Years in which the row's publication appeared: that of its date or year column, else from the filing on."""
    day, year = row.whole_date("publication_date"), row.text("publication_year")
    if day is not None or (year is not None and year[:4].isdigit()):
        published = day.year if day is not None else int((year or "")[:4])
        return range(published, published + 1)
    filed = row.whole_date("filing_date") or row.whole_date("priority_date")
    return range(filed.year, filed.year + 5) if filed else None


def _is_without_office(text: str, authority: str) -> bool:
    """Whether the letters a number begins with are part of it (RE044799, D668899 of US), not an office's code."""
    letters = re.match(r"[A-Z]*", text.upper())
    found = letters[0] if letters else ""
    if not found or found.startswith(authority) or found in LITERATURE:
        return False
    return len(found) == 1 or country_code(found[:2]) is None or authority == "IT" or found in _OWN.get(authority, ())


def _from_id(row: RowReader) -> Number | None:
    """Number of a column that holds a publication's number only where it is written as the vendor's pattern says."""
    text, pattern = row.text("publication_id"), row.vendor.patterns.get("publication_id")
    if text is None or pattern is None or not re.fullmatch(pattern, text):
        return None
    try:
        return parse_publication_number(text)
    except NumberRefusedError:
        return None


def _from_parts(row: RowReader) -> Number | None:
    number, authority = row.text("number"), row.text("authority")
    if number is None or authority is None:
        return None
    try:
        return parse_publication_number(f"{country_code(authority) or authority} {number}", row.text("kind"))
    except NumberRefusedError as error:
        skip_row(row, "number", number, _lost(error))
        return None


def refused_number(row: RowReader, name: str, entry: str, error: NumberRefusedError) -> None:
    """Keep one number of several that is none; the row is lost only when no other is left (`skip_row`)."""
    index = row.column(name)
    if index is not None:
        row.refuse(index, "a publication number", entry, str(error), "the other publications of the row are used")


def known_by(row: RowReader) -> Number | None:
    """What a row without any publication number is kept under: its application, else the vendor's own id of it.

    The number begins with APPL or ID, so that it is nobody's publication number (docs/architecture.md, Records). None
    where a publication number is in the row but cannot be used: then the row is lost, and its reject says why.
    """
    if any(row.column(name) is not None for name in ("publication_number", "publication_numbers", "grant_number")):
        return None
    office = country_code(row.text("authority"))
    stated = row.read(
        "application_number", lambda text: application(text, row.vendor, office)[0], "an application number"
    )
    if stated is not None:
        authority, _, number = stated.partition("-")
        return authority, f"{APPLICATION}{number}", None
    record = row.text("record_id") or row.text("publication_id")
    letters = re.sub(r"[^0-9A-Za-z]", "", record or "").upper()
    return (office, f"{RECORD_ID}{letters}", None) if office and letters and any(c.isdigit() for c in letters) else None


def cn_application_type(number: str) -> str | None:
    """Kind of protection a Chinese application number states: 1 or 8 invention, 2 or 9 utility model, 3 design."""
    digit = number[4:5] if len(number) == 12 else number[2:3] if len(number) == 8 else ""
    return _CN_TYPES.get(digit)


def _lost(error: NumberRefusedError) -> str:
    """Why the row is lost and what to do, said once."""
    is_said = _AGAIN in str(error) or isinstance(error, LiteratureNumberError)
    return f"{error}; {_NOTHING}" if is_said else f"{error}; {_NOTHING}; {_AGAIN}"


def skip_row(row: RowReader, name: str, found: str, why: str) -> None:
    """Keep the whole row among the rejects: nothing can be made of it."""
    index = row.column(name)
    header = row.uses[index].header if index is not None else name
    item = "\t".join(str(cell) for cell in row.cells)[:4000]
    reason = f"{row.file}, row {row.row_no}, column {header}: {why}."
    row.rejects.append(
        Reject(reason, "record skipped", row.row_no, header, "a publication number", found[:200], item, row.file)
    )
