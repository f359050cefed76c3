"""Reading single terms of the neutral query: words and phrases, classification symbols, date ranges."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from etl.query.ast import Dates, Symbol, Text
from etl.query.text import is_han, tokens

MIN_STEM = 3
_SYMBOL = re.compile(
    r"(?P<section>[A-HY])(?:(?P<klass>\d\d)(?:(?P<sub>[A-Z])(?:0*(?P<main>[1-9]\d{0,3})(?P<slash>/)?(?P<group>\d{1,6})?)?)?)?(?P<star>\*)?"
)
_DAY = re.compile(r"(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?")


def read_text(field: str, written: str, quoted: bool) -> Text:
    """Return the term that a word or a quoted phrase states. Raises ValueError saying what was expected."""
    truncated = not quoted and written.endswith("*")
    body = written[:-1] if truncated else written
    if "*" in body or "?" in body:
        msg = "* is allowed only at the end of a single word (lithograph*), and there is no other wildcard"
        raise ValueError(msg)
    found = tuple(tokens(body))
    if not found:
        msg = f"{written!r} holds no letter or digit to search for"
        raise ValueError(msg)
    if not truncated:
        return Text(field, found)
    if any(is_han(token) for token in found):
        msg = f"a Chinese term is found inside longer words anyway: write {body} without *"
        raise ValueError(msg)
    if len(found) > 1 or len(found[0]) < MIN_STEM:
        msg = f"* needs one word of at least {MIN_STEM} letters before it, found {body!r}"
        raise ValueError(msg)
    return Text(field, found, truncated=True)


def read_symbol(field: str, written: str) -> Symbol:
    """Return the classification that `written` states (blanks and leading zeros ignored). Raises ValueError."""
    plain = re.sub(r"\s", "", written).upper()
    found = _SYMBOL.fullmatch(plain)
    if found is None or (found["group"] and not found["slash"]) or (found["star"] and not found["group"]):
        msg = (
            f"{written!r} is no {field.upper()} symbol; expected a class (H01), a subclass (H01L), a main group "
            "(H01L21/), a subgroup (H01L21/02) or a truncated subgroup (H01L21/02*)"
        )
        raise ValueError(msg)
    if found["group"] and len(found["group"]) < 2 and not found["star"]:
        msg = f"{written!r}: a subgroup has at least two digits; write {plain}* for all that begin so"
        raise ValueError(msg)
    head = f"{found['section']}{found['klass'] or ''}{found['sub'] or ''}"
    if found["main"]:
        head += f"{found['main']}/{found['group'] or ''}{found['star'] or ''}"
    return Symbol(field, head)


def read_dates(field: str, written: str) -> Dates:
    """Return the range that ``2001..2010-06``, ``2001..``, ``..2010`` or ``2015`` states. Raises ValueError."""
    left, dots, right = written.partition("..")
    if not (left or right):
        msg = "a date range needs at least one date"
        raise ValueError(msg)
    first = _span(left)[0] if left else None
    last = _span(right)[1] if right else (None if dots else _span(left)[1])
    if first and last and first > last:
        msg = f"the range ends ({last}) before it begins ({first})"
        raise ValueError(msg)
    return Dates(field, first, last)


def _span(written: str) -> tuple[date, date]:
    found = _DAY.fullmatch(written)
    if found:
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            first = date(year or 0, month or 1, day or 1)
            last = date(year or 0, month or 12, day or monthrange(year or 0, month or 12)[1])
        except ValueError:
            pass
        else:
            return first, last
    msg = f"{written!r} is no date; expected yyyy, yyyy-mm or yyyy-mm-dd, a range with two dots (2001..2010-06)"
    raise ValueError(msg)
