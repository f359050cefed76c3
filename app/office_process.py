"""The simulated office in a process of its own, for the demo: opened, its clock advanced, closed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from types import TracebackType

import requests

from etl.simulator.office import Addresses


class OfficeProcess:
    """``python -m etl.simulator`` on the loopback interface, as a context manager."""

    def __init__(self, *, seed: int, families: int, clock_date: date) -> None:
        self._command = [
            sys.executable, "-m", "etl.simulator", "--seed", str(seed), "--size", str(families),
            "--date", clock_date.isoformat(),
        ]  # fmt: skip
        self._process: subprocess.Popen[str] | None = None
        self.addresses = Addresses("", "")

    def __enter__(self) -> OfficeProcess:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
        assert self._process.stdout is not None
        doors = dict(
            line.split() for line in (self._process.stdout.readline(), self._process.stdout.readline()) if line
        )
        if set(doors) != {"epo_ops", "lens"}:
            self.__exit__(None, None, None)
            msg = "the simulated office did not open"
            raise RuntimeError(msg)
        self.addresses = Addresses(doors["epo_ops"], doors["lens"])
        return self

    def advance(self, to: date) -> None:
        """Move the office's clock forward to `to`."""
        answer = requests.post(f"{self.addresses.lens}/synthetic/clock/{to.isoformat()}", timeout=60)
        answer.raise_for_status()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
