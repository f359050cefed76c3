"""Importing bulk files: streamed into ``source_records`` a few batches a transaction; the file itself is not copied.

A file's page row has no path: name, size and SHA-256 say which file it was. While it is being read the row also says
up to which document its records are in, so a cut import goes on behind that document.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.bulk.batches import BulkBatch, stream_tables
from etl.bulk.detect import DOCDB, GOOGLE, SOURCES
from etl.bulk.documents import unpacked_size
from etl.bulk.google import forward_citations
from etl.bulk.streams import stream_batches
from etl.fetch import landing
from etl.frames import SCHEMA, to_table
from etl.load.bulk.file_page import Progress, open_page
from etl.load.bulk.target import BulkImported, ImportTarget
from etl.load.bulk.transactions import BulkLoad, frugal
from etl.load.register import register_source
from etl.load.write import PageTable, load_tables, refuse_page
from etl.records import PageRefusedError
from etl.uses import usable
from warehouse.core import transaction
from warehouse.process.watchdog import moved

MEMORY = "112MB"  # of DuckDB's while a file is streamed; without a limit it keeps all that it has written
_PARALLEL_FROM = 64 << 20  # smaller files are read before a second process has started


def batches_of(
    path: Path, kind: str, target: ImportTarget, after: int = 0, kept_before: frozenset[str] = frozenset()
) -> Iterator[BulkBatch]:
    """Batches of a bulk file of `kind`, behind document `after`. Raises PageRefusedError.

    `kept_before` are publications that are read though they match nothing any more (DOCDB).
    """
    if kind != DOCDB:
        return stream_batches(path, kind, target.named(), after)
    large = path.stat().st_size > _PARALLEL_FROM
    return stream_tables(path, target.named(), min(_cores(), 4) if large else 1, after, kept_before)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def dry_run(
    path: Path, kind: str, target: ImportTarget, progress: Progress = lambda _what, _done, _total: None
) -> BulkImported:
    """Read a bulk file and count, loading nothing: documents, records that would be kept, rejects, matches."""
    done = BulkImported(path.name, kind)
    try:
        for batch in batches_of(path, kind, target):
            done.tally(batch, target.hits(batch))
            for name, count in usable(batch.table).items():
                done.usable[name] = done.usable.get(name, 0) + count
            progress(f"read {path.name} (documents)", done.documents, None)
    except PageRefusedError as error:
        done.refused = str(error)
    return done


def import_bulk(
    con: duckdb.DuckDBPyConnection,
    run_id: int,
    path: Path,
    kind: str,
    target: ImportTarget,
    *,
    now: datetime,
    exported_on: date | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> BulkImported:
    """Stream one bulk file into the warehouse; the merged tables are not rebuilt here.

    What is written is committed with the place reached (`etl.load.bulk.transactions`). A file that turns out not to be
    what it claims, or breaks off, is refused with its reason; what came before stays and is counted.
    """
    stated = SOURCES[kind]
    register_source(con, stated, stated["capabilities"], synthetic=False)
    moved(about=path.name)
    row = open_page(con, run_id, path, kind, target, now, exported_on, progress)
    done = BulkImported(path.name, kind, resumed_at=row.resumed_at)
    page = PageTable(row.page_id, kind, now, pl.DataFrame(schema=SCHEMA))
    kept_before = _kept_before(con, kind) if target.queries and kind == DOCDB else frozenset[str]()

    def stream() -> None:
        total, read = unpacked_size(path) if kind == DOCDB else None, 0
        with BulkLoad(con, run_id, page, target, done, before_commit=lambda: row.settle(con)) as load:
            try:
                for batch in batches_of(path, kind, target, max(done.resumed_at, done.through), kept_before):
                    load.add(batch)
                    moved()
                    read += batch.size
                    progress(f"import {path.name} (MB)" if total else f"import {path.name} (documents)",
                             read >> 20 if total else batch.through, total >> 20 if total else None)  # fmt: skip
            except PageRefusedError as error:
                done.refused = str(error)

    try:
        try:
            with frugal(con, MEMORY):
                stream()
        except duckdb.OutOfMemoryException:  # what was committed stays; the rest may use all memory there is
            stream()
        row.settle(con, wait=True)
    finally:
        row.digest.stop()
    with transaction(con):
        if done.refused is None:
            landing.mark(con, row.page_id, "loaded")
        else:
            counts = con.execute(
                "SELECT record_count, reject_count FROM pages WHERE page_id = ?", [row.page_id]
            ).fetchall()
            refuse_page(con, run_id, row.page_id, kind, done.refused)
            con.execute(
                "UPDATE pages SET record_count = ?, reject_count = ? + 1 WHERE page_id = ?",
                [*(count or 0 for count in counts[0]), row.page_id],
            )
    return done


def _kept_before(con: duckdb.DuckDBPyConnection, source: str) -> frozenset[str]:
    """Publications of which the warehouse has a current record from this source."""
    rows = con.execute(
        "SELECT publication_number FROM source_records WHERE source = ? AND part = 'biblio' AND valid_to IS NULL",
        [source],
    ).fetchall()
    return frozenset(number for (number,) in rows)


def invert_google(
    con: duckdb.DuckDBPyConnection, run_id: int, paths: Sequence[Path], *, now: datetime, progress: Progress
) -> int:
    """Give every publication of the Google table in the warehouse its complete list of citing publications.

    `paths` must be the whole table; the lists belong to the page of its last file. Returns how many were given one.
    """
    rows = con.execute(
        "SELECT DISTINCT publication_number FROM source_records WHERE source = ? AND part = 'biblio'"
        " AND valid_to IS NULL ORDER BY 1", [GOOGLE],
    ).fetchall()  # fmt: skip
    last = con.execute("SELECT max(page_id) FROM pages WHERE source = ?", [GOOGLE]).fetchone()
    if not rows or last is None:
        return 0
    progress("invert citations", 0, None)
    moved(about="citations")
    given = 0
    for parsed in forward_citations(paths, [number for (number,) in rows]):
        with transaction(con):
            load_tables(con, run_id, [PageTable(last[0], GOOGLE, now, to_table(parsed.records))])
        given += len(parsed.records)
        moved()
        progress("invert citations", given, len(rows))
    return given
