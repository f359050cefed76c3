"""An answer without the exchange documents that could be read from their text: all that libxml2 still has to parse.

Each such document leaves an empty one in its place, which carries a number instead of ``ops.epo.org`` and is as deep
as a document may be. So whether the page as a whole is well-formed, where a document stands in it and what else it
holds is still found out by libxml2; and a document that is not in the usual dress simply stays in the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from etl.exchange.characters import text_of
from etl.exchange.read import record_from_exchange_document
from etl.exchange.text import DocumentReader
from etl.records import Record, Reject

Known = tuple[Record, list[Reject]]
_READER = DocumentReader("ops")
_START, _END = "<exchange-document ", "</exchange-document>"
_MARK = "stuckneck:"
_NAMESPACE = b' xmlns="http://www.epo.org/exchange"'
_HEAD = 16 << 10  # bytes in which a page that has documents has its first one
_DEPTH = 7  # levels of elements in a document, that of a cited number being the lowest
_INSIDE = "<p>" * (_DEPTH - 1) + "</p>" * (_DEPTH - 1)
_DECLARATION = re.compile(rb'<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\?>')


def shorten(content: bytes) -> tuple[bytes, list[Known]]:
    """Return the page without the documents that could be read, and these; the page as it is when there are none."""
    text = _text(content)
    if text is None:
        return content, []
    known: list[Known] = []
    kept: list[str] = []
    *pieces, tail = text.split(_END)
    for piece in pieces:
        start = piece.find(_START)
        found = _READER.read(piece[start:]) if start >= 0 else None
        if found is None:
            kept += (piece, _END)
        else:
            kept.append(f'{piece[:start]}{_START}system="{_MARK}{len(known)}">{_INSIDE}{_END}')
            known.append(found)
    short = "".join((*kept, tail))
    return (short.encode("latin-1"), known) if known and _is_safe(short, len(known)) else (content, [])


def _text(content: bytes) -> str | None:
    """Return the text of a page whose documents may be read from it; None when only libxml2 may read them."""
    first = content.find(_START.encode(), 0, _HEAD)
    if first < 0 or not content.startswith(b"<"):
        return None
    if content.startswith(b"<?xml") and _DECLARATION.match(content) is None:
        return None
    return text_of(content) if _NAMESPACE in content[:first] else None


def _is_safe(short: str, known: int) -> bool:
    """Return whether no document stood in a comment, CDATA or an instruction, and no mark is the page's own."""
    instruction = short.rfind("<?")  # the last one has to end before the first document
    ended = instruction < 0 or instruction < short.find("?>", instruction) < short.find(_START)
    return ended and "<!" not in short and short.count(_MARK) == known


class Documents:
    """Reads the documents of one answer: those already `known` by their number, the others from the tree."""

    __slots__ = ("_known",)

    def __init__(self, known: Sequence[Known]) -> None:
        self._known = known

    def record(
        self, document: etree._Element, row_no: int, rejects: list[Reject], family_id: str | None = None
    ) -> Record | None:
        """Return the record of `document`, as ``record_from_exchange_document`` does."""
        mark = document.get("system") if self._known else None
        if mark is None or not mark.startswith(_MARK):
            return record_from_exchange_document(document, row_no, rejects, family_id=family_id)
        record, lost = self._known[int(mark.removeprefix(_MARK))]
        record.row_no = row_no
        if record.source_family_id is None and family_id:
            record.source_family_id = f"docdb:{family_id}"
        for reject in lost:
            reject.row_no = row_no
        rejects += lost
        return record
