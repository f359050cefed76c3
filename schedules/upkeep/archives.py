"""Backups made by the clock: one archive a slot, read again before older ones go."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from schedules.upkeep.backup import BackedUp, backup, check
from warehouse.core import Core
from warehouse.workspace import Workspace, make_private_folder


def _name(workspace: Workspace) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(workspace.root.name)}-\d{{8}}T\d{{6}}Z\.tar")


def archives(workspace: Workspace, folder: Path) -> list[Path]:
    """Return the workspace's archives in `folder`, the oldest first; other files there are none of ours."""
    pattern = _name(workspace)
    return sorted(file for file in folder.glob("*.tar") if pattern.fullmatch(file.name))


def new_archive(workspace: Workspace, folder: Path, now: datetime) -> Path:
    """Return the name of an archive made at `now` (UTC); the folder is made, halves that a cut left are removed."""
    make_private_folder(folder)
    pattern = _name(workspace)
    for partial in folder.glob("*.tar.partial"):
        if pattern.fullmatch(partial.name.removesuffix(".partial")):
            partial.unlink()
    return folder / f"{workspace.root.name}-{now:%Y%m%dT%H%M%SZ}.tar"


def write_checked(core: Core, file: Path) -> BackedUp:
    """Write a backup and read it whole. Raises BackupError; an archive that cannot be read again does not stay."""
    backup(core, file)
    try:
        return check(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def keep_newest(workspace: Workspace, folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` archives and return what was removed."""
    removed = archives(workspace, folder)[:-keep]
    for file in removed:
        file.unlink()
    return removed
