"""docs/provinces.md names every command, column and variable; its TOML example is valid and says what the page says."""

import re
from pathlib import Path

from analytics.provinces.published.check import check_published
from analytics.provinces.published.tables import parse_published
from analytics.provinces.variables import KNOWN
from app.studies.provinces.command import provinces
from etl.load.conditions import COLUMNS

TEXT = (Path(__file__).parents[3] / "docs" / "provinces.md").read_text(encoding="utf-8")


def test_page_names_every_command_column_and_variable():
    for command in provinces.registered_commands:
        assert f"stuckneck provinces {command.name}" in TEXT
    for name in (*COLUMNS, *KNOWN):
        assert f"`{name}`" in TEXT, name


def test_example_is_valid_and_shows_the_contradiction():
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example
    found = check_published(parse_published(example[1], "study.toml"))
    assert [f.where for f in found.findings if f.verdict == "cannot be true"] == ["configurations H3"]
