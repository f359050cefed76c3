"""One bulk run from files to the narrow tables, whatever the engine."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from etl.bulk.detect import SOURCES, bulk_kind, together
from etl.engines.engine import Engine
from etl.engines.output import Output, write_manifest, write_pages
from etl.engines.parse import REFUSED, BulkFile
from etl.engines.topics import Queries
from etl.load.bulk.file_page import files_of, sha256

Progress = Callable[[str, int, int | None], None]
# What a bulk run writes; an older output at the same place is replaced.
_WRITTEN = (
    "records", "rejects", "hits", "pages", "sources", "families", "family_states", "family_memberships",
    "family_citations", "family_citation_counts", ".work",
)  # fmt: skip


class NoBulkFileError(ValueError):
    """A path is no bulk file; the message says which, and what reads it."""


@dataclass(frozen=True, slots=True)
class BulkRun:
    """What a run came to: the manifest it wrote, and the sentences about files that were refused."""

    manifest: dict[str, Any]
    refused: tuple[str, ...]


def bulk_files(paths: Sequence[Path]) -> list[BulkFile]:
    """The bulk files among `paths`, and in folders of files, numbered in the order given. Raises NoBulkFileError.

    A folder of PATSTAT tables is one file.
    """
    found = [(path, bulk_kind(path)) for path in together(list(_below(paths)))]
    strange = [str(path) for path, kind in found if kind is None]
    if strange or not found:
        what = ", ".join(strange[:3]) or ", ".join(map(str, paths))
        msg = f"{what}: no bulk file (docs/sources.md lists them); `stuckneck import` reads exports. Nothing was done."
        raise NoBulkFileError(msg)
    return [BulkFile(n, str(path.resolve()), kind) for n, (path, kind) in enumerate(found, 1) if kind is not None]


def _below(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir() and bulk_kind(path) is None:
            yield from sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        else:
            yield path


def run_bulk(
    engine: Engine, out: Output, files: Sequence[BulkFile], queries: Queries, *,
    exported_on: date, name: str, whole_table: bool = False, progress: Progress = lambda _what, _done, _total: None,
) -> BulkRun:  # fmt: skip
    """Read `files`, evaluate `queries`, and write the narrow tables and their manifest into `out`.

    `exported_on` is the day up to which the files know the world; `whole_table`: those of Google are its whole table
    (else nobody can say that a publication is not cited); `name` is the engine's, for the manifest. Without a manifest
    the folder is not finished: a run that was cut is done again whole.
    """
    clear(out)
    write_pages(out, [_page(file, exported_on) for file in files], [_source(kind) for kind in _kinds(files)])
    progress("read files", 0, None)
    engine.records(files)
    progress("evaluate queries", 0, None)
    engine.hits(queries)
    progress("make tables", 0, None)
    engine.tables(queries, whole_table=whole_table)
    rejects = [json.loads(row["reject"]) | {"page_id": row["page_id"]} for row in _rejects(out)]
    stated = {
        "program": version("stuckneck"), "engine": name, "exported_on": exported_on.isoformat(),
        "whole_table": whole_table,
        "queries": [{"technology_id": item, "query_hash": query_hash} for item, query_hash in sorted(queries)],
        "inputs": _inputs(files, engine.counts(), Counter(reject["page_id"] for reject in rejects)),
    }  # fmt: skip
    manifest = write_manifest(out, stated)
    shutil.rmtree(out.work, ignore_errors=True)
    return BulkRun(manifest, tuple(reject["reason"] for reject in rejects if reject["action"] == REFUSED))


def clear(out: Output) -> None:
    """Make the folder, without what an earlier run wrote there."""
    out.root.mkdir(parents=True, exist_ok=True)
    out.manifest.unlink(missing_ok=True)
    for name in _WRITTEN:
        shutil.rmtree(out.root / name, ignore_errors=True)


def _rejects(out: Output) -> list[dict[str, Any]]:
    return out.read("rejects").to_dicts()


def _inputs(
    files: Sequence[BulkFile], counts: dict[int, tuple[int, int]], rejects: Counter[int]
) -> list[dict[str, Any]]:  # fmt: skip
    described = []
    for file in files:
        path = Path(file.path)
        records, deletions = counts.get(file.page_id, (0, 0))
        described.append({
            "file": path.name, "kind": file.kind, "bytes": sum(one.stat().st_size for one in files_of(path)),
            "sha256": sha256(path, lambda: True), "records": records, "deletions": deletions,
            "rejects": rejects[file.page_id],
        })  # fmt: skip
    return described


def _kinds(files: Sequence[BulkFile]) -> list[str]:
    return sorted({file.kind for file in files})


def _page(file: BulkFile, day: date) -> dict[str, Any]:
    return {"page_id": file.page_id, "source": file.kind, "file": Path(file.path).name, "service_date": day}


def _source(kind: str) -> dict[str, Any]:
    stated = SOURCES[kind]
    return {
        "source": kind, "title": stated["title"], "licence": stated["licence"], "is_synthetic": False,
        "merge_rank": stated["merge_rank"],
        "capabilities": json.dumps({"indicators": stated["capabilities"], "field_ranks": {}}, sort_keys=True),
    }  # fmt: skip
