"""The log: text or JSON, with zone and offset, run and counts beside the words, rotated, and never with a secret."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime, tzinfo
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, cast

from app.display import DISPLAY
from schedules.monitor.scrub import Scrubber
from warehouse.sections.operating import Logs
from warehouse.workspace import PRIVATE_FILE, Workspace, make_private_folder
from words.safe import json_text, one_line, plain_text

# What a line may say beside its words; `extra` of the logging calls.
FIELDS = ("run", "kind", "step", "state", "schedule", "slot", "counts")
_MEBIBYTE = 1 << 20
_ours: list[logging.Handler] = []  # what an earlier call in this process added


class _Lines(logging.Formatter):
    """What both forms share: the moment with its offset, the fields, texts without secrets."""

    def __init__(self, zone: tzinfo | None, scrub: Scrubber) -> None:
        super().__init__()
        self._zone, self._scrub = zone, scrub

    def moment(self, record: logging.LogRecord) -> str:
        return (
            datetime.fromtimestamp(record.created, self._zone).astimezone(self._zone).isoformat(timespec="milliseconds")
        )

    def words(self, record: logging.LogRecord) -> str:
        return self._scrub(record.getMessage())

    def trace(self, record: logging.LogRecord) -> str | None:
        if not record.exc_info:
            return None
        return self._scrub(self.formatException(record.exc_info))

    @staticmethod
    def fields(record: logging.LogRecord) -> dict[str, Any]:
        found = {name: getattr(record, name, None) for name in FIELDS}
        return {name: value for name, value in found.items() if value is not None}


class TextLines(_Lines):
    """One line a record: moment, level, logger, fields, words. What follows of a traceback is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; no character of the words begins another."""
        fields = self.fields(record)
        counts = fields.pop("counts", {})
        said = [f"{name}={one_line(str(value))}" for name, value in {**fields, **counts}.items()]
        first, *rest = plain_text(self.words(record)).split("\n")
        line = " ".join([self.moment(record), record.levelname, record.name, *said, first])
        trace = self.trace(record)
        more = [*rest, *(plain_text(trace).split("\n") if trace else [])]
        return "\n".join([line, *(f"    {text}" for text in more)])


class JsonLines(_Lines):
    """One JSON object a line: time, level, logger, message, the fields, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object on one line."""
        found = {
            "time": self.moment(record), "level": record.levelname.lower(), "logger": record.name,
            "message": self.words(record), **self.fields(record),
        }  # fmt: skip
        if (trace := self.trace(record)) is not None:
            found["traceback"] = trace
        return json_text(json.dumps(found, ensure_ascii=False, default=str))


class _PrivateFile(RotatingFileHandler):
    """A rotated file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        def opener(name: str, flags: int) -> int:
            return os.open(name, flags, PRIVATE_FILE)

        return cast(TextIOWrapper, open(self.baseFilename, self.mode, encoding="utf-8", opener=opener))


def begin_logs(workspace: Workspace, logs: Logs, *, to_stderr: bool) -> None:
    """Write the log as the settings say, to their file, else to stderr where `to_stderr`.

    Other libraries are heard from warnings on. Raises OSError where the file cannot be written.
    """
    handler: logging.Handler
    if logs.file is not None:
        file = workspace.root / Path(logs.file)
        make_private_folder(file.parent)
        handler = _PrivateFile(file, maxBytes=logs.max_mb * _MEBIBYTE, backupCount=logs.keep, encoding="utf-8")
    elif to_stderr:
        handler = logging.StreamHandler(sys.stderr)
    else:
        return
    form = JsonLines if logs.format == "json" else TextLines
    handler.setFormatter(form(DISPLAY.zone, Scrubber(workspace)))
    root = logging.getLogger()
    while _ours:
        old = _ours.pop()
        root.removeHandler(old)
        old.close()
    _ours.append(handler)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    level = logging.DEBUG if DISPLAY.verbose else getattr(logging, logs.level.upper())
    logging.getLogger("stuckneck").setLevel(level)
