"""Bulk files that are read in batches of records, as frames for loading; queries are evaluated meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from etl.bulk.batches import BulkBatch
from etl.bulk.detect import GOOGLE, PATSTAT
from etl.bulk.google import read_rows
from etl.bulk.offices import read_documents
from etl.bulk.topics import matching
from etl.frames import to_table
from etl.patstat.read import read_tables
from etl.query.ast import Query
from etl.records import Parsed


def read_batches(path: Path, kind: str, after: int = 0) -> Iterable[tuple[Parsed, int]]:
    """Batches of a bulk file of `kind` (any but DOCDB), each with the ordinal of its last document or row.

    What comes up to ordinal `after` is passed over. Raises PageRefusedError, where the file breaks off after the
    batches of what came before.
    """
    if kind == GOOGLE:
        return read_rows(path, after=after)
    return read_tables(path, after) if kind == PATSTAT else read_documents(path, kind, after)


def stream_batches(
    path: Path, kind: str, queries: Mapping[str, Query] | None = None, after: int = 0
) -> Iterator[BulkBatch]:
    """The same as tables; with `queries`, only what one of them matches."""
    through = after
    for parsed, last in read_batches(path, kind, after):
        records, hits = matching(parsed.records, queries) if queries else (parsed.records, [])
        yield BulkBatch(
            to_table(records), hits, parsed.rejects, last - through, None, last, 0, parsed.leftover, parsed.withdrawn
        )
        through = last
