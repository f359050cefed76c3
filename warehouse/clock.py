"""The clock everything that waits goes by, so that tests and a simulated year can run without waiting."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the time is, and waiting."""

    def now(self) -> datetime:
        """Return the time in UTC, without zone (as the warehouse keeps timestamps)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait `seconds` (not at all when negative)."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time in UTC, without zone."""
        return datetime.now(UTC).replace(tzinfo=None)

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        if seconds > 0:
            time.sleep(seconds)


class FakeClock:
    """A clock that only moves when somebody sleeps or sets it; `slept` keeps every wait in seconds."""

    def __init__(self, start: datetime = datetime(2026, 1, 1)) -> None:
        self._now = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the pretended time in UTC, without zone."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by `seconds` at once."""
        if seconds > 0:
            self.slept.append(seconds)
            self._now += timedelta(seconds=seconds)

    def set(self, when: datetime) -> None:
        """Move to `when` (never backwards)."""
        self._now = max(self._now, when)


class SkippingClock:
    """The machine's clock on which waiting takes no time: what is done counts as it is, what is waited at once.

    For measuring how well waiting is used: time compressed by a factor would multiply this machine's own work by it.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._real = time.monotonic()
        self._start = start or SystemClock().now()
        self._lock = threading.Lock()
        self._skipped = timedelta()

    def now(self) -> datetime:
        """Return the time in UTC, without zone."""
        with self._lock:
            return self._start + self._skipped + timedelta(seconds=time.monotonic() - self._real)

    def sleep(self, seconds: float) -> None:
        """Move on by `seconds` at once."""
        if seconds > 0:
            with self._lock:
                self._skipped += timedelta(seconds=seconds)

    def set(self, when: datetime) -> None:
        """Move on to `when` (never backwards)."""
        self.sleep((when - self.now()).total_seconds())
