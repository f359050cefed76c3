"""What a source is: the one thing that harvest, load, doctor and the pages ask, whichever service is behind it.

A source is a folder ``etl/sources/NAME`` and a line in ``etl.sources.registry``. Its ``settings.py`` holds the class
`Section` (its table in stuckneck.toml), its ``source.py`` the object `SOURCE` that keeps to the protocol below, its
``source.toml`` what people read about it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from etl.fetch.client import Client
from etl.fetch.fetch import Fetcher
from etl.fetch.http import Request
from etl.fetch.section import MEANINGS
from etl.fetch.slices import Span
from etl.fetch.slicing import Got, Retriever
from etl.query.ast import Query
from etl.records import Parsed
from warehouse.clock import Clock


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Capability(_Strict):
    """Whether a source can feed one indicator, at what cost, and what to know about it."""

    feeds: Literal["yes", "partial", "no"]
    cost: str = ""
    note: str = ""


class Expectation(_Strict):
    """What share of a harvest's records must state a field; audit ``expectations_unmet`` holds it against what came."""

    min_share: float | None = Field(default=None, ge=0, le=1)
    max_share: float | None = Field(default=None, ge=0, le=1)


class SourceConfig(_Strict):
    """One ``source.toml``; `secrets` names the environment variables, `settings` says what each key means (en, zh)."""

    source: str
    title: str
    publisher: str
    address: str
    documentation: str
    licence: str
    passes_on: bool = False  # the terms let records be shown to others; figures always may be
    terms: str
    access: str
    merge_rank: int
    secrets: dict[str, str]
    settings: dict[str, tuple[str, str]]
    limits: dict[str, str]
    indicators: dict[str, Capability]
    field_ranks: dict[str, int] = {}
    expectations: dict[str, Expectation] = {}
    sentinels: dict[str, dict[str, str]] = {}  # known publication → fields of it that never change


@cache
def read_config(package: str) -> SourceConfig:
    """Return the ``source.toml`` of a source's package."""
    text = resources.files(package).joinpath("source.toml").read_text(encoding="utf-8")
    stated = tomllib.loads(text)
    return SourceConfig.model_validate({**stated, "settings": {**MEANINGS, **stated["settings"]}})


Note = Callable[[str, Mapping[str, str]], None]  # (purpose, publication number → landed or nothing)


class Asker(Protocol):
    """Asks a source about single publications (claims, legal events, family, citing publications)."""

    def size(self, purpose: str, requests_left: int, /) -> int:
        """Return how many publications the next request for `purpose` may name."""
        ...

    def ask(self, purpose: str, numbers: Sequence[str], slice_id: int, /) -> None:
        """Ask, and note what came for each of `numbers`. Raises ParkedError, StoppedError."""
        ...


class Edition(NamedTuple):
    """The state of the data that is asked: its name, and the day up to which it can hold publications."""

    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scan, for people: what is done or was found out, and of how many rows (None: not known)."""

    what: str
    done: int = 0
    total: int | None = None


Tell = Callable[[Step], None]


class Scan(Protocol):
    """One question that serves every query."""

    def edition(self) -> Edition:
        """Return the state of the data, free of charge: what was scanned whole in it is not asked again.

        Raises ParkedError, StoppedError, PageUnreadableError, QueryRefusedError.
        """
        ...

    def compiled(self, query: Query, /) -> str:
        """Return the part of the question that stands for `query`."""
        ...

    def retrieve(self, queries: Mapping[str, Query], span: Span, slice_id: int, tell: Tell, /) -> Mapping[str, Got]:
        """Ask for all `queries` (by hash) published in `span`; return what came of each.

        Raises ParkedError, StoppedError, PageUnreadableError, QueryRefusedError.
        """
        ...


class Source(Protocol):
    """One service that is harvested."""

    name: str
    purposes: tuple[str, ...]  # what it answers about single publications, of sql/enrichment/needs.sql

    def open(self, section: Any, secrets: Sequence[SecretStr], /) -> Client:
        """Return the client, with the values of the secrets its ``source.toml`` names, in that order."""
        ...

    def compiled(self, query: Query, section: Any, /) -> list[str] | dict[str, Any]:
        """Return `query` in the service's language: one text a request, or its one JSON."""
        ...

    def retrievers(self, fetcher: Fetcher, query: Query, section: Any, clock: Clock, /) -> Sequence[Retriever]:
        """Return what retrieves `query`: one for each part that fits into a request."""
        ...

    def scan(self, fetcher: Fetcher, section: Any, clock: Clock, /) -> Scan | None:
        """Return what answers all queries at once; None where each query has its own `retrievers`."""
        ...

    def asker(self, fetcher: Fetcher, note: Note, /) -> Asker | None:
        """Return what asks about single publications; None where the source has no `purposes`."""
        ...

    def trial(self, /) -> Request:
        """Return the smallest search there is, of one row: sent to try whether the service takes the credentials."""
        ...

    def parse(self, content: bytes, request: Mapping[str, Any] | None, status: int, /) -> Parsed:
        """Return the records of one landed answer: a pure function of it. Raises PageRefusedError."""
        ...

    def recognises(self, head: bytes, /) -> bool:
        """Return whether a file that begins with `head` is a saved answer of this service."""
        ...


@runtime_checkable
class AsksKnown(Protocol):
    """A source that can be asked for one publication by its number: its known ones are looked at in every run."""

    def known(self, number: str, /) -> Request:
        """Return the request for publication `number` (``EP-1000000-A1``) with its bibliographic data."""
        ...
