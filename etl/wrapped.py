"""A JSON document that wraps its objects: the list among its fields, wherever it is, as services save it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from etl.records import PageRefusedError

MAX_DOCUMENT = 256 << 20  # a document is read as a whole; nothing a service or console gives comes near
_DEEPEST = 4


def objects_of(content: str | bytes, name: str) -> list[dict[str, Any]]:
    """The objects of a document: those of its longest list of objects, else the document itself.

    Raises PageRefusedError where it is no JSON, too large, or holds no object.
    """
    if len(content) > MAX_DOCUMENT:
        raise PageRefusedError(f"{name}: JSON of more than {MAX_DOCUMENT >> 20} MB as one; export one object a line.")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PageRefusedError(
            f"{name}: JSON, but neither one object a line, an array of objects nor a document that holds one"
            f" ({str(error)[:60]}); save it as one of these, or as CSV."
        ) from None
    found = max(_lists(document, 0), key=len, default=[document] if isinstance(document, dict) else [])
    if not found:
        raise PageRefusedError(f"{name}: the JSON holds no objects with fields; export again as CSV.")
    return found


def _lists(value: object, depth: int) -> Iterator[list[dict[str, Any]]]:
    if isinstance(value, list):
        objects = [item for item in value if isinstance(item, dict)]
        if objects:
            yield objects
    elif isinstance(value, dict) and depth < _DEEPEST:
        for part in value.values():
            yield from _lists(part, depth + 1)
