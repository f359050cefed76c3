"""`stuckneck import FOLDER`: which file is about which technology, by its name or by a mapping; shown first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.common import Format, err, fail, out, print_rows
from app.technologies import catalogues_of
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.catalogue.models import Technology, Topic

_LEFT = (".toml", ".md", ".pdf", ".png", ".jpg", ".docx", ".log")


@dataclass(frozen=True, slots=True)
class Matched:
    """A file with its technology (None: left out) and why."""

    file: Path
    technology: str | None
    why: str


def files_below(folder: Path) -> list[Path]:
    """Every file of the folder and the folders in it, in order, hidden ones and notes left out. Exits when empty."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix.lower() not in _LEFT
        and not any(part.startswith((".", "~$", "__")) for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise fail(f"{folder}: no file to import in this folder.")
    return found


def match_files(workspace: Workspace, folder: Path, files: Sequence[Path], mapping: Path | None) -> list[Matched]:
    """A technology for each file: from `mapping` where one is given, else the id or name in the file's path."""
    catalogues = catalogues_of(workspace)
    if mapping is not None:
        return _mapped(workspace, folder, [f for f in files if f.resolve() != mapping.resolve()], mapping)
    items = [item for catalogue in catalogues for item in catalogue.items]
    return [_match(items, folder, file) for file in files]


def _match(items: Sequence[Technology | Topic], folder: Path, file: Path) -> Matched:
    """By the file's own name first, then by the folders it lies in, innermost first."""
    from etl.catalogue.resolve import named_in

    inside = file.relative_to(folder)
    for part in (inside.stem, *reversed(inside.parts[:-1]), folder.name):
        found = named_in(items, part)
        if len(found) == 1:
            return Matched(file, found[0].id, f"{found[0].name_zh} {found[0].name_en}")
        if found:
            return Matched(file, None, f"several: {', '.join(item.id for item in found)}")
    return Matched(file, None, "no id or name of a technology in its name")


def _mapped(workspace: Workspace, folder: Path, files: Sequence[Path], mapping: Path) -> list[Matched]:
    """Two columns: file (its name, or its path within the folder), technology (id or name); headers are optional."""
    from etl.catalogue.resolve import UnknownTechnologyError, resolve
    from etl.exports import two_columns

    catalogues = catalogues_of(workspace)
    stated: dict[str, str] = {}
    for row_no, (name, technology) in enumerate(two_columns(mapping), 1):
        try:
            stated[name.replace("\\", "/")] = resolve(catalogues, technology).id
        except UnknownTechnologyError as error:
            if row_no > 1:  # the first row may be the headers
                raise fail(f"{mapping.name}, row {row_no}: {error}") from None
    known = {path: path.relative_to(folder).as_posix() for path in files}
    missing = sorted(set(stated) - set(known.values()) - {path.name for path in files} - {path.stem for path in files})
    if missing:
        err.print(f"{mapping.name}: no such file in {folder}: {', '.join(missing)}.", markup=False, soft_wrap=True)
    found = []
    for path, inside in known.items():
        technology_id = next((stated[key] for key in (inside, path.name, path.stem) if key in stated), None)
        found.append(Matched(path, technology_id, "mapping" if technology_id else f"not in {mapping.name}"))
    return found


def agreed(matches: Sequence[Matched], folder: Path, *, yes: bool, ask: bool) -> dict[Path, str]:
    """Show the matching and return it once the person agrees. Exits where nothing matches or nobody can be asked."""
    import typer

    rows = [
        {"file": m.file.relative_to(folder).as_posix(), "technology": m.technology, "matched_by": m.why}
        for m in matches
    ]
    print_rows(rows, Format.table, title=f"{folder.name}: files and technologies")
    wanted = {m.file: m.technology for m in matches if m.technology is not None}
    if not wanted:
        raise fail("No file is matched to a technology: put ids or names into the files' names, or give --map FILE.")
    left = len(matches) - len(wanted)
    question = f"Import {len(wanted)} files" + (f" and leave {left} out" if left else "") + "?"
    if not yes:
        if not ask:
            raise fail(f"{question} Nothing was imported: give --yes to agree without being asked.")
        if not typer.confirm(question):
            raise fail("Nothing was imported.")
    elif left:
        out.print(f"{left} files are left out.", markup=False)
    return wanted
