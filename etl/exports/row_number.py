"""The number a row is kept under, and why a row without one is lost."""

from __future__ import annotations

import re

from etl.exports.fields import RowReader
from etl.normalise.countries import country_code
from etl.normalise.numbers import NumberRefusedError, parse_publication_number, publication_number
from etl.records import Reject

_NOTHING = "nothing can be kept of the row"
_AGAIN = "export again with the column as text"


def stated_number(row: RowReader, name: str) -> tuple[str, str, str | None] | None:
    """Authority, number and kind of the number in field `name`; None when there is none or it is refused."""
    text = row.text(name)
    if text is None:
        return _from_parts(row) if name == "publication_number" else None
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


def _parse_number(row: RowReader, name: str, text: str) -> tuple[str, str, str | None]:
    bare = re.fullmatch(r"\d[\d\-/ .E+]*", text)
    authority = row.vendor.format.authority or country_code(row.text("authority"))
    stated = f"{authority} {text}" if bare and authority else text
    cc, number, kind = parse_publication_number(stated)
    kind = kind or row.text("kind")
    if kind is None:
        prefixes = row.vendor.kinds.get(name, {})
        kind = next((k for prefix, k in prefixes.items() if text.startswith(prefix)), None)
    publication_number(cc, number, kind)  # refuses a kind that is none
    return cc, number, kind


def _from_parts(row: RowReader) -> tuple[str, str, str | None] | None:
    number, authority = row.text("number"), row.text("authority")
    if number is None or authority is None:
        return None
    try:
        cc, canonical, kind = parse_publication_number(f"{country_code(authority) or authority} {number}")
    except NumberRefusedError as error:
        skip_row(row, "number", number, _lost(error))
        return None
    return cc, canonical, row.text("kind") or kind


def _lost(error: NumberRefusedError) -> str:
    """Why the row is lost and what to do, said once."""
    return f"{error}; {_NOTHING}" if _AGAIN in str(error) else f"{error}; {_NOTHING}; {_AGAIN}"


def skip_row(row: RowReader, name: str, found: str, why: str) -> None:
    """Keep the whole row among the rejects: nothing can be made of it."""
    index = row.column(name)
    header = row.uses[index].header if index is not None else name
    item = "\t".join(str(cell) for cell in row.cells)[:4000]
    reason = f"{row.file}, row {row.row_no}, column {header}: {why}."
    row.rejects.append(
        Reject(reason, "record skipped", row.row_no, header, "a publication number", found[:200], item, row.file)
    )
