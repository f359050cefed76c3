"""Rows of a JSON file: one object a line, one array of objects, or a document that wraps one."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from etl.records import PageRefusedError
from etl.wrapped import MAX_DOCUMENT, objects_of

_LOOKED_AT = 2000  # objects whose keys make the headers: exports leave out keys that have no value
_NOT_JSON = "not JSON"  # stands for a line that is none: a cell outside the headers, so that its row is refused
_TOLD_BY = ("name", "code", "text", "value", "publication_number", "symbol")


def object_rows(stream: BinaryIO, name: str) -> Iterator[list[object]]:
    """Headers (every key of the first objects, in order of appearance) and one row an object.

    A list stays a list. Raises PageRefusedError where the text is no JSON or holds no objects.
    """
    objects = _objects(stream, name)
    first: list[dict[str, Any]] = []
    headers: dict[str, int] = {}
    for item in objects:
        first.append(item)
        for key in item:
            if key != _NOT_JSON:
                headers.setdefault(key, len(headers))
        if len(first) == _LOOKED_AT:
            break
    if not headers:
        raise PageRefusedError(f"{name}: the JSON holds no objects with fields; export again as CSV.")
    yield list(headers)
    for item in first:
        yield _row(item, headers)
    for item in objects:
        yield _row(item, headers)


def _row(item: dict[str, Any], headers: dict[str, int]) -> list[object]:
    row: list[object] = [None] * len(headers)
    for key, value in item.items():
        if key in headers:
            row[headers[key]] = _plain(value)
        elif value not in (None, "", []):
            row.append(f"{key}={value}"[:200])  # wider than the headers: the row is refused, and says so
    return row


def _plain(value: Any) -> object:
    if isinstance(value, list):
        return [text for text in (_plain(part) for part in value) if text not in (None, "")]
    if isinstance(value, dict):
        known = [value[key] for key in _TOLD_BY if value.get(key) not in (None, "")]
        return known[0] if known else json.dumps(value, ensure_ascii=False)
    return value


def _objects(stream: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
    try:
        head = text.read(1)
        while head.isspace():
            head = text.read(1)
        yield from objects_of(head + text.read(MAX_DOCUMENT), name) if head == "[" else _of_lines(head, text, name)
    finally:
        if not stream.closed:
            text.detach()


def _of_lines(head: str, text: io.TextIOWrapper, name: str) -> Iterator[dict[str, Any]]:
    for line_no, line in enumerate(text, 1):
        stated = (head + line if line_no == 1 else line).strip()
        if not stated:
            continue
        try:
            item = json.loads(stated)
        except (ValueError, RecursionError):
            if line_no == 1:  # written over many lines: one document
                yield from objects_of(head + line + text.read(MAX_DOCUMENT), name)
                return
            yield {_NOT_JSON: stated}
            continue
        if isinstance(item, dict):
            yield item


def is_objects(head: bytes) -> bool:
    """Whether a file that begins so is JSON: an object, or an array of objects."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return text.startswith(b"{") or (text.startswith(b"[") and text[1:].lstrip()[:1] in (b"{", b""))
