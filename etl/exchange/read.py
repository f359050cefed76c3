"""One DOCDB ``exchange-document`` (from OPS or from a bulk file) → one record, from libxml2's tree.

The same vocabulary comes in two forms. OPS puts every element into the exchange namespace and marks the format of a
number by ``document-id-type`` on the document-id; bulk files leave the children of ``document-id`` without a namespace
and mark ``data-format`` on its parent. Both are read here. Speed matters (bulk files are read at the pace of libxml2):
containers are walked once by their children, never searched. Parse with PARSER_OPTIONS: there must be no comments and
no processing instructions in the tree, and without white space between elements libxml2 itself is a third faster.

This is the definition of what a document says. ``etl.bulk.docdb_text`` reads most documents of a back file faster, and
is held to this reading by tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from etl.exchange.fields import DocumentId, Fields, begin, finish, plain
from etl.exchange.parts import NAMESPACE, applicants, classification_ipc, cpc, document_ids, ipc, references
from etl.normalise.numbers.docdb import NumberRefusedError
from etl.records import Record, Reject

# Of the options, none loads a DTD, reaches the network or repairs a broken file (`recover` stays off).
PARSER_OPTIONS: dict[str, Any] = {
    "remove_blank_text": True,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}

_DATES = (f"{NAMESPACE}date", "date")
_CLAIMS = frozenset({f"{NAMESPACE}priority-claim", "priority-claim"})


def _publication(fields: Fields, element: etree._Element) -> None:
    if fields.record.publication_date is None:
        for stated in element.iter(*_DATES):
            fields.published(stated.text)
            return


def _application(fields: Fields, element: etree._Element) -> None:
    fields.application(document_ids(element))


def _claims(element: etree._Element) -> Iterator[tuple[str, str | None, list[DocumentId]]]:
    for position, claim in enumerate(element):
        if claim.tag in _CLAIMS:
            yield claim.get("sequence") or str(position), claim.get("kind"), document_ids(claim)


def _priorities(fields: Fields, element: etree._Element) -> None:
    fields.priorities(_claims(element))


def _text(element: etree._Element) -> str:
    return plain("".join(element.itertext()) if len(element) else element.text)  # type: ignore[arg-type]


def _abstract(fields: Fields, element: etree._Element) -> None:
    text = " ".join(filter(None, (_text(p) for p in element))) if len(element) else _text(element)
    fields.abstract(element.get("lang"), text)


def _title(fields: Fields, element: etree._Element) -> None:
    fields.title(element.get("lang"), _text(element))


def _ipc(fields: Fields, element: etree._Element) -> None:
    fields.record.ipc = ipc(element) or fields.record.ipc


def _printed_ipc(fields: Fields, element: etree._Element) -> None:
    if not fields.record.ipc:  # older documents carry the symbols as printed only
        fields.record.ipc = classification_ipc(element)


def _cpc(fields: Fields, element: etree._Element) -> None:
    fields.record.cpc = cpc(element)


def _parties(fields: Fields, element: etree._Element) -> None:
    fields.record.applicants = applicants(element)


def _references(fields: Fields, element: etree._Element) -> None:
    fields.record.cites = references(element)


_HANDLERS: dict[str, Callable[[Fields, etree._Element], None]] = {
    prefix + name: handler
    for name, handler in {
        "publication-reference": _publication,
        "application-reference": _application,
        "priority-claims": _priorities,
        "classifications-ipcr": _ipc,
        "classification-ipc": _printed_ipc,
        "patent-classifications": _cpc,
        "parties": _parties,
        "invention-title": _title,
        "references-cited": _references,
    }.items()
    for prefix in (NAMESPACE, "")
}


def read_reference(record: Record, member: etree._Element, rejects: list[Reject]) -> None:
    """Read dates, application and priorities directly below a family `member` into `record`."""
    fields = Fields(record, rejects)
    for child in member:
        tag = child.tag
        if tag.endswith("publication-reference"):
            _publication(fields, child)
        elif tag.endswith("application-reference"):
            _application(fields, child)
    _priorities(fields, member)


def record_from_exchange_document(
    document: etree._Element, row_no: int, rejects: list[Reject], *, family_id: str | None = None
) -> Record | None:
    """Return the record of one ``exchange-document``; `row_no` is its ordinal in the page or file, from 1.

    `family_id` is used where the document itself has none. What cannot be read is appended to `rejects`: a document
    without country or number is skipped whole (None), a broken date empties its field.
    """
    get = document.get
    authority, number, kind = get("country"), get("doc-number"), get("kind") or None
    try:
        fields = begin(authority or "", number or "", kind, get("date-publ"), rejects, row_no)
    except NumberRefusedError as error:
        rejects.append(
            Reject(
                f"Document {row_no} has no usable number ({error}), so nothing can be kept of it.",
                row_no=row_no,
                column_name="publication_number",
                expected="attributes country, doc-number and kind",
                found=f"{authority} {number} {kind}"[:80],
                item=etree.tostring(document, encoding="unicode")[:4000],
            )
        )
        return None
    family = get("family-id") or family_id
    fields.record.source_family_id = f"docdb:{family}" if family else None
    for child in document:
        tag = child.tag
        if tag.endswith("bibliographic-data"):
            for field in child:
                if handler := _HANDLERS.get(field.tag):
                    handler(fields, field)
        elif tag.endswith("abstract"):
            _abstract(fields, child)
    return finish(fields.record)
