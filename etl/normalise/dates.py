"""Calendar dates as sources and spreadsheets write them: the forms met in exports, no guess beyond."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from etl.normalise.eras import ERA_START

_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST, _LATEST = 1780, 2100
_NULL = {
    "",
    "-",
    "--",
    "0",
    "00000000",
    "0.0",
    "0001-01-01",
    "NULL",
    "NONE",
    "N/A",
    "NA",
    "NAN",
    "无",
    "NAT",
    "9999-12-31",
}
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), "ymd"),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), "ymd"),
    (re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\.?"), "ymd"),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), "dmy"),
    (re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})"), "dmy"),
    (re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2})"), "dmy"),
    (re.compile(r"(\d{4})-?(\d{1,2})-?(\d{1,2})[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"), "ymd"),
    (re.compile(r"(\d{4})0(\d{2})0(\d{2})"), "ymd"),  # 2013001004: each part padded to three digits
    (re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?|(\d{4})년(\d{1,2})월(\d{1,2})일?"), "ymd"),
)
_MONTH = r"([^\W\d_]{3,9})"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})[ \-.]+{_MONTH}[ \-.,]+(\d{{4}}|\d{{2}})")  # 08 Dec 2023, 08-DEC-23, 8. Mai 2023
_MONTH_DAY = re.compile(rf"{_MONTH}[ \-.]+(\d{{1,2}})(?:st|nd|rd|th)?[ \-.,]+(\d{{4}})")  # December 8, 2023
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan jän", "feb fév fev", "mar mär maer", "apr avr", "may mai", "jun juin", "jul juil", "aug aoû aou", "sep",
         "oct okt", "nov", "dec dez déc"), 1)
    for name in names.split()
}  # fmt: skip
# Years of an era (令和2年3月4日, R2.3.4); of the Republic of China (民國109年3月4日, 109/03/04: three digits)
_ERAS = {"明治": "M", "大正": "T", "昭和": "S", "平成": "H", "令和": "R", "民國": "C", "民国": "C", "中華民國": "C"}
_ERA = re.compile(
    rf"({'|'.join(_ERAS)}|[MTSHR])(\d{{1,3}}|元)[年./\-](\d{{1,2}})[月./\-](\d{{1,2}})日?|()([01]\d\d)[./\-](\d{{2}})[./\-](\d{{2}})"
)
_REPUBLIC = 1911  # the year before the first of the Republic of China
_WHOLE_NUMBER = re.compile(r"(?<=^\d{8})\.0+$")  # 20210302.0: a table of numbers
_DAY_NUMBER = re.compile(r"\d{5}(?:\.\d+)?")
_DESTROYED = re.compile(r"#+|\d(?:[.,]\d+)?E[+]?\d+", re.IGNORECASE)


class DateRefusedError(ValueError):
    """The text is not a date, or a spreadsheet destroyed it; the message says which."""


@dataclass(frozen=True, slots=True)
class Years:
    """What is known about the year of a date written with two digits: it lies from `earliest` to `latest`.

    `stated` is a year the source names for the very date, in a column of its own; `not_after` a day it cannot follow.
    """

    earliest: int
    latest: int
    stated: int | None = None
    not_after: date | None = None

    @classmethod
    def near(cls, stated: int) -> Years:
        """Within a year of the year the source names for the date."""
        return cls(stated - 1, stated + 1, stated)


def parse_date(value: object, *, years: Years | None = None, month_first: bool = False) -> date | None:
    """Date of `value` as a cell gives it (text, number, datetime); None where it says there is none (0, "-", empty).

    A two-digit year takes the only century that `years` allows and is refused where there is none or `years` is not
    given. Where either order is a date, the day comes first (so write Lens and PATENTSCOPE) unless `month_first`; where
    only one is, that one is taken. Raises DateRefusedError.
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
    return _from_text(str(value), years, month_first)


