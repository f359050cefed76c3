"""Bulk records as Arrow tables for loading; topic queries are evaluated while streaming."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from etl.bulk.docdb import parse_documents, parse_piece, split
from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.bulk.topics import anchors, matching, may_match
from etl.load.arrow import to_table
from etl.query.ast import Query
from etl.records import Reject


@dataclass(slots=True)
class BulkBatch:
    """`table` has the columns of ``etl.load.arrow.SCHEMA``; `hits` are (query's name, publication number)."""

    table: pa.Table
    hits: list[tuple[str, str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    documents: int = 0  # read, kept or not
    stated: int | None = None


def stream_tables(path: Path, queries: Mapping[str, Query] | None = None, processes: int = 1) -> Iterator[BulkBatch]:
    """Batches of a DOCDB file in its order, by `processes` processes; with `queries`, only what one of them matches.

    A record that the file cannot decide a query for (no abstract, say) does not match it. Raises PageRefusedError.
    """
    chosen = dict(queries or {})
    tasks = _tasks(path)
    if processes <= 1:
        yield from (_work(*task, chosen) for task in tasks)
        return
    yield from _in_parallel(tasks, chosen, processes)


def _tasks(path: Path) -> Iterator[tuple[Piece, Layout, int, str]]:
    row = 1
    for member in open_members(path):
        layout, first = read_layout(member)
        for piece in cut(member, layout, first):
            yield piece, layout, row, member.name
            row += 1 if piece.damaged else piece.data.count(layout.end_tag)


def _in_parallel(
    tasks: Iterable[tuple[Piece, Layout, int, str]], queries: Mapping[str, Query], processes: int
) -> Iterator[BulkBatch]:
    context = multiprocessing.get_context("spawn")  # a fork would copy a database connection's threads half-way
    waiting: deque[Future[BulkBatch]] = deque()
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_one_thread) as pool:
        for task in tasks:
            waiting.append(pool.submit(_work, *task, queries))
            if len(waiting) > 3 * processes:  # bounds the memory: no more pieces are in flight
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _one_thread() -> None:
    os.environ["POLARS_MAX_THREADS"] = "1"


def _work(piece: Piece, layout: Layout, row: int, name: str, queries: Mapping[str, Query]) -> BulkBatch:
    words = anchors(queries)
    if words is None or piece.damaged is not None:
        batch, after = parse_piece(piece, layout, row, name)
    else:
        documents = split(piece, layout)
        chosen = may_match(documents, words, layout.encoding)
        batch, after = parse_documents(documents, row, layout, name, chosen=chosen)
    records, hits = matching(batch.records, queries) if queries else (batch.records, [])
    return BulkBatch(to_table(records), hits, batch.rejects, after - row, layout.stated)
