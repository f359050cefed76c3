"""Any file an analyst has → tables of rows: CSV, XLSX, XLS, JSON, tagged text, or a ZIP of them.

What it is, is decided from its bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from etl.exports.forms.archive import archive_members
from etl.exports.forms.delimited import delimited_rows
from etl.exports.forms.objects import is_objects, object_rows
from etl.exports.forms.strangers import refuse_stranger, refuse_xml
from etl.exports.forms.tagged import is_tagged, tagged_rows
from etl.exports.forms.workbook import workbook_sheets
from etl.records import PageRefusedError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_WORKBOOK = 512 << 20
_HEAD = 16 << 10


@dataclass(slots=True)
class Table:
    """One sheet or text file: `name` for people (archive/member), rows as cells, how it is written."""

    name: str
    rows: Iterator[list[object]]
    form: str  # xlsx, xls, json, or the text encoding
    sheet: str | None = None


@dataclass(slots=True)
class Tables:
    """The tables of one file, in order, read one at a time; `notes` says what was left aside."""

    path: Path
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Table]:
        self.notes.clear()
        with self.path.open("rb") as stream:
            head = stream.read(_HEAD)
            if not head.strip():
                raise PageRefusedError(f"{self.path.name}: the file is empty.")
            if head.startswith(b"PK") and not _is_workbook(self.path):
                refuse_stranger(self.path.name, "\n".join(_members(self.path)))
                for name, content in archive_members(self.path, self.notes):
                    yield from _tables(name, content[:_HEAD], io.BytesIO(content))
                return
            stream.seek(0)
            yield from _tables(self.path.name, head, stream)


def _is_workbook(path: Path) -> bool:
    return any(name in {"xl/workbook.xml", "xl/workbook.bin"} for name in _members(path))


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as package:
            return package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PageRefusedError(f"{path.name}: the archive or spreadsheet is damaged ({str(error)[:100]}).") from None


def _tables(name: str, head: bytes, stream: BinaryIO) -> Iterator[Table]:
    if head.startswith((b"PK", _OLE)):
        content = stream.read(MAX_WORKBOOK + 1)
        if len(content) > MAX_WORKBOOK:
            raise PageRefusedError(f"{name}: a spreadsheet of more than {MAX_WORKBOOK:,} bytes; save it as CSV.")
        form = "xlsx" if head.startswith(b"PK") else "xls"
        for sheet, rows in workbook_sheets(content, name):
            yield Table(name, rows, form, sheet)
        return
    beginning = head.decode("utf-8-sig", "replace").lstrip()
    refuse_stranger(name, beginning)
    if beginning.startswith("<"):
        refuse_xml(name, beginning)
    if head.startswith(b"\x1f\x8b"):
        raise PageRefusedError(
            f"{name}: a packed file (gzip) of no kind that is read; unpack it and import what is in it."
        )
    if is_objects(head):
        yield Table(name, object_rows(stream, name), "json")
        return
    codec, rows = tagged_rows(stream, name) if is_tagged(head) else delimited_rows(stream, name)
    yield Table(name, rows, codec)
