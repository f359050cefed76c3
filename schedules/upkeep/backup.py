"""Backup and restore: one tar with the warehouse, what had landed and the lists; secrets are never in it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from warehouse.core import Core
from warehouse.process.watchdog import moved
from warehouse.run import publish_what_was_cut
from warehouse.workspace import Workspace, begin_private_file, make_private_folder

MANIFEST = "manifest.json"
_SETTINGS = "stuckneck.toml"
_CORE = "warehouse/core.duckdb"
_UNCHECKED = "stuckneck.toml.unchecked"
_CHUNK = 1 << 20
_ALLOWED = re.compile(
    r"stuckneck\.toml|technologies\.toml|topics\.toml|warehouse/core\.duckdb"
    r"|landing/[0-9a-f]{2}/[0-9a-f]{64}\.zst|inbox/[A-Za-z0-9._-]+\.json"
)
_MANIFEST_LIMIT = 256 * 1024 * 1024


class BackupError(ValueError):
    """The archive is no backup, or not whole, or the target is not empty; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """An archive written or restored: how many files, how many bytes."""

    file: Path
    files: int
    byte_count: int


def _members(workspace: Workspace) -> Iterator[Path]:
    for file in (
        workspace.settings_file,
        workspace.technologies_file,
        workspace.topics_file,
        workspace.holders_file,
        workspace.core,
    ):
        if file.is_file():
            yield file
    yield from sorted(workspace.landing.glob("[0-9a-f][0-9a-f]/*.zst"))
    yield from sorted(workspace.inbox.glob("*.json"))


def _hash(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def backup(core: Core, target: Path) -> BackedUp:
    """Write everything of the workspace that cannot be made again to `target` (tar), whole or not at all.

    Snapshots are copies of the core file and are made again by `restore`. Raises BackupError when `target` exists.
    """
    if target.exists():
        msg = f"{target}: exists already; name another file."
        raise BackupError(msg)
    workspace = core.workspace
    partial = target.with_name(target.name + ".partial")
    sums: dict[str, str] = {}
    try:
        begin_private_file(partial)
        with core.paused(), partial.open("wb") as handle:
            with tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for file in _members(workspace):
                    name = file.relative_to(workspace.root).as_posix()
                    sums[name] = _hash(file)
                    archive.add(file, name, recursive=False)
                    moved()
                text = json.dumps({"format": 1, "sha256": sums}, indent=1).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text))
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return BackedUp(target, len(sums), target.stat().st_size)


def check(archive: Path) -> BackedUp:
    """Read a backup whole: every file against the manifest, the warehouse opened and its ledger read.

    Nothing is restored; the warehouse is unpacked beside the archive for the while. Raises BackupError.
    """
    with tempfile.TemporaryDirectory(prefix=".checking-", dir=archive.parent) as name:
        folder = Path(name)
        sums = _unpacked(archive, folder, only=_CORE)
        try:
            with closing(duckdb.connect(str(folder / _CORE), read_only=True)) as con:
                con.execute("SELECT count(*) FROM runs").fetchone()
        except duckdb.Error as error:
            msg = f"{archive}: its warehouse does not open ({str(error).splitlines()[0]}); use another backup."
            raise BackupError(msg) from None
    return BackedUp(archive, len(sums), archive.stat().st_size)


def restore(archive: Path, folder: Path) -> BackedUp:
    """Make `folder` (new or empty) the workspace that was backed up, bring it up to this program, and publish it.

    Only files a backup holds are taken, each checked against the manifest. Put the secrets (.env) back yourself.
    Raises BackupError, and leaves nothing behind that would pass for a workspace.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"{folder}: is not empty; restore into a new folder."
        raise BackupError(msg)
    workspace = Workspace(folder.resolve())
    sums = _unpacked(archive, workspace.root)
    (workspace.root / _UNCHECKED).replace(workspace.settings_file)
    with Core(workspace, purpose="restore") as core:
        publish_what_was_cut(core)  # the newest run's snapshot, which is this core file
    return BackedUp(archive, len(sums), sum((workspace.root / name).stat().st_size for name in sums))


def _unpacked(archive: Path, root: Path, only: str | None = None) -> dict[str, str]:
    """Write the members (`only`: that one) under `root`; return name → sum, all as stated. Raises BackupError."""
    try:
        with tarfile.open(archive, mode="r:") as tar:
            sums, stated = _unpack(tar, root, archive.name, only)
    except (tarfile.TarError, EOFError, FileNotFoundError) as error:
        msg = f"{archive}: cannot be read as a backup ({error})."
        raise BackupError(msg) from None
    wrong = sorted(set(stated.items()) ^ set(sums.items()))
    if wrong or _SETTINGS not in sums:
        what = wrong[0][0] if wrong else _SETTINGS
        msg = f"{archive}: {what} is missing or was changed; use another backup."
        raise BackupError(msg)
    return sums


def _unpack(
    tar: tarfile.TarFile, root: Path, file: str, only: str | None
) -> tuple[dict[str, str], dict[str, str]]:  # fmt: skip
    """Write the members under `root`; return (name → sum as unpacked, as stated). Raises BackupError."""
    sums: dict[str, str] = {}
    stated: dict[str, str] = {}
    for member in tar:
        source = tar.extractfile(member) if member.isreg() else None
        if source is None or not (member.name == MANIFEST or _ALLOWED.fullmatch(member.name)):
            msg = f"{file}: holds {member.name!r}, which no backup holds; nothing more was unpacked."
            raise BackupError(msg)
        moved()
        if member.name == MANIFEST:
            stated = _manifest(source.read(_MANIFEST_LIMIT), file)
        else:
            # A folder is a workspace once it has its settings: they get their name when everything is checked.
            name = _UNCHECKED if member.name == _SETTINGS else member.name
            sums[member.name] = _write(source, root / name if only in (None, name) else None)
    return sums, stated


def _manifest(text: bytes, name: str) -> dict[str, str]:
    try:
        found = json.loads(text)
        return {str(k): str(v) for k, v in found["sha256"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = f"{name}: its manifest cannot be read."
        raise BackupError(msg) from None


def _write(source: IO[bytes], target: Path | None) -> str:
    """Write a member to `target` (None: nowhere) and return its sum."""
    digest = hashlib.sha256()
    if target is not None:
        make_private_folder(target.parent)
        begin_private_file(target)
    with (target or Path(os.devnull)).open("wb") as handle:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            handle.write(chunk)
    return digest.hexdigest()
