"""What deploy/ and docs/operations.md tell people to run exists, and their settings are settings."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.common import Exit
from app.main import app
from schedules.slots import slots_of
from warehouse.settings import parse_settings

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "zh" / "operations.md").read_text(encoding="utf-8")


def check_command(words: list[str]) -> None:
    """The command exists and takes these options: its help is printed, where an unknown option would be refused."""
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0, (words, result.output)
    assert f"{words[0]}" in result.output.splitlines()[1]


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / "deploy" / "systemd" / name, encoding="utf-8")
    return parser


UNITS = sorted(f.relative_to(ROOT / "deploy" / "systemd").as_posix() for f in (ROOT / "deploy").rglob("*.service"))
SYSTEM = [name for name in UNITS if not name.startswith("user/")]


@pytest.mark.parametrize("name", UNITS)
def test_units_start_commands_that_exist(name: str) -> None:
    assert "@" in name, "a unit a workspace"
    words = shlex.split(unit(name)["Service"]["ExecStart"])
    assert words[0].endswith("/stuckneck")
    check_command([word for word in words[1:] if " " not in word])
    assert any("%i" in word for word in words)


def test_the_unit_waits_longer_than_the_daemon_takes() -> None:
    from schedules.timetable.daemon import CUT, PATIENCE

    for name in ("stuckneck@.service", "user/stuckneck@.service"):
        service = unit(name)["Service"]
        assert float(service["TimeoutStopSec"]) > PATIENCE
        assert int(service["SuccessExitStatus"]) == CUT
    assert re.search(r"stop_grace_period: (\d+)s", (ROOT / "deploy" / "compose.yaml").read_text())


def test_exit_codes_of_the_units_are_those_of_the_program() -> None:
    again = {int(code) for code in unit("stuckneck@.service")["Service"]["RestartPreventExitStatus"].split()}
    assert again == {Exit.BAD_INPUT, Exit.BUSY}
    for name in ("stuckneck-due@.service", "user/stuckneck-due@.service"):
        well = {int(code) for code in unit(name)["Service"]["SuccessExitStatus"].split()}
        assert well == {Exit.PARKED, Exit.BUSY, 143}


def test_whoever_fails_says_so() -> None:
    for name in SYSTEM:
        if "failed" not in name:
            assert unit(name)["Unit"]["OnFailure"] == "stuckneck-failed@%i.service"
    assert (ROOT / "deploy" / "systemd" / "stuckneck-failed@.service").is_file()


@pytest.mark.parametrize("name", SYSTEM)
def test_the_sandbox_of_the_system_units_is_tight(name: str, tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd-analyze is not installed here")
    file = tmp_path / name.replace("@", "@watch")
    file.write_text((ROOT / "deploy" / "systemd" / name).read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [analyse, "security", "--offline=true", "--no-pager", str(file)], capture_output=True, text=True, check=False
    )
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    if found is None:
        pytest.skip(f"this systemd-analyze cannot judge a file: {done.stderr.strip()[:100]}")
    assert float(found[1]) < 3


def test_the_image_is_pinned_and_its_context_holds_no_secret() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^ARG PYTHON_IMAGE=\S+@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${PYTHON_IMAGE}"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".env", "**/.env", "workspace", "**/*.duckdb"} <= set(ignored)


def test_the_container_starts_commands_that_exist() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    (command,) = [json.loads(m) for m in re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)]
    check_command(command)
    (check,) = [json.loads(m) for m in re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.MULTILINE)]
    compile(check[2], "healthcheck", "exec")
    assert command[command.index("--listen") + 1] in check[2], "the check asks where the daemon listens"


def test_commands_of_the_guide_exist() -> None:
    lines = re.findall(r"^\$ stuckneck (.*?)(?:\s{2,}#.*)?$", GUIDE, re.MULTILINE)
    assert len(lines) >= 6
    for line in filter(None, lines):
        check_command(shlex.split(line))


def test_settings_of_the_guide_are_settings() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    settings = parse_settings("\n".join(blocks))
    for name, schedule in settings.schedule.items():
        slots_of(name, schedule)
    assert set(settings.schedule) == {"refresh", "deliver", "backup"}


def _codes(text: str) -> dict[str, str]:
    table = re.search(r"\| (?:code|退出码) \|.*?\n\|[-|]+\n(.*?)\n\n", text, re.DOTALL)
    assert table is not None
    rows = [re.split(r" *\| *", line.strip("| ")) for line in table[1].splitlines()]
    return {code: action for codes, _, action in rows for code in re.split(r"[,、] *", codes)}


@pytest.mark.parametrize(("text", "waits"), [(GUIDE, "waits"), (CHINESE, "等待")])
def test_every_exit_code_is_in_the_table_and_no_other(text: str, waits: str) -> None:
    found = _codes(text)
    assert {int(code) for code in found} == {*map(int, Exit), 128 + signal.SIGINT, 128 + signal.SIGTERM}
    assert {int(code) for code, action in found.items() if action.startswith(waits)} == set(WAIT)


WAIT = (Exit.PARKED, Exit.BUSY)


def recipe(name: str) -> str:
    (found,) = [b for b in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if b.startswith(f"# {name}\n")]
    assert f"# {name}\n{found.split(chr(10), 1)[1]}" in CHINESE, "the same recipe in both languages"
    return found


class Told(Exception):  # noqa: N818
    """What a recipe raises; keeps what it said."""

    def __init__(self, *words: object, **facts: object) -> None:
        super().__init__(*words)
        self.facts = facts


class Again(Told):
    """Dagster's RetryRequested."""


