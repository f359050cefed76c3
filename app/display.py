"""How this call prints: quiet or verbose, in which time zone, on which console; set once from the command line."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, TextIO, cast

from rich.console import Console

from words.glossary import Choice
from words.language import current, say
from words.safe import plain_text

_PIPE_WIDTH = 4000  # a pipe has no width: nothing is folded there unless COLUMNS says so


@dataclass
class Display:
    """Options of the whole call. `zone`: the workspace's time zone; None: UTC."""

    quiet: bool = False
    verbose: bool = False
    both: bool = False  # charts and reports in both languages
    zone: tzinfo | None = None
    said: list[str] | None = None  # the lines for stdout, where they are collected instead (app.said)


DISPLAY = Display()


def drawn() -> Choice:
    """Return the language of charts and reports: the one spoken, both where the reader asked for both."""
    return "both" if DISPLAY.both else current()


class Speaker(Console):
    """A console that says sentences in the chosen language and lets no control character of the data through."""

    @property
    def width(self) -> int:
        """The terminal's width, or what COLUMNS says; a pipe has none."""
        if self.is_terminal or os.environ.get("COLUMNS", "").isdigit():
            return super().width
        return _PIPE_WIDTH

    @width.setter
    def width(self, width: int) -> None:
        self._width = width

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; text is translated and made harmless, tables and the like are printed as they are."""
        options.setdefault("markup", False)  # brackets are the text's own, not the library's markup
        if DISPLAY.quiet and self.stderr and options.get("style") not in {"red"}:
            return
        if DISPLAY.said is not None and not self.stderr:
            DISPLAY.said += [plain_text(say(o)) if isinstance(o, str) else self._drawn(o) for o in objects]
            return
        super().print(*(plain_text(say(o)) if isinstance(o, str) else o for o in objects), **options)

    def _drawn(self, shape: Any) -> str:
        """Return what is no text, such as a table, as the lines it would be printed in."""
        with self.capture() as captured:
            super().print(shape)
        return captured.get()


def speaker(*, stderr: bool = False) -> Speaker:
    """Return a console for stdout or stderr; `NO_COLOR` and `TERM=dumb` are honoured by the library."""
    return Speaker(stderr=stderr, highlight=False)


def can_print(text: str, stream: TextIO | None = None) -> bool:
    """Return whether stdout's encoding has every character of `text` (a Chinese Windows console is GBK)."""
    target = stream or sys.stdout
    try:
        text.encode(getattr(target, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def never_fail_to_encode() -> None:
    """Let stdout and stderr replace a character their encoding lacks instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            cast(Any, stream).reconfigure(errors="replace")


def moment(value: datetime) -> str:
    """Return a moment in the workspace's zone, to the minute, with its offset; without zone it is UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    local = aware.astimezone(DISPLAY.zone or UTC)
    return f"{local:%Y-%m-%d %H:%M}{local:%z}"
