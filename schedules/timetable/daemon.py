"""The daemon: one process under a lock that wakes up, does what the ledger says is due, and stops when asked.

APScheduler only wakes it. What is due, what was missed and what was cut is read from the warehouse, so a daemon that is
killed and started again, on this machine or another, goes on where it was.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from types import FrameType

import duckdb
from filelock import FileLock, Timeout

from etl.sources.settings import load_settings
from schedules.delivery.deliver import Brief, Chart
from schedules.monitor.listen import Listener
from schedules.monitor.textfile import Textfile
from schedules.runs.stopping import StoppableClock
from schedules.timetable.runner import Pass, run_due
from schedules.timetable.tasks import Tools
from warehouse.clock import Clock, SystemClock
from warehouse.core import Core, WarehouseBusyError
from warehouse.process import interruption, watchdog
from warehouse.run import StopRequestedError
from warehouse.settings import Settings, SettingsError
from warehouse.workspace import Workspace

log = logging.getLogger("stuckneck.daemon")

LOOK_EVERY = 20  # seconds between two looks at the clock
PATIENCE = 8.0  # seconds the current step may take after SIGTERM; then the process ends as if killed
_AT_MOST = timedelta(minutes=10)  # between two looks into the ledger: a person may have parked or resumed something
_AFTER_TROUBLE = timedelta(minutes=5)
_SILENT = 300.0  # seconds without a look at the clock, while nothing is done, are a fault
CUT = 143


class DaemonRunningError(RuntimeError):
    """Another daemon holds this workspace."""


class Daemon:
    """The daemon of one workspace. `run` blocks until SIGTERM or SIGINT; `tick` is one waking."""

    def __init__(
        self, workspace: Workspace, *, clock: Clock | None = None, chart: Chart | None = None,
        brief: Brief | None = None, real: bool = True, listen: str | None = None,
    ) -> None:  # fmt: skip
        self._workspace = workspace
        self._stop = threading.Event()
        self._clock = StoppableClock(clock or SystemClock(), self._stop, real=real)
        self._chart, self._brief = chart, brief
        self._settings: tuple[float, Settings] | None = None
        self._complained: str | None = None
        self._next: datetime | None = None
        self._looked = time.monotonic()
        self._is_at_work = False
        self._textfile = Textfile(workspace)
        self._listener = None if listen is None else Listener(workspace, listen, self.problems)

    def stop(self) -> None:
        """Ask it to stop after the current step."""
        self._stop.set()

    def tick(self) -> Pass | None:
        """Do what is due now; None when it was not yet time, or the warehouse was busy. Raises StopRequestedError."""
        now = self._clock.now()
        settings, changed = self._read_settings()
        if settings is None or (self._next is not None and now < self._next and not changed):
            return None
        try:
            with Core(self._workspace, purpose="the daemon", settings=settings) as core:
                done = run_due(Tools(core, settings, self._clock, self._clock.progress, self._chart, self._brief))
        except WarehouseBusyError as busy:
            log.info("%s", busy)
            return None
        except (OSError, duckdb.Error, SettingsError) as error:
            log.error("%s: %s", type(error).__name__, error)
            self._next = now + _AFTER_TROUBLE
            return None
        for outcome in done.outcomes:
            slot = f"{outcome.due.slot:%Y-%m-%d %H:%M} UTC"
            log.info(
                "%s (%s): %s: %s", outcome.due.schedule, slot, outcome.state, outcome.message,
                extra={"schedule": outcome.due.schedule, "slot": slot, "state": outcome.state, "run": outcome.run_id},
            )  # fmt: skip
        self._next = min(done.wake or now + _AT_MOST, self._clock.now() + _AT_MOST)
        return done

    def _read_settings(self) -> tuple[Settings | None, bool]:
        """Return the settings (the last good ones while the file is broken) and whether they have changed."""
        file = self._workspace.settings_file
        try:
            changed_at = file.stat().st_mtime
            if self._settings is not None and self._settings[0] == changed_at:
                return self._settings[1], False
            self._settings = (changed_at, load_settings(file))
        except (SettingsError, OSError) as error:
            if str(error) != self._complained:  # once, not every time it wakes
                log.error("%s The settings read before stay in force.", error)
            self._complained = str(error)
            return (None if self._settings is None else self._settings[1]), False
        return self._settings[1], True

    def run(self) -> int:
        """Wake up every LOOK_EVERY seconds until stopped; return the exit code.

        Raises DaemonRunningError, and AddressError where health and metrics cannot be listened for.
        """
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.blocking import BlockingScheduler

        self._workspace.make_folders()
        lock = FileLock(str(self._workspace.root / "warehouse" / "daemon.lock"))
        try:
            lock.acquire(timeout=0.2)  # a reader may hold it for a moment, to see whether a daemon runs
        except Timeout:
            msg = f"{self._workspace.root}: a daemon is running here already."
            raise DaemonRunningError(msg) from None
        worker = ThreadPoolExecutor(1)
        scheduler = BlockingScheduler(executors={"default": worker, "teller": ThreadPoolExecutor(1)}, timezone="UTC")
        scheduler.add_job(self._textfile.write, "interval", seconds=LOOK_EVERY, executor="teller", max_instances=1)
        scheduler.add_job(
            self.wake, "interval", seconds=LOOK_EVERY, next_run_time=datetime.now().astimezone(),
            misfire_grace_time=None, coalesce=True, max_instances=1,
        )  # fmt: skip

        def asked(_number: int, _frame: FrameType | None) -> None:
            log.info("Stopping after the current step.")
            self.stop()
            watchdog = threading.Timer(PATIENCE, os._exit, (CUT,))
            watchdog.daemon = True
            watchdog.start()
            scheduler.shutdown(wait=False)

        interruption.release_signals()
        watchdog.set_last_resort(_begin_again)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, asked)
        try:
            log.info("Watching %s", self._workspace.root)
            self._listen()
            scheduler.start()
        finally:
            worker.shutdown(wait=True)  # the step under way is finished
            if self._listener is not None:
                self._listener.close()
            lock.release()
            self._textfile.write(now=True)
        return 0

    def _listen(self) -> None:
        if self._listener is None:
            return
        port = self._listener.open()
        who = "this machine" if self._listener.is_local else "every machine that reaches it"
        log.info("Health and metrics are answered on port %d to %s.", port, who)

    def problems(self) -> list[str]:
        """Return what is wrong with the daemon itself: it no longer looks at the clock."""
        silent = time.monotonic() - self._looked
        if self._is_at_work or silent < _SILENT:
            return []
        return [f"The daemon has not looked at the clock for {silent / 60:.0f} minutes."]

    def wake(self) -> None:
        """Do what is due; a stop, and a fault of the program, are written to the log."""
        self._is_at_work = True
        try:
            self._wake()
        finally:
            self._looked, self._is_at_work = time.monotonic(), False

    def _wake(self) -> None:
        try:
            self.tick()
        except StopRequestedError:
            log.info("Stopped; the next start continues where it was.")
        except Exception:  # the program's own fault: written to the log, and tried again
            log.exception("A fault of the program; the next attempt is in %s.", _AFTER_TROUBLE)
            self._next = self._clock.now() + _AFTER_TROUBLE


def _begin_again(said: str) -> None:
    """Put a new process in this one's place where the thread that works cannot be reached: the daemon goes on."""
    log.error("%s The daemon begins again.", said)
    if os.name == "nt":  # there, a new process would not keep the number of this one
        watchdog.end_process(said)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very program
