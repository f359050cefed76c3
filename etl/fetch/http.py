"""Requests to a source and its answers: what is sent, what came, and what to make of it. No secrets in any of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from warehouse.run import ParkedError as ParkedError  # noqa: PLC0414 - what a client raises, for those who import it


class TransportError(OSError):
    """No usable answer came (refused, reset, cut off, too slow, too big); the message says which."""


class StoppedError(RuntimeError):
    """The service refuses for a reason only a person can settle; the message says what happened and what to do."""


class QueryRefusedError(ValueError):
    """The service does not understand the query; the message shows its own words and the query."""


class NothingReceivedError(QueryRefusedError):
    """No source gave one usable answer; the message says what the last one was. Nothing is published then."""


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

    def words(self) -> str:
        """Return it in a few words, for people."""
        stated = ", ".join(value for _, value in (*self.params, *self.headers))
        return f"{self.source} {self.method} {self.path} {stated}".strip()[:200]

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
    EXPIRED = "expired"  # the scroll has to be started again


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to make of an answer; `seconds` to wait before a retry (None: back off)."""

    then: Then
    seconds: float | None = None
    reason: str = ""
