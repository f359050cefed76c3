"""docs/data-dictionary.md is the database's own comments, and leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.dictionary import Relation, relations, render

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: make docs"


@pytest.mark.parametrize("relation", relations(), ids=lambda r: r.name)
def test_everything_has_a_meaning(relation: Relation) -> None:
    if relation.name != "schema_migrations":
        assert relation.comment, f"COMMENT ON {relation.kind} {relation.name} is missing"
        assert not [c.name for c in relation.columns if not c.comment]


@pytest.mark.parametrize("relation", relations(), ids=lambda r: r.name)
def test_every_table_view_and_column_stands_on_the_page(relation: Relation) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {relation.name}\n")[1].split("\n### ")[0]
    assert [c.name for c in relation.columns if f"| `{c.name}` |" not in section] == []
