"""The list of commands: every one can be imported and called, and says of itself what `--help` says."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.commands import COMMANDS, Command, load
from app.common import Exit
from app.main import KNOWN_FAILURES, app, exit_code
from etl.records import PageRefusedError

ROOT = Path(__file__).parents[2]
HEAVY = ("duckdb", "numpy", "polars", "arro3", "scipy", "matplotlib", "pydantic", "requests", "lxml")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_command_is_there_and_its_help_is_the_line_of_the_list(command: Command) -> None:
    real = load(command)
    assert real.name == command.name
    assert " ".join(real.help.split("\n\n")[0].split()) == command.help


def test_no_module_registers_a_command_the_list_leaves_out() -> None:
    import typer
    from typer.main import get_group

    registered = typer.Typer()
    for file in sorted((ROOT / "app").rglob("*.py")):
        if "\ndef register(" in file.read_text(encoding="utf-8"):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts)).register(registered)
    assert set(get_group(registered).commands) == {c.name for c in COMMANDS}


def test_help_lists_every_command_and_imports_none() -> None:
    listing = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["--help"])
    assert listing.exit_code == 0
    for command in COMMANDS:
        assert f" {command.name} " in listing.output
    code = (
        "import sys\nfrom app.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_a_command_and_a_command_of_a_group_run() -> None:
    for words in (["init", "--help"], ["catalogue", "list", "--help"], ["provinces", "run", "--help"]):
        shown = CliRunner().invoke(app, words)
        assert shown.exit_code == 0
        assert "Usage" in shown.output


def test_a_misspelt_command_is_told_the_nearest() -> None:
    refused = CliRunner().invoke(app, ["refersh"])
    assert refused.exit_code == 2
    assert "refresh" in refused.output


def test_the_known_failures_exist_and_have_their_codes() -> None:
    for name, code in KNOWN_FAILURES.items():
        module, _, kind = name.rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), kind), Exception)
        assert isinstance(code, Exit)
    assert exit_code(PageRefusedError("no")) is Exit.BAD_INPUT
    assert exit_code(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    "words",
    [["--nope"], ["--run", "1.5"], ["--run"], ["--rum", "3"], ["--format", "xml"], ["--as-of", "2024-13-45"], ["a"]],
)
def test_in_chinese_the_command_line_speaks_no_english(words: list[str]) -> None:
    refused = CliRunner().invoke(app, ["--lang", "zh", "matrix", *words])
    assert refused.exit_code == 2
    said = refused.stderr.partition("╭")[2].partition("\n")[2]
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", said)
    for help_of in (["--help"], ["matrix", "--help"], ["catalogue", "show", "--help"]):
        assert "显示此帮助并退出" in CliRunner().invoke(app, ["--lang", "zh", *help_of]).stdout


def test_an_import_of_nothing_asks_for_a_file() -> None:
    refused = CliRunner().invoke(app, ["import"])
    assert refused.exit_code == 2
    assert "Name at least one file" in refused.stderr
