"""docs/qca.md names every option of the command and no function that is not there."""

import importlib
import re
from pathlib import Path

import typer

from app.studies.qca.command import register

PAGE = (Path(__file__).parents[3] / "docs" / "qca.md").read_text(encoding="utf-8")


def option_names() -> set[str]:
    program = typer.Typer()
    register(program)
    command = typer.main.get_command(program)
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")} - {
        "--install-completion",
        "--show-completion",
    }


def test_every_option_is_documented_and_none_invented() -> None:
    documented = set(re.findall(r"(?<!-)--[a-z][a-z-]+", PAGE))
    assert documented == option_names()


def test_every_function_named_exists() -> None:
    modules = r"sets\.\w+|minimise\.\w+|superset|panel|robust|theory|cases|report"
    named = re.findall(rf"`((?:{modules})\.(?!evaluation)\w+)", PAGE)  # theory.evaluation is SetMethods' own
    assert len(named) > 20
    for path in named:
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(f"analytics.qca.{module}"), name), path
