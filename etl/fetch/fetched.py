"""What came of asking for one answer, for those who use it."""

from __future__ import annotations

from dataclasses import dataclass

from etl.fetch.http import Then
from etl.fetch.landing import Page
from etl.records import Parsed


class PageUnreadableError(RuntimeError):
    """One answer stays unreadable however often it is asked for; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer ready to use; `parsed` is empty unless `then` is USE."""

    then: Then
    page: Page | None
    content: bytes
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Looked:
    """One answer as it came; `status` None: none came. `parsed` None: it cannot be read, `reason` says why."""

    status: int | None
    content: bytes
    parsed: Parsed | None
    reason: str
