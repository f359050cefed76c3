"""What deploy/ and docs/operations.md tell people to run exists, and their settings are settings."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.main import app
from schedules.slots import slots_of
from warehouse.settings import parse_settings

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("name", ["stuckneck.service", "stuckneck-due.service"])
def test_units_start_commands_that_exist(name: str) -> None:
    words = shlex.split(unit(name)["Service"]["ExecStart"])
    assert words[0].endswith("/stuckneck")
    check_command(words[1:])


def test_the_unit_waits_longer_than_the_daemon_takes() -> None:
    from schedules.timetable.daemon import CUT, PATIENCE

    service = unit("stuckneck.service")["Service"]
    assert float(service["TimeoutStopSec"]) > PATIENCE
    assert int(service["SuccessExitStatus"]) == CUT
    assert re.search(r"stop_grace_period: (\d+)s", (ROOT / "deploy" / "compose.yaml").read_text())


def test_the_container_starts_commands_that_exist() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    found = [json.loads(m) for m in re.findall(r"^(?:CMD|.* CMD) (\[.*\])$", text, re.MULTILINE)]
    assert len(found) == 2
    for words in found:
        check_command([w for w in words if w != "stuckneck"])


def test_commands_of_the_guide_exist() -> None:
    lines = re.findall(r"^\$ stuckneck (.*?)(?:\s{2,}#.*)?$", GUIDE, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        check_command(shlex.split(line))


def test_settings_of_the_guide_are_settings() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    settings = parse_settings("\n".join(blocks))
    for name, schedule in settings.schedule.items():
        slots_of(name, schedule)
    assert set(settings.schedule) == {"refresh", "deliver"}
