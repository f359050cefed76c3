"""Open data of the Taiwanese office (TIPO): answers of ``PatentAppl``, an item an application.

An answer states applications, their day, the applicant's country and IPC; no publication, no name and no claims. So
each item is a record of an application alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from etl.offices.cutting import Document, Reads, json_items
from etl.offices.draft import Draft, alone
from etl.offices.tree import DocumentRefusedError
from etl.records import Record, Reject


def documents(stream: Reads) -> Iterator[Document]:
    """Each item of the answer as a JSON text of its own; an answer that is no such JSON is one damaged document."""
    return json_items(stream, _items)


def _items(answer: Any) -> list[Any]:
    """The content of ``patentcontent``, in whichever part of the answer."""
    parts = answer.values() if isinstance(answer, dict) else []
    for part in parts:
        if isinstance(part, dict) and isinstance(part.get("patentcontent"), list):
            return list(part["patentcontent"])
    return []


def read(document: Document, row_no: int, rejects: list[Reject]) -> list[Record]:
    """The record of one application. Raises DocumentRefusedError where the item has no usable number."""
    item = json.loads(document.data)
    number = _text(item, "appl-no")
    if number is None:
        raise DocumentRefusedError("it has no application number (appl-no)")
    draft = Draft("TW", alone("TW", number), None, row_no, rejects)
    draft.application("TW", number)
    draft.record.filing_date = draft.day(_text(item, "appl-date"), "filing_date")
    classes = item.get("classification-ipc")
    draft.symbols(_text(c, "ipc-full") or "" for c in (classes if isinstance(classes, list) else []))
    draft.applicant(None, _text(item, "appl-countrycode") or _text(item, "appl-country"), None)
    return [draft.finish()]


def _text(item: Any, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value.strip() or None if isinstance(value, str) else None
