"""Rows of a tagged text file (Web of Science, "savedrecs"): two letters, a blank, a value; ER ends a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from etl.exports.forms.encoding import detect_encoding, text_lines

_TAG = re.compile(r"([A-Z][A-Z0-9]) (.*)|(ER|EF)\s*")
_PROSE = frozenset({"TI", "AB", "TF"})  # wrapped text; the lines of every other tag are values of their own
_LOOKED_AT = 2000  # records whose tags make the headers


def is_tagged(head: bytes) -> bool:
    """Whether a file that begins so is tagged text."""
    return re.match(rb"(?:\xef\xbb\xbf)?\s*(?:FN |VR \d|PT P\b)", head) is not None


def tagged_rows(stream: BinaryIO, name: str) -> tuple[str, Iterator[list[object]]]:
    """Encoding, and rows: the tags as headers, then one row a record; several lines of a tag stay lines of the cell."""
    codec = detect_encoding(stream)
    return codec, _rows(_records(text_lines(stream, codec, name)))


def _records(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    record: dict[str, str] = {}
    tag = ""
    for line in lines:
        text = line.rstrip("\n").lstrip("\ufeff")
        match = _TAG.fullmatch(text)
        if match and match[3]:
            if record:
                yield record
            record, tag = {}, ""
        elif match:
            tag = match[1]
            if tag not in {"FN", "VR"}:
                record[tag] = f"{record[tag]}\n{match[2].strip()}" if tag in record else match[2].strip()
        elif text.strip() and tag in record:
            record[tag] += (" " if tag in _PROSE else "\n") + text.strip()
    if record:
        yield record


def _rows(records: Iterator[dict[str, str]]) -> Iterator[list[object]]:
    first: list[dict[str, str]] = []
    headers: dict[str, None] = {}
    for record in records:
        first.append(record)
        headers |= dict.fromkeys(record)
        if len(first) == _LOOKED_AT:
            break
    yield list(headers)
    for record in first:
        yield [record.get(tag, "") for tag in headers]
    for record in records:
        yield [record.get(tag, "") for tag in headers]
