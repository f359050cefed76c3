"""Rows of a delimited text file (CSV, TSV and their kin)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from etl.exports.forms.encoding import MAX_LINE, detect_encoding, text_lines
from etl.records import PageRefusedError

_DELIMITERS = ",\t;|"
_SNIFFED_LINES = 200
_SNIFFED_CHARACTERS = 150_000
_NO_NAME = re.compile(r"^[\d\s./:;-]*$|://")  # a number, a date or an address is no header
_STATED = re.compile(r"\"?sep=([,;|\t])\"?\s*", re.IGNORECASE)  # Excel's own note of the separator


def delimited_rows(stream: BinaryIO, name: str) -> tuple[str, Iterator[list[object]]]:
    """Encoding, and rows as lists of text. Raises PageRefusedError where a cell or line is beyond any export's size."""
    codec = detect_encoding(stream)
    lines = text_lines(stream, codec, name)
    first: list[str] = []
    size = 0
    for line in lines:
        first.append(line)
        size += len(line)
        if len(first) == _SNIFFED_LINES or size > _SNIFFED_CHARACTERS:
            break
    stated = _STATED.fullmatch(first[0].lstrip("\ufeff")) if first else None
    if stated:
        return codec, _rows(chain(["\n"], first[1:], lines), stated[1], name)
    return codec, _rows(chain(first, lines), _delimiter(first), name)


def _delimiter(lines: list[str]) -> str:
    """The delimiter under which most of the first rows have one and the same width, headers among them."""
    return max(_DELIMITERS, key=lambda delimiter: (_regularity(lines, delimiter), -_DELIMITERS.index(delimiter)))


def _regularity(lines: list[str], delimiter: str) -> int:
    """Width times squared rows of the commonest width; ten times that where a row of headers has it too.

    The commas of titles and names may be as regular as the semicolons between cells, but no row of headers has them.
    """
    previous = csv.field_size_limit(MAX_LINE)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0
    finally:
        csv.field_size_limit(previous)
    widths = Counter(len(row) for row in rows)
    headed = {len(row) for row in rows[:40] if _is_header(row)}
    return max(
        ((width - 1) * count * count * (10 if width in headed else 1) for width, count in widths.items()), default=0
    )


def _is_header(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    named = [cell for cell in filled if len(cell) <= 80 and not _NO_NAME.search(cell)]
    return len(cells) > 1 and len(named) == len(filled) >= 0.7 * len(cells) and len(set(filled)) >= 0.8 * len(filled)


def _bare(cell: str) -> str:
    """Return ``00123`` for ``="00123"``, by which tables keep a text from being read as a number."""
    return cell[2:-1] if cell[:2] == '="' and cell[-1:] == '"' and len(cell) > 2 else cell


def _rows(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[object]]:
    previous = csv.field_size_limit(MAX_LINE)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for row in reader:
                yield [_bare(cell) for cell in row]
        except csv.Error as error:
            raise PageRefusedError(
                f"{name}: line {reader.line_num} cannot be read ({error}); a quotation mark is probably never closed."
            ) from None
    finally:
        csv.field_size_limit(previous)
