"""Ctrl-C (SIGINT) and SIGTERM, handled at any moment and recorded as a run that was cut, not one that failed.

DuckDB at work lets the signal's handler raise, and then sometimes ends its query with RuntimeError ("Query
interrupted") and sometimes works on to the query's end (2.0.0: most long queries). So a thread of its own waits for
signals too: it interrupts the open warehouse while the main thread does not move, and where the program has not ended
after PATIENCE seconds, ends it as if killed, which every run survives.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

PATIENCE = 8.0  # seconds the program may take to end in good order
_EVERY = 0.2  # seconds after which a query that goes on is interrupted again
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """Ctrl-C or SIGTERM. A KeyboardInterrupt: what handles errors lets it pass."""


class _State:
    received: int | None = None  # the first signal
    answered = threading.Event()  # the interpreter has run the handler
    held = 0
    interrupts: set[Callable[[], None]] = set()  # noqa: RUF012 - one program, one state
    handling = False


def handle_signals(say: Callable[[int], None]) -> None:
    """Handle both signals from now on (main thread, once). `say` tells the user where the program must be ended."""
    listening, ringing = socket.socketpair()
    ringing.setblocking(False)
    for number in _SIGNALS:
        signal.signal(number, _on_signal)
    signal.set_wakeup_fd(ringing.fileno(), warn_on_full_buffer=False)
    _State.handling = True
    threading.Thread(target=_listen, args=(listening, ringing, say), daemon=True, name="signals").start()


def release_signals() -> None:
    """Leave signals to somebody else: the daemon has handlers of its own."""
    signal.set_wakeup_fd(-1)
    _State.handling = False


def forget() -> None:
    """The signal was answered and the program goes on: a prompt takes Ctrl-C as the end of a line."""
    _State.received = None
    _State.answered.clear()


def received() -> int | None:
    """The signal that stops the program; None while nothing does."""
    return _State.received


def _on_signal(number: int, _frame: FrameType | None) -> None:
    first = not _State.answered.is_set()
    if _State.received is None:
        _State.received = number
    if _State.held and threading.current_thread() is threading.main_thread():
        return  # raised when the block is through
    _State.answered.set()
    if first:  # a second one must not cut what the first began to put in order; PATIENCE bounds that
        raise Stopped


def _listen(listening: socket.socket, _ringing: socket.socket, say: Callable[[int], None]) -> None:
    while rung := listening.recv(64):
        numbers = [n for n in rung if n in _SIGNALS]
        if numbers and _State.handling:
            _see_it_end(numbers[0], say)
            listening.settimeout(_EVERY)
            with suppress(TimeoutError):  # what it rang itself
                listening.recv(64)
            listening.settimeout(None)


def _see_it_end(number: int, say: Callable[[int], None]) -> None:
    if _State.received is None:
        _State.received = number
    watchdog = threading.Timer(PATIENCE, _end, (number, say))
    watchdog.daemon = True
    watchdog.start()
    before = None
    while _State.received is not None and _State.handling:
        time.sleep(_EVERY)
        if before == (before := _place()):  # deep in one call: a query that goes on, or a wait
            if not _State.answered.is_set():
                _wake(number)
            for interrupt in list(_State.interrupts):
                interrupt()
    watchdog.cancel()


def _wake(number: int) -> None:
    """End the main thread's wait for the system (a pipe, a lock of a file), so that the interpreter runs the handler.

    Polars puts a handler of its own before the interpreter's, after which such a wait begins again by itself.
    """
    if sys.platform != "win32":
        signal.siginterrupt(number, True)
        signal.pthread_kill(threading.main_thread().ident or 0, number)


def _place() -> tuple[int, int] | None:
    """Where the main thread is, to tell whether it has moved."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    return None if frame is None else (id(frame), frame.f_lasti)


def _end(number: int, say: Callable[[int], None]) -> None:
    saying = threading.Thread(target=say, args=(number,), daemon=True)
    saying.start()
    saying.join(1)  # nobody may be reading what it writes
    os._exit(128 + number)


def watch(interrupt: Callable[[], None]) -> None:
    """Have `interrupt` called (from another thread) after a signal: it ends the query under way."""
    _State.interrupts.add(interrupt)


def unwatch(interrupt: Callable[[], None]) -> None:
    """Undo `watch`."""
    _State.interrupts.discard(interrupt)


def is_stop(error: BaseException) -> bool:
    """Whether `error` is what became of a signal that struck DuckDB at work."""
    if isinstance(error, KeyboardInterrupt):
        return True
    if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
        return True
    # by name: this module is imported before anything else; an open result is cut with an error of Arrow's
    is_cut = type(error).__name__ == "InterruptException" or "INTERRUPT Error" in str(error)
    return _State.received is not None and is_cut


@contextmanager
def surfacing() -> Iterator[None]:
    """Let a stop that struck DuckDB at work go on as Stopped, so that no run is recorded as failed for it."""
    try:
        yield
    except Exception as error:
        if is_stop(error):
            raise Stopped from error
        raise


@contextmanager
def starting_processes() -> Iterator[None]:
    """Start processes in the block, deaf to the signals, which a terminal sends to all: this one ends them.

    No stop comes between a process's start and the record of it.
    """
    ours = threading.current_thread() is threading.main_thread()
    masks = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS) if masks else None
    _State.held += ours
    try:
        yield
    finally:
        _State.held -= ours
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if ours and not _State.held and _State.received is not None and not _State.answered.is_set():
        _State.answered.set()
        raise Stopped


def end_with_parent() -> None:
    """In a process of a pool: signals are the parent's affair, and when it is gone, nobody would fetch the work."""
    import multiprocessing

    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(waiting: Callable[[], object]) -> None:
    with suppress(OSError, ValueError):
        waiting()
    os._exit(0)
