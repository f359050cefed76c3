"""Rows of a delimited text file (CSV, TSV and their kin)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from etl.exports.forms.encoding import MAX_LINE, detect_encoding, text_lines
from etl.records import PageRefusedError

_DELIMITERS = ",\t;|"
_SNIFFED_LINES = 30


def delimited_rows(stream: BinaryIO, name: str) -> tuple[str, Iterator[list[object]]]:
    """Encoding, and rows as lists of text. Raises PageRefusedError where a cell or line is beyond any export's size."""
    codec = detect_encoding(stream)
    lines = text_lines(stream, codec, name)
    first = list(islice(lines, _SNIFFED_LINES))
    delimiter = _delimiter(first)
    return codec, _rows(chain(first, lines), delimiter, name)


def _delimiter(lines: list[str]) -> str:
    """The delimiter under which most of the first rows have one and the same width, wider before narrower."""
    return max(_DELIMITERS, key=lambda delimiter: (_regularity(lines, delimiter), -_DELIMITERS.index(delimiter)))


def _regularity(lines: list[str], delimiter: str) -> int:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0
    return max(((width - 1) * rows * rows for width, rows in widths.items()), default=0)


def _rows(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[object]]:
    previous = csv.field_size_limit(MAX_LINE)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for row in reader:
                yield list(row)
        except csv.Error as error:
            raise PageRefusedError(
                f"{name}: line {reader.line_num} cannot be read ({error}); a quotation mark is probably never closed."
            ) from None
    finally:
        csv.field_size_limit(previous)
