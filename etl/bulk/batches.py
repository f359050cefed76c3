"""Bulk records as Arrow tables for loading; topic queries are evaluated while streaming."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa

from etl.bulk.docdb import parse_piece
from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.load.arrow import to_table
from etl.query.ast import Query
from etl.query.batch import evaluate_frame
from etl.records import Record, Reject


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
    batch, after = parse_piece(piece, layout, row, name)
    records, hits = matching(batch.records, queries) if queries else (batch.records, [])
    return BulkBatch(to_table(records), hits, batch.rejects, after - row, layout.stated)


def matching(records: list[Record], queries: Mapping[str, Query]) -> tuple[list[Record], list[tuple[str, str]]]:
    """Records that match at least one query, in order, and (query's name, publication number) of every match."""
    if not records:
        return [], []
    verdicts = evaluate_frame(queries, _frame(records)).to_dict(as_series=False)
    kept = [n for n in range(len(records)) if any(verdicts[name][n] for name in queries)]
    hits = [(name, records[n].publication_number) for n in kept for name in queries if verdicts[name][n]]
    return [records[n] for n in kept], hits


_TEXT = pl.List(pl.String)


def _frame(records: list[Record]) -> pl.DataFrame:
    def texts(values: list[tuple[str | None, str]] | None) -> list[str] | None:
        return None if values is None else [text for _, text in values]

    return pl.DataFrame(
        {
            "titles": [texts(r.titles) for r in records],
            "abstracts": [texts(r.abstracts) for r in records],
            "claims": [None if r.claims_text is None else [r.claims_text] for r in records],
            "applicants": [None if r.applicants is None else [a[1] for a in r.applicants if a[1]] for r in records],
            "ipc": [r.ipc for r in records],
            "cpc": [r.cpc for r in records],
            "publication_date": [r.publication_date for r in records],
            "filing_date": [r.filing_date for r in records],
        },
        schema={
            "titles": _TEXT, "abstracts": _TEXT, "claims": _TEXT, "applicants": _TEXT, "ipc": _TEXT, "cpc": _TEXT,
            "publication_date": pl.Date, "filing_date": pl.Date,
        },
    )  # fmt: skip
