"""Verdicts on a sample while they are given: a workbook of families to judge, and a draft of each judge beside it.

Nothing here touches the warehouse: a draft becomes verdicts when `catalogue judge` reads it, as it reads a workbook.
"""

from __future__ import annotations

import csv
import json
import re
import secrets
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.quality.workbook import shown
from app.web.base.page import BadRequestError, NotFoundError
from warehouse.workspace import Workspace

VERDICTS = {"y": "yes", "n": "no", "u": "unsure"}
_NAME = re.compile(r"[0-9a-f]{16}")
_LOCK = threading.Lock()
Verdict = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sample to judge: its file's name, its technology, the families (empty until it is drawn)."""

    name: str
    technology: str
    families: tuple[dict[str, str], ...]


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "judging"


def new_sheet(workspace: Workspace, technology: str) -> Path:
    """Return the workbook that a sample of `technology` is to be drawn into."""
    folder, name = _folder(workspace), secrets.token_hex(8)
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"technology": technology}), encoding="utf-8")
    return folder / f"{name}.xlsx"


def sheets(workspace: Workspace) -> list[Sheet]:
    """Return every sheet, the newest first."""
    found = sorted(_folder(workspace).glob("*.json"), key=lambda file: -file.stat().st_mtime_ns)
    return [sheet(workspace, file.stem) for file in found if _NAME.fullmatch(file.stem)]


def sheet(workspace: Workspace, name: str) -> Sheet:
    """Return one sheet. Raises NotFoundError."""
    about = _folder(workspace) / f"{name}.json"
    if not _NAME.fullmatch(name) or not about.is_file():
        raise NotFoundError("There is no such sample here; draw one.")
    book = about.with_suffix(".xlsx")
    families = _families(book, book.stat().st_mtime_ns) if book.is_file() else ()
    return Sheet(name, json.loads(about.read_text(encoding="utf-8"))["technology"], families)


@lru_cache(maxsize=16)
def _families(book: Path, _changed: int) -> tuple[dict[str, str], ...]:
    return tuple(shown(book))


def draft_file(workspace: Workspace, name: str, who: str) -> Path:
    """Return where one judge's draft lies: a table that `catalogue judge` reads."""
    return _folder(workspace) / f"{name}.{re.sub(r'[^A-Za-z0-9_-]', '_', who)}.csv"


def draft(workspace: Workspace, name: str, who: str) -> dict[str, Verdict]:
    """Return what one judge said so far: item → (verdict, note)."""
    file = draft_file(workspace, name, who)
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["item"]: (row["verdict"], row["note"]) for row in csv.DictReader(stream)}


def say_of(workspace: Workspace, name: str, who: str, item: str, said: Verdict) -> None:
    """Keep one verdict in the judge's draft. Raises BadRequestError and NotFoundError."""
    if said[0] not in VERDICTS.values():
        raise BadRequestError("A verdict is yes, no or unsure.")
    if item not in {one["item"] for one in sheet(workspace, name).families}:
        raise NotFoundError("That family is not in this sample.")
    file = draft_file(workspace, name, who)
    with _LOCK:
        kept = {**draft(workspace, name, who), item: said}
        partial = file.with_suffix(".partial")
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("item", "verdict", "note"))
            writer.writerows((key, *value) for key, value in kept.items())
        partial.replace(file)
