"""Where things lie in a user's workspace (docs/architecture.md, "Workspace")."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    def core(self) -> Path:
        """The writer's database file."""
        return self.root / "warehouse" / "core.duckdb"

    @property
    def lock(self) -> Path:
        """The writer's lock file."""
        return self.root / "warehouse" / "core.lock"

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
            folder.mkdir(parents=True, exist_ok=True)
