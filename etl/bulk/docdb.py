"""DOCDB exchange documents as a stream of records: constant memory, near the speed of libxml2 itself or above it.

Documents written as usual are read from their text (``etl.bulk.docdb_text``), the others by libxml2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from lxml import etree

from etl.bulk.collecting import uncollected
from etl.bulk.docdb_text.characters import text_of
from etl.bulk.docdb_text.reader import DocumentReader
from etl.bulk.documents import Layout, Piece, cut, open_members, read_layout
from etl.entities import without_named_entities
from etl.exchange.read import PARSER_OPTIONS, record_from_exchange_document
from etl.normalise.numbers import docdb as numbers
from etl.records import Parsed, Record, Reject

Keep = Callable[[Record], bool]
_READER = DocumentReader()
_PREFIX, _EXCHANGE = "exch", "http://www.epo.org/exchange"
_START = f"<{_PREFIX}:exchange-document"
_SPACES = " \n\t"


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


def parse_piece(
    piece: Piece, layout: Layout, row: int, name: str, keep: Keep | None = None, count: int | None = None
) -> tuple[Parsed, int]:
    """Records and rejects of one piece whose first document has ordinal `row`; and the ordinal after its last.

    `count` is how many end tags it has, where that is known.
    """
    if piece.damaged is not None:
        batch = Parsed(total=layout.stated)
        batch.rejects.append(_reject(name, row, piece.damaged, piece.data))
        return batch, row + 1
    places = range(row, row + (piece.data.count(layout.end_tag) if count is None else count))
    with uncollected():
        read = _parse_text(piece.data, layout, places, name, keep)
    return parse_tree(piece, layout, row, name, keep) if read is None else (read, places.stop)


def parse_chosen(documents: Sequence[bytes], chosen: Sequence[int], layout: Layout, row: int, name: str) -> Parsed:
    """Records and rejects of the documents at the positions `chosen`; the first of all has ordinal `row`."""
    places = [row + position for position in chosen]
    read = _parse_text(b"".join(documents[position] for position in chosen), layout, places, name, None)
    if read is not None:
        return read
    batch = Parsed(total=layout.stated)
    for position in chosen:
        parse_document(documents[position], row + position, layout, name, None, batch)
    return batch


def parse_tree(piece: Piece, layout: Layout, row: int, name: str, keep: Keep | None = None) -> tuple[Parsed, int]:
    """The same of a whole piece by libxml2 alone: the definition of what a piece says."""
    batch = Parsed(total=layout.stated)
    try:
        root = etree.fromstring(layout.opening + piece.data + layout.closing, _parser())
    except etree.XMLSyntaxError:
        documents = split(piece, layout)
        for place, document in enumerate(documents, row):
            parse_document(document, place, layout, name, keep, batch)
        return batch, row + len(documents)
    for place, element in enumerate(root, row):
        _add(element, place, batch, keep)
    return batch, row + len(root)


def _parse_text(data: bytes, layout: Layout, places: Sequence[int], name: str, keep: Keep | None) -> Parsed | None:
    """Records and rejects of documents with the ordinals `places`, read from their text, and the others by libxml2.

    None when libxml2 has to see all of them.
    """
    text = text_of(data) if _is_usual(layout) else None
    if text is None:
        return None
    end = layout.end_tag.decode("ascii")
    documents = text.split(end)[:-1]
    found = [_READER.read(document.lstrip(_SPACES)) for document in documents]
    others = [n for n, one in enumerate(found) if one is None]
    if not all(_stands_alone(documents[n]) for n in others):
        return None
    left = [(places[n], (documents[n] + end).encode("latin-1")) for n in others]
    parsed = _parse_others(left, layout, name, keep) if left else {}
    batch = Parsed(total=layout.stated)
    for place, one in zip(places, found, strict=True):
        if one is None:
            batch.records += parsed[place].records
            batch.rejects += parsed[place].rejects
            batch.withdrawn += parsed[place].withdrawn
            continue
        record, lost = one
        record.row_no = place
        for reject in lost:
            reject.row_no = place
        batch.rejects += lost
        if keep is None or keep(record):
            batch.records.append(record)
    return batch


def _stands_alone(document: str) -> bool:
    """Return whether a document begins with its start tag, ends with its end tag, and has them once.

    Comments, CDATA and instructions may hide either, and could go on in the documents around.
    """
    is_one = document.lstrip(_SPACES).startswith(_START) and document.count(_START) == 1
    return is_one and "<!" not in document and "<?" not in document


def _parse_others(
    documents: Sequence[tuple[int, bytes]], layout: Layout, name: str, keep: Keep | None
) -> dict[int, Parsed]:
    """What libxml2 makes of documents, by their ordinals: all in one go, or, where one is broken, each for itself."""
    found = {place: Parsed() for place, _ in documents}
    data = b"".join(document for _, document in documents)
    try:
        root = etree.fromstring(layout.opening + data + layout.closing, _parser())
    except etree.XMLSyntaxError:
        for place, document in documents:
            parse_document(document, place, layout, name, keep, found[place])
    else:
        for place, element in zip(found, root, strict=True):
            _add(element, place, found[place], keep)
    return found


@lru_cache(maxsize=16)
def _is_usual(layout: Layout) -> bool:
    """Return whether the documents are in UTF-8, with the prefix and the namespaces the patterns are written for."""
    try:
        names = etree.fromstring(layout.opening + layout.closing, _parser()).nsmap
    except etree.XMLSyntaxError:
        return False
    is_bound = names.get(_PREFIX) == _EXCHANGE and None not in names
    return is_bound and layout.encoding.upper() == "UTF-8" and layout.end_tag == b"</exch:exchange-document>"


def split(piece: Piece, layout: Layout) -> list[bytes]:
    """The documents of a piece, one by one, as raw XML."""
    return [text + layout.end_tag for text in piece.data.split(layout.end_tag)[:-1]]


def number_of(country: str | None, number: str | None, kind: str | None) -> str | None:
    """The canonical publication number a document's attributes state; None when they state none."""
    try:
        return numbers.publication(country or "", number or "", kind or None)
    except numbers.NumberRefusedError:
        return None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(**PARSER_OPTIONS)


def _add(document: etree._Element, row: int, batch: Parsed, keep: Keep | None) -> None:
    if document.get("status") == "D":
        key = " ".join(filter(None, (document.get(a) for a in ("country", "doc-number", "kind"))))
        batch.rejects.append(
            Reject(f"Document {row} ({key[:60]}) is marked as deleted (status D).", row_no=row, found="D")
        )
        if (number := number_of(document.get("country"), document.get("doc-number"), document.get("kind"))) is not None:
            batch.withdrawn.append(number)
        return
    record = record_from_exchange_document(document, row, batch.rejects)
    if record is not None and (keep is None or keep(record)):
        batch.records.append(record)


def parse_document(document: bytes, row: int, layout: Layout, name: str, keep: Keep | None, batch: Parsed) -> None:
    """Add the record of one document, parsed for itself by libxml2, so that only broken ones are lost."""
    try:
        root = etree.fromstring(layout.opening + without_named_entities(document) + layout.closing, _parser())
    except etree.XMLSyntaxError as error:
        batch.rejects.append(_reject(name, row, f"it is not well-formed XML ({str(error)[:150]})", document))
    else:
        for element in root:
            _add(element, row, batch, keep)


def _reject(name: str, row: int, why: str, data: bytes) -> Reject:
    item = data[:4000].decode("utf-8", "replace")
    return Reject(f"{name}, document {row}: {why}.", row_no=row, expected="an exchange-document", item=item, file=name)
