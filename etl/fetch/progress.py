"""What a harvest reports while it runs, and at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """One step: publications received so far of those the service stated (None: not known) for one technology.

    `what`: in words, where the step is about something else than one technology.
    """

    source: str
    technology_id: str
    received: int
    expected: int | None
    what: str = ""


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Report to nobody."""


@dataclass(slots=True)
class SourceSummary:
    """What one source was asked and gave."""

    requests: int = 0
    pages_landed: int = 0
    pages_reused: int = 0
    byte_count: int = 0
    waited_seconds: float = 0.0  # for the service's budget
    backoff_seconds: float = 0.0  # after faults
    publications: int = 0
    slices_done: int = 0
    slices_differ: int = 0
    targets: int = 0
    failed: dict[str, str] = field(default_factory=dict)  # technology → why its query was not harvested
    notes: list[str] = field(default_factory=list)  # what people should know: what was read, and its price


@dataclass(slots=True)
class HarvestSummary:
    """What a harvest did, by source; `skipped` says in a sentence why a source was not asked."""

    sources: dict[str, SourceSummary] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    leftover: dict[str, dict[str, int]] = field(default_factory=dict)  # source → fields nobody knows, how often


@dataclass(slots=True)
class Traffic:
    """What a harvest sent and received."""

    requests: int = 0
    landed: int = 0
    reused: int = 0
    byte_count: int = 0
    waited_seconds: float = 0.0  # for the budget
    backoff_seconds: float = 0.0  # after faults
