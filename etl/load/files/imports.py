"""Importing export files: landed as they are, read through their vendor's alias table, put onto a technology."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.exports.read import read_export
from etl.exports.row_number import APPLICATION, RECORD_ID
from etl.exports.vendor import vendors_with
from etl.fetch import landing
from etl.frames import to_table
from etl.load.files.answers import items, read_answer, register_answers, source_of
from etl.load.files.rollback import forget_untouched, remember_hits
from etl.load.merged.memberships import IMPORT
from etl.load.register import register_source
from etl.load.write import LoadCount, PageParsed, load_pages, write_rejects
from etl.records import PageRefusedError, Record, Reject
from etl.uses import usable
from warehouse.core import transaction
from warehouse.process.watchdog import moved
from warehouse.workspace import Workspace

COPIED = 256 << 20  # larger files are not copied into landing/: name, size and SHA-256 say which it was


@dataclass(frozen=True, slots=True)
class Imported:
    """How one file came in; `refused` is the reason when it was refused as a whole.

    `lost` counts rows that gave no record, `lost_why` by column with an example of each; `feeds` the records each
    indicator can use; `states_today` says that counts or states without a date are taken as of the day of the export.
    """

    file: str
    kind: str | None
    rows: int
    records: int
    rejects: int
    count: LoadCount
    refused: str | None = None
    technology: str | None = None
    lost: int = 0
    lost_why: dict[str, tuple[int, str]] = field(default_factory=dict)
    leftover: list[str] = field(default_factory=list)
    feeds: dict[str, int] = field(default_factory=dict)
    states_today: bool = False
    notes: list[str] = field(default_factory=list)


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
    done = [
        _one(con, workspace, run_id, file, technology_id, now, exported_on or now.date(), kind, progress)
        for file in files
    ]
    forget_untouched(con, run_id)
    return done


def load_again(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, page_id: int, file: Path, source: str,
    technology_id: str, received_at: datetime, exported_on: date,
) -> None:  # fmt: skip
    """Load the file of page `page_id` once more, as the run did that landed it. Raises PageRefusedError."""
    if source_of(file, source) is not None:
        parsed = read_answer(file, source)
        register_answers(con, source)
    else:
        read = read_export(file, source, vendors_with(workspace.root / "vendors"))
        date_applications(read.parsed.records, exported_on)
        register_source(con, read.vendor.source.model_dump(), dict(read.vendor.capabilities), synthetic=False)
        parsed = read.parsed
    load_pages(con, run_id, [PageParsed(page_id, source, received_at, parsed, technology_id, IMPORT)])


def _one(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, file: Path, technology_id: str,
    now: datetime, exported_on: date, kind: str | None, progress: Callable[[str], None],
) -> Imported:  # fmt: skip
    progress(file.name)
    moved(about=file.name)
    digest, path = keep(workspace, file)
    source = source_of(file, kind)
    try:
        if source is not None:
            return _answer(con, run_id, file, source, digest, path, technology_id, now, exported_on)
        read = read_export(file, kind, vendors_with(workspace.root / "vendors"))
    except PageRefusedError as error:
        with transaction(con):
            page_id = page_of(con, run_id, "import", file, digest, path, now, exported_on, "refused", technology_id)
            write_rejects(con, run_id, "import", [Reject(str(error), file=file.name)], page_id=page_id)
        return Imported(file.name, source or kind, 0, 0, 1, LoadCount(), str(error), technology_id)
    notes = read.notes + date_applications(read.parsed.records, exported_on) + several_kinds(read.parsed.records)
    with transaction(con):
        remember_hits(con, run_id, read.kind, technology_id)
        register_source(con, read.vendor.source.model_dump(), dict(read.vendor.capabilities), synthetic=False)
        page_id = page_of(con, run_id, read.kind, file, digest, path, now, exported_on, "landed", technology_id)
        page = PageParsed(page_id, read.kind, now, read.parsed, technology_id, IMPORT)
        count = load_pages(con, run_id, [page])
    return Imported(
        file.name, read.kind, read.rows, len(read.parsed.records), len(read.parsed.rejects), count,
        technology=technology_id, lost=read.lost, lost_why=_lost_why(read.parsed.rejects),
        leftover=list(read.parsed.leftover), notes=notes, **_uses(read.parsed.records),
    )  # fmt: skip


def _lost_why(rejects: Sequence[Reject]) -> dict[str, tuple[int, str]]:
    """Rows lost by column, each with the reason of the first."""
    found: dict[str, tuple[int, str]] = {}
    for reject in rejects:
        if reject.action == "record skipped":
            count, example = found.get(reject.column_name or "", (0, reject.reason))
            found[reject.column_name or ""] = (count + 1, example)
    return found


def _uses(records: Sequence[Record]) -> dict[str, Any]:
    feeds = usable(to_table(records)) if records else {}
    undated = any(r.citation_count is not None or r.legal_status is not None for r in records)
    return {"feeds": feeds, "states_today": undated}


ONE_NUMBER = frozenset({"CN", "EP", "WO"})  # offices whose number marts/family_tokens.sql takes for the application


def date_applications(records: Sequence[Record], exported_on: date) -> list[str]:
    """Date records that state an application only by the day of the export, and say so.

    When such an application was published is not known; that it was public on the day it was listed is.
    """
    undated = [r for r in records if r.number.startswith((APPLICATION, RECORD_ID))]
    for record in undated:
        record.publication_date = record.publication_date or exported_on
    if not undated:
        return []
    return [
        f"{len(undated)} rows state an application and no publication: they count as applications, with their IPC and"
        f" country, from {exported_on} (the day of the export) on"
    ]


def several_kinds(records: Sequence[Record]) -> list[str]:
    """Say how many numbers are there in several kinds, which nothing in the file makes one application.

    Whether A and B with one number are one application is the office's rule; the families go by it only where records
    bear it out (docs/decisions.md).
    """
    kinds: dict[tuple[str, str], set[str | None]] = {}
    for record in records:
        if record.authority not in ONE_NUMBER and not (
            record.application_number or record.priorities or record.source_family_id or record.family_members
        ):
            kinds.setdefault((record.authority, record.number), set()).add(record.kind)
    offices = Counter(authority for (authority, _), found in kinds.items() if len(found) > 1)
    if not offices:
        return []
    named = ", ".join(f"{office} {count}" for office, count in offices.most_common())
    return [
        f"{offices.total()} numbers are there in several kinds without an application number ({named}): each kind"
        " counts as a family of its own; export the application numbers too"
    ]


def _answer(
    con: duckdb.DuckDBPyConnection, run_id: int, file: Path, source: str, digest: str, path: str | None,
    technology_id: str, now: datetime, exported_on: date,
) -> Imported:  # fmt: skip
    """Load a saved answer of a service as that service's records. Raises PageRefusedError."""
    parsed = read_answer(file, source)
    with transaction(con):
        remember_hits(con, run_id, source, technology_id)
        register_answers(con, source)
        page_id = page_of(con, run_id, source, file, digest, path, now, exported_on, "landed", technology_id)
        count = load_pages(con, run_id, [PageParsed(page_id, source, now, parsed, technology_id, IMPORT)])
    return Imported(
        file.name, source, items(parsed), len(parsed.records), len(parsed.rejects), count, technology=technology_id,
        lost=items(parsed) - len(parsed.records), lost_why=_lost_why(parsed.rejects), **_uses(parsed.records),
    )  # fmt: skip


def keep(workspace: Workspace, file: Path) -> tuple[str, str | None]:
    """SHA-256 of the file, and where its copy lies; a very large file is not copied."""
    if file.stat().st_size <= COPIED:
        return landing.store(workspace, file.read_bytes())
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), None


def page_of(
    con: duckdb.DuckDBPyConnection, run_id: int, source: str, file: Path, digest: str, path: str | None,
    now: datetime, exported_on: date, state: str, technology_id: str,
) -> int:  # fmt: skip
    """Write the file's page, landed or refused; return its number."""
    page_id = landing.next_id(con, "pages", "page_id")
    request = json.dumps({"file": file.name, "technology": technology_id}, ensure_ascii=False)
    con.execute(
        "INSERT INTO pages (page_id, run_id, source, request_key, request, byte_count, content_sha256, path,"
        " received_at, service_date, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [page_id, run_id, source, f"file:{digest[:16]}", request, file.stat().st_size, digest, path, now, exported_on,
         state],
    )  # fmt: skip
    return page_id
