"""Undoing an import: the warehouse as if the files had never been there; only the ledger keeps that they were."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.fetch import landing
from etl.load.files.imports import load_again
from etl.load.files.rollback import overlap, remember_hits, roll_back
from warehouse import ledger
from warehouse.core import transaction
from warehouse.workspace import Workspace


class CannotUndoError(ValueError):
    """The import cannot be taken back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the files' names, records, and the later imports that were read again for it."""

    files: list[str]
    records: int
    read_again: list[int]


@dataclass(frozen=True, slots=True)
class _File:
    page_id: int
    run_id: int
    source: str
    path: str | None
    file: str
    technology: str | None
    received_at: datetime
    exported_on: date


def undo_import(con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, *, now: datetime) -> Undone:
    """Take import `run_id` back and mark it undone in the ledger, in one transaction; merged tables are not rebuilt.

    Later imports that saw the same publications rest on it: they are taken back too and read again from the copies of
    their files. Raises CannotUndoError when there is no such import, or a later run rests on it and cannot be repeated.
    """
    _check(con, run_id)
    own = _files(con, "run_id = ?", [run_id])
    sources = sorted({f.source for f in own})
    again = [file for source in sources for file in _resting(con, run_id, source)]
    with transaction(con):
        for file_run, source in sorted({(f.run_id, f.source) for f in again}, reverse=True):
            roll_back(con, file_run, source)
        records = sum(roll_back(con, run_id, source) for source in sources)
        con.execute("DELETE FROM rejects WHERE run_id = ?", [run_id])
        con.execute("DELETE FROM ipc_symbols WHERE page_id IN (SELECT page_id FROM pages WHERE run_id = ?)", [run_id])
        con.execute("DELETE FROM pages WHERE run_id = ?", [run_id])
        for source in sources:
            _forget_source(con, source)
        for file in sorted(again, key=lambda f: f.page_id):
            _read_again(con, workspace, file)
        message = f"undone {now:%Y-%m-%d %H:%M} UTC: {records} records of {len(own)} files taken back"
        ledger.undo(con, run_id, message=message)
    for file in own:
        _remove_copy(con, workspace, file.path)
    return Undone([f.file for f in own], records, sorted({f.run_id for f in again}))


def _check(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    row = con.execute("SELECT kind, state FROM runs WHERE run_id = ?", [run_id]).fetchone()
    if row is None or row[0] != "import":
        known = con.execute("SELECT run_id FROM runs WHERE kind = 'import' AND state <> 'undone' ORDER BY 1").fetchall()
        listed = ", ".join(str(r[0]) for r in known) or "none"
        what = "There is no run" if row is None else f"A {row[0]} is no import: run"
        raise CannotUndoError(f"{what} {run_id}. Imports that can be undone: {listed} (`stuckneck runs`).")
    if row[1] == "undone":
        raise CannotUndoError(f"Run {run_id} is undone already.")


def _files(con: duckdb.DuckDBPyConnection, where: str, values: Sequence[object]) -> list[_File]:
    rows = con.execute(
        "SELECT page_id, run_id, source, path, request, received_at, service_date FROM pages"  # noqa: S608 - ours
        f" WHERE {where} ORDER BY page_id",
        list(values),
    ).fetchall()
    found = []
    for page_id, run_id, source, path, request, received_at, service_date in rows:
        stated = json.loads(request)
        found.append(
            _File(page_id, run_id, source, path, stated.get("file", ""), stated.get("technology"), received_at,
                  service_date or received_at.date())
        )  # fmt: skip
    return found


def _resting(con: duckdb.DuckDBPyConnection, run_id: int, source: str) -> list[_File]:
    """Files of later imports to be read again once `run_id` is gone: all from the first that shares a record."""
    later = _files(con, "source = ? AND run_id > ? AND state = 'loaded'", [source, run_id])
    runs = sorted({f.run_id for f in later})
    sharing = [run for run in runs if overlap(con, run_id, run, source)]
    if not sharing:
        return []
    again = [f for f in later if f.run_id >= sharing[0]]
    for file in again:
        kind = con.execute("SELECT kind FROM runs WHERE run_id = ?", [file.run_id]).fetchone()
        if kind is None or kind[0] != "import" or file.path is None or file.technology is None:
            what = f"import {file.run_id} ({file.file})" if kind and kind[0] == "import" else f"run {file.run_id}"
            raise CannotUndoError(
                f"Import {run_id} cannot be undone: {what} brought records of {source} after it and cannot be repeated"
                f" from what is kept; undo the later imports first."
            )
    return again


def _forget_source(con: duckdb.DuckDBPyConnection, source: str) -> None:
    con.execute(
        "DELETE FROM sources WHERE source = ? AND NOT EXISTS (SELECT 1 FROM pages WHERE source = ?)"
        " AND NOT EXISTS (SELECT 1 FROM source_records WHERE source = ?)",
        [source] * 3,
    )


def _read_again(con: duckdb.DuckDBPyConnection, workspace: Workspace, file: _File) -> None:
    assert file.path is not None
    assert file.technology is not None
    remember_hits(con, file.run_id, file.source, file.technology)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(file.file).name
        copy.write_bytes(landing.read(workspace, file.path))
        load_again(
            con, workspace, file.run_id, file.page_id, copy, file.source, file.technology, file.received_at,
            file.exported_on,
        )  # fmt: skip


def _remove_copy(con: duckdb.DuckDBPyConnection, workspace: Workspace, path: str | None) -> None:
    """Remove the copy of a file that nothing refers to any more."""
    if path is not None and con.execute("SELECT 1 FROM pages WHERE path = ?", [path]).fetchone() is None:
        (workspace.root / path).unlink(missing_ok=True)
