"""Questions in SQL that people keep for one another, in a file of the workspace."""

from __future__ import annotations

import json
import threading

from app.web.base.page import BadRequestError
from warehouse.workspace import Workspace

FILE = "questions.json"
_MOST = 200
_LOCK = threading.Lock()


def kept_questions(workspace: Workspace) -> list[dict[str, str]]:
    """Return name, q and who of every question kept, by name; none where the file cannot be read."""
    try:
        found = json.loads((workspace.root / FILE).read_text(encoding="utf-8"))
        return [{key: str(one[key]) for key in ("name", "q", "who")} for one in found]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def keep_question(workspace: Workspace, name: str, q: str, who: str) -> None:
    """Keep a question, in place of one of the same name. Raises BadRequestError."""
    if not name or not q:
        raise BadRequestError("A question to keep has a name and a SELECT.")
    with _LOCK:
        kept = [one for one in kept_questions(workspace) if one["name"] != name]
        if len(kept) >= _MOST:
            msg = f"{_MOST} questions are kept; remove one first."
            raise BadRequestError(msg)
        _write(workspace, sorted([*kept, {"name": name, "q": q, "who": who}], key=lambda one: one["name"]))


def forget_question(workspace: Workspace, name: str) -> None:
    """Remove the question of that name, if there is one."""
    with _LOCK:
        _write(workspace, [one for one in kept_questions(workspace) if one["name"] != name])


def _write(workspace: Workspace, kept: list[dict[str, str]]) -> None:
    file = workspace.root / FILE
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(file)