def _from_text(text: str, years: Years | None, month_first: bool) -> date | None:
    stripped = text.strip().strip("'\"")
    if not stripped.isascii():
        stripped = re.sub(r"(?<=[年月년월])\s+|\s+(?=[年月日년월일])", "", unicodedata.normalize("NFKC", stripped))
    if match := _FORMS[0][0].fullmatch(stripped):  # most dates there are
        return (
            None if stripped == "0001-01-01" else _build(list(map(int, match.groups())), "ymd", stripped, years, False)
        )
    if ".0" in stripped:
        stripped = _WHOLE_NUMBER.sub("", stripped)
    if stripped.upper() in _NULL:
        return None
    if _DESTROYED.fullmatch(stripped):
        raise DateRefusedError(
            f"{stripped[:30]!r} is what a spreadsheet left of a date; export again with the column as text"
        )
    for pattern, order in _FORMS:
        match = pattern.fullmatch(stripped) if len(stripped) <= 40 else None
        if match:
            return _build([int(part) for part in match.groups() if part], order, stripped, years, month_first)
    if len(stripped) <= 40 and (parts := _with_words(stripped)):
        return _build(parts, "ymd", stripped, years, False)
    if _DAY_NUMBER.fullmatch(stripped):
        return _from_number(float(stripped))
    raise DateRefusedError(f"{stripped[:30]!r} is not a date in a known form (expected e.g. 2013-01-31)")


def _with_words(text: str) -> list[int] | None:
    """Return year, month and day of a date that names its month or its era; None when `text` is none."""
    if match := _ERA.fullmatch(text):
        era, year, month, day = [part for part in match.groups() if part is not None]
        before = ERA_START.get(_ERAS.get(era, era), _REPUBLIC)
        return [before + (1 if year == "元" else int(year)), int(month), int(day)]
    if match := _DAY_MONTH.fullmatch(text):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    folded = name.lower()
    number = next((_MONTHS[folded[:n]] for n in (4, 3) if folded[:n] in _MONTHS), None)
    return None if number is None else [int(year), number, int(day)]


def _build(parts: list[int], order: str, text: str, years: Years | None, month_first: bool) -> date:
    year, month, day = parts if order == "ymd" else parts[::-1]
    if order == "dmy" and ((month > 12 >= day) or (month_first and day <= 12)):
        month, day = day, month
    is_whole = year >= 100
    if not is_whole:
        year = _with_century(year, text, years)
    try:
        found = _checked(date(year, month, day), text)
        return found if is_whole or years is None else _settled(found, text, years)
    except ValueError as error:
        if isinstance(error, DateRefusedError):
            raise
        raise DateRefusedError(f"{text!r} is not a day of the calendar") from None


def _with_century(year: int, text: str, years: Years | None) -> int:
    if years is None:
        raise DateRefusedError(
            f"{text!r} has two digits of the year and no other date tells the century; export with four digits"
        )
    fitting = [y for y in range(years.earliest, years.latest + 1) if y % 100 == year]
    if len(fitting) != 1:
        known = f"the year {years.stated}" if years.stated else f"years from {years.earliest} to {years.latest}"
        raise DateRefusedError(f"{text!r} has two digits of the year, which do not agree with {known}")
    return fitting[0]


def _settled(found: date, text: str, years: Years) -> date:
    is_after = years.not_after is not None and found > years.not_after
    if years.stated == found.year - 1 or is_after:
        found = _of_own_year(found)
    if years.not_after is not None and found > years.not_after:
        raise DateRefusedError(f"{text!r} would be after {years.not_after}, which it cannot follow")
    return found


def _of_own_year(found: date) -> date:
    """Return the day in the year before, which the source states, where an exporter wrote the year of the week.

    The week (from Sunday) that holds 1 January belongs to the new year for such exporters: 31 December 2014 comes out
    as 31/12/15.
    """
    before = found.replace(year=found.year - 1)
    new_year = date(found.year, 1, 1)
    starts = new_year - timedelta(days=new_year.isoweekday() % 7)
    return before if starts <= before < new_year else found


def _from_number(number: float) -> date | None:
    if math.isnan(number) or number == 0:  # NaN or 0: the source says nothing
        return None
    if abs(number) > 1e9:
        raise DateRefusedError(f"the number {number:g} is not a date (expected yyyymmdd or a spreadsheet's day number)")
    if number == int(number) and 10_000_000 <= number <= 99_999_999:
        return _from_text(str(int(number)), None, False)
    if 1 <= number < 100_000:
        return _checked(_EXCEL_EPOCH + timedelta(days=int(number)), number)
    raise DateRefusedError(f"the number {number:g} is not a date (expected yyyymmdd or a spreadsheet's day number)")


def _checked(day: date, value: object) -> date:
    if not _EARLIEST <= day.year <= _LATEST:
        raise DateRefusedError(f"{str(value)[:30]!r} gives the year {day.year}, outside {_EARLIEST}–{_LATEST}")
    return day
