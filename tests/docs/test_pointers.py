"""Pointers from code, SQL and tests into docs/methods.md and docs/sources.md name a heading or a term that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("app", "analytics", "etl", "office", "schedules", "sql", "tests", "warehouse", "words")
_POINTER = re.compile(r"docs/(methods|sources)\.md, ([A-Z][A-Za-z ]*)")
FILES = [
    file for floor in FLOORS for kind in ("*.py", "*.sql", "*.toml") for file in sorted((ROOT / floor).rglob(kind))
]


def terms(page: str) -> list[str]:
    """Headings and bold terms of a page."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return [heading or bold for heading, bold in re.findall(r"^#+ (.+)$|\*\*(.+?)\*\*", text, re.MULTILINE)]


def is_named(what: str, term: str) -> bool:
    """Whether a pointer's words begin a heading or term; a sentence may go on after them ("Counting as ...")."""
    english = re.split(r"[·\u4e00-\u9fff(:]", term)[0].strip()
    return english.startswith(what) or (bool(english) and f"{what} ".startswith(f"{english} "))


@pytest.mark.parametrize("page", ["methods", "sources"])
def test_pointers_lead_somewhere(page: str) -> None:
    known = terms(page)
    astray = []
    for file in FILES:
        for named, what in _POINTER.findall(file.read_text(encoding="utf-8")):
            first = what.strip().split(" and ")[0]
            if named == page and not any(is_named(first, term) for term in known):
                astray.append(f"{file.relative_to(ROOT)}: {what}")
    assert not astray
    assert known


def test_nothing_points_outside_the_repository() -> None:
    own = Path(__file__)
    outside = [
        str(file.relative_to(ROOT))
        for file in FILES
        if file != own and "migrations" not in file.parts and not file.name.startswith("schema-")
        and re.search(r"\b(METHODS|SOURCES) §", file.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert not outside
