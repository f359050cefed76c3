"""DOCDB exchange documents as a stream of records: constant memory, near the speed of libxml2 itself."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lxml import etree

from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.records import Parsed, Record, Reject
from etl.sources.exchange import PARSER_OPTIONS, record_from_exchange_document

Keep = Callable[[Record], bool]
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{0,31});")


def stream_records(path: Path, keep: Keep | None = None) -> Iterator[Parsed]:
    """Records of a DOCDB file (XML, or XML in ZIP or GZ) in batches, in its order; only those for which `keep` is true.

    Each batch holds its rejects too; `total` is the number of documents the file says it has. `row_no` counts the
    documents of the file from 1. Raises PageRefusedError when the file is not DOCDB at all; a document that cannot be
    read is a reject and the rest goes on.
    """
    row = 1
    for member in open_members(path):
        layout, first = read_layout(member)
        for piece in cut(member, layout, first):
            batch, row = parse_piece(piece, layout, row, member.name, keep)
            yield batch


def parse_piece(piece: Piece, layout: Layout, row: int, name: str, keep: Keep | None = None) -> tuple[Parsed, int]:
    """Records and rejects of one piece whose first document has ordinal `row`; and the ordinal after its last."""
    batch = Parsed(total=layout.stated)
    if piece.damaged is not None:
        batch.rejects.append(_reject(name, row, piece.damaged, piece.data))
        return batch, row + 1
    try:
        root = etree.fromstring(layout.opening + piece.data + layout.closing, _parser())
    except etree.XMLSyntaxError:
        return parse_documents(split(piece, layout), row, layout, name, keep)
    for document in root:
        _add(document, row, batch, keep)
        row += 1
    return batch, row


def split(piece: Piece, layout: Layout) -> list[bytes]:
    """The documents of a piece, one by one, as raw XML."""
    return [text + layout.end_tag for text in piece.data.split(layout.end_tag)[:-1]]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(**PARSER_OPTIONS)


def _add(document: etree._Element, row: int, batch: Parsed, keep: Keep | None) -> None:
    if document.get("status") == "D":
        key = " ".join(filter(None, (document.get(a) for a in ("country", "doc-number", "kind"))))
        batch.rejects.append(
            Reject(f"Document {row} ({key[:60]}) is marked as deleted (status D).", row_no=row, found="D")
        )
        return
    record = record_from_exchange_document(document, row, batch.rejects)
    if record is not None and (keep is None or keep(record)):
        batch.records.append(record)


def parse_documents(
    documents: Sequence[bytes],
    row: int,
    layout: Layout,
    name: str,
    keep: Keep | None = None,
    chosen: Sequence[int] | None = None,
) -> tuple[Parsed, int]:
    """Records of each document (of those at the positions `chosen`) for itself, so that only broken ones are lost."""
    batch = Parsed(total=layout.stated)
    for position in range(len(documents)) if chosen is None else chosen:
        document = documents[position]
        try:
            root = etree.fromstring(layout.opening + _without_named_entities(document) + layout.closing, _parser())
        except etree.XMLSyntaxError as error:
            why = f"it is not well-formed XML ({str(error)[:150]})"
            batch.rejects.append(_reject(name, row + position, why, document))
        else:
            for element in root:
                _add(element, row + position, batch, keep)
    return batch, row + len(documents)


def _without_named_entities(document: bytes) -> bytes:
    """Named characters (``&alpha;``) replaced: their DTD is never loaded. Unknown names stay."""

    def character(match: re.Match[bytes]) -> bytes:
        name = match.group(1).decode("ascii")
        spellings = (
            () if name in _PREDEFINED else (name, name.capitalize(), name.lower())
        )  # &SACUTE; stands in upper-cased names
        found = next((c for c in (html.entities.html5.get(f"{s};") for s in spellings) if c), None)
        return match.group() if found is None else "".join(f"&#{ord(c)};" for c in found).encode("ascii")

    return _ENTITY.sub(character, document)


def _reject(name: str, row: int, why: str, data: bytes) -> Reject:
    item = data[:4000].decode("utf-8", "replace")
    return Reject(f"{name}, document {row}: {why}.", row_no=row, expected="an exchange-document", item=item, file=name)
