"""Writing a bulk file's batches: many loads to a transaction, which ends where a row group of the table does.

DuckDB compresses a table in row groups. One that a transaction fills is compressed once and written as it is; rows
that fill one in part go through the log, and all rows of that row group are compressed again with every checkpoint,
which took three times as long as everything else in a load.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import fields, replace
from types import TracebackType

import duckdb
import polars as pl

from etl.bulk.batches import BulkBatch
from etl.load.bulk.target import BulkImported, ImportTarget
from etl.load.write import ROW_GROUP, LoadCount, PageTable, load_tables, write_hits, write_rejects
from etl.records import Reject

BATCHES = 16  # a load: about 64 MB of DOCDB, or 32 000 rows of Google's table
HITS = 40_000  # are written together
# A transaction ends earlier when it has read so much (it is read again when an import is cut) or holds so much (full
# texts fill a row group with gigabytes).
READ_BYTES, READ_DOCUMENTS, TABLE_BYTES = 1 << 30, 250_000, 256 << 20


@contextmanager
def frugal(con: duckdb.DuckDBPyConnection, limit: str) -> Iterator[None]:
    """Bound what DuckDB keeps in memory (beyond that it writes to disk, or raises duckdb.OutOfMemoryException).

    And leave it one core: a load is one thread's work, and the others read the file.
    """
    con.execute("SET memory_limit = ?", [limit])
    threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    con.execute("SET threads = 1")
    try:
        yield
    finally:
        con.execute("SET threads = ?", [threads])
        con.execute("RESET memory_limit")


class BulkLoad:
    """Writes batches, their hits and rejects, and the place reached; what a transaction holds together or not at all.

    Use as a context manager: what was added is written at its end, or, when it ends in an exception, not; `done` then
    counts what was committed.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, run_id: int, page: PageTable, target: ImportTarget, done: BulkImported, *,
        before_commit: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._con, self._run_id, self._page, self._target, self._done = con, run_id, page, target, done
        self._before_commit = before_commit
        self._committed = deepcopy(done)
        self._waiting: list[BulkBatch] = []
        self._hits: list[pl.DataFrame] = []  # of this transaction, not written yet
        self._is_open = False
        self._room = self._read = self._documents = self._table = 0

    def __enter__(self) -> BulkLoad:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if error is None:
                self._load()
                self._commit()
        finally:
            if self._is_open:
                self._con.execute("ROLLBACK")
                for stated in fields(self._done):
                    setattr(self._done, stated.name, getattr(self._committed, stated.name))

    def add(self, batch: BulkBatch) -> None:
        """Take the next batch of the file."""
        self._waiting.append(batch)
        if len(self._waiting) == BATCHES:
            self._load()

    def _load(self) -> None:
        batches, self._waiting = self._waiting, []
        while batches:
            if not self._is_open:
                self._begin()
            now, batches = up_to(batches, self._room)
            self._room -= self._write(now)
            self._read += sum(batch.size for batch in now)
            self._documents += sum(batch.documents for batch in now)
            self._table += sum(int(batch.table.estimated_size()) for batch in now)
            if (
                self._room <= 0
                or self._read >= READ_BYTES
                or self._documents >= READ_DOCUMENTS
                or self._table >= TABLE_BYTES
            ):
                self._commit()

    def _begin(self) -> None:
        (rows,) = self._con.execute("SELECT count(*) FROM source_records").fetchall()[0]
        self._con.execute("BEGIN")
        self._is_open = True
        self._room = ROW_GROUP - rows % ROW_GROUP
        self._read = self._documents = self._table = 0

    def _commit(self) -> None:
        if self._is_open:
            self._write_hits()
            self._before_commit()
            self._con.execute("COMMIT")
            self._is_open = False
            self._committed = deepcopy(self._done)

    def _write(self, batches: Sequence[BulkBatch]) -> int:
        """Write batches; return how many rows they became."""
        page, done = self._page, self._done
        found = []
        for batch in batches:
            found.append(self._target.hits(batch))
            done.tally(batch, found[-1])
        count = load_tables(self._con, self._run_id, [replace(page, table=b.table) for b in batches if b.table.height])
        self._hits += found
        if sum(hits.height for hits in self._hits) >= HITS:
            self._write_hits()
        done.withdrawn += self._withdraw(batches, pl.concat(found))
        rejects = [_of_file(reject, done.file) for batch in batches for reject in batch.rejects]
        rejected = write_rejects(self._con, self._run_id, page.source, rejects, page_id=page.page_id)
        done.count += count + LoadCount(rejects=rejected)
        self._con.execute(
            "UPDATE pages SET record_count = coalesce(record_count, 0) + ?,"
            " reject_count = coalesce(reject_count, 0) + ?, request = json_merge_patch(request, ?) WHERE page_id = ?",
            [sum(b.table.height for b in batches), len(rejects), json.dumps({"through": batches[-1].through}),
             page.page_id],
        )  # fmt: skip
        return count.new + count.changed

    def _write_hits(self) -> None:
        """Write the hits so far: many at once, for each time they are looked for among all that are known."""
        hits, self._hits = pl.concat(self._hits) if self._hits else None, []
        if hits is not None and hits.height:
            source, page_id = pl.lit(self._page.source), pl.lit(self._page.page_id, pl.Int32)
            write_hits(self._con, self._run_id, hits.with_columns(source=source, page_id=page_id))

    def _withdraw(self, batches: Sequence[BulkBatch], hits: pl.DataFrame) -> int:
        """Close records the file deletes, and hits of records whose new statement matches no more; old versions stay.

        Returns how many publications were deleted.
        """
        hashes = sorted(self._target.named())
        deleted = {number for batch in batches for number in batch.withdrawn}
        if not deleted and not hashes:
            return 0
        self._write_hits()
        stated = {number for batch in batches for number in batch.table["publication_number"].to_list()}
        deleted -= stated
        restated = sorted(stated) if hashes else []
        closed = self._con.execute(
            "UPDATE source_records SET valid_to = ? WHERE source = ? AND part = 'biblio' AND valid_to IS NULL"
            " AND list_contains(?, publication_number) RETURNING 1",
            [self._page.received_at, self._page.source, sorted(deleted)],
        ).fetchall() if deleted else []  # fmt: skip
        if deleted or restated:
            found = [" ".join(column) for column in zip(*(hits[c].to_list() for c in _HIT), strict=True)]
            self._con.execute(
                "UPDATE source_hits AS h SET withdrawn_run = ? WHERE source = ? AND withdrawn_run IS NULL AND"
                " (publication_number IN (SELECT unnest(?::VARCHAR[])) OR (list_contains(?::VARCHAR[], query_hash)"
                " AND publication_number IN (SELECT unnest(?::VARCHAR[])) AND NOT list_contains(?::VARCHAR[],"
                " concat_ws(' ', technology_id, query_hash, publication_number))))",
                [self._run_id, self._page.source, sorted(deleted), hashes, restated, found],
            )
        return len(closed)


_HIT = ("technology_id", "query_hash", "publication_number")


def up_to(batches: Sequence[BulkBatch], rows: int) -> tuple[list[BulkBatch], list[BulkBatch]]:
    """The batches with the first `rows` records, and the rest; a batch is divided where that falls into it."""
    now: list[BulkBatch] = []
    for place, batch in enumerate(batches):
        if batch.table.height > rows:
            first, rest = batch.divided(rows)
            return [*now, first], [rest, *batches[place + 1 :]]
        now.append(batch)
        rows -= batch.table.height
    return now, []


def _of_file(reject: Reject, file: str) -> Reject:
    reject.file = reject.file or file
    return reject