def program_that_ends_with(code: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "stuckneck"
    file.write_text(f"#!/bin/sh\necho '{{\"run_id\": 3}}'\necho why >&2\nexit {code}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("code", sorted({*Exit} - {Exit.NOTHING}))
def test_the_recipe_for_dagster(code: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.SimpleNamespace(asset=lambda made: made, Failure=Told, RetryRequested=Again)
    monkeypatch.setitem(sys.modules, "dagster", module)  # type: ignore[arg-type]
    made: dict[str, Any] = {}
    exec(recipe("dagster"), made)
    program_that_ends_with(code, tmp_path, monkeypatch)
    if code == Exit.OK:
        assert made["strategy_matrix"]() == {"run_id": 3}
        return
    with pytest.raises(Told) as raised:
        made["strategy_matrix"]()
    assert raised.value.args == (() if code in WAIT else ("why",))
    assert (type(raised.value) is Again) == (code in WAIT)
    if code not in WAIT:
        assert raised.value.facts == {"metadata": {"exit_code": code}, "allow_retries": False}


@pytest.mark.parametrize("code", sorted({*Exit} - {Exit.NOTHING}))
def test_the_recipe_for_prefect(code: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = types.SimpleNamespace(
        Completed=lambda **facts: ("completed", facts), Failed=lambda **facts: ("failed", facts)
    )
    monkeypatch.setitem(sys.modules, "prefect", types.SimpleNamespace(task=lambda made: made))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "prefect.states", states)  # type: ignore[arg-type]
    made: dict[str, Any] = {}
    exec(recipe("prefect"), made)
    program_that_ends_with(code, tmp_path, monkeypatch)
    found = made["refresh"]()
    if code == Exit.OK:
        assert found == {"run_id": 3}
    elif code in WAIT:
        assert found == ("completed", {"name": "Parked", "message": "why"})
    else:
        assert found == ("failed", {"message": f"exit code {int(code)}: why"})


def test_the_recipe_for_airflow() -> None:
    tree = ast.parse(recipe("airflow"))
    (operator,) = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "BashOperator"]
    stated = {k.arg: ast.literal_eval(k.value) for k in operator.keywords}
    assert stated["skip_on_exit_code"] == [int(code) for code in WAIT]
    check_command([w for w in shlex.split(stated["bash_command"])[1:] if w not in ("-w", "/srv/chips", "--json")])


@pytest.mark.parametrize("code", [*Exit, 143])
def test_the_recipe_for_cron(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = re.findall(r"^\*/5 \* \* \* \*  (.*)$", GUIDE, re.MULTILINE)
    program_that_ends_with(int(code), tmp_path, monkeypatch)
    said = subprocess.run(
        ["/bin/sh", "-c", line.replace("/tmp/chips.last", str(tmp_path / "last"))], capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    assert ("why" in said) == (code not in (Exit.OK, *WAIT)), "cron mails what is printed"
