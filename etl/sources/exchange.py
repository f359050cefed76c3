"""One DOCDB ``exchange-document`` (from OPS or from a bulk file) → one record.

The same vocabulary comes in two dresses. OPS puts every element into the exchange namespace and marks the format of a
number by ``document-id-type`` on the document-id; bulk files leave the children of ``document-id`` without a namespace
and mark ``data-format`` on its parent. Both are read here. Speed matters (bulk files are read at the pace of libxml2):
containers are walked once by their children, never searched. Parse with PARSER_OPTIONS: there must be no comments and
no processing instructions in the tree, and without white space between elements libxml2 itself is a third faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from lxml import etree

from etl.records import Record, Reject
from etl.sources import numbers
from etl.sources.exchange_parts import (
    NAMESPACE,
    DocumentId,
    applicants,
    classification_ipc,
    cpc,
    document_ids,
    ipc,
    references,
)

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


@lru_cache(maxsize=65536)
def day(text: str | None) -> date | None:
    """Return ``yyyymmdd`` as a date; None when empty. Raises ValueError when it is neither."""
    if not text:
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else date.fromisoformat(text)


_DATES = (f"{NAMESPACE}date", "date")
_CLAIMS = frozenset({f"{NAMESPACE}priority-claim", "priority-claim"})


class _Reader:
    """Gathers the fields of one document; what cannot be read becomes a reject and leaves its field empty."""

    __slots__ = ("application_epodoc", "is_pct", "record", "rejects", "row_no")

    def __init__(self, record: Record, rejects: list[Reject], row_no: int) -> None:
        self.record = record
        self.rejects = rejects
        self.row_no = row_no
        self.application_epodoc: str | None = None

    def date(self, text: str | None, column: str) -> date | None:
        if not text:
            return None
        try:
            return day(text)
        except ValueError:
            self.rejects.append(
                Reject(
                    f"{self.record.publication_number}: {column} {text!r} is no date; the field is left empty.",
                    "field emptied",
                    self.row_no,
                    column,
                    "a date yyyymmdd",
                    text[:80],
                )
            )
            return None

    def publication(self, element: etree._Element) -> None:
        if self.record.publication_date is None:
            for stated in element.iter(*_DATES):
                self.record.publication_date = self.date(stated.text, "publication_date")
                return

    def application(self, element: etree._Element) -> None:
        record, when = self.record, None
        for form, country, number, kind, stated in document_ids(element):
            when = when or stated
            if form == "docdb" and country and number:
                record.application_number = numbers.application(country, number, kind)
                record.is_pct = bool(kind and kind[0] == "W")
            elif form == "epodoc" and number:
                self.application_epodoc = number
                if record.application_number is None:
                    record.application_number = numbers.application_from_epodoc(number)
        if record.filing_date is None:
            record.filing_date = self.date(when, "filing_date")

    def priorities(self, element: etree._Element) -> None:
        """Read priority claims, the DOCDB form before the epodoc one, each claim (sequence) once."""
        chosen: dict[str, tuple[bool, str, date | None]] = {}
        for position, claim in enumerate(element):
            if claim.tag not in _CLAIMS:
                continue
            key = claim.get("sequence") or str(position)
            if claim.get("kind") == "international":
                self.record.is_pct = True
            for ident in document_ids(claim):
                is_docdb = ident.form == "docdb"
                if not (is_docdb or ident.form == "epodoc") or (key in chosen and chosen[key][0] >= is_docdb):
                    continue
                if number := self._priority_number(ident):
                    chosen[key] = (is_docdb, number, self.date(ident.date, "priorities"))
        if chosen:
            self.record.priorities = [(number, when) for _, number, when in chosen.values()]
            self.record.priority_date = min((when for _, _, when in chosen.values() if when), default=None)

    def _priority_number(self, ident: DocumentId) -> str | None:
        """Return the canonical number; the document's own application is known in DOCDB's form already."""
        _, country, number, kind, _ = ident
        if not number:
            return None
        if country:
            if kind and kind[0] == "W":
                self.record.is_pct = True
            return numbers.application(country, number, kind)
        if number[:2] == "WO":
            self.record.is_pct = True
        if number == self.application_epodoc and self.record.application_number:
            return self.record.application_number
        return numbers.application_from_epodoc(number)


def _text(element: etree._Element) -> str:
    text = "".join(element.itertext()) if len(element) else element.text  # type: ignore[arg-type]
    if not text:
        return ""
    return " ".join(text.split()) if "  " in text or "\n" in text or "\t" in text else text.strip()


def _language(element: etree._Element) -> str | None:
    language = element.get("lang")
    return None if language in (None, "", "ol") else language.lower()  # "ol" says only: the original language


def _abstract(element: etree._Element) -> tuple[str | None, str] | None:
    text = " ".join(filter(None, (_text(p) for p in element))) if len(element) else _text(element)
    return (_language(element), text) if text else None


def _title(reader: _Reader, element: etree._Element) -> None:
    if title := _text(element):
        reader.record.titles = [*(reader.record.titles or ()), (_language(element), title)]


def _ipc(reader: _Reader, element: etree._Element) -> None:
    reader.record.ipc = ipc(element) or reader.record.ipc


def _printed_ipc(reader: _Reader, element: etree._Element) -> None:
    if not reader.record.ipc:  # older documents carry the symbols as printed only
        reader.record.ipc = classification_ipc(element)


def _cpc(reader: _Reader, element: etree._Element) -> None:
    reader.record.cpc = cpc(element)


def _parties(reader: _Reader, element: etree._Element) -> None:
    reader.record.applicants = applicants(element)


def _references(reader: _Reader, element: etree._Element) -> None:
    reader.record.cites = references(element)


_HANDLERS: dict[str, Callable[[_Reader, etree._Element], None]] = {
    prefix + name: handler
    for name, handler in {
        "publication-reference": _Reader.publication,
        "application-reference": _Reader.application,
        "priority-claims": _Reader.priorities,
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
    """Read dates, application and priorities standing right below a family `member` into `record`."""
    reader = _Reader(record, rejects, record.row_no)
    for child in member:
        tag = child.tag
        if tag.endswith("publication-reference"):
            reader.publication(child)
        elif tag.endswith("application-reference"):
            reader.application(child)
    reader.priorities(member)


def record_from_exchange_document(
    document: etree._Element, row_no: int, rejects: list[Reject], *, part: str = "biblio", family_id: str | None = None
) -> Record | None:
    """Return the record of one ``exchange-document``; `row_no` is its ordinal in the page or file, from 1.

    `family_id` is used where the document itself has none. What cannot be read is appended to `rejects`: a document
    without country or number is skipped whole (None), a broken date empties its field.
    """
    get = document.get
    authority, number, kind = get("country"), get("doc-number"), get("kind") or None
    try:
        canonical = numbers.publication(authority or "", number or "", kind)
    except numbers.NumberRefusedError as error:
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
    authority, _, rest = canonical.partition("-")
    record = Record(canonical, authority, rest.partition("-")[0], kind, part=part, row_no=row_no)
    reader = _Reader(record, rejects, row_no)
    record.publication_date = reader.date(get("date-publ"), "publication_date")
    family = get("family-id") or family_id
    record.source_family_id = f"docdb:{family}" if family else None
    for child in document:
        tag = child.tag
        if tag.endswith("bibliographic-data"):
            for field in child:
                if handler := _HANDLERS.get(field.tag):
                    handler(reader, field)
        elif tag.endswith("abstract") and (abstract := _abstract(child)):
            record.abstracts = [*(record.abstracts or ()), abstract]
    record.publication_type = numbers.type_of(authority, kind, record.number)
    if authority == "WO":
        record.is_pct = True
    return record


def records_from_element(root: etree._Element, rejects: list[Reject], *, first_row: int = 1) -> Iterator[Record]:
    """Yield the record of every ``exchange-document`` at or below `root`, in document order, rows from `first_row`."""
    documents = root.iter("{*}exchange-document")
    for row_no, document in enumerate(documents, first_row):
        record = record_from_exchange_document(document, row_no, rejects)
        if record is not None:
            yield record
