"""What a run reports while it works: which step, how much of it is done."""

from __future__ import annotations

from warehouse.status.activity import Progress

__all__ = ["Progress", "silent"]


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Show nothing."""
