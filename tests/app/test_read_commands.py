"""Every read command at 80 columns on a Chinese Windows console (GBK), into a pipe, without colours.

The commands are taken from the command line itself: a new one is tried until it is named among those that write.
What is printed is compared with what `--json` says: no number and no id may be broken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.filesize import decimal
from typer.testing import CliRunner, Result

from app.commands import COMMANDS, load
from app.main import app

TECHNOLOGY = "lithography-machine"
# They change a workspace, wait for somebody, or read files that a reader brings; tested where they live.
WRITES = frozenset({
    "init", "demo", "import", "refresh", "harvest", "place", "backfill", "review", "serve", "mcp", "daemon",
    "backup",
    "restore", "prune", "users add", "users remove", "holders apply", "holders propose", "alerts ack",
    "alerts resolve", "alerts retry", "alerts tell", "alerts test", "schedule run-due", "catalogue add",
    "catalogue sample", "catalogue judge", "catalogue seeds", "provinces run", "provinces template",
    "provinces import", "provinces demo", "provinces check-published", "nca", "qca", "calibration", "sensitivity",
    "report", "export", "reproduce", "network", "doctor", "bulk",
})  # fmt: skip
ARGUMENTS = {
    "technology": [TECHNOLOGY], "item_id": [TECHNOLOGY], "number": ["1"], "name": ["A"], "then": ["1"], "now": ["2"],
    "statement": ["FROM matrix_latest"], "files": ["FILE.svg"], "a": [], "b": [],
}  # fmt: skip


def leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", {})
    for name, one in below.items():
        yield from leaves(one, (*words, name))
    if not below:
        yield words, command


def read_commands() -> list[Any]:
    found = []
    for entry in COMMANDS:
        if entry.name in WRITES:
            continue
        for words, command in leaves(load(entry), (entry.name,)):
            if " ".join(words) not in WRITES:
                found.append(pytest.param(words, command, id="-".join(words)))
    return found


def call(words: tuple[str, ...], command: Any, demo: Path, tmp_path: Path, *more: str, charset: str) -> Result:
    given = [a for p in command.params if p.param_type_name == "argument" for a in ARGUMENTS[p.name]]
    given = [str(tmp_path / a) if a.startswith("FILE") else a for a in given]
    options = {o for p in command.params for o in p.opts}
    place = ["-w", str(demo)] if "-w" in options else []
    return CliRunner(charset=charset).invoke(app, [*words, *given, *place, *more])


def values_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from values_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from values_in(one)
    else:
        yield value


def printed_forms(value: Any) -> Iterator[str]:
    """How a table may print a value of the JSON."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield from (str(value), *(format(value, how) for how in (".3f", ".4f", ".6g", ".1%", ",", "g")))
        yield decimal(int(value), precision=2)  # bytes
    else:
        yield str(value)


NUMBER = re.compile(r"(?<![\w.:/+-])[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?(?![\w:/-])")


def cells(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if line.startswith(("│", "|")):  # a console that is no Unicode has the bars of ASCII
            yield from (part.strip() for part in re.split(r"[│|]", line.strip("│|")))


@pytest.fixture(autouse=True)
def console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")


@pytest.mark.parametrize(("words", "command"), read_commands())
def test_nothing_is_broken_at_80_columns_in_gbk(
    words: tuple[str, ...], command: Any, demo: Path, tmp_path: Path
) -> None:
    done = call(words, command, demo, tmp_path, "--lang", "zh", charset="gbk")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert done.exit_code in {0, 2, 6}, done.output
    text = done.stdout_bytes.decode("gbk")  # strictly: what is no GBK is no answer on that console
    assert "\x1b" not in text
    wide = [line for line in text.splitlines() if line.startswith(("│", "┃", "┏", "|", "+")) and cell_len(line) > 80]
    assert wide == []
    answer = call(words, command, demo, tmp_path, "--json", "--lang", "zh", charset="utf-8")
    if answer.exit_code != 0 or done.exit_code != 0:  # nothing to show: one sentence, or an empty list
        return
    known = list(values_in(json.loads(answer.stdout)))
    whole = " ".join(form for value in known for form in printed_forms(value))
    numbers = set(NUMBER.findall(whole))
    tokens = set(re.split(r"[\s,;]+", whole))
    lost = text.count("?") - done.stdout.count("\ufffd")
    assert lost <= whole.count("?") + sum(c > "\uffff" for c in whole), "a mark of our own has no GBK"
    for cell in cells(text):
        for number in NUMBER.findall(cell):
            assert number in numbers, f"{number!r} in {cell!r} is no number of the JSON: broken?"
        if re.fullmatch(r"[a-z][a-z0-9]+(-[a-z0-9]*)+", cell) and cell not in tokens:
            broken = [t for t in tokens if t.startswith(cell) or t.endswith(cell)]
            assert broken == [], f"{cell!r} is part of {broken}"


def test_the_commands_that_are_tried_are_those_of_the_command_line() -> None:
    every = {" ".join(words) for entry in COMMANDS for words, _ in leaves(load(entry), (entry.name,))}
    assert {w for w in WRITES if " " in w or w in {e.name for e in COMMANDS}} <= every | {e.name for e in COMMANDS}
    tried = {" ".join(p.values[0]) for p in read_commands()}
    assert {"matrix", "show", "history", "families", "sql", "explain", "runs", "status", "coverage"} <= tried
    assert len(tried) >= 20
