"""The time the office counts its minutes by: this machine's, or a clock it shares with the client in tests."""

from __future__ import annotations

import time
from typing import Protocol

from warehouse.clock import Clock


class Ticks(Protocol):
    """Seconds since some moment, and letting some of them pass."""

    def now(self) -> float:
        """Return the seconds since a moment that stays the same."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class MachineTicks:
    """This machine's own time."""

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class ClockTicks:
    """The time of a client's clock: budgets, tokens, scrolls and quotas of both sides then agree on what a minute is.

    For one client at a time: while its answer is made it waits, and so the office may move the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin = clock.now()

    def now(self) -> float:
        """Return the seconds since the office was made, by the client's clock."""
        return (self._clock.now() - self._begin).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Move the client's clock on."""
        self._clock.sleep(seconds)
