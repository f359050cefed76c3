"""Importing export files: landed as they are, read through their vendor's alias table, put onto a technology."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.exports.read import ExportRead, read_export
from etl.exports.vendor import vendors_with
from etl.fetch import landing
from etl.load.answers import items, read_answer, register_answers, source_of
from etl.load.memberships import IMPORT
from etl.load.register import register_source
from etl.load.write import LoadCount, PageParsed, load_pages, write_rejects
from etl.records import PageRefusedError, Reject
from warehouse.core import transaction
from warehouse.workspace import Workspace

COPIED = 256 << 20  # larger files are not copied into landing/: name, size and SHA-256 say which it was


@dataclass(frozen=True, slots=True)
class Imported:
    """How one file came in; `refused` is the reason when it was refused as a whole."""

    file: str
    kind: str | None
    rows: int
    records: int
    rejects: int
    count: LoadCount
    refused: str | None = None


def import_files(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    run_id: int,
    files: Sequence[Path],
    technology_id: str,
    *,
    now: datetime,
    exported_on: date | None = None,
    kind: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Imported]:
    """Land and load `files` onto `technology_id`, one transaction a file; the merged tables are not rebuilt here.

    `exported_on` dates the counts the files state (default: the day of the import). A file that is not what it
    claims is refused, kept under landing/ and among the rejects; the others go on.
    """
    return [
        _one(con, workspace, run_id, file, technology_id, now, exported_on or now.date(), kind, progress)
        for file in files
    ]


def _one(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, file: Path, technology_id: str,
    now: datetime, exported_on: date, kind: str | None, progress: Callable[[str], None],
) -> Imported:  # fmt: skip
    progress(file.name)
    digest, path = _keep(workspace, file)
    source = source_of(file, kind)
    try:
        if source is not None:
            return _answer(con, run_id, file, source, digest, path, technology_id, now, exported_on)
        read = read_export(file, kind, vendors_with(workspace.root / "vendors"))
    except PageRefusedError as error:
        with transaction(con):
            page_id = _page(con, run_id, "import", file, digest, path, now, exported_on, "refused")
            write_rejects(con, run_id, "import", [Reject(str(error), file=file.name)], page_id=page_id)
        return Imported(file.name, source or kind, 0, 0, 1, LoadCount(), str(error))
    with transaction(con):
        register_source(con, read.vendor.source.model_dump(), dict(read.vendor.capabilities), synthetic=False)
        page_id = _page(con, run_id, read.kind, file, digest, path, now, exported_on, "landed")
        page = PageParsed(page_id, read.kind, now, read.parsed, technology_id, IMPORT)
        count = load_pages(con, run_id, [page])
    return Imported(file.name, read.kind, _rows(read), len(read.parsed.records), len(read.parsed.rejects), count)


def _answer(
    con: duckdb.DuckDBPyConnection, run_id: int, file: Path, source: str, digest: str, path: str | None,
    technology_id: str, now: datetime, exported_on: date,
) -> Imported:  # fmt: skip
    """Load a saved answer of a service as that service's records. Raises PageRefusedError."""
    parsed = read_answer(file, source)
    with transaction(con):
        register_answers(con, source)
        page_id = _page(con, run_id, source, file, digest, path, now, exported_on, "landed")
        count = load_pages(con, run_id, [PageParsed(page_id, source, now, parsed, technology_id, IMPORT)])
    return Imported(file.name, source, items(parsed), len(parsed.records), len(parsed.rejects), count)


def _keep(workspace: Workspace, file: Path) -> tuple[str, str | None]:
    """SHA-256 of the file, and where its copy lies; a very large file is not copied."""
    if file.stat().st_size <= COPIED:
        return landing.store(workspace, file.read_bytes())
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), None


def _rows(read: ExportRead) -> int:
    return read.rows


def _page(
    con: duckdb.DuckDBPyConnection, run_id: int, source: str, file: Path, digest: str, path: str | None,
    now: datetime, exported_on: date, state: str,
) -> int:  # fmt: skip
    page_id = landing.next_id(con, "pages", "page_id")
    request = json.dumps({"file": file.name}, ensure_ascii=False)
    con.execute(
        "INSERT INTO pages (page_id, run_id, source, request_key, request, byte_count, content_sha256, path,"
        " received_at, service_date, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [page_id, run_id, source, f"file:{digest[:16]}", request, file.stat().st_size, digest, path, now, exported_on,
         state],
    )  # fmt: skip
    return page_id
