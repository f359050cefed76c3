"""The folder a bulk run writes: what is where, and the manifest that says what it was made from and what it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

FORMAT = 1
PART_ROWS, PART_BYTES = 100_000, 128 << 20  # a file of what is written as it comes
# The narrow tables: what every figure rests on, of the families of a technology or topic (and, of families, those that
# cite them), each with its columns that are keys of families.
TABLES = {
    "families": ("family_key",), "family_states": ("family_key",), "family_memberships": ("family_key",),
    "family_citations": ("cited_family_key", "citing_family_key"), "family_citation_counts": ("family_key",),
}  # fmt: skip

PAGES = {"page_id": pl.Int32, "source": pl.String, "file": pl.String, "service_date": pl.Date}
SOURCES = {
    "source": pl.String, "title": pl.String, "licence": pl.String, "is_synthetic": pl.Boolean,
    "merge_rank": pl.Int32, "capabilities": pl.String,
}  # fmt: skip


class OutputError(ValueError):
    """A folder is no whole output of ``stuckneck bulk``, or not the one its manifest describes."""


@dataclass(frozen=True, slots=True)
class Output:
    """Paths inside the folder `root`. Every table is a folder of Parquet files."""

    root: Path

    @property
    def manifest(self) -> Path:
        """What the folder was made from; written last, so that a folder without it is not finished."""
        return self.root / "manifest.json"

    @property
    def work(self) -> Path:
        """Scratch of the engine, deleted at the end."""
        return self.root / ".work"

    def folder(self, table: str) -> Path:
        """Where the Parquet files of `table` are: one of `TABLES`, or records, rejects, hits, pages, sources."""
        return self.root / table

    def write(self, table: str, rows: pl.DataFrame) -> None:
        """Write a small table as one file."""
        write_parts([rows], self.folder(table), rows.schema)

    def read(self, table: str) -> pl.DataFrame:
        """The rows of a small table."""
        files = sorted(self.folder(table).rglob("*.parquet"))
        return pl.read_parquet(files, glob=False, hive_partitioning=False)


def write_parts(frames: Iterable[pl.DataFrame], folder: Path, schema: Mapping[str, Any], stem: str = "part") -> None:
    """Write the frames as they come to files STEM-N.parquet, many frames a file; where none comes, an empty one."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting, written = [pl.DataFrame(schema=schema)], 0
    for frame in frames:
        waiting.append(frame)
        size = sum(one.estimated_size() for one in waiting)
        if size >= PART_BYTES or sum(one.height for one in waiting) >= PART_ROWS:
            pl.concat(waiting).write_parquet(folder / f"{stem}-{written}.parquet")
            waiting, written = [], written + 1
    if waiting:
        pl.concat(waiting).write_parquet(folder / f"{stem}-{written}.parquet")


def write_pages(out: Output, pages: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> None:
    """Write what the engines need to know of the files and of their sources."""
    out.write("pages", pl.DataFrame(list(pages), schema=PAGES))
    out.write("sources", pl.DataFrame(list(sources), schema=SOURCES))


def write_manifest(out: Output, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Write and return the manifest: `stated`, and rows and SHA-256 of every file of the narrow tables."""
    tables = {name: _described(out.folder(name)) for name in TABLES}
    manifest = {"format": FORMAT, **stated, "tables": tables}
    draft = out.manifest.with_suffix(".part")
    draft.write_text(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(out.manifest)
    return manifest


def read_manifest(out: Output) -> dict[str, Any]:
    """The manifest, after comparing every file of the narrow tables with it. Raises OutputError."""
    try:
        manifest: dict[str, Any] = json.loads(out.manifest.read_text(encoding="utf-8"))
        stated = {name: manifest["tables"][name] for name in TABLES}
        found_format = manifest["format"]
    except FileNotFoundError:
        msg = f"{out.root}: has no manifest.json, so it is no finished output of `stuckneck bulk`; run it again."
        raise OutputError(msg) from None
    except (ValueError, KeyError, TypeError):
        msg = f"{out.manifest}: is not a manifest of `stuckneck bulk`; run it again."
        raise OutputError(msg) from None
    if found_format != FORMAT:
        msg = f"{out.manifest}: has format {found_format}, this program reads {FORMAT}; run `stuckneck bulk` again."
        raise OutputError(msg)
    for name in TABLES:
        if _described(out.folder(name)) != stated[name]:
            msg = f"{out.folder(name)}: its files are not those the manifest lists; run `stuckneck bulk` again."
            raise OutputError(msg)
    return manifest


def _described(folder: Path) -> dict[str, Any]:
    files = sorted(folder.rglob("*.parquet")) if folder.is_dir() else []
    try:
        rows = sum(pl.scan_parquet(file, glob=False).select(pl.len()).collect().item() for file in files)
    except (pl.exceptions.PolarsError, OSError):
        rows = -1  # not what any manifest says
    return {"rows": rows, "files": {file.relative_to(folder).as_posix(): _sha256(file) for file in files}}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def day_of(manifest: Mapping[str, Any]) -> date:
    """The day up to which the files know the world."""
    return date.fromisoformat(manifest["exported_on"])
