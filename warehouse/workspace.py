"""Where things lie in a user's workspace (docs/architecture.md, "Workspace")."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

# What the program makes is for its user alone; Windows keeps to the rights of the folder it is made in.
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it (0700); one that is there keeps its mode."""
    if not folder.parent.exists():
        make_private_folder(folder.parent)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def begin_private_file(file: Path) -> None:
    """Make `file`, empty, with mode 0600, before its content is written."""
    file.unlink(missing_ok=True)
    file.touch(mode=PRIVATE_FILE)


def open_to_others(file: Path) -> bool:
    """Return whether users other than its owner may read or write `file`; False where the system has no modes."""
    return os.name != "nt" and file.exists() and bool(file.stat().st_mode & 0o066)


class NotAWorkspaceError(ValueError):
    """The folder holds no stuckneck.toml; the message says which folder and what to do."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of one workspace; `root` is the folder that holds ``stuckneck.toml``."""

    root: Path

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Return the workspace at `folder` or in the nearest parent that is one.

        Raises NotAWorkspaceError when there is none.
        """
        start = folder.resolve()
        for candidate in (start, *start.parents):
            if (candidate / "stuckneck.toml").is_file():
                return cls(candidate)
        msg = (
            f"{start}: no stuckneck.toml here or above; make a workspace with `stuckneck init DIR` "
            "or name one with --workspace DIR."
        )
        raise NotAWorkspaceError(msg)

    @property
    def settings_file(self) -> Path:
        """stuckneck.toml."""
        return self.root / "stuckneck.toml"

    @property
    def technologies_file(self) -> Path:
        """technologies.toml."""
        return self.root / "technologies.toml"

    @property
    def topics_file(self) -> Path:
        """topics.toml."""
        return self.root / "topics.toml"

    @property
    def holders_file(self) -> Path:
        """holders.toml; need not be there."""
        return self.root / "holders.toml"

    @property
    def core(self) -> Path:
        """The writer's database file."""
        return self.root / "warehouse" / "core.duckdb"

    @property
    def lock(self) -> Path:
        """The writer's lock file."""
        return self.root / "warehouse" / "core.lock"

    @property
    def stalled(self) -> Path:
        """What a process left that could not end its run (warehouse.process.watchdog)."""
        return self.root / "warehouse" / "stalled.txt"

    @property
    def snapshots(self) -> Path:
        """Folder of published snapshots."""
        return self.root / "snapshots"

    def newest_snapshot(self) -> Path | None:
        """Return the newest published snapshot on disk; None when there is none."""
        return max(self.snapshots.glob("snapshot-[0-9]*.duckdb"), default=None)

    @property
    def landing(self) -> Path:
        """Folder of answers as received, addressed by content."""
        return self.root / "landing"

    @property
    def reports(self) -> Path:
        """Folder of charts and reports."""
        return self.root / "reports"

    @property
    def inbox(self) -> Path:
        """Folder of queued acknowledgements."""
        return self.root / "inbox"

    def make_folders(self) -> None:
        """Create the data folders (no error when they exist)."""
        for folder in (self.core.parent, self.snapshots, self.landing, self.reports, self.inbox):
            make_private_folder(folder)
