"""Publishing: the core file is copied to a versioned, read-only snapshot and the pointer is swapped.

Readers only ever open snapshots, so an analyst's open session never blocks the nightly run, and a failed run leaves
yesterday's snapshot in place. The writer is paused for the copy: copies taken while a writer commits cannot always
be opened (docs/decisions.md).
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from pathlib import Path

import duckdb

from warehouse.core import Core
from warehouse.migrate import applied, available
from warehouse.workspace import Workspace, begin_private_file

log = logging.getLogger("stuckneck.publish")

_NAME = re.compile(r"snapshot-(\d{6})\.duckdb")


class NoSnapshotError(LookupError):
    """Nothing has been published in this workspace yet."""


class SnapshotTooOldError(NoSnapshotError):
    """What is published was written by an earlier version of the program and lacks what this one reads."""


def versions(workspace: Workspace) -> list[int]:
    """Return the versions of the snapshots on disk, ascending."""
    found = (_NAME.fullmatch(p.name) for p in workspace.snapshots.glob("snapshot-*.duckdb"))
    return sorted(int(m.group(1)) for m in found if m)


def path_of(workspace: Workspace, version: int) -> Path:
    """Return where snapshot `version` lies."""
    return workspace.snapshots / f"snapshot-{version:06d}.duckdb"


def pointed(workspace: Workspace) -> Path | None:
    """Return the snapshot that ``snapshots/current`` names; None where it names none that is there."""
    try:
        name = (workspace.snapshots / "current").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return workspace.snapshots / name if _NAME.fullmatch(name) and (workspace.snapshots / name).is_file() else None


def current(workspace: Workspace) -> Path:
    """Return the published snapshot's path. Raises NoSnapshotError when there is none."""
    if (named := pointed(workspace)) is None:
        newest = workspace.newest_snapshot()
        if newest is not None:
            log.warning("snapshots/current names no snapshot; %s, the newest there, is read.", newest.name)
            return newest
        msg = f"{workspace.root}: nothing is published yet; run `stuckneck refresh`, or `stuckneck import` and `place`."
        raise NoSnapshotError(msg)
    return named


def _fsync(path: Path) -> None:
    flags = os.O_RDONLY
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    except OSError:
        if os.name != "nt":  # Windows cannot fsync a folder or a read-only handle
            raise
    finally:
        os.close(handle)


def next_version(workspace: Workspace) -> int:
    """Return the number the next snapshot will have."""
    return max(versions(workspace), default=0) + 1


def publish(core: Core, version: int | None = None) -> Path:
    """Copy the core file to snapshot `version` (default: the next), check that it opens, and point readers to it.

    A cut in the middle leaves the old pointer; OSError (a full disk) removes the half copy and is raised.
    """
    workspace = core.workspace
    number = version if version is not None else next_version(workspace)
    final = path_of(workspace, number)
    partial = final.with_suffix(".partial")
    try:
        with core.paused():
            begin_private_file(partial)
            shutil.copyfile(workspace.core, partial)
        _fsync(partial)
        _write_digest(partial, final)
        duckdb.connect(str(partial), read_only=True).close()
        partial.replace(final)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    point_to(workspace, final)
    return final


def point_to(workspace: Workspace, snapshot: Path) -> None:
    """Point readers to `snapshot`."""
    pointer = workspace.snapshots / "current.partial"
    pointer.write_text(snapshot.name + "\n", encoding="utf-8")
    _fsync(pointer)
    pointer.replace(workspace.snapshots / "current")
    if os.name != "nt":
        _fsync(workspace.snapshots)


def _write_digest(content: Path, snapshot: Path) -> None:
    """Write the SHA-256 of a snapshot beside it, so that what happens to it later can be seen."""
    with content.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    beside = snapshot.with_suffix(".sha256")
    begin_private_file(beside)
    beside.write_text(f"{digest}  {snapshot.name}\n", encoding="utf-8")


def digest_of(snapshot: Path) -> str | None:
    """Return the SHA-256 a snapshot had when it was published; None where none was written down."""
    try:
        return snapshot.with_suffix(".sha256").read_text(encoding="utf-8").split()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        return None


def prune(workspace: Workspace, keep: int) -> list[Path]:
    """Remove all but the newest `keep` snapshots (never the published one) and return what was removed.

    A snapshot somebody has open stays readable for them on systems that keep unlinked files; where it cannot be
    removed (Windows), it is left for the next time.
    """
    published = current(workspace)
    removed = []
    for number in versions(workspace)[:-keep]:
        file = path_of(workspace, number)
        if file == published:
            continue
        try:
            file.unlink()
        except PermissionError:
            continue
        file.with_suffix(".sha256").unlink(missing_ok=True)
        removed.append(file)
    return removed


def connect_snapshot(file: Path, *, any_version: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a snapshot for the program's own reading (not for people's SQL: that is `warehouse.sandbox`).

    Raises SnapshotTooOldError when an earlier version of the program published it, unless `any_version` will do (the
    ledger of runs can always be read).
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    con = duckdb.connect(str(file), read_only=True, config=config)
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    have = applied(con)
    known = {one.version for one in available()}
    if have and not any_version and not known <= set(have):
        con.close()
        msg = (
            f"{file.name} was published by an earlier version of stuckneck and lacks what this one reads;"
            " run `stuckneck place`, which publishes a new one."
        )
        raise SnapshotTooOldError(msg)
    return con
