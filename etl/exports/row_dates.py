"""Dates, application and priorities of a row; years of two digits by what the row's other dates allow."""

from __future__ import annotations

from datetime import date

from etl.exports import lists
from etl.exports.fields import RowReader
from etl.normalise.dates import Years
from etl.normalise.numbers.canonical import filing_year
from etl.normalise.numbers.us_applications import with_year
from etl.normalise.places.countries import ORGANISATIONS, country_code, filing_country
from etl.records import Record

_LONGEST = 60  # years from priority to publication: submarine patents took more than forty


def read_dates(row: RowReader, record: Record) -> None:
    """Read publication, filing and priority date, application number and priorities of the row into `record`."""
    claim = row.read(
        "application_number",
        lambda text: lists.application(text, row.vendor, record.authority),
        "an application number",
    )
    record.application_number, beside = claim or (None, None)
    # Equal sets of priorities make a family, so a part of the set must not pass for the set.
    countries = _named_countries(row)
    stated = row.list_of(
        "priorities", lambda text: lists.priorities(text, row.vendor, countries), "priority claims", whole=True
    )
    record.priorities = stated = _dated(row, stated)
    claimed = min((day for _, day in stated or [] if day is not None), default=None)
    year = row.count("publication_year")
    stated_year = year if year is not None and 1780 <= year <= 2100 else None
    filed = row.whole_date("filing_date") or beside
    first = _earliest(row) or claimed
    record.publication_date = _published(row, stated_year, filed, first)
    record.filing_date = row.day("filing_date", _span(first, record.publication_date, stated_year)) or beside
    if record.application_number is not None:
        written = row.text("application_number") or ""
        record.application_number = with_year(record.application_number, written, record.filing_date)
    latest = record.filing_date or record.publication_date
    earliest = first if _lists_dates(row) else row.day("priority_date", _span(claimed, latest, stated_year))
    record.priority_date = earliest or claimed
    record.priority_country = _priority_country(record, countries)


def _lists_dates(row: RowReader) -> bool:
    """Whether the priority date is a list of several, as some tables write them beside the priorities."""
    text = row.text("priority_date") or ""
    return len(lists.split_cell(text, "priority_date", row.vendor)) > 1


def _earliest(row: RowReader) -> date | None:
    """The priority date where its cell states the whole year; of a list the earliest, if every entry is a date."""
    if not _lists_dates(row):
        return row.whole_date("priority_date")
    days = row.list_of("priority_date", lambda text: lists.days(text, row.vendor), "dates", whole=True)
    return min(days) if days else None


def _named_countries(row: RowReader) -> list[str | None]:
    """Countries of the column that names the priority countries, None for a name that is not known."""
    text = row.list_of("priority_countries", lambda t: (lists.split_cell(t, "priority_countries", row.vendor), []), "")
    return [country_code(name) for name in text or []]


def _priority_country(record: Record, countries: list[str | None]) -> str | None:
    """Country of the earliest priority where no date of a claim decides it: a column that names it, undated numbers.

    Of several countries the one whose numbers are of the earliest year; where the numbers do not say it, the first the
    source lists: any of them is nearer than the publishing office.
    An office that is no country only where no country is named.
    """
    named = [code for code in countries if code is not None]
    columns = [code for code in named if code not in ORGANISATIONS]
    claims = [(number, filing_country(number)) for number, day in record.priorities or [] if day is None]
    if columns and len(set(columns)) == 1:
        return columns[0]
    numbered = [country for _, country in claims if country is not None]
    if len(set(numbered)) > 1 and record.priority_date is not None:
        first = {country for number, country in claims if filing_year(number) == record.priority_date.year}
        numbered = [country for country in numbered if country in first] if len(first) == 1 else numbered
    return next(iter([*numbered, *columns, *named]), None)


def _dated(row: RowReader, stated: list[lists.Priority] | None) -> list[lists.Priority] | None:
    """Priorities with the dates of a list beside theirs; kept apart where the lists are not of one length."""
    days = row.list_of("priority_dates", lambda text: lists.days(text, row.vendor), "dates") or []
    if not stated or len(days) != len(stated):
        return stated
    return [(number, day or beside) for (number, day), beside in zip(stated, days, strict=True)]


def _published(row: RowReader, stated_year: int | None, filed: date | None, first: date | None) -> date | None:
    known = max((day for day in (filed, first) if day is not None), default=None)
    years = Years.near(stated_year) if stated_year is not None else _span(known, None)
    day = row.day("publication_date", years)
    if day is None and row.column("publication_number") is None:
        return row.day("grant_date", years)
    return day


def _span(earliest: date | None, latest: date | None, latest_year: int | None = None) -> Years | None:
    """Years from the one before `earliest` to the one after `latest` (or `latest_year`); None when none is known."""
    last = latest.year if latest is not None else latest_year
    if earliest is None and last is None:
        return None
    low = earliest.year if earliest is not None else (last or 0) - _LONGEST
    return Years(low - 1, (low + _LONGEST if last is None else last) + 1, not_after=latest)
