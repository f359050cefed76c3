"""Lens patent API: search with scroll, its limits and its errors (docs/sources.md, Lens)."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from etl.fetch import stated
from etl.fetch.budgets.quotas import period_end
from etl.fetch.http import Answer, ParkedError, QueryRefusedError, Request, StoppedError, Then, Verdict
from etl.fetch.wire import Wire
from etl.sources.lens.settings import Section

SOURCE = "lens"
CEILING = 10_000
SCROLL = "1m"
_SORT = [{"date_published": "asc"}]
_MINUTE = timedelta(minutes=1)
_SCROLL_ID = re.compile(rb'(?<!\\)"scroll_id"\s*:\s*"([!#-\[\]-~]+)"')
_LONGEST_ID = 4096
_USABLE_ID = re.compile(rf"[!-~]{{1,{_LONGEST_ID}}}")  # it is sent back: nothing else may be in it
_LEFT_MINUTE = "x-rate-limit-remaining-request-per-minute"
_LEFT_MONTH = ("x-rate-limit-remaining-request-per-month", "x-rate-limit-remaining-record-per-month")


def search(query: Mapping[str, Any], size: int, options: Mapping[str, Any]) -> Request:
    """Return the first request of a scroll over `query`, oldest first; `options` are further body fields."""
    body = {"query": query, "size": size, "scroll": SCROLL, "sort": _SORT, **options}
    return Request(SOURCE, "POST", "patent/search", body=body)


def scroll(scroll_id: str, query: Mapping[str, Any]) -> Request:
    """Return the next request of a scroll. The id changes with every page; `query` is kept for people, not sent."""
    context = (("scrolled_query", json.dumps(query, sort_keys=True, ensure_ascii=False)),)
    return Request(SOURCE, "POST", "patent/search", body={"scroll_id": scroll_id, "scroll": SCROLL}, context=context)


def scroll_id(content: bytes) -> str | None:
    """Return the scroll id of an answer; None when it has none."""
    named = _SCROLL_ID.findall(content)
    # As always: the key cannot occur within a text, whose quotation marks are escaped.
    if len(named) == 1 and len(named[0]) <= _LONGEST_ID:
        return str(named[0], "ascii")
    try:
        found = json.loads(content).get("scroll_id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, str) and _USABLE_ID.fullmatch(found) else None


class LensClient:
    """The way into Lens: authorises, keeps the pace, and says what to do after each answer."""

    source = SOURCE

    def __init__(self, settings: Section, token: SecretStr) -> None:
        self._wire = Wire(settings.base_url, settings.timeout_seconds)
        self._token = token
        # Even spacing: a burst and a pause of a minute would let the scroll die. Who comes late may catch up by half a
        # minute's requests: the minute's budget is then used, and no pause is longer than half of it and one answer.
        self._allowed = settings.requests_per_minute
        self._spacing = timedelta(seconds=60 / settings.requests_per_minute)
        self._due = self._blocked_until = datetime.min
        self._sent: deque[datetime] = deque()  # when answers were complete: never before their requests were counted
        self.quotas = settings.quotas

    def delay(self, _request: Request, now: datetime) -> float:
        """Return the seconds to wait before the next request."""
        self._leave(now)
        full = self._sent[-self._allowed] + _MINUTE if len(self._sent) >= self._allowed else now
        return (max(now, self._due, self._blocked_until, full) - now).total_seconds()

    def _leave(self, now: datetime) -> None:
        """Forget the requests of more than a minute ago."""
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()

    def send(self, request: Request, now: datetime) -> Answer:
        """Send `request`. Raises TransportError."""
        self._due = max(self._due, now - self._spacing * (self._allowed // 2)) + self._spacing
        headers = {
            "Authorization": f"Bearer {self._token.get_secret_value()}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return self._wire.send(request, headers)

    def lost(self, _request: Request, now: datetime) -> None:
        """Count a request whose answer never came."""
        self._sent.append(now)

    def _free_again(self, answer: Answer, now: datetime) -> datetime:
        """Return when a minute's budget that is used up has room: as stated, else when our oldest request leaves it."""
        wait = _retry_seconds(answer, now)
        if wait is not None:
            return now + timedelta(seconds=wait)
        self._leave(now)
        return (self._sent[0] if self._sent else now) + _MINUTE

    def stated(self, _answer: Answer) -> dict[str, int]:
        """Return nothing: Lens states no bytes."""
        return {}

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def judge(self, request: Request, answer: Answer, now: datetime) -> Verdict:
        """Return what to do after `answer`, complete at `now`.

        Raises ParkedError (the month's quota is spent), StoppedError (token refused), QueryRefusedError.
        """
        status = answer.status
        scrolling = bool(request.body and "scroll_id" in request.body)
        self._sent.append(now)
        if answer.headers.get(_LEFT_MINUTE, "") == "0":
            self._blocked_until = max(self._blocked_until, self._free_again(answer, now))
        if status in (200, 204):
            return Verdict(Then.USE)
        if status in (400, 404) and scrolling:
            return Verdict(Then.EXPIRED, reason="the scroll has expired")
        if status in (401, 403):
            msg = (
                f"Lens refused the access (HTTP {status}: {_message(answer)}): check STUCKNECK_LENS_TOKEN and that its "
                "plan covers the patent API (lens.org, account, subscriptions)."
            )
            raise StoppedError(msg)
        if status == 429:
            return _too_many(answer, now)
        if 300 <= status < 400:
            return Verdict(Then.RETRY, None, f"HTTP {status}: a redirect, which is not followed; check base_url")
        if status == 408 or status >= 500:
            return Verdict(Then.RETRY, _retry_seconds(answer, now), f"HTTP {status} {_message(answer)}")
        msg = (
            f"Lens does not take the request (HTTP {status}: {_message(answer)}). "
            f"Asked: {json.dumps(request.body, ensure_ascii=False)[:500]}. "
            "Check the query with `stuckneck catalogue check`."
        )
        raise QueryRefusedError(msg)


def _message(answer: Answer) -> str:
    try:
        reply = json.loads(answer.content)
    except (ValueError, RecursionError):
        return "no message"
    said = (reply.get("message") or reply.get("error") or reply) if isinstance(reply, dict) else reply
    return stated.words(said)


def _retry_seconds(answer: Answer, now: datetime) -> float | None:
    millis = stated.seconds(answer.headers.get("x-rate-limit-retry-after-millis"), 0.001)
    if millis is not None:
        return millis
    seconds = stated.seconds(answer.headers.get("x-rate-limit-retry-after-seconds"))
    return stated.retry_after(answer.headers, now) if seconds is None else seconds


def _reset(answer: Answer, now: datetime) -> datetime:
    """Return when the month's quota is renewed: as stated, else the first of the next month."""
    text = answer.headers.get("x-rate-limit-reset-date", "").strip()
    try:
        day = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        day = period_end("month", now)
    return day if now < day <= now + stated.LARGEST_WAIT else period_end("month", now)


def _too_many(answer: Answer, now: datetime) -> Verdict:
    if any(stated.seconds(answer.headers.get(name)) == 0 for name in _LEFT_MONTH):
        raise ParkedError(_reset(answer, now), "Lens says the month's quota is spent.")
    return Verdict(Then.RETRY, _retry_seconds(answer, now), "HTTP 429: too many requests")
