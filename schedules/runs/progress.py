"""What a run tells while it works: which step, how much of it is done."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]  # (what, done, of how many)


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Show nothing."""
