"""The way into one service, as fetching sees it: a client that sends and judges, and a parser of its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from etl.fetch.budgets.quotas import Quota
from etl.fetch.http import Answer, Request, Verdict
from etl.records import Parsed

Parser = Callable[[bytes, Mapping[str, Any] | None, int], Parsed]


class Client(Protocol):
    """The way into one service: sends, keeps its budgets and judges answers (etl.sources.*.client)."""

    source: str
    quotas: tuple[Quota, ...]

    def delay(self, request: Request, now: datetime, /) -> float:
        """Return the seconds to wait before `request`."""
        ...

    def send(self, request: Request, now: datetime, /) -> Answer:
        """Send it."""
        ...

    def judge(self, request: Request, answer: Answer, now: datetime, /) -> Verdict:
        """Return what to do after the answer."""
        ...

    def lost(self, request: Request, now: datetime, /) -> None:
        """Count a request whose answer never came: the service may have counted it."""
        ...

    def stated(self, answer: Answer, /) -> dict[str, int]:
        """Return quota use as the service states it."""
        ...

    def close(self) -> None:
        """Close its connections; a later `send` opens new ones."""
        ...
