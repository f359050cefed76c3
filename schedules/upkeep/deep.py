"""Whether what is on disk is whole: the core file, every snapshot, the pointer to the published one, what landed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.fetch import landing
from warehouse.core import Core, CoreLostError, WarehouseBusyError
from warehouse.process.watchdog import moved
from warehouse.publish import NoSnapshotError, connect_snapshot, current, digest_of, path_of, pointed, versions
from warehouse.workspace import Workspace

_NAMED = 3


class Finding(NamedTuple):
    """What was looked at, ok, warn or fail, and the sentence about it."""

    check: str
    state: str
    sentence: str


def deep_findings(workspace: Workspace) -> Iterator[Finding]:
    """Read everything once and say what is damaged and how it is mended; nothing is changed."""
    if not workspace.core.exists() and not versions(workspace):
        return  # nothing was ever made here
    try:
        with Core(workspace, purpose="doctor --deep") as core:
            yield _read_whole("core.duckdb", core.con, "restore a backup, or copy the newest sound snapshot to it")
            yield _pointer(workspace, core.con)
            yield _landing(workspace, core.con)
    except WarehouseBusyError as busy:
        yield Finding("core.duckdb", "warn", f"not looked at: {busy}")
    except CoreLostError as lost:
        yield Finding("core.duckdb", "fail", str(lost))
    except duckdb.Error as error:
        yield Finding("core.duckdb", "fail", f"core.duckdb: damaged ({_first_line(error)}): restore a backup")
    yield from (_snapshot(path_of(workspace, number)) for number in versions(workspace))


def _read_whole(what: str, con: duckdb.DuckDBPyConnection, remedy: str) -> Finding:
    """Read every column of every table: the file's own checksums are tried by reading."""
    tables = rows = 0
    try:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1").fetchall():
            moved(about=name)
            found = con.execute(f'SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM "{name}"').fetchone()  # noqa: S608
            tables, rows = tables + 1, rows + (found[0] if found else 0)
    except duckdb.Error as error:
        return Finding(what, "fail", f"{what}: damaged ({_first_line(error)}): {remedy}")
    return Finding(what, "ok", f"{tables} tables, {rows:,} rows read")


def _first_line(error: duckdb.Error) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _snapshot(file: Path) -> Finding:
    """Hold a snapshot to the hash that was written when it was published, and read it whole."""
    number = int(file.stem.removeprefix("snapshot-"))
    remedy = "remove it; `stuckneck place` publishes a new one"
    stated = digest_of(file)
    with file.open("rb") as stream:
        changed = stated is not None and hashlib.file_digest(stream, "sha256").hexdigest() != stated
    try:
        with closing(connect_snapshot(file, any_version=True)) as con:
            found = _read_whole(file.name, con, remedy)
            row = con.execute("SELECT max(snapshot) FROM runs WHERE state = 'succeeded'").fetchone()
    except duckdb.Error as error:
        return Finding(file.name, "fail", f"{file.name}: cannot be opened ({_first_line(error)}): {remedy}")
    if found.state == "fail":
        return found
    if changed:
        return Finding(file.name, "fail", f"{file.name}: was changed after it was published: {remedy}")
    if row is not None and row[0] is not None and row[0] != number:
        return Finding(file.name, "fail", f"{file.name}: is a copy of snapshot {row[0]}, not of {number}: {remedy}")
    hashed = "its hash is that of its publication" if stated else "no hash was written when it was published"
    return Finding(file.name, "ok", f"{found.sentence}; {hashed}")


def _pointer(workspace: Workspace, con: duckdb.DuckDBPyConnection) -> Finding:
    """Hold ``snapshots/current`` to the ledger: the last snapshot that a run published must be the one that is read."""
    row = con.execute("SELECT max(snapshot) FROM runs WHERE state = 'succeeded'").fetchone()
    last = row[0] if row else None
    try:
        published = current(workspace)
    except NoSnapshotError as error:
        return Finding("pointer", "warn" if last is None else "fail", str(error))
    named = pointed(workspace)
    if named is None:
        sentence = f"snapshots/current names no snapshot; {published.name}, the newest, is read until the next run"
        return Finding("pointer", "fail", f"{sentence}: `stuckneck place` writes it")
    if last is not None and path_of(workspace, last) != named:
        whole = path_of(workspace, last).exists()
        sentence = f"run published snapshot {last}, but readers are pointed to {named.name}"
        remedy = "the next refresh or `stuckneck place` points to it" if whole else "`stuckneck place` publishes again"
        return Finding("pointer", "fail", f"{sentence}: {remedy}")
    return Finding("pointer", "ok", f"readers are pointed to {named.name}")


def _landing(workspace: Workspace, con: duckdb.DuckDBPyConnection) -> Finding:
    """Hold every landed file that a page names to its hash."""
    rows = con.execute(
        "SELECT path, bool_or(state = 'landed') FROM pages WHERE path IS NOT NULL GROUP BY path ORDER BY path"
    ).fetchall()
    damaged, waiting = [], 0
    for path, is_waiting in rows:
        moved(about=path)
        try:
            landing.read(workspace, path)
        except landing.LandedFileError:
            damaged.append(path)
            waiting += is_waiting
    if not damaged:
        return Finding("landing", "ok", f"{len(rows):,} landed files hold what their names say")
    named = ", ".join(damaged[:_NAMED]) + (f" and {len(damaged) - _NAMED} more" if len(damaged) > _NAMED else "")
    what = "the records of these are loaded; they only cannot be read from there again"
    if waiting:
        what = f"{waiting} of them wait to be loaded: the run that loads them says so, and the one after it asks again"
    return Finding(
        "landing", "fail", f"{len(damaged)} of {len(rows):,} landed files are damaged or gone ({named}): {what}"
    )
