"""Requests to a source and its answers: what is sent, what came, and what to make of it. No secrets in any of them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any
from urllib.parse import urlencode

import requests

from warehouse.run import ParkedError as ParkedError  # noqa: PLC0414 - what a door raises, for those who import doors

MAX_ANSWER = 256 * 1024 * 1024
_CHUNK = 1 << 16
_CONNECT_SECONDS = 4.0  # for the connection alone; the answer may take the source's timeout


class TransportError(OSError):
    """No usable answer came (refused, reset, cut off, too slow, too big); the message says which."""


class StoppedError(RuntimeError):
    """The service refuses for a reason only a person can settle; the message says what happened and what to do."""


class QueryRefusedError(ValueError):
    """The service does not understand the query; the message shows its own words and the query."""


class CredentialsMissingError(ValueError):
    """A source has no credentials; the message names the variables to set."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request without secrets: `path` below the service's base address; `context` for the parser (never sent)."""

    source: str
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | str | None = None  # JSON, or plain text
    throttle_class: str = "search"
    context: tuple[tuple[str, str], ...] = ()

    def landed(self) -> dict[str, Any]:
        """Return it as it is kept with its answer."""
        kept: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.params:
            kept["params"] = dict(self.params)
        if self.headers:
            kept["headers"] = dict(self.headers)
        if self.body is not None:
            kept["body"] = self.body
        return kept | dict(self.context)

    def key(self) -> str:
        """Return its key: equal requests have equal keys."""
        text = json.dumps([self.source, self.landed()], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def header(self, name: str) -> str | None:
        """Return one of its headers."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `service_date` is the day by the service's own clock (HTTP Date)."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    media_type: str | None = None
    service_date: date | None = None


class Then(Enum):
    """What to do after an answer."""

    USE = "use"
    RETRY = "retry"
    LESS = "less"
    NOTHING = "nothing"  # the service has nothing under that number
    EXPIRED = "expired"  # the scroll has to be started anew


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to make of an answer; `seconds` to wait before a retry (None: back off)."""

    then: Then
    seconds: float | None = None
    reason: str = ""


@dataclass(slots=True)
class Wire:
    """A session that sends requests to one service."""

    base_url: str
    timeout_seconds: float
    session: requests.Session = field(default_factory=requests.Session)

    def send(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send `request` with further (secret) `headers` and return the whole answer. Raises TransportError."""
        url = f"{self.base_url.rstrip('/')}/{request.path.lstrip('/')}"
        if request.params:
            url = f"{url}?{urlencode(request.params)}"
        body = request.body
        if body is not None and not isinstance(body, str):
            body = json.dumps(body, ensure_ascii=False)
        data = None if body is None else body.encode()
        return self.send_raw(request.method, url, {**dict(request.headers), **headers}, data)

    def send_raw(self, method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Answer:
        """Send one request to `url`; the whole exchange may take four timeouts. Raises TransportError."""
        deadline = time.monotonic() + 4 * self.timeout_seconds
        try:
            with self.session.request(
                method,
                url,
                headers=dict(headers),
                data=data,
                timeout=(min(_CONNECT_SECONDS, self.timeout_seconds), self.timeout_seconds),
                stream=True,
                allow_redirects=False,
            ) as response:
                content = bytearray()
                for chunk in response.iter_content(_CHUNK):
                    content += chunk
                    if time.monotonic() > deadline:
                        raise TransportError("the answer came too slowly and was given up")
                    if len(content) > MAX_ANSWER:
                        raise TransportError(f"the answer is over {MAX_ANSWER:,} bytes and was given up")
                media_type = response.headers.get("Content-Type", "").split(";")[0].strip() or None
                return Answer(
                    response.status_code, response.headers, bytes(content), media_type, service_date(response.headers)
                )
        except requests.RequestException as error:
            # Only the kind of error: its text may hold the address with everything in it.
            raise TransportError(f"no whole answer came ({type(error).__name__})") from None


def service_date(headers: Mapping[str, str]) -> date | None:
    """Return the day of the HTTP Date header; None when there is none or it is no date."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).date()
    except ValueError:
        return None
