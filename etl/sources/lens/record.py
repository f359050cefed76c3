"""One record of the Lens patent API → ``etl.records.Record`` (docs/sources.md, Lens).

Keys are omitted there, never null.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.normalise.claims import claim_count
from etl.normalise.numbers import canonical as forms
from etl.normalise.numbers import docdb as numbers
from etl.normalise.pct import is_pct
from etl.normalise.publication_type import stated_type
from etl.records import Parsed, Record, Reject
from etl.sources.lens.jsontree import Node

_TYPES = {
    "PATENT_APPLICATION": "application",
    "GRANTED_PATENT": "grant",
    "AMENDED_APPLICATION": "application",
    "AMENDED_PATENT": "grant",
    "LIMITED_PATENT": "utility_model",
    "DESIGN_RIGHT": "design",
    "PLANT_PATENT": "grant",
}
_STATUS = {"ACTIVE": "active", "PENDING": "pending"}
_ENDED = {"DISCONTINUED", "EXPIRED", "INACTIVE", "WITHDRAWN", "REJECTED", "ABANDONED"}


class RecordRefusedError(ValueError):
    """The record names no publication; the message says what it has."""


class _Reader:
    """Where the rejects of one record go."""

    def __init__(self, record: Record, parsed: Parsed) -> None:
        self.record = record
        self.parsed = parsed

    def date(self, node: Node, key: str, column: str) -> date | None:
        text = node.text(key)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self.parsed.rejects.append(
                Reject(
                    f"{self.record.publication_number}: {column} {text[:40]!r} is no date; the field is left empty.",
                    "field emptied",
                    self.record.row_no,
                    column,
                    "a date YYYY-MM-DD",
                    text[:80],
                )
            )
            return None


def _publication(node: Node) -> str | None:
    """Return the canonical number of a ``document_id``; None when it names none."""
    country, number, kind = node.text("jurisdiction"), node.text("doc_number"), node.text("kind")
    if not country or not number:
        return None
    try:
        return forms.publication_number(country, number, kind)
    except forms.NumberRefusedError:
        return None


def _application(node: Node) -> tuple[str | None, bool]:
    """Return (canonical application number, whether it is a PCT application)."""
    country, number, kind = node.text("jurisdiction"), node.text("doc_number"), node.text("kind")
    if not country or not number:
        return None, False
    return numbers.application(country, number, kind), (kind or "")[:1] == "W"


def _texts(nodes: list[Node]) -> list[tuple[str | None, str]] | None:
    found = []
    for node in nodes:
        text, language = node.text("text"), node.text("lang")
        if text:
            found.append((language, " ".join(text.split())))
        node.close()
    return found or None


def _references(biblio: Node, reader: _Reader) -> None:
    """Read application, priorities and whether a PCT application is stated."""
    record = reader.record
    application = biblio.node("application_reference")
    record.application_number, pct = _application(application)
    record.filing_date = reader.date(application, "date", "filing_date")
    application.close()
    claims = biblio.node("priority_claims")
    priorities = []
    for claim in claims.nodes("claims"):
        number, from_pct = _application(claim)
        when = reader.date(claim, "date", "priorities")
        pct = pct or from_pct
        if number:
            priorities.append((number, when))
        claim.ignore("sequence")
        claim.close()
    earliest = claims.node("earliest_claim")
    record.priority_date = reader.date(earliest, "date", "priority_date")
    earliest.close()
    claims.close()
    record.priorities = priorities or None
    record.is_pct = True if pct else None


def _symbols(biblio: Node, key: str) -> list[str] | None:
    """Return classification symbols in order, each once, those at position F (first) before the others."""
    group = biblio.node(key)
    first: list[str] = []
    others: list[str] = []
    for node in group.nodes("classifications"):
        text, position = node.text("symbol"), node.text("classification_symbol_position")
        node.ignore("classification_value")
        node.close()
        if text and (found := numbers.symbol(text)):
            (first if position == "F" else others).append(found)
    group.close()
    return list(dict.fromkeys([*first, *others])) or None


def _applicants(biblio: Node) -> list[tuple[int, str | None, str | None, str | None]] | None:
    parties = biblio.node("parties")
    found = []
    for position, node in enumerate(parties.nodes("applicants"), 1):
        sequence = node.number("sequence") or position
        extracted = node.node("extracted_name")
        found.append((sequence, extracted.text("value"), node.text("residence"), node.text("extracted_address")))
        extracted.close()
        node.ignore("extracted_country")
        node.close()
    parties.ignore("inventors", "agents", "examiners", "owners_all")
    parties.close()
    return sorted(found, key=lambda a: a[0]) or None


def _cites(biblio: Node) -> list[tuple[str, str | None, str | None]] | None:
    references = biblio.node("references_cited")
    stated = bool(references.data)
    cites: dict[str, tuple[str, str | None, str | None]] = {}
    for node in references.nodes("citations"):
        patcit = node.node("patcit")
        document = patcit.node("document_id")
        number = _publication(document)
        document.ignore("date")
        phase, categories = node.text("cited_phase"), ",".join(node.texts("category"))
        if number and number not in cites:
            cites[number] = (number, phase, categories or None)
        patcit.ignore("lens_id")
        node.ignore("sequence", "nplcit")
        for part in (document, patcit, node):
            part.close()
    references.ignore("patent_count", "npl_count", "npl_resolved_count")
    references.close()
    return list(cites.values()) if stated else None


def _cited_by(biblio: Node, reader: _Reader) -> None:
    """Read the citing list and count.

    Lens leaves ``cited_by`` out where nothing cites the record (of the recorded records none states 0): absent is none.
    A list shorter than the stated count is not complete, so only the count is kept.
    """
    record, group = reader.record, biblio.node("cited_by")
    citing: dict[str, date | None] = {}
    listed = group.nodes("patents")
    for node in listed:
        document = node.node("document_id")
        number = _publication(document)
        if number:
            citing[number] = reader.date(document, "date", "cited_by")
        node.ignore("lens_id")
        document.close()
        node.close()
    count = group.number("patent_count")
    group.close()
    record.citation_count = len(listed) if count is None else count
    record.citation_count_kind = "publication"
    record.cited_by = list(citing.items()) if len(listed) >= record.citation_count else None


def _families(root: Node, reader: _Reader) -> None:
    families = root.node("families")
    simple = families.node("simple_family")
    members = []
    listed = simple.nodes("members")
    for node in listed:
        document = node.node("document_id")
        if number := _publication(document):
            members.append(number)
        document.ignore("date")
        node.ignore("lens_id")
        document.close()
        node.close()
    family_id = simple.text("family_id")
    size = simple.number("size")
    simple.close()
    families.ignore("extended_family")
    families.close()
    reader.record.source_family_id = f"lens:{family_id}" if family_id else None
    record = reader.record
    record.family_members = list(dict.fromkeys(members)) or None
    record.is_pct = is_pct(
        record.authority,
        [record.application_number, *(number for number, _ in record.priorities or [])],
        states_pct=record.is_pct is True,
        member_offices=[number[:2] for number in members],
        is_complete=len(members) == len(listed) and (size is None or len(listed) >= size),
    )


def _legal(root: Node, reader: _Reader) -> None:
    record, legal = reader.record, root.node("legal_status")
    status = (legal.text("patent_status") or "").upper()
    discontinued = reader.date(legal, "discontinuation_date", "lapse_date")
    term = reader.date(legal, "anticipated_term_date", "lapse_date")
    expiry = reader.date(legal, "application_expiry_date", "lapse_date")
    record.legal_status = _STATUS.get(status) or ("inactive" if status in _ENDED else None)
    if record.legal_status == "inactive":
        record.lapse_date = discontinued or expiry or (term if status == "EXPIRED" else None)
    legal.ignore(
        "granted", "grant_date", "calculation_log", "has_disclaimer", "has_spc", "has_entry_into_national_phase"
    )
    legal.close()


def _claims(root: Node, record: Record) -> None:
    """Count the numbered claims of one language, English before the first other.

    WO claims come as one object with many lines, so objects are never counted, unless no text carries a number at all:
    then each object is one claim (as in the documentation's own sample).
    """
    blocks = []
    for block in root.nodes("claims"):
        language = block.text("lang")
        lines = []
        for claim in block.nodes("claims"):
            lines.append("\n".join(claim.texts("claim_text")))
            claim.close()
        block.close()
        if any(lines):
            blocks.append((language, lines))
    if not blocks:
        return
    _, lines = next((b for b in blocks if (b[0] or "").lower() == "en"), blocks[0])
    record.claims_text = "\n".join(lines)
    record.claim_count = claim_count(lines, one_text_per_claim=True)


def record_from(item: dict[str, Any], row_no: int, parsed: Parsed) -> Record:
    """Return the record of one Lens object; `item` is emptied. Rejects and left-over fields go to `parsed`.

    Raises RecordRefusedError when it names no publication.
    """
    root = Node(item, parsed.leftover)
    country, number, kind = (item.get(key) for key in ("jurisdiction", "doc_number", "kind"))
    try:
        canonical = forms.publication_number(str(country or ""), str(number or ""), str(kind) if kind else None)
    except forms.NumberRefusedError as error:
        raise RecordRefusedError(str(error)) from None
    authority, digits, *rest = canonical.split("-")
    record = Record(canonical, authority, digits, rest[0] if rest else None, row_no=row_no)
    reader = _Reader(record, parsed)
    root.ignore("jurisdiction", "doc_number", "kind", "lens_id", "doc_key", "docdb_id", "lang", "description")
    root.ignore("sequence_listing", "earliest_priority_claim_date")
    record.publication_date = reader.date(root, "date_published", "publication_date")
    stated = root.text("publication_type") or ""
    by_kind = numbers.type_of(authority, record.kind, digits, record.publication_date)
    record.publication_type = stated_type(_TYPES.get(stated), by_kind)
    biblio = root.node("biblio")
    biblio.ignore("publication_reference", "application_number", "classifications_national")
    record.titles = _texts(biblio.nodes("invention_title"))
    record.abstracts = _texts(root.nodes("abstract"))
    _references(biblio, reader)
    record.applicants = _applicants(biblio)
    record.ipc = _symbols(biblio, "classifications_ipcr")
    record.cpc = _symbols(biblio, "classifications_cpc")
    record.cites = _cites(biblio)
    _cited_by(biblio, reader)
    biblio.close()
    _families(root, reader)
    _legal(root, reader)
    _claims(root, record)
    root.close()
    return record
