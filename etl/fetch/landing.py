"""The landing zone: every answer as received, compressed, addressed by its content, with its request beside it.

The bytes are on disk (written, flushed, renamed) before the row in ``pages`` says so; a crash between the two leaves an
unreferenced file, never a row without its bytes. Records can be read again from here without the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import zstandard

from etl.fetch.http import Answer, Request
from warehouse.workspace import Workspace, make_private_folder

_LEVEL = 6
# What a landed file may unpack to; far above any answer that is accepted (etl.fetch.wire.MAX_ANSWER).
_MAX_UNPACKED = 1 << 30


class LandedFileError(ValueError):
    """A landed file is missing or is not what its name says; the message names it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One row of ``pages``: an answer (or imported file) as received."""

    page_id: int
    run_id: int
    slice_id: int | None
    source: str
    request_key: str
    request: dict[str, Any]
    status: int | None
    path: str | None
    received_at: datetime
    service_date: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Final:
    """An answer without records that holds for the rest of its run: less, nothing, expired or refused, and why."""

    verdict: str
    reason: str


_COLUMNS = "page_id, run_id, slice_id, source, request_key, request, status, path, received_at, service_date, state"


def _page(row: tuple[Any, ...]) -> Page:
    fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Page(**{**fields, "request": json.loads(fields["request"])})


def store(workspace: Workspace, content: bytes) -> tuple[str, str]:
    """Write `content` compressed under landing/ and return (its SHA-256, the path relative to the workspace)."""
    digest = hashlib.sha256(content).hexdigest()
    target = workspace.landing / digest[:2] / f"{digest}.zst"
    relative = target.relative_to(workspace.root).as_posix()
    if target.exists() and _is_sound(workspace, relative):
        return digest, relative
    make_private_folder(target.parent)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".landing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(zstandard.ZstdCompressor(level=_LEVEL).compress(content))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return digest, relative


def _is_sound(workspace: Workspace, path: str) -> bool:
    """Return whether a landed file still holds what its name says; a damaged one is written again."""
    try:
        read(workspace, path)
    except LandedFileError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Flush the folder's own entry, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(workspace: Workspace, path: str) -> bytes:
    """Return the bytes landed at `path` (relative to the workspace). Raises LandedFileError when they changed."""
    file = workspace.root / path
    try:
        with file.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            content = reader.read(_MAX_UNPACKED)
    except FileNotFoundError:
        msg = f"{path}: the landed file is gone; `stuckneck prune` may have removed it. Harvest again to have it back."
        raise LandedFileError(msg) from None
    except zstandard.ZstdError as error:
        msg = f"{path}: the landed file cannot be unpacked ({error}); restore it or harvest again."
        raise LandedFileError(msg) from None
    if hashlib.sha256(content).hexdigest() != file.stem:
        msg = f"{path}: the landed file was changed after it landed; restore it or harvest again."
        raise LandedFileError(msg)
    return content


def next_id(con: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """Return the next number of `table`.`column` (names of this program's own tables only)."""
    row = con.execute(f'SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"').fetchone()  # noqa: S608
    return int(row[0]) if row else 1


def land(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    request: Request,
    answer: Answer,
    *,
    run_id: int,
    slice_id: int | None,
    now: datetime,
    state: str = "landed",
    final: Final | None = None,
) -> Page:
    """Land one answer and return its page.

    `state` is ``landed`` (to be loaded), ``loaded`` (it holds no records) or ``refused`` (an error, kept); `final`:
    what the service said for good, so that it is not asked again in this run. Call inside a transaction.
    """
    digest, path = store(workspace, answer.content)
    key, said = request.key(), request.landed()
    held = 0 if state == "loaded" else None
    row = con.execute(
        f"INSERT INTO pages ({_COLUMNS}, media_type, byte_count, content_sha256, record_count, reject_count) "  # noqa: S608
        f"VALUES ((SELECT coalesce(max(page_id), 0) + 1 FROM pages), {', '.join('?' * 15)}) RETURNING page_id",
        [
            *(run_id, slice_id, request.source, key, json.dumps(said, ensure_ascii=False)),
            *(answer.status, path, now, answer.service_date, state),
            *(answer.media_type, len(answer.content), digest, held, held),
        ],
    ).fetchone()
    assert row is not None
    if final is not None:
        con.execute("INSERT INTO page_verdicts VALUES (?, ?, ?)", [row[0], final.verdict, final.reason])
    return Page(
        int(row[0]), run_id, slice_id, request.source, key, said, answer.status, path, now, answer.service_date, state
    )


def final_answers(con: duckdb.DuckDBPyConnection, run_id: int, source: str) -> dict[str, tuple[Page, Final]]:
    """Return request key → the page and what the service said for good, of one run and source."""
    rows = con.execute(
        f"SELECT verdict, reason, {_COLUMNS} FROM pages JOIN page_verdicts USING (page_id)"  # noqa: S608
        " WHERE run_id = ? AND source = ? ORDER BY page_id",
        [run_id, source],
    ).fetchall()
    found = ((_page(row[2:]), Final(row[0], row[1])) for row in rows)
    return {page.request_key: (page, final) for page, final in found}


def mark(con: duckdb.DuckDBPyConnection, page_id: int, state: str) -> None:
    """Set a page's state: landed, loaded or refused."""
    con.execute("UPDATE pages SET state = ? WHERE page_id = ?", [state, page_id])


def pages(
    con: duckdb.DuckDBPyConnection,
    *,
    run_id: int | None = None,
    source: str | None = None,
    states: tuple[str, ...] = ("landed",),
) -> Iterator[Page]:
    """Yield landed pages in the order they landed, by run, source and state."""
    wanted, values = [f"state IN ({', '.join('?' * len(states))})"], list[Any](states)
    if run_id is not None:
        wanted.append("run_id = ?")
        values.append(run_id)
    if source is not None:
        wanted.append("source = ?")
        values.append(source)
    query = f"SELECT {_COLUMNS} FROM pages WHERE {' AND '.join(wanted)} ORDER BY page_id"  # noqa: S608
    for row in con.execute(query, values).fetchall():
        yield _page(row)
