"""Collect every sentence people may read from the source, for the catalogue (`make words`) and its test.

``python -m words.extract`` renews ``words/locale/*.po`` and compiles it; it needs Babel, which only developers have.
Taken are: texts of errors, rejects and ``fail``, ``say``, ``print``; names like `msg`, `message`, `hint`; ``help=`` and
``title=``; the docstrings of commands; what a check yields and, in some folders, what a
function returns. In an f-string each expression becomes ``{0}``, ``{1}``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FLOORS = ("app", "schedules", "etl", "analytics", "warehouse")
# Folders whose functions also return sentences for others to print.
_SPEAKING = ("app/ask", "app/matrix", "app/operate", "app/watch", "etl/load/bulk", "etl/load/files")
_CALLS = {
    "fail", "say", "print", "secho", "echo", "sentence", "refuse", "refuse_priority", "skip_row", "Matched", "Reject",
}  # fmt: skip
_NAMES = {
    "msg",
    "message",
    "hint",
    "sentence",
    "words",
    "told",
    "lead",
    "problem",
    "said",
    "lines",
    "_COMMANDS",
    "_STOPPED",
    "notes",
    "reason",
    "why",
    "outcome",
    "expected",
}
_KEYWORDS = {"help", "title", "message", "meaning", "reason"}
_WORDS = re.compile(r"[A-Za-z]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Found(NamedTuple):
    """A sentence and where it was first seen."""

    text: str
    place: str


def template(node: ast.AST) -> list[str]:
    """Return the sentences an expression may be: a text, a filled text, either branch of a condition, a sum."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        parts, count = [], 0
        for value in node.values:
            if isinstance(value, ast.Constant):
                parts.append(str(value.value))
            else:
                parts.append(f"{{{count}}}")
                count += 1
        return ["".join(parts)]
    below: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        below = [node.body, node.orelse]
    elif isinstance(node, ast.BoolOp | ast.Dict):
        below = node.values
    elif isinstance(node, ast.List | ast.Tuple):
        below = node.elts
    return [text for value in below for text in template(value)]


def _nested(node: ast.AST) -> Iterator[str]:
    """The sentences inside the gaps of an f-string: `{'a' if b else 'c'}`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.FormattedValue) and isinstance(inner.value, ast.IfExp):
            yield from template(inner.value)


def _called(node: ast.Call) -> str:
    return (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )


def _is_note(node: ast.Call) -> bool:
    """Whether the call adds to a list of notes, which are shown later."""
    return _called(node) == "append" and "notes" in ast.dump(node.func)


def _continued(value: ast.expr) -> ast.expr:
    """``text += f"; {n} more"`` makes the sentence ``{0}; {1} more``: a gap for what was there, then the addition."""
    gap = ast.FormattedValue(ast.Name("before"), -1)
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    return ast.JoinedStr([gap, *parts])


def _sources(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node)
            if name in _CALLS or (name.endswith("Error") and name[:1].isupper()) or _is_note(node):
                yield from node.args
            yield from (k.value for k in node.keywords if k.arg in _KEYWORDS)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id in _NAMES for t in targets):
                yield _continued(node.value) if isinstance(node, ast.AugAssign) else node.value
        elif isinstance(node, ast.Yield) and node.value is not None:
            yield from node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]


def _commands(tree: ast.Module) -> Iterator[str]:
    """Docstrings of functions that have options, and lists of commands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            options = ast.dump(node.args)
            doc = ast.get_docstring(node)
            if doc and ("'Option'" in options or "'Argument'" in options or "WorkspaceOption" in options):
                yield from (" ".join(part.split()) for part in doc.split("\n\n"))
        elif isinstance(node, ast.Call) and _called(node) == "Command":
            yield from (a.value for a in node.args[2:] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _returned(tree: ast.Module) -> Iterator[str]:
    """Sentences that functions hand back to be printed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from (text for text in template(node.value) if " " in text.strip())


def is_sentence(text: str) -> bool:
    """Whether a text is one for people: it has words of its own, and is no Chinese already, no SQL, no id."""
    if re.search(r"^(\[|[\w.]+ = )", text, re.MULTILINE):  # lines of TOML
        return False
    own = re.sub(r"\{\d+\}", "", text).replace("stuckneck", "") if "<br>" not in text else ""
    return (
        bool(_WORDS.search(own))
        and not _CHINESE.match(own)
        and not own.startswith("<")
        and (" " in own.strip() or own.strip().isalpha())
    )


def sentences(floors: tuple[str, ...] = FLOORS) -> list[Found]:
    """Return every sentence once, in the order of files and lines."""
    found: dict[str, Found] = {}
    for floor in floors:
        for file in sorted((ROOT / floor).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            place = str(file.relative_to(ROOT))
            texts = [t for node in _sources(tree) for t in (*template(node), *_nested(node))]
            if floor == "app":
                texts += _commands(tree)
            if place.startswith(_SPEAKING):
                texts += _returned(tree)
            for text in texts:
                if is_sentence(text):
                    found.setdefault(text.strip(" "), Found(text.strip(" "), place))
    return list(found.values())


def renew() -> int:
    """Bring ``stuckneck.po`` up to date, compile it and return how many sentences have no Chinese yet."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    file = ROOT / "words" / "locale" / "zh_CN" / "LC_MESSAGES" / "stuckneck.po"
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="zh_CN")
    missing = 0
    for found in sentences():
        entry = catalogue.get(found.text)
        if entry is None or not entry.string:
            missing += 1
            print(f"{found.place}: {found.text!r}")
    with file.open("wb") as stream:
        write_po(stream, catalogue, width=118, sort_output=True)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)
    return missing


if __name__ == "__main__":
    print(f"{renew()} sentences have no Chinese entry")
