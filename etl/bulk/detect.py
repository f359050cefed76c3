"""Which bulk file a file is, from its first bytes, never from its name; and the rows of ``sources`` for them."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.offices.kinds import KINDS, kind_of
from etl.patstat import tables

DOCDB, GOOGLE, PATSTAT = "docdb", "google_publications", tables.KEY
_HEAD = 256 << 10
# Fields only the nested table has; rows of a query of one's own without them are an export (`bigquery_flat`).
_NESTED = (b'"title_localized"', b'"abstract_localized"', b'"claims_localized"', b'"assignee_harmonized"',
           b'"inventor_harmonized"', b'"priority_claim"', b'"citation"')  # fmt: skip
_BULK = (".zip", *{suffix for kind in KINDS.values() for suffix in kind.suffixes})
_MEMBERS = 50  # looked at in an archive

SOURCES: dict[str, dict[str, Any]] = {
    PATSTAT: tables.SOURCE,
    **{
        kind.key: {
            "key": kind.key, "title": kind.title, "licence": kind.licence, "merge_rank": kind.merge_rank,
            "capabilities": kind.feeds,
        }
        for kind in KINDS.values()
    },
    DOCDB: {
        "key": DOCDB,
        "title": "EPO DOCDB bulk files",
        "licence": "EPO bulk data terms of the subscribing user",
        "merge_rank": 12,  # the same master data as OPS, as old as the file
        "capabilities": {
            "applications": "yes", "citations": "partial", "claims": "no", "pct": "yes", "ipc_shift": "yes",
            "country": "yes", "legal_status": "no",
        },
    },
    GOOGLE: {
        "key": GOOGLE,
        "title": "Google Patents Public Data, publications table",
        "licence": "CC BY 4.0 (Google Patents Public Data by IFI CLAIMS)",
        "passes_on": True,
        "merge_rank": 34,
        "capabilities": {
            "applications": "yes", "citations": "yes", "claims": "partial", "pct": "partial", "ipc_shift": "yes",
            "country": "yes", "legal_status": "no",
        },
    },
}  # fmt: skip


def bulk_kind(path: Path) -> str | None:
    """The kind of a bulk file, or of a folder of tables; None when it is none (an export, or anything else)."""
    if tables.is_patstat(path):
        return PATSTAT
    if path.is_dir():
        return None
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PK"):
        return _of_archive(path)
    if head.startswith(b"\x1f\x8b"):
        head = _unpacked(path)
    return _of_bytes(head)


def together(paths: Sequence[Path]) -> list[Path]:
    """`paths`, where several PATSTAT tables of one folder are given, with the folder in place of them."""
    named = [path for path in paths if path.is_file() and tables.table_of(path.name)]
    folders = {
        folder
        for folder in {path.parent for path in named}
        if sum(path.parent == folder for path in named) > 1 and tables.is_patstat(folder)
    }
    return list(dict.fromkeys(path.parent if path in named and path.parent in folders else path for path in paths))


def _of_bytes(head: bytes) -> str | None:
    if head.startswith(b"PAR1"):
        return GOOGLE
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and b"exchange-document" in text:
        return DOCDB
    is_json = text.startswith((b"{", b"[")) and b'"publication_number"' in text
    if is_json and any(name in text for name in _NESTED):
        return GOOGLE
    return kind_of(head)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as stream:
            return stream.read(_HEAD)
    except (OSError, EOFError, zlib.error):  # not ours to name: the reader of exports says what is wrong with it
        return b""


def _of_archive(path: Path) -> str | None:
    """The kind of the first member that has one; archives of workbooks and tables are exports."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(name.lower() == "[content_types].xml" for name in archive.namelist()):
                return None
            return _of_members(archive, nested=True)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return None


def _of_members(archive: zipfile.ZipFile, *, nested: bool) -> str | None:
    for info in archive.infolist()[:_MEMBERS]:
        low = info.filename.lower()
        if info.is_dir() or info.flag_bits & 1 or not low.endswith(_BULK):
            continue
        with archive.open(info) as stream:
            if nested and low.endswith(".zip"):
                with zipfile.ZipFile(stream) as inner:
                    found = _of_members(inner, nested=False)
            else:
                found = _of_bytes(stream.read(_HEAD))
        if found is not None:
            return found
    return None
