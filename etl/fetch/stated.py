"""What a service states about itself (waits, totals, uses, messages), read so that nonsense can do no harm."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LARGEST_WAIT = timedelta(days=31)  # a quota is renewed once a month; nothing sensible is further away
LARGEST_COUNT = 2_000_000_000  # of hits, bytes or requests; all patents there are do not reach it
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")


def seconds(text: object, unit: float = 1.0) -> float | None:
    """Return a stated wait in seconds, `text` being in `unit` seconds; None where it says nothing sensible.

    A number that is no number, negative or infinite says nothing; one over `LARGEST_WAIT` is read as that.
    """
    try:
        value = float(str(text).strip()) * unit
    except ValueError:
        return None
    if math.isnan(value) or value < 0 or math.isinf(value):
        return None
    return min(value, LARGEST_WAIT.total_seconds())


def retry_after(headers: Mapping[str, str], now: datetime, unit: float = 1.0) -> float | None:
    """Return the seconds of ``Retry-After``, a number in `unit` seconds or a date; None where there is none."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if (stated := seconds(text, unit)) is not None:
        return stated
    try:
        until = parsedate_to_datetime(text).replace(tzinfo=None)
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max((until - now).total_seconds(), 0.0), LARGEST_WAIT.total_seconds())


def count(value: object) -> int | None:
    """Return a stated count, a whole number or its digits; None where it is none, negative or over `LARGEST_COUNT`."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_COUNT:
        return None
    return value


def words(text: object, most: int = 300) -> str:
    """Return a service's words on one line for people: without control characters, at most `most` characters."""
    return _UNSHOWN.sub(" ", str(text)[: 4 * most]).strip()[:most]
