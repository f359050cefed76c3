"""Lens patent API answers → records; pure. Every field is taken, what is left over is reported (schema drift)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from etl.fetch.stated import count
from etl.records import PageRefusedError, Parsed, Reject
from etl.sources.lens.jsontree import Node
from etl.sources.lens.record import RecordRefusedError, record_from

_ENVELOPE = ("max_score", "scroll_id", "results")
MAX_ITEM = 4000


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        msg = "nested too deeply"
        raise ValueError(msg) from None


def _refuse(reason: str) -> PageRefusedError:
    return PageRefusedError(f"Lens: {reason}.")


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _refuse(f"the answer is not UTF-8 ({error.reason} at byte {error.start}); ask for it again") from None
    if not text:
        raise _refuse("the answer is empty; ask again")
    if text[0] == "<":
        raise _refuse(
            "the answer is HTML or XML (a proxy's or an error page) where JSON was asked for; ask again later"
        )
    return text


def _lines(text: str, parsed: Parsed) -> Iterator[tuple[int, Any]]:
    """Yield (line, record) of JSON lines; a line that is no JSON becomes a reject."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, _load(line)
        except ValueError as error:
            parsed.rejects.append(
                Reject(
                    f"Line {number} is not JSON ({error}); it is left out.",
                    row_no=number,
                    expected="one JSON record a line",
                    found=line[:80],
                    item=line[:MAX_ITEM],
                )
            )


def _items(text: str, parsed: Parsed) -> Iterator[tuple[int, Any]]:
    try:
        whole = _load(text)
    except ValueError as error:
        if "\n" not in text or not text.startswith("{") or not text.split("\n", 1)[0].rstrip().endswith("}"):
            msg = f"the answer is cut off or not JSON ({error}); it is not repaired, ask for it again"
            raise _refuse(msg) from None
        yield from _lines(text, parsed)
        return
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        total = whole.pop("total", None)
        parsed.total = count(total)
        if total is not None and parsed.total is None:
            raise _refuse(f"the answer states {str(total)[:20]!r} as the number of hits; ask for it again")
        yield from enumerate(whole.pop("data"), 1)
        envelope = Node(whole, parsed.leftover)
        envelope.ignore(*_ENVELOPE)
        envelope.close()
    elif isinstance(whole, dict) and "lens_id" in whole:
        yield 1, whole
    elif isinstance(whole, dict):
        detail = whole.get("message") or whole.get("error") or whole.get("errors") or ", ".join(list(whole)[:5])
        raise _refuse(f"the answer is no list of records but says: {str(detail)[:200]}")
    else:
        raise _refuse("the answer is no object; expected an object with data[]")


def parse(content: bytes, _request: Mapping[str, Any] | None = None, status: int = 200) -> Parsed:
    """Return the records of one answer: the search envelope, one record, or JSON lines of records.

    A record without a usable publication number is skipped with its reason, a broken field is emptied. 204 (end of a
    scroll) is an empty page. The request is not needed and only taken because every source's parser is called alike.
    Raises PageRefusedError when the page is cut off, HTML, or an error message.
    """
    parsed = Parsed()
    if status == 204:
        return parsed
    seen: set[str] = set()
    for row_no, item in _items(_text(content), parsed):
        if not isinstance(item, dict):
            found = str(item)[:80]
            parsed.rejects.append(Reject(f"Record {row_no} is no object.", row_no=row_no, found=found, item=found))
            continue
        try:
            record = record_from(item, row_no, parsed)
        except RecordRefusedError as error:
            parsed.rejects.append(
                Reject(
                    f"Record {row_no} has no usable publication number: {error}.",
                    row_no=row_no,
                    column_name="publication_number",
                    expected="jurisdiction, doc_number and kind",
                    found=str(error)[:80],
                    item=json.dumps(item, ensure_ascii=False)[:MAX_ITEM],
                )
            )
            continue
        if record.publication_number in seen:
            parsed.rejects.append(
                Reject(
                    f"{record.publication_number} comes twice in one answer; the first is used.",
                    row_no=row_no,
                    item=record.publication_number,
                )
            )
            continue
        seen.add(record.publication_number)
        parsed.records.append(record)
    return parsed
