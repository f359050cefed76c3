"""The metrics as a file for a node exporter, at most once a minute."""

from __future__ import annotations

import logging
import time

from etl.sources.settings import load_settings
from schedules.monitor import metrics
from schedules.monitor.metrics import DiskWatch
from schedules.monitor.state import state_of
from warehouse.clock import SystemClock
from warehouse.settings import SettingsError
from warehouse.workspace import Workspace

log = logging.getLogger("stuckneck.monitor")

EVERY = 60.0


class Textfile:
    """Writes ``monitor.textfile`` where the settings name one."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._disk = DiskWatch(workspace)
        self._written = float("-inf")
        self._complained: str | None = None

    def write(self, *, now: bool = False) -> bool:
        """Write the file if a minute has passed (or `now`); return whether it was. A failure is one line of the log."""
        if not now and time.monotonic() - self._written < EVERY:
            return False
        try:
            settings = load_settings(self._workspace.settings_file)
            if settings.monitor.textfile is None:
                return False
            self._written = time.monotonic()
            state = state_of(self._workspace, settings, SystemClock().now())
            file = self._workspace.root / settings.monitor.textfile
            metrics.write_textfile(file, metrics.text(state, self._disk.days_left(settings)))
        except SettingsError:  # the daemon has said it
            return False
        except OSError as error:
            if str(error) != self._complained:
                log.warning("The metrics could not be written: %s", error)
            self._complained = str(error)
            return False
        self._complained = None
        return True
