"""EPO OPS: which requests there are, and what to make of its answers.

Source: docs/sources.md, OPS: auth, ranges, errors, throttling.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

from etl.fetch import stated
from etl.fetch.budgets.quotas import period_end
from etl.fetch.http import (
    Answer,
    ParkedError,
    QueryRefusedError,
    Request,
    StoppedError,
    Then,
    Verdict,
)
from etl.fetch.wire import Token, Wire
from etl.sources.epo_ops.answers.answer import NO_HITS
from etl.sources.epo_ops.settings import Section
from etl.sources.epo_ops.throttle import Throttle

SOURCE = "epo_ops"
PAGE = 100
CAP = 2000
BATCH = 100
CEILING = 10_000
RANGE = "X-OPS-Range"
_TOKEN_LIVES = timedelta(minutes=20)  # where the service does not say so
_CODE = re.compile(rb"<(?:\w+:)?code>([^<]{1,200})</(?:\w+:)?code>")
_MESSAGE = re.compile(rb"<(?:\w+:)?message>([^<]{1,500})</(?:\w+:)?message>")
_STATED = {"hour": "X-IndividualQuotaPerHour-Used", "week": "X-RegisteredQuotaPerWeek-Used"}


def search(
    cql: str, first: int, last: int, *, biblio: bool = True, context: Mapping[str, str] | None = None
) -> Request:
    """Return the search for hits `first` to `last` (from 1) of `cql`, with or without their bibliographic data."""
    return Request(
        SOURCE,
        "GET",
        "rest-services/published-data/search/biblio" if biblio else "rest-services/published-data/search",
        (("q", cql),),
        ((RANGE, f"{first}-{last}"),),
        context=tuple((context or {}).items()),
    )


def docdb_number(publication_number: str) -> str:
    """Return ``EP.1000000.A1`` for ``EP-1000000-A1``."""
    return publication_number.replace("-", ".")


def known(number: str) -> Request:
    """Return the request for one publication with its bibliographic data."""
    path = f"rest-services/published-data/publication/docdb/{docdb_number(number)}/biblio"
    return Request(SOURCE, "GET", path, throttle_class="retrieval", context=(("purpose", "known"),))


# Path before and behind the number, and throttle class, of what is asked for single publications.
_PATHS = {
    "claims": ("rest-services/published-data/publication/docdb", "claims", "retrieval"),
    "family": ("rest-services/family/publication/docdb", "", "inpadoc"),
    "legal": ("rest-services/family/publication/docdb", "legal", "inpadoc"),
}


def of_publications(purpose: str, publication_numbers: Sequence[str]) -> Request:
    """Return the request for the claims, legal events or families (`purpose` claims, legal, family) of publications.

    One is asked for in the path, several (at most BATCH) by POST, one number a line. docs/sources.md (OPS) states the
    latter for published data; whether the family service takes it is not known: `etl.harvest.enrich` goes by what
    comes.
    """
    before, behind, throttle_class = _PATHS[purpose]
    names = [docdb_number(number) for number in publication_numbers]
    context = (("purpose", purpose),)
    if len(names) == 1:
        path = "/".join(filter(None, (before, names[0], behind)))
        return Request(SOURCE, "GET", path, throttle_class=throttle_class, context=context)
    return Request(
        SOURCE,
        "POST",
        "/".join(filter(None, (before, behind))),
        headers=(("Content-Type", "text/plain"),),
        body="\n".join(names),
        throttle_class=throttle_class,
        context=context,
    )


class OpsClient:
    """The way into OPS: authorises, keeps its budgets, and says what to do after each answer."""

    source = SOURCE

    def __init__(self, settings: Section, key: SecretStr, secret: SecretStr) -> None:
        self._settings = settings
        self._wire = Wire(settings.base_url, settings.timeout_seconds)
        self._basic = base64.b64encode(f"{key.get_secret_value()}:{secret.get_secret_value()}".encode()).decode()
        self._token = Token(_TOKEN_LIVES)
        self._throttle = Throttle()
        self.quotas = settings.quotas

    def delay(self, request: Request, now: datetime) -> float:
        """Return the seconds to wait before `request`."""
        return self._throttle.delay(request.throttle_class, now)

    def send(self, request: Request, now: datetime) -> Answer:
        """Send `request` under a valid token. Raises TransportError, StoppedError (wrong credentials)."""
        token = self._token.value(now) or self._log_in(now)
        return self._wire.send(request, {"Authorization": f"Bearer {token}", "Accept": "application/xml"})

    def _log_in(self, now: datetime) -> str:
        answer = self._wire.send_raw(
            "POST",
            f"{self._settings.base_url.rstrip('/')}/auth/accesstoken",
            {
                "Authorization": f"Basic {self._basic}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            b"grant_type=client_credentials",
        )
        if answer.status in (400, 401, 403):
            msg = (
                f"EPO OPS refused the credentials (HTTP {answer.status}): check STUCKNECK_OPS_KEY and "
                "STUCKNECK_OPS_SECRET against the app registered at developers.epo.org."
            )
            raise StoppedError(msg)
        return self._token.take(answer, now)

    def lost(self, request: Request, now: datetime) -> None:
        """Count a request whose answer never came."""
        self._throttle.sent(request.throttle_class, now)

    def stated(self, answer: Answer) -> dict[str, int]:
        """Return the bytes used per period as the service counts them."""
        found = {period: answer.headers.get(header, "") for period, header in _STATED.items()}
        return {period: used for period, text in found.items() if (used := stated.count(text)) is not None}

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def judge(self, request: Request, answer: Answer, now: datetime) -> Verdict:
        """Return what to do after `answer`, complete at `now`.

        Raises ParkedError (a quota is spent), StoppedError (blocked: a person must act), QueryRefusedError (bad CQL).
        """
        wait = stated.retry_after(answer.headers, now, 0.001)  # in milliseconds, against the HTTP norm
        self._throttle.sent(request.throttle_class, now)
        self._throttle.observe(answer.headers.get("X-Throttling-Control"), now, wait)
        status, (code, message) = answer.status, _fault(answer)
        if status == 200:
            self._token.accepted()
            return Verdict(Then.USE)
        if status == 404:
            return _not_found(request, answer, code)
        if status in (400, 401) and "token" in message:
            return self._token_refused()
        if status == 403:
            return _forbidden(answer, message, now, wait)
        if status == 503 and "LimitedServerResources" in code:
            return Verdict(Then.LESS, wait, "the service asks for less")
        if status in (408, 429) or status >= 500 or 300 <= status < 400:
            hint = "a redirect, which is not followed; check base_url" if status < 400 else f"{code} {message}".strip()
            return Verdict(Then.RETRY, wait, f"HTTP {status} {hint}")
        msg = (
            f"EPO OPS does not take the request (HTTP {status} {code}: {message}). "
            f"Asked: {dict(request.params).get('q') or request.path}. "
            "Check the technology's query with `stuckneck catalogue check`."
        )
        raise QueryRefusedError(msg)

    def _token_refused(self) -> Verdict:
        """Ask for a new token; the request itself is repeated exactly as it was (method, range and all)."""
        if not self._token.refuse():
            msg = "EPO OPS refuses every new access token; check the app's state at developers.epo.org."
            raise StoppedError(msg)
        return Verdict(Then.RETRY, 0.0, "the access token had expired")


def _fault(answer: Answer) -> tuple[str, str]:
    if answer.status == 200:
        return "", ""
    code, message = _CODE.search(answer.content), _MESSAGE.search(answer.content)
    said = (stated.words(m[1].decode("utf-8", "replace"), 500) if m else "" for m in (code, message))
    return tuple(said)  # type: ignore[return-value]


def _not_found(request: Request, answer: Answer, code: str) -> Verdict:
    if "/search" in request.path:
        if code == NO_HITS or not answer.content.strip():
            return Verdict(Then.USE, reason="no hits")
        return Verdict(Then.RETRY, None, f"HTTP 404 {code or 'with a body that is no fault'}")
    return Verdict(Then.NOTHING, reason=f"HTTP 404 {code}".strip())


def _forbidden(answer: Answer, message: str, now: datetime, wait: float | None) -> Verdict:
    """Handle 403: a spent quota parks (per minute: waits), anything else stops and is for a person to settle."""
    reason = stated.words(answer.headers.get("X-Rejection-Reason", ""))
    robot = "robot" in reason.lower() or b"RobotDetected" in answer.content
    if not reason and wait is not None and not robot:  # a class is suspended for a while, which is no quota
        return Verdict(Then.RETRY, wait, "HTTP 403: too many requests of this class")
    if not reason or robot:
        msg = (
            f"EPO OPS has blocked this access (HTTP 403 {reason or 'without a reason'}: {message or 'no message'}). "
            "Nothing more is sent. Look at the app's state at developers.epo.org, or write to support@epo.org."
        )
        raise StoppedError(msg)
    said = f"EPO OPS says the quota is spent ({reason})."
    if "PerMinute" in reason:
        return Verdict(Then.RETRY, wait or 60.0, said)
    if wait is not None:
        raise ParkedError(now + timedelta(seconds=wait), said)
    raise ParkedError(period_end("week", now) if "Week" in reason else now + timedelta(hours=1), said)
