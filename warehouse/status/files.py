"""Small files that are replaced whole, for their owner alone, and never cost the writer its work."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Places(Protocol):
    """Where a workspace keeps its warehouse (`warehouse.workspace.Workspace`)."""

    @property
    def core(self) -> Path:
        """The writer's database file."""
        ...

    @property
    def lock(self) -> Path:
        """The writer's lock file."""
        ...


def replace(file: Path, text: str) -> None:
    """Write `text` as `file` (0600): readers see the file before or the file after, never a part of it.

    A full disk or a folder that may not be written leaves what was there: the writer's own work goes on.
    """
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        _write(partial, text)
        partial.replace(file)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
