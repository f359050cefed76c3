"""Application numbers of the USPTO as DOCDB writes them, from series code, serial number and filing date."""

from __future__ import annotations

import re
from datetime import date

from etl.normalise.numbers.canonical import NumberRefusedError, application_number

_STATED = re.compile(r"(?:US\s*)?(\d{2})\s*/?\s*(\d{3}),?(\d{3})|(\d{1,2})/\s*(\d{1,3}),?(\d{3})")
_PROVISIONAL, _DESIGN = range(60, 90), (29, 35)
_LONG_SINCE = 13  # series; and for provisional and design applications the year 2011


def us_application(number: str, filed: date | None) -> str:
    """``US-201414558596`` for 14/558,596 filed in 2014, ``US-7087079`` for 06/070,870 filed in 1979.

    Serial numbers start again with each series, so DOCDB adds the year: two digits behind the serial, or,
    since series 13 (and 2011 for provisional and design applications), four before series and serial. A provisional
    keeps its letter P and a design F, for their serials are counted apart. A PCT number gives the PCT application.
    Raises NumberRefusedError where the text is no such number, or the year is needed and not known.
    """
    folded = number.strip().upper()
    if folded.startswith("PCT"):
        return application_number("WO", folded)
    match = _STATED.fullmatch(folded)
    if match is None:
        raise NumberRefusedError(
            f"{number[:40]!r} is not a US application number (series and serial, as in 09/413,215)"
        )
    parts = match.groups()
    series, serial = int(parts[0] or parts[3]), int((parts[1] or parts[4]) + (parts[2] or parts[5]))
    if filed is None:
        raise NumberRefusedError(f"{number[:40]!r} comes without its filing date, which DOCDB's number needs")
    is_provisional, is_design = series in _PROVISIONAL, series in _DESIGN
    is_long = filed.year >= 2011 if is_provisional or is_design else series >= _LONG_SINCE
    letter = "P" if is_provisional else "F" if is_design else ""
    if is_long:
        return f"US-{filed.year}{series:02d}{serial:06d}" + ("F" if is_design else "")
    return f"US-{serial}{filed.year % 100:02d}{letter}"


def with_year(number: str, written: str, filed: date | None) -> str:
    """The canonical `number` of a US application with the year of `filed`, where it is `written` as series and serial.

    A stroke says so; without one, eight digits of an application filed since 2011 do, for DOCDB's have the year then.
    Other numbers, and those without a date, stay as they are.
    """
    match = re.fullmatch(r"US-(\d{2})(\d{6})P?", number)
    if match is None or filed is None:
        return number
    series = int(match[1])
    is_current = filed.year >= 2011 and (_LONG_SINCE <= series < 29 or series in _PROVISIONAL)
    if not is_current and not re.search(r"\d{2}\s*/\s*\d{3}", written):
        return number
    return us_application(f"{match[1]}/{match[2]}", filed)


def us_priority(number: str, kind: str | None, filed: date | None) -> str:
    """A US application as others print it: with its year (``202062962762 P``), or as a bare serial (``326958 P``).

    Raises NumberRefusedError where it is no number, or its year is needed and not known.
    """
    digits = re.sub(r"[\s,/]", "", number)
    if not re.fullmatch(r"\d{1,6}", digits):
        return application_number("US", number, kind)
    if filed is None:
        raise NumberRefusedError(f"{number[:40]!r} comes without its filing date, which DOCDB's number needs")
    return f"US-{int(digits)}{filed.year % 100:02d}" + ("P" if (kind or "").upper() == "P" else "")
