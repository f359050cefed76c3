"""The notebook in the docs runs from its first cell to its last and answers what is written in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import stuckneck as sn
from tests.docs.notebook import NOTEBOOK, answers, cells, run, stated

BOOK = json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def test_it_is_a_notebook_that_shows_the_public_package_and_says_that_the_data_are_synthetic() -> None:
    assert (BOOK["nbformat"], BOOK["nbformat_minor"]) >= (4, 4)
    words = "".join(line for cell in BOOK["cells"] if cell["cell_type"] == "markdown" for line in cell["source"])
    assert "SYNTHETIC" in words
    code = "\n".join("".join(cell["source"]) for cell in cells(BOOK))
    assert {"open", "nca", "qca", "place"} <= set(re.findall(r"\bsn\.(\w+)", code)) <= set(sn.__all__)
    for name in re.findall(r"watch\.(\w+)", code):
        assert hasattr(sn.Watch, name)


def test_a_cell_shows_its_last_expression_only() -> None:
    scope: dict[str, object] = {}
    assert run("a = 2\na + 1", scope) == "3"
    assert run("b = a", scope) is None
    with pytest.raises(ZeroDivisionError):
        run("1 / 0", scope)


@pytest.mark.slow
def test_every_cell_answers_what_is_written(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(__import__("os").environ):
        if name.startswith("POLARS_"):
            monkeypatch.delenv(name)
    assert answers(BOOK, demo.parent) == [stated(cell) for cell in cells(BOOK)], "run: make docs-notebook"
