"""Cells that hold several values: priorities, applicants, publications, events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from etl.exports.cells import LIST
from etl.exports.vendor import Vendor
from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.legal_events import category
from etl.normalise.numbers.canonical import (
    LiteratureNumberError,
    NumberRefusedError,
    application_number,
    parse_application_number,
    parse_publication_number,
    publication_number,
)
from etl.normalise.numbers.rewritten import indian_of_year
from etl.normalise.numbers.us_applications import us_application
from etl.normalise.places.countries import one_country

Priority = tuple[str, date | None]
Event = tuple[date | None, str | None, str, str | None]  # (date, code, category, text) as in ``etl.records``
_HEISEI = range(1989, 2000)  # of seven digits with a serial of six only one is left for the year
_US_SERIES = re.compile(r"\d{1,2}/\s*\d{1,3},?\d{3}")  # 14/307,439: with its date DOCDB's number is known
_NEXT_EVENT = re.compile(r"\s*\|\s*(?=\d{4}-\d\d-\d\d\s*\|)")
_EVENT = re.compile(r"(\d{4}-\d\d-\d\d)\s*\|\s*[+-]?(.*\S)\s*\|\s*([A-Z]{2})", re.DOTALL)


def split_cell(text: str, field: str, vendor: Vendor) -> list[str]:
    """Values of a cell in order, blanks and the vendor's nulls left out."""
    pattern = vendor.format.separators.get(field, vendor.format.separator)
    nulls = vendor.format.nulls
    parts = text.split(LIST) if LIST in text else re.split(pattern, text) if pattern else [text]
    return [part for part in (p.strip() for p in parts) if part and part not in nulls]


def publications(text: str, field: str, vendor: Vendor) -> tuple[list[str], list[str]]:
    """Distinct canonical publication numbers of a list, and the entries that are none."""
    found: dict[str, None] = {}
    refused: list[str] = []
    for entry in split_cell(text, field, vendor):
        try:
            found[_publication(entry, vendor.format.japanese_serials_of_six)] = None
        except LiteratureNumberError:
            continue  # cited, but no publication of a patent
        except NumberRefusedError:
            refused.append(entry)
    return list(found), refused


@lru_cache(maxsize=65536)
def _publication(text: str, serials_of_six: bool) -> str:
    return publication_number(*parse_publication_number(text, years=_HEISEI if serials_of_six else None))


def application(text: str, vendor: Vendor, office: str | None = None) -> tuple[str, date | None]:
    """Canonical application number and the date beside it, where the vendor writes one; `office` where it names none.

    Raises NumberRefusedError.
    """
    return _claim(text, "application_number", vendor, office)


def priorities(text: str, vendor: Vendor, countries: Sequence[str | None] = ()) -> tuple[list[Priority], list[str]]:
    """Priority claims (canonical number, date) in order, and the entries that are none.

    `countries`: those a column beside names, one for each claim or one for all. A claim that begins with no office is
    of that country; of the vendor's own only where there is no such column.
    """
    found: dict[str, date | None] = {}
    refused: list[str] = []
    entries = split_cell(text, "priorities", vendor)
    offices = list(countries) if len(countries) == len(entries) else [one_country(countries)] * len(entries)
    for entry, office in zip(entries, offices, strict=True):
        try:
            number, day = _claim(entry, "priorities", vendor, office, own=not countries)
            found.setdefault(number, day)
        except (NumberRefusedError, DateRefusedError):
            refused.append(entry)
    return list(found.items()), refused


def days(text: str, vendor: Vendor) -> tuple[list[date], list[str]]:
    """Dates of a list in order, and the entries that are none."""
    found: list[date] = []
    refused: list[str] = []
    for entry in split_cell(text, "priority_dates", vendor):
        try:
            day = parse_date(entry, month_first=vendor.format.month_first)
        except DateRefusedError:
            day = None
        if day is None:
            refused.append(entry)
        else:
            found.append(day)
    return found, refused


def _claim(text: str, field: str, vendor: Vendor, office: str | None = None, *, own: bool = True) -> Priority:
    pattern = vendor.patterns.get(field)
    office = vendor.format.authority or office if own else office
    if pattern is None:
        return parse_application_number(text, office), None
    match = re.fullmatch(pattern, text)
    if match is None:
        raise NumberRefusedError(f"{text[:60]!r} is not written as this vendor's {field.replace('_', ' ')} are")
    # a pattern that tries two ways of writing names the parts of the second country2, number2, kind2 and date2
    parts = {name.removesuffix("2"): value for name, value in match.groupdict().items() if value is not None}
    country = parts.get("country") or office
    day = parse_date(parts.get("date"), month_first=vendor.format.month_first)
    if country in vendor.format.year_from_date:
        return _with_year(country, parts["number"], day), day
    if country is None:
        return parse_application_number(parts["number"]), day
    if country == "US" and day is not None and _US_SERIES.fullmatch(parts["number"]):
        return us_application(parts["number"], day), day
    number = indian_of_year(parts["number"], day.year) if country == "IN" and day else parts["number"]
    return application_number(country, number, parts.get("kind")), day


def _with_year(country: str, number: str, day: date | None) -> str:
    """Application number whose year is only in the date: CN 11399999 of 2023, WO CN099999 (a PCT application)."""
    if day is None:
        raise NumberRefusedError(f"{country}{number} lacks its year, and there is no date beside it")
    if country == "WO":
        return application_number("WO", f"PCT/{number[:2]}{day.year}/{number[2:].zfill(6)}")
    return application_number(country, f"{day.year}{number}")


def history(text: str) -> tuple[list[Event], list[str]]:
    """Dated events of a cell ``2019-01-22 | -TERMINATION OF RIGHT | CN | 2015-…``, and the entries that are none.

    The sign says whether the event is good or bad for the right; what it means is decided by its wording.
    """
    found: list[Event] = []
    refused: list[str] = []
    for entry in _NEXT_EVENT.split(text):
        match = _EVENT.fullmatch(entry.strip())
        try:
            when = parse_date(match[1]) if match else None
        except DateRefusedError:
            when = None
        if match is None or when is None:
            refused.append(entry)
        else:
            found.append((when, None, category("", match[2], match[3]), match[2]))
    return found, refused
