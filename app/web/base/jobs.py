"""Work started from the page: the same commands as in a terminal, one at a time, each in a process of its own."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

_KEPT = 50
_OUTPUT = 200_000
_ALONE = {"nca", "qca"}  # commands that work on a table and know no workspace


@dataclass(slots=True)
class Job:
    """One command: who asked for it, when (UTC), how it goes and what it printed."""

    number: int
    title: str
    arguments: tuple[str, ...]
    who: str
    asked_at: datetime
    state: str = "waiting"
    exit_code: int | None = None
    output: str = ""
    ended_at: datetime | None = None


@dataclass(slots=True)
class Jobs:
    """A queue with one worker: writes go through the single writer, one after another."""

    folder: Path
    _jobs: list[Job] = field(default_factory=list)
    _queue: queue.Queue[Job | None] = field(default_factory=queue.Queue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _worker: threading.Thread | None = None
    _process: subprocess.Popen[str] | None = None

    def add(self, title: str, arguments: Sequence[str], who: str) -> Job:
        """Queue ``stuckneck ARGUMENTS`` in the workspace and return the job."""
        with self._lock:
            number = self._jobs[-1].number + 1 if self._jobs else 1
            job = Job(number, title, tuple(arguments), who, datetime.now(UTC))
            self._jobs = [*self._jobs, job][-_KEPT:]
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._worker.start()
        self._queue.put(job)
        return job

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        with self._lock:
            return list(reversed(self._jobs))

    def get(self, number: int) -> Job | None:
        """Return one job, or None when it is not (or no longer) known."""
        return next((j for j in self.all() if j.number == number), None)

    def close(self) -> None:
        """End the worker; a command that is running is asked to stop, and continues at its next start."""
        self._queue.put(None)
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        job.state = "running"
        where = [] if job.arguments[0] in _ALONE else ["--workspace", str(self.folder)]
        command = [sys.executable, "-m", "app.main", *job.arguments, *where]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, arguments checked by the routes
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                encoding="utf-8", errors="replace",
            )  # fmt: skip
            output, _ = self._process.communicate()
            job.exit_code, job.output = self._process.returncode, output[-_OUTPUT:]
        except OSError as error:
            job.exit_code, job.output = 1, f"The command could not be started: {error.strerror}."
        job.state = "done" if job.exit_code == 0 else "ended"
        job.ended_at = datetime.now(UTC)
