"""Every question of docs/sql-cookbook.md is run and answers what is printed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.cookbook import PAGE, ask, questions
from warehouse.workspace import Workspace

QUESTIONS = questions(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def workspace(demo: Path) -> Workspace:
    return Workspace.open(demo)


def test_there_are_ten_questions_and_the_answers_are_labelled_synthetic() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(QUESTIONS) >= 10
    assert len(QUESTIONS) == text.count("\n## ")
    assert "synthetic 合成数据" in text.split("\n## ")[0]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(QUESTIONS)), ids=lambda n: f"question-{n + 1}")
def test_question_answers_what_is_printed(number: int, workspace: Workspace) -> None:
    sql, printed = QUESTIONS[number]
    assert ask(workspace, sql) == printed, "run: make docs-cookbook"


@pytest.mark.parametrize("number", range(len(QUESTIONS)), ids=lambda n: f"question-{n + 1}")
def test_no_answer_is_empty(number: int) -> None:
    _, printed = QUESTIONS[number]
    assert len(printed.splitlines()) > 2
