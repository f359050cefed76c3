"""Stopping in good order: a flag that is looked at between steps, between pages and in every wait."""

from __future__ import annotations

import threading
from datetime import datetime

from warehouse.clock import Clock
from warehouse.run import StopRequestedError


class StoppableClock:
    """`clock`, except that waiting ends with StopRequestedError as soon as `stop` is set (also a wait of 0 s)."""

    def __init__(self, clock: Clock, stop: threading.Event, *, real: bool = True) -> None:
        self._clock = clock
        self._stop = stop
        self._real = real  # a pretended clock moves on by itself and cannot be waited for

    def now(self) -> datetime:
        """Return the time in UTC, without zone."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Wait. Raises StopRequestedError when asked to stop, before or while waiting."""
        if self._real and seconds > 0:
            self._stop.wait(seconds)
        if self._stop.is_set():
            raise StopRequestedError("asked to stop")
        if not self._real:
            self._clock.sleep(seconds)

    def progress(self, _what: str, _done: int, _total: int | None) -> None:
        """Look at the flag between two steps: a progress callback of a run's steps."""
        if self._stop.is_set():
            raise StopRequestedError("asked to stop")
