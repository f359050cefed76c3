"""Google Patents Public Data through BigQuery as a source: everything of it is in this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import SecretStr

from etl.fetch.fetch import Fetcher
from etl.fetch.http import Request
from etl.fetch.slicing import Retriever
from etl.fetch.source import Note
from etl.query.ast import Query
from etl.query.canonical import query_hash
from etl.records import Parsed
from etl.sources.google_bigquery import jobs
from etl.sources.google_bigquery.client import BigQueryClient
from etl.sources.google_bigquery.parse import parse
from etl.sources.google_bigquery.scan import BigQueryScan
from etl.sources.google_bigquery.select import select
from etl.sources.google_bigquery.settings import Section
from warehouse.clock import Clock

_HEAD = 2000  # bytes


class GoogleBigQuery:
    """The publications table of Google Patents Public Data."""

    name = jobs.SOURCE
    purposes = ()

    def open(self, section: Section, secrets: Sequence[SecretStr]) -> BigQueryClient:
        """Return the client, with the key of a service account. Raises CredentialsMissingError."""
        return BigQueryClient(section, *secrets)

    def compiled(self, query: Query, section: Section) -> list[str]:
        """Return the SELECT that asks for `query` alone, whenever published."""
        return [select({query_hash(query): query}, section.table, first=date.min, last=date.max, claims=section.claims)]

    def retrievers(self, _fetcher: Fetcher, _query: Query, _section: Section, _clock: Clock) -> Sequence[Retriever]:
        """Return none: all queries are asked at once."""
        return []

    def scan(self, fetcher: Fetcher, section: Section, clock: Clock) -> BigQueryScan:
        """Return the one SELECT for all queries."""
        return BigQueryScan(fetcher, section, clock)

    def asker(self, _fetcher: Fetcher, _note: Note) -> None:
        """Return None: a scan gives all that the table has."""

    def trial(self) -> Request:
        """Return the question what ``SELECT 1`` would read: it costs nothing."""
        return jobs.dry_run("SELECT 1", Section())

    def parse(self, content: bytes, request: Mapping[str, Any] | None, status: int) -> Parsed:
        """Return the records of one answer. Raises PageRefusedError."""
        return parse(content, request, status)

    def recognises(self, head: bytes) -> bool:
        """Return whether a file that begins with `head` is a page of rows.

        What the console downloads is no answer of the service but rows of the table: `etl.bulk` reads it.
        """
        return head.startswith(b"{") and jobs.RESULTS.encode() in head[:_HEAD]


SOURCE = GoogleBigQuery()
