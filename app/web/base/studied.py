"""Studies begun from the page: a folder each, with the table that was given and what the command wrote."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.web.base.page import NotFoundError
from warehouse.workspace import Workspace

REPORTED = "provinces"
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
    results: Path
    """The folder the command writes into."""


def new_study(workspace: Workspace, method: str, title: str, who: str) -> Studied:
    """Make the folder of a study and return it."""
    name = secrets.token_hex(8)
    folder = workspace.root / "studies" / name
    (folder / "results").mkdir(parents=True, mode=0o700)
    about = {"method": method, "title": title, "who": who}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return Studied(name, method, title, who, folder, folder / "results")


def study(workspace: Workspace, name: str) -> Studied:
    """Return one study; `REPORTED` is the study of provinces that a command made last. Raises NotFoundError."""
    if name == REPORTED and (made := reported(workspace)) is not None:
        return made
    folder = workspace.root / "studies" / name
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8")) if _NAME.fullmatch(name) else {}
        return Studied(name, about["method"], about["title"], about["who"], folder, folder / "results")
    except (OSError, ValueError, KeyError):
        raise NotFoundError("There is no such study here.") from None


def reported(workspace: Workspace) -> Studied | None:
    """Return the study of provinces that `stuckneck provinces run` wrote to the reports; None without one."""
    folder = workspace.reports / "provinces"
    there = any(folder.glob("provinces_*.html"))
    return Studied(REPORTED, "provinces", REPORTED, "stuckneck provinces run", folder, folder) if there else None


def studies(workspace: Workspace) -> list[Studied]:
    """Return every study, the newest first."""
    found = sorted((workspace.root / "studies").glob("*/about.json"), key=lambda f: -f.stat().st_mtime_ns)
    return [study(workspace, f.parent.name) for f in found if _NAME.fullmatch(f.parent.name)]


def files_of(one: Studied, endings: dict[str, str]) -> list[str]:
    """Return the files a study wrote with these endings, relative to its results."""
    found = (f.relative_to(one.results) for f in one.results.rglob("*") if f.is_file() and f.suffix in endings)
    return sorted(str(f) for f in found)


def in_language(names: Sequence[str], lang: str) -> list[str]:
    """Return the files whose name does not end with the other language."""
    other = "_en" if lang == "zh" else "_zh"
    return [name for name in names if not Path(name).stem.endswith(other)]


def report_of(one: Studied, lang: str) -> str | None:
    """Return tables and notes of the page that a study of provinces wrote; None until it is there.

    The page is the program's own: its texts are escaped where they are written (app/studies/provinces/html.py).
    """
    file = one.results / f"provinces_{lang}.html"
    if one.method != "provinces" or not file.is_file():
        return None
    from lxml import etree, html

    body = html.fromstring(file.read_bytes()).find("body")
    parts = [] if body is None else [p for p in body if p.tag != "h1" and p.get("class") != "pictures"]
    return "".join(etree.tostring(p, encoding="unicode", method="html") for p in parts)


def file_of(one: Studied, name: str) -> Path:
    """Return one file that the study wrote. Raises NotFoundError for any other."""
    if name not in files_of(one, {**SHOWN, **GIVEN}):
        raise NotFoundError("There is no such file in this study.")
    return one.results / name


def sheets_of(one: Studied, lang: str) -> list[dict[str, Any]]:
    """Return the sheets of the workbooks that a study wrote: title and rows of cells."""
    return [
        {"title": title, "rows": rows}
        for name in in_language(files_of(one, {".xlsx": ""}), lang)
        for title, rows in _sheets(one.results / name, (one.results / name).stat().st_mtime_ns)
    ]


@lru_cache(maxsize=16)
def _sheets(file: Path, _changed: int) -> tuple[tuple[str, list[list[Any]]], ...]:
    from python_calamine import load_workbook

    book = load_workbook(str(file))
    return tuple((name, book.get_sheet_by_name(name).to_python()[:_ROWS]) for name in book.sheet_names)
