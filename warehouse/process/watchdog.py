"""The watchdog: work that makes no progress for too long says where it is, fails, and lets the lock go.

Whoever holds the warehouse is watched for as long as it is held (`warehouse.core`), a run with a watchdog of its own
(`warehouse.run`), and the studies of a table, which hold nothing (`attending`). The code at work says how far it is
(`moved`): the run its steps, the harvest its technology, the fetcher each request, and whoever reports progress.
A thread of its own looks at that. When nothing has moved for the time allowed it ends the query under way, then raises
in the thread that works. Where neither helps (a call into a library that never returns) the sentence is left in a file
and the process ends or begins again; the next start closes the run with that sentence.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

log = logging.getLogger("stuckneck.watchdog")

_GRACE = 10.0  # seconds for which the query under way is interrupted, and again for the thread to take the exception
_EVERY = 0.2


class StalledError(RuntimeError):
    """A run made no progress for the time allowed; the message says where it was."""


class _Stalled(BaseException):
    """What is raised in the thread that works: nothing that handles errors may take it for one of its own."""


@dataclass(slots=True)
class _Place:
    step: str = ""
    about: str = ""  # technology, or what else the step is about
    request: str = ""  # the last one sent
    moves: int = 0


_place = _Place()


def moved(*, step: str | None = None, about: str | None = None, request: str | None = None) -> None:
    """Say that the work goes on, and where it is; what is not named stays. A new step begins without the rest."""
    if step is not None:
        _place.step, _place.about, _place.request = step, "", ""
    _place.about = _place.about if about is None else about
    _place.request = _place.request if request is None else request
    _place.moves += 1


def sentence(seconds: float, *, is_held: bool = True) -> str:
    """Return where the work is, as the failed run says it; `is_held` says that it holds the warehouse."""
    parts = (f"step {_place.step or 'not begun'}", _place.about, _place.request and f"last request {_place.request}")
    span = f"{seconds / 60:.0f} minutes" if seconds >= 60 else f"{seconds:g} seconds"
    let_go = "The warehouse was let go." if is_held else "The work was ended."
    return f"No progress for {span}: {', '.join(filter(None, parts))}. {let_go}"


def end_process(said: str) -> None:
    """End the process as if killed: the system lets the lock go, and the next start goes on."""
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    os._exit(1)


_last_resort: Callable[[str], None] = end_process


def set_last_resort(do: Callable[[str], None]) -> None:
    """Do `do` with the sentence, instead of ending the process, where the thread that works cannot be reached."""
    global _last_resort  # noqa: PLW0603 - one program, one way to end
    _last_resort = do


class Watchdog:
    """Looks after the work of one thread for `seconds` without progress.

    `interrupt` ends the query under way (None: there is none, and nothing is held); `note` is the file that keeps the
    sentence for the run's next start (None: no run is under way). `now` gives seconds. While `rests` is set it looks
    at nothing: another one does.
    """

    def __init__(
        self, seconds: float, interrupt: Callable[[], None] | None = None, note: Path | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.seconds = seconds
        self.said: str | None = None  # set once it has struck
        self.rests = False
        self._interrupt, self._note, self._now = interrupt, note, now
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._worker = threading.get_ident()
        self._seen = (_place.moves, now())
        self._thread = threading.Thread(target=self._look, daemon=True, name="watchdog")

    def start(self) -> None:
        """Begin to look, four times in the time allowed and at least every second."""
        self._thread.start()

    def stop(self) -> None:
        """End looking. After this nothing is raised in the thread any more."""
        with self._guard:
            self._ended.set()

    def is_late(self) -> bool:
        """Return whether nothing has moved for the time allowed."""
        moves, since = self._seen
        if self.rests or moves != _place.moves:
            self._seen = (_place.moves, self._now())
            return False
        return self._now() - since >= self.seconds

    def _look(self) -> None:
        while not self._ended.wait(min(1.0, self.seconds / 4)):
            if self.is_late():
                self._strike()
                return

    def _strike(self) -> None:
        self.said = sentence(self.seconds, is_held=self._interrupt is not None)
        frame = sys._current_frames().get(self._worker)
        log.error("%s\n%s", self.said, "".join(traceback.format_stack(frame)) if frame else "")
        for _ in range(int(_GRACE / _EVERY) if self._interrupt else 0):
            if self._interrupt:
                self._interrupt()
            if self._ended.wait(_EVERY):
                return
        with self._guard:
            if self._ended.is_set():
                return
            raised = ctypes.py_object(_Stalled)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._worker), raised)
        if not self._ended.wait(_GRACE):
            if self._note is not None:
                with suppress(OSError):  # the disk may be what hangs or is full
                    self._note.write_text(self.said, encoding="utf-8")
            _last_resort(self.said)


@contextmanager
def watching(dog: Watchdog, con: Callable[[], duckdb.DuckDBPyConnection | None] = lambda: None) -> Iterator[None]:
    """Run the body under `dog`. Raises StalledError, with the transaction under way rolled back, when it struck."""
    dog.start()
    try:
        try:
            yield
        finally:
            dog.stop()
    except BaseException as error:
        dog.stop()
        if dog.said is None or not (isinstance(error, _Stalled) or "interrupt" in f"{type(error)} {error}".lower()):
            raise
        if (opened := con()) is not None:
            with suppress(duckdb.Error):  # no transaction is open
                opened.rollback()
        raise StalledError(dog.said) from error


@contextmanager
def attending(step: str, seconds: float) -> Iterator[None]:
    """Watch work that holds no warehouse, named `step`. Raises StalledError after `seconds` without progress."""
    moved(step=step)
    with watching(Watchdog(seconds)):
        yield


def left_behind(note: Path) -> str | None:
    """Return, once, the sentence that a process left which could not end its run; None when there is none."""
    try:
        said = note.read_text(encoding="utf-8")
        note.unlink()
    except OSError:
        return None
    return said
