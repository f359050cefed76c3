"""Bulk records as Arrow tables for loading; topic queries are evaluated while streaming."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from etl.bulk.docdb import parse_documents, parse_piece, split
from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.bulk.google import read_rows
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
    through: int = 0  # ordinal of the last document or row read
    size: int = 0  # bytes of the file (unpacked) this batch was read from
    leftover: dict[str, int] = field(default_factory=dict)  # fields nobody read


def stream_tables(
    path: Path, queries: Mapping[str, Query] | None = None, processes: int = 1, after: int = 0
) -> Iterator[BulkBatch]:
    """Batches of a DOCDB file in its order, by `processes` processes; with `queries`, only what one of them matches.

    A record that the file cannot decide a query for (no abstract, say) does not match it. `after` is the `through` of
    a batch of an earlier reading: what came up to it is passed over unparsed. Raises PageRefusedError.
    """
    chosen = dict(queries or {})
    tasks = (task for task, end in _tasks(path) if end > after)
    if processes <= 1:
        yield from (_work(*task, chosen) for task in tasks)
        return
    yield from _in_parallel(tasks, chosen, processes)


def stream_google_tables(path: Path, queries: Mapping[str, Query] | None = None, after: int = 0) -> Iterator[BulkBatch]:
    """The same of one file of Google's publications table; forward citations come from `etl.bulk.google`."""
    through = after
    for parsed, last in read_rows(path, after=after):
        records, hits = matching(parsed.records, queries) if queries else (parsed.records, [])
        batch = BulkBatch(to_table(records), hits, parsed.rejects, last - through, None, last, 0, parsed.leftover)
        through = last
        yield batch


def _tasks(path: Path) -> Iterator[tuple[tuple[Piece, Layout, int, str], int]]:
    """Tasks, each with the ordinal of its last document."""
    row = 1
    for member in open_members(path):
        layout, first = read_layout(member)
        for piece in cut(member, layout, first):
            count = 1 if piece.damaged else piece.data.count(layout.end_tag)
            yield (piece, layout, row, member.name), row + count - 1
            row += count


Task = tuple[Piece, Layout, int, str]


def _in_parallel(tasks: Iterable[Task], queries: Mapping[str, Query], processes: int) -> Iterator[BulkBatch]:
    """`processes` count this one: it works too, where the others (which take a second to start) have enough to do."""
    context = multiprocessing.get_context("spawn")  # a fork would copy a database connection's threads half-way
    others = processes - 1
    waiting: deque[tuple[Task, Future[BulkBatch] | BulkBatch]] = deque()
    with ProcessPoolExecutor(others, mp_context=context, initializer=_begin) as pool:
        for task in tasks:
            open_tasks = sum(isinstance(w, Future) and not w.done() for _, w in waiting)
            enough = open_tasks >= 2 * others + 1
            waiting.append((task, _work(*task, queries) if enough else pool.submit(_work, *task, queries)))
            while waiting and (_is_done(waiting[0][1]) or len(waiting) > 4 * processes):  # bounds the memory
                yield _result(*waiting.popleft(), queries)
        while waiting:
            yield _result(*waiting.popleft(), queries)


def _is_done(result: Future[BulkBatch] | BulkBatch) -> bool:
    return isinstance(result, BulkBatch) or result.done()


def _result(task: Task, result: Future[BulkBatch] | BulkBatch, queries: Mapping[str, Query]) -> BulkBatch:
    if isinstance(result, BulkBatch):
        return result
    return _work(*task, queries) if result.cancel() else result.result()  # cancelled: nobody had begun it


def _begin() -> None:
    os.environ["POLARS_MAX_THREADS"] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that started it is killed: nobody would fetch its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _work(piece: Piece, layout: Layout, row: int, name: str, queries: Mapping[str, Query]) -> BulkBatch:
    words = anchors(queries)
    if words is None or piece.damaged is not None:
        batch, after = parse_piece(piece, layout, row, name)
    else:
        documents = split(piece, layout)
        chosen = may_match(documents, words, layout.encoding)
        batch, after = parse_documents(documents, row, layout, name, chosen=chosen)
    records, hits = matching(batch.records, queries) if queries else (batch.records, [])
    return BulkBatch(to_table(records), hits, batch.rejects, after - row, layout.stated, after - 1, len(piece.data))
