"""Bulk records as frames for loading; topic queries are evaluated while streaming."""

from __future__ import annotations

import io
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import polars as pl

from etl.bulk.collecting import uncollected
from etl.bulk.docdb import number_of, parse_chosen, parse_piece, split
from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.bulk.topics import anchors, matching, may_match
from etl.frames import to_table
from etl.query.ast import Query
from etl.records import PageRefusedError, Parsed, Reject
from warehouse.process.pool import pool_of

_ATTRIBUTE = re.compile(r"""\s(country|doc-number|kind)\s*=\s*["']([^"'<]*)["']""")
# Tasks handed out to each of the other processes: they go on while this one writes a row group, which takes a second.
# Those whose bytes have to be sent along are fewer.
_AHEAD, _AHEAD_SENT = 12, 4
# Pieces of a large file asked together: few of their documents match, and asking the queries has a price of its own.
_TOGETHER, _LARGE = 4, 32 << 20


@dataclass(slots=True)
class BulkBatch:
    """`table` has the columns of ``etl.frames.SCHEMA``; `hits` are (query's name, publication number)."""

    table: pl.DataFrame
    hits: list[tuple[str, str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    documents: int = 0  # read, kept or not
    stated: int | None = None  # documents the file says it has up to here (its members so far); None: it does not say
    through: int = 0  # ordinal of the last document or row read
    size: int = 0  # bytes of the file (unpacked) this batch was read from
    leftover: dict[str, int] = field(default_factory=dict)  # fields nobody read
    withdrawn: list[str] = field(default_factory=list)  # publications the file says are deleted

    @property
    def before(self) -> int:
        """Ordinal of the last document before the batch."""
        return self.through - self.documents

    def divided(self, rows: int) -> tuple[BulkBatch, BulkBatch]:
        """The batch up to the last of its first `rows` records (one at least), and what is behind that.

        Records of one document stay together: an import that is cut goes on behind a document.
        """
        ordinals = self.table["row_no"].to_list()
        while rows < len(ordinals) and ordinals[rows] == ordinals[rows - 1]:
            rows += 1
        through = ordinals[rows - 1]
        behind = self.through - through
        early = [reject for reject in self.rejects if reject.row_no is None or reject.row_no <= through]
        late = [reject for reject in self.rejects if reject.row_no is not None and reject.row_no > through]
        table = self.table.slice(0, rows)
        numbers = set(table["publication_number"].to_list())
        first = replace(
            self, table=table, hits=[hit for hit in self.hits if hit[1] in numbers], rejects=early,
            documents=self.documents - behind, through=through, size=0, leftover={}, withdrawn=[],
        )  # fmt: skip
        table = self.table.slice(rows)
        numbers = set(table["publication_number"].to_list())
        hits = [hit for hit in self.hits if hit[1] in numbers]
        return first, replace(self, table=table, hits=hits, rejects=late, documents=behind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept: records that match one of `queries` (all, where there are none), and those in `kept_before`.

    `kept_before` are publications the warehouse has already: what a file states of them later
    is read too, deletions among it, even where it matches nothing any more.
    """

    queries: Mapping[str, Query] = field(default_factory=dict)
    kept_before: frozenset[str] = frozenset()


def stream_tables(
    path: Path,
    queries: Mapping[str, Query] | None = None,
    processes: int = 1,
    after: int = 0,
    kept_before: frozenset[str] = frozenset(),
) -> Iterator[BulkBatch]:
    """Batches of a DOCDB file in its order, by `processes` processes; with `queries`, only what one of them matches.

    A record that the file cannot decide a query for (no abstract, say) does not match it; those of `kept_before` are
    kept all the same. `after` is the `through` of a batch of an earlier reading: what came up to it is passed over
    unparsed. Raises PageRefusedError, where the file breaks off after the batches of what came before.
    """
    wanted = Wanted(dict(queries or {}), kept_before if queries else frozenset())
    broken: list[PageRefusedError] = []
    pieces = (piece for piece in _until_broken(_pieces(path), broken) if piece.end > after)
    tasks = _in_groups(pieces, _TOGETHER if queries and path.stat().st_size > _LARGE else 1)
    found = (_work(task, wanted) for task in tasks) if processes <= 1 else _in_parallel(tasks, wanted, processes)
    for batch in found:
        known = sum(row <= after for row in batch.table["row_no"].to_list()) if after > batch.before else 0
        yield batch.divided(known)[1] if known else batch
    if broken:
        raise broken[0]


def _until_broken(parts: Iterator[_Part], broken: list[PageRefusedError]) -> Iterator[_Part]:
    """The parts up to where the file breaks off; the reason goes to `broken`, for when they all have been read."""
    try:
        yield from parts
    except PageRefusedError as refused:
        broken.append(refused)


@dataclass(frozen=True, slots=True)
class _Part:
    """One piece to be read, whose first document has ordinal `row` and whose last has `end`.

    Its bytes are in `piece`, or, where that has none, `size` bytes from `offset` on in `path`.
    """

    piece: Piece
    layout: Layout
    row: int
    end: int
    name: str
    path: Path | None = None
    offset: int = 0
    size: int = 0
    stated: int | None = None  # documents that the members up to this one say they have

    def sent(self) -> _Part:
        """The same for another process, without the bytes where it can read them itself."""
        return self if self.path is None else replace(self, piece=Piece(b""))

    def read(self) -> Piece:
        """The piece."""
        if self.piece.data or self.path is None:
            return self.piece
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            return Piece(stream.read(self.size))


Task = tuple[_Part, ...]


def _pieces(path: Path) -> Iterator[_Part]:
    row = 1
    stated: int | None = 0
    for member in open_members(path):
        layout, first = read_layout(member)
        stated = None if stated is None or layout.stated is None else stated + layout.stated
        offset = member.stream.tell() - len(first) if isinstance(member.stream, io.BufferedReader) else 0
        for piece in cut(member, layout, first):
            size = len(piece.data)
            count = 1 if piece.damaged else piece.data.count(layout.end_tag)
            where = member.path if piece.damaged is None else None
            yield _Part(piece, layout, row, row + count - 1, member.name, where, offset, size, stated)
            row, offset = row + count, offset + size


def _in_groups(parts: Iterator[_Part], count: int) -> Iterator[Task]:
    while group := tuple(islice(parts, count)):
        yield group


def _in_parallel(tasks: Iterable[Task], wanted: Wanted, processes: int) -> Iterator[BulkBatch]:
    """Batches in the order of the file. `processes` count this one: it reads too, where the others are busy."""
    others = processes - 1
    waiting: deque[Future[BulkBatch]] = deque()
    with pool_of(others, _begin, wanted) as pool:
        for task in tasks:
            ahead = (_AHEAD if task[0].path is not None else _AHEAD_SENT) * others
            if sum(not batch.done() for batch in waiting) < ahead:
                waiting.append(pool.submit(_work_here, tuple(part.sent() for part in task)))
            else:
                waiting.append(_read_here(task, wanted))
            while waiting and (waiting[0].done() or len(waiting) > 2 * ahead):  # bounds the memory
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_here(task: Task, wanted: Wanted) -> Future[BulkBatch]:
    """The batch of a task read by this process as what the others' batches come as."""
    batch: Future[BulkBatch] = Future()
    batch.set_result(_work(task, wanted))
    return batch


_here: list[Wanted] = []  # in a process of the pool: what is wanted, sent once


def _begin(wanted: Wanted) -> None:
    _here[:] = [wanted]
    os.environ["POLARS_MAX_THREADS"] = "1"


def _work_here(task: Task) -> BulkBatch:
    return _work(task, _here[0])


def _work(task: Task, wanted: Wanted) -> BulkBatch:
    with uncollected():
        return _read(task, wanted)


def _read(task: Task, wanted: Wanted) -> BulkBatch:
    words = anchors(wanted.queries)
    found, size = Parsed(), 0
    for part in task:
        piece = part.read()
        size += len(piece.data)
        if words is None or piece.damaged is not None:
            parsed = parse_piece(piece, part.layout, part.row, part.name, count=part.end + 1 - part.row)[0]
        else:
            documents = split(piece, part.layout)
            chosen = may_match(documents, words, part.layout.encoding)
            if wanted.kept_before:
                chosen = sorted({*chosen, *_known(documents, wanted.kept_before)})
            parsed = parse_chosen(documents, chosen, part.layout, part.row, part.name)
        found.records += parsed.records
        found.rejects += parsed.rejects
        found.withdrawn += parsed.withdrawn
    records, hits = found.records, list[tuple[str, str]]()
    if wanted.queries:
        records, hits = matching(records, wanted.queries, wanted.kept_before)
    end = task[-1].end
    return BulkBatch(
        to_table(records), hits, found.rejects, end + 1 - task[0].row, task[-1].stated, end, size,
        withdrawn=found.withdrawn,
    )  # fmt: skip


def _known(documents: Sequence[bytes], kept_before: frozenset[str]) -> Iterator[int]:
    """Positions of the documents whose number, as their start tag states it, is one of `kept_before`."""
    for position, document in enumerate(documents):
        tag = document[: document.find(b">") + 1]
        stated = dict[str, str](_ATTRIBUTE.findall(tag.decode("utf-8", "replace")))
        if number_of(stated.get("country"), stated.get("doc-number"), stated.get("kind")) in kept_before:
            yield position
