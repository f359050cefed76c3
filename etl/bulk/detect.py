"""Which bulk file a file is, from its first bytes, never from its name; and the rows of ``sources`` for them."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Any

DOCDB, GOOGLE = "docdb", "google_publications"
_HEAD = 256 << 10
_TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm")

SOURCES: dict[str, dict[str, Any]] = {
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
        "merge_rank": 34,
        "capabilities": {
            "applications": "yes", "citations": "yes", "claims": "partial", "pct": "yes", "ipc_shift": "yes",
            "country": "yes", "legal_status": "no",
        },
    },
}  # fmt: skip


def bulk_kind(path: Path) -> str | None:
    """``docdb`` or ``google_publications``; None when the file is neither (an export, or anything else)."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PAR1"):
        return GOOGLE
    if head.startswith(b"PK"):
        return _of_archive(path)
    if head.startswith(b"\x1f\x8b"):
        head = _unpacked(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and b"exchange-document" in text:
        return DOCDB
    if text.startswith(b"{") and b'"publication_number"' in text:
        return GOOGLE
    return None


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as stream:
            return stream.read(_HEAD)
    except (OSError, EOFError, zlib.error):  # not ours to name: the reader of exports says what is wrong with it
        return b""


def _of_archive(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if "[content_types].xml" in names or any(name.endswith(_TABLES) for name in names):
        return None  # a workbook, or an archive of exports
    return DOCDB if any(name.endswith((".xml", ".zip")) for name in names) else None
