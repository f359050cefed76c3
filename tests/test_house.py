"""The limits on folders, modules and functions, counted in the tree itself (production code only).

That neither modules nor folders beside each other import in a circle is a contract of import-linter (pyproject.toml).
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("app", "analytics", "etl", "office", "schedules", "sql", "stuckneck", "warehouse", "words")
MODULES_A_FOLDER, LINES_A_MODULE, LINES_A_FUNCTION = 15, 300, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, Path]:
    """Every production module by its dotted name; a package by the folder's."""
    files = [file for floor in FLOORS for file in (ROOT / floor).rglob("*.py")]
    return {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f for f in files}


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """The syntax of every module, flat; its first node is the module itself."""
    return {name: list(ast.walk(ast.parse(file.read_text(encoding="utf-8")))) for name, file in modules().items()}


def functions() -> Iterator[tuple[str, Function]]:
    for name, found in nodes().items():
        yield from ((f"{name}:{n.name}", n) for n in found if isinstance(n, Function))


def test_no_folder_is_crowded() -> None:
    held: dict[Path, int] = {}
    for file in modules().values():
        held[file.parent] = held.get(file.parent, 0) + (file.name != "__init__.py")
    assert {str(f.relative_to(ROOT)): n for f, n in held.items() if n > MODULES_A_FOLDER} == {}


def test_no_module_is_long() -> None:
    lines = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in modules().items()}
    assert {name: n for name, n in lines.items() if n > LINES_A_MODULE} == {}


def test_no_function_is_long() -> None:
    found = {}
    for name, node in functions():
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        found[name] = (node.end_lineno or first) - first + 1
    assert {name: n for name, n in found.items() if n >= LINES_A_FUNCTION} == {}


def test_what_others_use_has_a_docstring() -> None:
    """At least 95 of 100 public modules, classes and functions (not those inside functions) say what they are."""
    documented = []
    for name, found in nodes().items():
        public: list[ast.Module | ast.ClassDef | Function] = []
        for node in found:
            if isinstance(node, ast.Module) and node.body:
                public.append(node)
            if isinstance(node, ast.Module | ast.ClassDef):
                public += [n for n in node.body if isinstance(n, ast.ClassDef | Function) and n.name[0] != "_"]
        documented += [(f"{name}:{getattr(n, 'name', '')}", ast.get_docstring(n) is not None) for n in public]
    bare = sorted(name for name, has in documented if not has)
    assert len(bare) <= 0.05 * len(documented), bare


def test_every_function_states_its_types() -> None:
    bare = []
    for name, node in functions():
        stated = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        unnamed = [a.arg for a in stated if a is not None and a.annotation is None and a.arg not in {"self", "cls"}]
        if unnamed or (node.returns is None):
            bare.append((name, unnamed))
    assert bare == []


def test_every_folder_is_on_the_map() -> None:
    """docs/architecture.md says of each folder with modules what is in it."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {file.parent.relative_to(ROOT).as_posix() for file in modules().values() if file.name != "__init__.py"}
    assert sorted(folder for folder in folders if f"`{folder}`" not in page and "/" in folder) == []


def test_every_decision_has_its_day_and_what_it_was_chosen_instead_of() -> None:
    page = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").split("\n## ")[0]
    decisions = [one for one in page.split("\n\n") if one.startswith("**")]
    assert len(decisions) > 30
    assert [one for one in decisions if not re.search(r"^\*20\d\d-\d\d-\d\d\. Instead of ", one, re.MULTILINE)] == []


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py")), ids=lambda f: f.stem)
def test_every_benchmark_finds_what_it_measures(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(file.parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, file.stem, module)  # data classes look their module up
    spec.loader.exec_module(module)
    assert callable(module.main)
