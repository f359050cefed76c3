"""The bulk part of `stuckneck import`: which files are bulk files, where their records go, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from app.common import Format, err, fail, out, print_rows
from etl.bulk.detect import GOOGLE, SOURCES, bulk_kind, together
from etl.catalogue.load import load_catalogue
from etl.load.bulk.file_page import Progress
from etl.load.bulk.importing import dry_run, import_bulk, invert_google
from etl.load.bulk.target import BulkImported, ImportTarget
from etl.load.files.answers import answer_source
from warehouse.workspace import Workspace

Bulk = list[tuple[Path, str]]


def separate(paths: Sequence[Path], kind: str | None) -> tuple[Bulk, list[Path]]:
    """(bulk files with their kind, the others); `kind` forces either. Tables of one folder are one import."""
    paths = together(paths)
    if kind is not None:
        return ([(p, kind) for p in paths], []) if kind in SOURCES else ([], list(paths))
    # an OPS answer saved to a file holds exchange documents too, but is no DOCDB file
    kinds = {path: None if path.is_file() and answer_source(path) else bulk_kind(path) for path in paths}
    return [(p, k) for p, k in kinds.items() if k], [p for p, k in kinds.items() if not k]


def dry_target(workspace: Path, technology: str | None) -> ImportTarget:
    """The same for a dry run; where there is no workspace yet, every record counts."""
    found = Workspace(workspace)
    return (
        target_of(found, technology)
        if technology is None and found.settings_file.is_file()
        else ImportTarget(technology)
    )


def target_of(workspace: Workspace, technology: str | None) -> ImportTarget:
    """Everything onto `technology`; without one, onto the watched technologies and topics whose query matches."""
    if technology is not None:
        return ImportTarget(technology)
    items = [
        item
        for file in (workspace.technologies_file, workspace.topics_file)
        if file.is_file()
        for item in load_catalogue(file).harvested
    ]
    queries = {(i.id, i.query_hash): i.parsed for i in items if i.query_hash and i.parsed is not None}
    if not queries:
        raise fail(
            "No technology is watched, so nothing in a bulk file would be kept: give --technology ID for everything."
        )
    return ImportTarget(queries=queries)


def import_all(
    con: duckdb.DuckDBPyConnection, run_id: int, files: Bulk, target: ImportTarget, *,
    now: datetime, exported_on: date | None, whole_table: bool, progress: Progress,
) -> list[BulkImported]:  # fmt: skip
    """Import the bulk files one after another; with `whole_table`, then count who cites Google's publications."""
    done = [
        import_bulk(con, run_id, path, kind, target, now=now, exported_on=exported_on, progress=progress)
        for path, kind in files
    ]
    table = [path for path, kind in files if kind == GOOGLE]
    if whole_table and table and not any(d.refused for d in done):
        given = invert_google(con, run_id, table, now=now, progress=progress)
        out.print(f"{given} publications were given their complete list of citing publications.")
    return done


def dry_run_all(files: Bulk, target: ImportTarget, progress: Progress) -> list[dict[str, Any]]:
    """What an import would do, a row a file."""
    tried = [dry_run(path, kind, target, progress) for path, kind in files]
    return [row(done) | {"new": None, "changed": None, "unchanged": None, "usable": done.usable} for done in tried]


def row(done: BulkImported) -> dict[str, Any]:
    """One file as the command prints it, with the keys of an export's row."""
    return {
        "file": done.file, "kind": done.kind, "rows": done.documents, "records": done.records, "new": done.count.new,
        "changed": done.count.changed, "unchanged": done.count.unchanged, "rejects": done.rejects,
        "refused": done.refused, "note": done.note,
        "withdrawn": done.withdrawn, "matches": dict(sorted(done.matches.items())),
        "resumed_at": done.resumed_at or None,
    }  # fmt: skip


def print_usable(rows: Sequence[dict[str, Any]]) -> None:
    """Print how many records of each bulk file each indicator could use."""
    print_rows([{"file": r["file"], **r["usable"]} for r in rows], Format.table, title="records usable by indicator")


def print_notes(rows: Sequence[dict[str, Any]]) -> None:
    """Print what a person should know of a bulk file although it was read."""
    for row in rows:
        if row.get("note"):
            err.print(row["note"], style="yellow", markup=False, soft_wrap=True)


def print_matches(rows: Sequence[dict[str, Any]]) -> None:
    """Print how many records each technology or topic got from each bulk file."""
    matches = [
        {"file": r["file"], "technology": name, "records": count}
        for r in rows
        for name, count in r.get("matches", {}).items()
    ]
    if matches:
        print_rows(matches, Format.table, title="matches")
