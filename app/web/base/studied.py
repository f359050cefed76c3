"""Studies begun from the page: a folder each, with the table that was given and what the command wrote."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.web.base.page import NotFoundError
from warehouse.workspace import Workspace

METHODS = ("nca", "qca", "provinces")
_NAME = re.compile(r"[0-9a-f]{16}")
SHOWN = {".svg": "image/svg+xml", ".png": "image/png"}
GIVEN = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".tex": "text/plain",
}  # fmt: skip
_ROWS = 400


@dataclass(frozen=True, slots=True)
class Studied:
    """One study: method, what was asked, and its folder."""

    name: str
    method: str
    title: str
    who: str
    folder: Path

    @property
    def results(self) -> Path:
        """The folder the command writes into."""
        return self.folder / "results"


def new_study(workspace: Workspace, method: str, title: str, who: str) -> Studied:
    """Make the folder of a study and return it."""
    name = secrets.token_hex(8)
    folder = workspace.root / "studies" / name
    (folder / "results").mkdir(parents=True, mode=0o700)
    about = {"method": method, "title": title, "who": who}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return Studied(name, method, title, who, folder)


def study(workspace: Workspace, name: str) -> Studied:
    """Return one study. Raises NotFoundError."""
    folder = workspace.root / "studies" / name
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8")) if _NAME.fullmatch(name) else {}
        return Studied(name, about["method"], about["title"], about["who"], folder)
    except (OSError, ValueError, KeyError):
        raise NotFoundError("There is no such study here.") from None


def studies(workspace: Workspace) -> list[Studied]:
    """Return every study, the newest first."""
    found = sorted((workspace.root / "studies").glob("*/about.json"), key=lambda f: -f.stat().st_mtime_ns)
    return [study(workspace, f.parent.name) for f in found if _NAME.fullmatch(f.parent.name)]


def files_of(one: Studied, endings: dict[str, str]) -> list[str]:
    """Return the files a study wrote with these endings, relative to its results."""
    found = (f.relative_to(one.results) for f in one.results.rglob("*") if f.is_file() and f.suffix in endings)
    return sorted(str(f) for f in found)


def file_of(one: Studied, name: str) -> Path:
    """Return one file that the study wrote. Raises NotFoundError for any other."""
    if name not in files_of(one, {**SHOWN, **GIVEN}):
        raise NotFoundError("There is no such file in this study.")
    return one.results / name


def sheets_of(one: Studied) -> list[dict[str, Any]]:
    """Return the sheets of the workbooks that a study wrote: title and rows of cells."""
    return [
        {"title": title, "rows": rows}
        for name in files_of(one, {".xlsx": ""})
        for title, rows in _sheets(one.results / name, (one.results / name).stat().st_mtime_ns)
    ]


@lru_cache(maxsize=16)
def _sheets(file: Path, _changed: int) -> tuple[tuple[str, list[list[Any]]], ...]:
    from python_calamine import load_workbook

    book = load_workbook(str(file))
    return tuple((name, book.get_sheet_by_name(name).to_python()[:_ROWS]) for name in book.sheet_names)
