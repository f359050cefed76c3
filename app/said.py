"""`--json` for the commands that only do something: what they said, as one JSON document."""

from __future__ import annotations

import functools
from typing import Any

import typer
from typer.main import get_command

from app.common import JsonOption, print_json
from app.display import DISPLAY

_STAY = frozenset({"daemon", "serve"})  # they do not end; their log is JSON where [logs] says so


def give_json(command: Any, words: str) -> None:
    """Give `command` and those below it `--json` where they have none of their own."""
    below = getattr(command, "commands", {})
    for name, one in below.items():
        give_json(one, f"{words} {name}")
    if below or words in _STAY or any("--json" in param.opts for param in command.params):
        return
    inner = command.callback

    @functools.wraps(inner)
    def answered(**values: Any) -> Any:
        if not values.pop("as_json"):
            return inner(**values)
        DISPLAY.said = []
        try:
            done = inner(**values)
            said = DISPLAY.said
        finally:
            DISPLAY.said = None
        print_json({"command": words, "said": said})
        return done

    command.params.append(_option())
    command.callback = answered


def _option() -> Any:
    """Return the option as the command line holds it."""

    def only(as_json: JsonOption = False) -> None:
        del as_json

    app = typer.Typer(add_completion=False)
    app.command()(only)
    return next(param for param in get_command(app).params if "--json" in param.opts)
