"""Calendar dates as sources and spreadsheets write them: the nine forms met in exports, no guess beyond."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

LATEST_TWO_DIGIT_YEAR = 2040  # 41..99 are of the twentieth century, unless the caller knows a year that bounds the date
_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST, _LATEST = 1780, 2100
_NULL = {"", "-", "--", "0", "00000000", "0.0", "0001-01-01", "NULL", "NONE", "N/A", "NA", "NAN", "无", "NAT"}
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), "ymd"),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), "ymd"),
    (re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\.?"), "ymd"),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), "dmy"),
    (re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})"), "dmy"),
    (re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2})"), "dmy"),
    (re.compile(r"(\d{4})-?(\d{1,2})-?(\d{1,2})[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"), "ymd"),
    (re.compile(r"(\d{4})0(\d{2})0(\d{2})"), "ymd"),  # 2013001004: each part padded to three digits
    (re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"), "ymd"),
)
_NAMED_MONTH = re.compile(r"(\d{1,2})[ \-.]+([A-Za-z]{3})[A-Za-z]*[ \-.,]+(\d{4})")  # 08 Dec 2023
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DESTROYED = re.compile(r"#+|\d(?:[.,]\d+)?E[+]?\d+", re.IGNORECASE)


class DateRefusedError(ValueError):
    """The text is not a date, or a spreadsheet destroyed it; the message says which."""


def parse_date(value: object, *, latest_year: int = LATEST_TWO_DIGIT_YEAR, month_first: bool = False) -> date | None:
    """Date of `value` as a cell gives it (text, number, datetime); None where it says there is none (0, "-", empty).

    A two-digit year falls in the hundred years that end with `latest_year`. Where either order is a date, the day comes
    first (so write Lens and PATENTSCOPE) unless `month_first`; where only one is, that one is taken.
    Raises DateRefusedError.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _checked(value.date(), value)
    if isinstance(value, date):
        return _checked(value, value)
    if isinstance(value, bool):
        raise DateRefusedError(f"{value!r} is not a date")
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(str(value), latest_year, month_first)


def _from_text(text: str, latest_year: int, month_first: bool) -> date | None:
    stripped = text.strip().strip("'\"")
    if stripped.upper() in _NULL:
        return None
    if _DESTROYED.fullmatch(stripped):
        raise DateRefusedError(
            f"{stripped[:30]!r} is what a spreadsheet left of a date; export again with the column as text"
        )
    for pattern, order in _FORMS:
        match = pattern.fullmatch(stripped) if len(stripped) <= 40 else None
        if match:
            return _build([int(part) for part in match.groups()], order, stripped, latest_year, month_first)
    named = _NAMED_MONTH.fullmatch(stripped) if len(stripped) <= 40 else None
    if named and named[2].lower() in _MONTHS:
        parts = [int(named[1]), _MONTHS.index(named[2].lower()) + 1, int(named[3])]
        return _build(parts, "dmy", stripped, latest_year, False)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", stripped):
        return _from_number(float(stripped))
    raise DateRefusedError(f"{stripped[:30]!r} is not a date in a known form (expected e.g. 2013-01-31)")


def _build(parts: list[int], order: str, text: str, latest_year: int, month_first: bool) -> date:
    year, month, day = parts if order == "ymd" else parts[::-1]
    if order == "dmy":
        if year < 100:
            year = latest_year - (latest_year - year) % 100
        if (month > 12 >= day) or (month_first and day <= 12):
            month, day = day, month
    try:
        return _checked(date(year, month, day), text)
    except ValueError as error:
        if isinstance(error, DateRefusedError):
            raise
        raise DateRefusedError(f"{text!r} is not a day of the calendar") from None


def _from_number(number: float) -> date | None:
    if math.isnan(number) or number == 0:  # NaN or 0: the source says nothing
        return None
    if abs(number) > 1e9:
        raise DateRefusedError(f"the number {number:g} is not a date (expected yyyymmdd or a spreadsheet's day number)")
    if number == int(number) and 10_000_000 <= number <= 99_999_999:
        return _from_text(str(int(number)), LATEST_TWO_DIGIT_YEAR, False)
    if 1 <= number < 100_000:
        return _checked(_EXCEL_EPOCH + timedelta(days=int(number)), number)
    raise DateRefusedError(f"the number {number:g} is not a date (expected yyyymmdd or a spreadsheet's day number)")


def _checked(day: date, value: object) -> date:
    if not _EARLIEST <= day.year <= _LATEST:
        raise DateRefusedError(f"{str(value)[:30]!r} gives the year {day.year}, outside {_EARLIEST}–{_LATEST}")
    return day
