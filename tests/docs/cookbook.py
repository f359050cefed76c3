"""The worked questions of docs/sql-cookbook.md: their SQL, run on a workspace, and their answers written below them.

``python -m tests.docs.cookbook`` makes the demo workspace of 60 families and rewrites the page (`make docs-cookbook`).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from app.common import plain
from warehouse.publish import current
from warehouse.sandbox.queries import run_sql
from warehouse.sections.operating import Sql
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sql-cookbook.md"
_QUESTION = re.compile(r"^```sql\n(?P<sql>(?:(?!```).*\n)+?)```\n(?P<answer>\n(?:\|.*\n)+)?", re.MULTILINE)


def make_workspace(folder: Path) -> Workspace:
    """Run the demo with 60 families a technology and return its workspace."""
    command = [sys.executable, "-m", "app.main", "demo", "--families", "60", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    return Workspace.open(folder)


def questions(text: str) -> list[tuple[str, str]]:
    """Return (SQL, answer as printed) of each question, in order."""
    return [(m["sql"].strip(), (m["answer"] or "").strip()) for m in _QUESTION.finditer(text)]


def _cell(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(value).lower()
    return str(plain(value)).replace("|", "\\|")


def table(answer: pl.DataFrame) -> str:
    """Return an answer as a Markdown table; unknown is '—'."""
    rows = [answer.columns, ["---"] * answer.width]
    rows += [[_cell(v) for v in row] for row in answer.iter_rows()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def ask(workspace: Workspace, sql: str) -> str:
    """Run one SELECT as `stuckneck sql` does and return its table."""
    return table(run_sql(current(workspace), sql, Sql()).table)


def answered(text: str, workspace: Workspace) -> str:
    """Return the page with every answer as `workspace` gives it."""
    return _QUESTION.sub(lambda m: f"```sql\n{m['sql']}```\n\n{ask(workspace, m['sql'])}\n", text)


def main() -> None:
    """Rewrite the page, from the workspace named or from one made for it."""
    text = PAGE.read_text(encoding="utf-8")
    if len(sys.argv) > 1:
        PAGE.write_text(answered(text, Workspace.open(Path(sys.argv[1]))), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(answered(text, make_workspace(Path(folder) / "demo")), encoding="utf-8")


if __name__ == "__main__":
    main()
