"""The command-line library's help and errors in the chosen language; the library itself speaks English only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from words.language import say


def say_help(command: Any) -> None:
    """Put the help of a command, its options, its subcommands and the option ``--help`` into the chosen language."""
    command.help = said(command.help)
    if getattr(command, "short_help", None):
        command.short_help = said(command.short_help)
    for param in command.params:
        if getattr(param, "help", None):
            param.help = say(param.help)
    say_help_option(command)
    for below in getattr(command, "commands", {}).values():
        say_help(below)


def say_help_option(command: Any) -> None:
    """Put what ``--help`` says of itself into the chosen language; the library makes that option when asked for it."""
    made = command.get_help_option

    def option(context: Any) -> Any:
        found = made(context)
        if found is not None:
            found.help = say(found.help or "")
        return found

    command.get_help_option = option


def said(text: str | None) -> str | None:
    """Translate help paragraph by paragraph."""
    return None if text is None else "\n\n".join(say(" ".join(part.split())) for part in text.split("\n\n"))


@contextmanager
def errors_said() -> Iterator[None]:
    """Let an error of the command line (an unknown option, a value of the wrong kind) say its sentence translated."""
    try:
        yield
    except Exception as error:
        sentence = getattr(error, "format_message", None)
        if sentence is not None:
            text = say(sentence().replace("Value error, ", ""))
            error.format_message = lambda: text  # type: ignore[attr-defined]
        raise
