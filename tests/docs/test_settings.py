"""docs/settings.md and the template that `init` writes know every key of the settings model, with its default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.pages.settings import keys, meanings, render, sections
from app.watch.init import template
from etl.sources.settings import settings_model
from warehouse.settings import parse_settings

ROOT = Path(__file__).parents[2]
TEMPLATE = template()
SECTIONS = dict(sections())


def uncommented() -> str:
    """The template with every commented-out key and section in force."""
    lines = [re.sub(r"^# (?=\[|[a-z_]+ = )", "", line) for line in TEMPLATE.splitlines()]
    return "\n".join(line for line in lines if not line.startswith(('every = "7d"', "baseline_run")))


def test_page_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == render(), "run: make docs"


def test_template_as_written_is_the_default() -> None:
    written = parse_settings(TEMPLATE, model=settings_model())
    assert written.place.windows == "rolling"  # what a new workspace is given; without the key it stays fixed
    place = written.place.model_copy(update={"windows": "fixed"})
    assert written.model_copy(update={"schedule": {}, "place": place}) == settings_model()()
    assert set(written.schedule) == {"refresh", "deliver", "review", "prune", "sentinels", "heartbeat"}


def test_what_stands_commented_out_is_the_default() -> None:
    stated = tomllib.loads(uncommented())
    for path in (
        "place",
        "sources",
        "harvest",
        "sql",
        "alerts",
        "delivery",
        "review",
        "provinces",
        "retention",
        "runs",
    ):
        model = SECTIONS[path]
        settings = parse_settings(uncommented(), model=settings_model())
        for name, field in keys(model):
            assert name in {**stated[path], "baseline_run": None}, f"[{path}] {name} is missing in the template"
            stated_otherwise = {
                ("place", "baseline_run"), ("place", "baseline"), ("provinces", "outcome_year"),  # none by default
                ("place", "windows"),  # rolling in a new workspace
            }  # fmt: skip
            if (path, name) not in stated_otherwise:
                assert getattr(getattr(settings, path), name) == field.get_default(), name


@pytest.mark.parametrize("section", list(SECTIONS))
def test_template_shows_every_key(section: str) -> None:
    names = [name for name, _ in keys(SECTIONS[section])]
    block = TEMPLATE.split(f"[{re.sub('NAME$', '', section)}", 1)[1] if names else ""
    assert [n for n in names if not re.search(rf"^(# )?{n} = ", block, re.MULTILINE)] == []


@pytest.mark.parametrize("section", list(SECTIONS))
def test_meanings_are_those_of_the_model(section: str) -> None:
    node = meanings()
    for step in section.split("."):
        node = node.get(step, {})
    assert {k for k, v in node.items() if isinstance(v, list)} == {name for name, _ in keys(SECTIONS[section])}
