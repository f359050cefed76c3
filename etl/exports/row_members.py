"""Rows that state several publications: a family a row (Derwent, Orbit), or several of one in a cell (Espacenet)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from etl.exports.fields import RowReader
from etl.exports.lists import application, split_cell
from etl.exports.row_number import Number, refused_number
from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.numbers.canonical import NumberRefusedError, parse_publication_number, publication_number


@dataclass(slots=True)
class Member:
    """One publication of a row with what the row says of it alone."""

    number: Number
    published: date | None = None
    application: str | None = None
    filed: date | None = None


def members_of(row: RowReader) -> list[Member]:
    """Publications of the row in its order; an entry that is no number is a reject, the others are used."""
    entries = _entries(row, "publication_numbers")
    if not entries:
        return []
    found: dict[str, Member] = {}
    positions: list[Member | None] = []
    index = row.column("publication_numbers")
    for entry in entries:
        try:
            number = parse_publication_number(entry)
        except NumberRefusedError as error:
            positions.append(None)
            refused_number(row, "publication_numbers", entry, error)
        else:
            positions.append(found.setdefault(publication_number(*number), Member(number)))
    if index is not None:
        row.uses[index].understood += bool(found)
    for member, day in _paired(row, "publication_dates", positions, found):
        member.published = member.published or _day(row, "publication_dates", day)
    for member, text in _paired(row, "application_numbers", positions, found):
        _application(row, member, text)
    for member, day in _paired(row, "filing_dates", positions, found):
        member.filed = member.filed or _day(row, "filing_dates", day)
    return list(found.values())


def _entries(row: RowReader, name: str) -> list[str]:
    text = row.text(name)
    return split_cell(text, name, row.vendor) if text else []


def _paired(
    row: RowReader, name: str, positions: list[Member | None], known: dict[str, Member]
) -> Iterator[tuple[Member, str]]:
    """(member, entry) of a list beside the list of publications: by the number it repeats, else by position.

    A list of another length that repeats no number belongs to nobody in particular, unless one entry serves the only
    publication of the row.
    """
    entries = _entries(row, name)
    pattern = row.vendor.patterns.get(name)
    keyed = [match for match in (re.fullmatch(pattern, entry) for entry in entries) if match] if pattern else []
    if keyed and "publication" in keyed[0].re.groupindex:
        for match in keyed:
            member = _member(match["publication"], known)
            if member is not None:
                yield member, match["rest"]
    elif len(entries) == len(positions):
        yield from ((member, entry) for member, entry in zip(positions, entries, strict=True) if member is not None)


def _member(text: str, known: dict[str, Member]) -> Member | None:
    try:
        return known.get(publication_number(*parse_publication_number(text)))
    except NumberRefusedError:
        return None


def _day(row: RowReader, name: str, text: str) -> date | None:
    index = row.column(name)
    try:
        day = parse_date(text, month_first=row.vendor.format.month_first)
    except DateRefusedError as error:
        if index is not None:
            row.refuse(index, "a date", text, str(error), "the date is left empty")
        return None
    if index is not None:
        row.uses[index].understood += 1
    return day


def _application(row: RowReader, member: Member, text: str) -> None:
    """Number and date of an application; one whose year is only in the date gets it from there."""
    index = row.column("application_numbers")
    try:
        number, member.filed = application(text, row.vendor)
    except (NumberRefusedError, DateRefusedError) as error:
        if index is not None:
            row.refuse(index, "an application number", text, str(error), "the number is left empty")
        return
    member.application = number
    if index is not None:
        row.uses[index].understood += 1
