"""The simulated office in a process of its own, for the demo: opened, its clock advanced, closed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from types import TracebackType

import requests

from office.service.office import Addresses
from warehouse.process.interruption import starting_processes


class OfficeProcess:
    """``python -m office`` on the loopback interface, as a context manager."""

    def __init__(self, *, seed: int, families: int, clock_date: date) -> None:
        self._command = [
            sys.executable, "-m", "office", "--seed", str(seed), "--size", str(families),
            "--date", clock_date.isoformat(), "--while-input-open",
        ]  # fmt: skip
        self._process: subprocess.Popen[str] | None = None
        self.addresses = Addresses("", "")

    def __enter__(self) -> OfficeProcess:
        try:
            with starting_processes():
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            self.addresses = self._addresses(self._process)
        except BaseException:  # stopped while the corpus is being made: the office must not stay
            self._close()
            raise
        return self

    @staticmethod
    def _addresses(process: subprocess.Popen[str]) -> Addresses:
        assert process.stdout is not None
        services = dict(line.split() for line in (process.stdout.readline() for _ in range(3)) if line)
        if set(services) != {"epo_ops", "lens", "google_bigquery"}:
            msg = "the simulated office did not open"
            raise RuntimeError(msg)
        return Addresses(services["epo_ops"], services["lens"])

    def advance(self, to: date) -> None:
        """Move the office's clock forward to `to`."""
        answer = requests.post(f"{self.addresses.lens}/synthetic/clock/{to.isoformat()}", timeout=60)
        answer.raise_for_status()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # it keeps nothing
            process.communicate()
