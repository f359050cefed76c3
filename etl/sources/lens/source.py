"""Lens.org as a source: everything of it is in this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from etl.fetch.fetch import Fetcher
from etl.fetch.http import Request
from etl.fetch.source import Note
from etl.query.ast import Query
from etl.records import Parsed
from etl.sources.lens.client import LensClient
from etl.sources.lens.compile import BODY, compile_lens
from etl.sources.lens.parse import parse
from etl.sources.lens.retrieve import LensRetriever
from etl.sources.lens.settings import Section
from warehouse.clock import Clock

_LONG_AGO = {"gte": "2005-01-01", "lte": "2005-01-31"}


def _first(*conditions: Mapping[str, Any]) -> Request:
    """Return the search for the first record that meets all `conditions`."""
    body = {"query": {"bool": {"must": list(conditions)}}, "size": 1, **BODY}
    return Request("lens", "POST", "patent/search", body=body)


class Lens:
    """The Lens patent API."""

    name = "lens"
    purposes = ()

    def open(self, section: Section, secrets: Sequence[SecretStr]) -> LensClient:
        """Return the client, with the token."""
        return LensClient(section, *secrets)

    def compiled(self, query: Query, _section: Section) -> dict[str, Any]:
        """Return the query JSON."""
        return compile_lens(query)

    def retrievers(self, fetcher: Fetcher, query: Query, section: Section, _clock: Clock) -> list[LensRetriever]:
        """Return the one retriever of `query`."""
        return [LensRetriever(fetcher, query, section.page_size)]

    def scan(self, _fetcher: Fetcher, _section: Section, _clock: Clock) -> None:
        """Return None: each query is asked by itself."""

    def asker(self, _fetcher: Fetcher, _note: Note) -> None:
        """Return None: a search gives all that Lens has."""

    def trial(self) -> Request:
        """Return a search for one record, without a scroll, in a month for which little is added any more."""
        return _first({"term": {"jurisdiction": "CN"}}, {"range": {"date_published": _LONG_AGO}})

    def known(self, number: str) -> Request:
        """Return the search for one publication."""
        parts = zip(("jurisdiction", "doc_number", "kind"), number.split("-"), strict=False)
        return _first(*({"term": {name: value}} for name, value in parts))

    def parse(self, content: bytes, request: Mapping[str, Any] | None, status: int) -> Parsed:
        """Return the records of one answer. Raises PageRefusedError."""
        return parse(content, request, status)

    def recognises(self, head: bytes) -> bool:
        """Return whether a file that begins with `head` is JSON with Lens ids."""
        return head.startswith(b"{") and b'"lens_id"' in head


SOURCE = Lens()
