"""The notebook docs/stuckneck.ipynb: its cells, run without Jupyter, and their answers written below them.

``python -m tests.docs.notebook`` runs it on a demo workspace of 60 families and rewrites the answers
(`make docs-notebook`).
"""

from __future__ import annotations

import ast
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.docs.cookbook import ROOT, make_workspace

NOTEBOOK = ROOT / "docs" / "stuckneck.ipynb"


def cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells of code, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(source: str, scope: dict[str, Any]) -> str | None:
    """Run one cell in `scope`; return what Jupyter would show of its last expression, None where it shows nothing."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if last is not None:
        tree.body.pop()
    exec(compile(tree, "cell", "exec"), scope)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
    return None if value is None else repr(value)


def answers(notebook: dict[str, Any], folder: Path) -> list[str | None]:
    """Run every cell beside a demo workspace that lies in `folder`; return their answers."""
    scope: dict[str, Any] = {}
    with contextlib.chdir(folder):
        return [run("".join(cell["source"]), scope) for cell in cells(notebook)]


def stated(cell: dict[str, Any]) -> str | None:
    """Return the answer that the notebook holds."""
    outputs = cell["outputs"]
    return "".join(outputs[0]["data"]["text/plain"]) if outputs else None


def main() -> None:
    """Rewrite the answers, with the demo in the folder named or one made for it."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made)
        if len(sys.argv) == 1:
            make_workspace(folder / "demo")
        found = answers(notebook, folder)
    for count, (cell, answer) in enumerate(zip(cells(notebook), found, strict=True), 1):
        cell["execution_count"] = count
        data = {"text/plain": [] if answer is None else answer.splitlines(keepends=True)}
        result = {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}
        cell["outputs"] = [] if answer is None else [result]
    NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
