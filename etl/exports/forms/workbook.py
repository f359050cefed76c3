"""Rows of a spreadsheet (XLSX, XLS) through calamine, after checking that the file cannot exhaust the memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from etl.records import PageRefusedError

MAX_CELLS = 20_000_000
MAX_UNPACKED = 1 << 30
MAX_CELL = 16 << 20  # bytes without a tag between them
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?(?:c|dimension)\b[^>]{0,200}?\br(?:ef)?="(?:[A-Z]{1,4}\d{1,8}:)?([A-Z]{1,4})(\d{1,8})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]{0,200}?\br="(\d{1,12})"')


def workbook_sheets(content: bytes, name: str) -> Iterator[tuple[str, Iterator[list[object]]]]:
    """(sheet name, rows) of every sheet. Raises PageRefusedError for a damaged or hostile workbook."""
    if content.startswith(b"PK"):
        _check_package(content, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet_name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(sheet_name)
            yield sheet_name, iter(sheet.to_python(skip_empty_area=False))
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise PageRefusedError(
            f"{name}: not a readable spreadsheet ({str(error)[:120]}); open and save it again."
        ) from None
    except BaseException as error:
        # A panic inside the Rust reader arrives as a BaseException of its own kind; anything else is not ours to stop.
        if type(error).__name__ != "PanicException":
            raise
        raise PageRefusedError(f"{name}: the spreadsheet is damaged; open and save it again.") from None


def _check_package(content: bytes, name: str) -> None:
    """Unpack every part once, in pieces, and stop where sizes or cell references are beyond any export."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.infolist():
                columns = rows = 1
                with package.open(part) as stream:
                    carry, run = b"", 0
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED:
                            raise PageRefusedError(f"{name}: unpacks to more than {MAX_UNPACKED:,} bytes; refused.")
                        tag = chunk.rfind(b"<")
                        run = run + len(chunk) if tag < 0 else len(chunk) - tag
                        if run > MAX_CELL and part.filename.endswith(".xml"):
                            raise PageRefusedError(f"{name}: a cell of more than {MAX_CELL:,} bytes; refused.")
                        if "worksheets/" in part.filename:
                            rows, columns = _extent(carry + chunk, rows, columns)
                            carry = chunk[-300:]
                if rows * columns > MAX_CELLS:
                    raise PageRefusedError(
                        f"{name}: a sheet claims {rows:,} rows by {columns:,} columns, over {MAX_CELLS:,} cells."
                    )
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        if isinstance(error, PageRefusedError):
            raise
        raise PageRefusedError(f"{name}: the spreadsheet's package is damaged ({str(error)[:100]}).") from None


def _extent(data: bytes, rows: int, columns: int) -> tuple[int, int]:
    for match in _ROW.finditer(data):
        rows = max(rows, int(match[1]))
    for match in _CELL.finditer(data):
        column = 0
        for letter in match[1]:
            column = column * 26 + letter - 64
        columns, rows = max(columns, column), max(rows, int(match[2]))
    return rows, columns
