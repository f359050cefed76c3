"""EPO Open Patent Services as a source: everything of it is in this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from etl.fetch.fetch import Fetcher
from etl.fetch.http import Request
from etl.fetch.source import Note
from etl.query.ast import Query
from etl.records import Parsed
from etl.sources.epo_ops.answers.parse import parse
from etl.sources.epo_ops.ask import OpsAsker
from etl.sources.epo_ops.client import OpsClient, known, search
from etl.sources.epo_ops.query.compile import compile_ops
from etl.sources.epo_ops.query.parts import ops_parts
from etl.sources.epo_ops.retrieve import OpsRetriever
from etl.sources.epo_ops.settings import Section
from warehouse.clock import Clock

_LONG_AGO = "20050101 20050131"


class Ops:
    """EPO OPS 3.2."""

    name = "epo_ops"
    purposes = ("citing", "claims", "legal", "family")

    def open(self, section: Section, secrets: Sequence[SecretStr]) -> OpsClient:
        """Return the client, with key and secret of the app registered at developers.epo.org."""
        return OpsClient(section, *secrets)

    def compiled(self, query: Query, _section: Section) -> list[str]:
        """Return the CQL of each request a slice of `query` takes."""
        return [compile_ops(part) for part in ops_parts(query)]

    def retrievers(self, fetcher: Fetcher, query: Query, _section: Section, _clock: Clock) -> list[OpsRetriever]:
        """Return one retriever for each part of `query` that fits into one request."""
        return [OpsRetriever(fetcher, part) for part in ops_parts(query)]

    def scan(self, _fetcher: Fetcher, _section: Section, _clock: Clock) -> None:
        """Return None: each query is asked by itself."""

    def asker(self, fetcher: Fetcher, note: Note) -> OpsAsker:
        """Return what asks for claims, legal events, families and citing publications."""
        return OpsAsker(fetcher, note)

    def trial(self) -> Request:
        """Return a search for the number of one hit, without its data, in a month that hardly changes any more."""
        return search(f'ti=semiconductor and pd within "{_LONG_AGO}"', 1, 1, biblio=False)

    def known(self, number: str) -> Request:
        """Return the request for one publication with its bibliographic data."""
        return known(number)

    def parse(self, content: bytes, request: Mapping[str, Any] | None, status: int) -> Parsed:
        """Return the records of one answer. Raises PageRefusedError."""
        return parse(content, request, status)

    def recognises(self, head: bytes) -> bool:
        """Return whether a file that begins with `head` is XML in the service's namespace."""
        return head.startswith(b"<") and b"http://ops.epo.org" in head[:2000]


SOURCE = Ops()
