"""No files import each other in a circle, and no two folders import each other, in the whole of the product."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import grimp
import networkx as nx
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "analytics", "etl", "office", "schedules", "sql", "stuckneck", "warehouse", "words")
Imports = set[tuple[str, str]]


def folder_of(module: str) -> str:
    """Return the package that holds the module's file."""
    return module if (ROOT / module.replace(".", "/")).is_dir() else module.rpartition(".")[0]


def circles(imports: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [sorted(found) for found in nx.strongly_connected_components(nx.DiGraph(imports)) if len(found) > 1]


def two_way(imports: Imports) -> set[tuple[str, str]]:
    between = {(folder_of(a), folder_of(b)) for a, b in imports}
    return {(a, b) for a, b in between if a < b and (b, a) in between}


@pytest.fixture(scope="module")
def imports() -> Imports:
    graph = grimp.build_graph(PACKAGES[0], *PACKAGES[1:], cache_dir=None)
    return {(a, b) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)}


def test_no_files_import_each_other_in_a_circle(imports: Imports) -> None:
    assert circles(imports) == []


def test_no_two_folders_import_each_other(imports: Imports) -> None:
    assert two_way(imports) == set()


def test_the_checks_see_a_circle_and_a_pair(imports: Imports) -> None:
    below, above = "analytics.measure.windows", "analytics.matrix.place"
    assert circles([*imports, (below, above), (above, below)]) != []
    assert two_way({*imports, (below, above)}) == {("analytics.matrix", "analytics.measure")}
    assert len(imports) > 1000  # the whole product was read
