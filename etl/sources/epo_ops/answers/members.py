"""Answers of OPS that name publications without exchange documents: hits, family members, equivalents, claims."""

from __future__ import annotations

from lxml import etree

from etl.exchange.fields import DocumentId
from etl.exchange.parts import document_ids
from etl.exchange.read import read_reference, record_from_exchange_document
from etl.normalise.claims import claim_count
from etl.normalise.numbers import docdb as numbers
from etl.normalise.pct import is_pct
from etl.records import PageRefusedError, Parsed, Record, Reject
from etl.sources.epo_ops.answers.answer import OPS
from etl.sources.epo_ops.answers.legal import read_legal

EXCHANGE = "{http://www.epo.org/exchange}"
FULLTEXT = "{http://www.epo.org/fulltext}"


def _record(idents: list[DocumentId], part: str, row_no: int, parsed: Parsed) -> Record | None:
    """Return a record for the publication named by `idents`, DOCDB form before epodoc; a reject where there is none."""
    for _, stated_country, stated_number, kind, _ in sorted(idents, key=lambda i: i[0] != "docdb"):
        country, number = stated_country or "", stated_number or ""
        if number and not country:
            country, number = number[:2], number[2:]
        try:
            canonical = numbers.publication(country, number, kind)
        except numbers.NumberRefusedError:
            continue
        authority, digits, *stated = canonical.split("-")
        record = Record(canonical, authority, digits, stated[0] if stated else None, part=part, row_no=row_no)
        record.publication_type = numbers.type_of(authority, record.kind, digits)
        record.is_pct = is_pct(authority)
        return record
    parsed.rejects.append(
        Reject(
            f"Item {row_no} names no publication; it is left out.",
            row_no=row_no,
            column_name="publication_number",
            expected="a document-id with country and number",
            found=str(idents)[:80],
        )
    )
    return None


def references(result: etree._Element, parsed: Parsed) -> None:
    """Read the hits of a search without biblio: number and family of each (part ``hit``, never taken for biblio)."""
    for row_no, element in enumerate(result.iterchildren(f"{OPS}publication-reference"), 1):
        record = _record(document_ids(element), "hit", row_no, parsed)
        if record is not None:
            family_id = element.get("family-id")
            record.source_family_id = f"docdb:{family_id}" if family_id else None
            parsed.records.append(record)


def family(element: etree._Element, parsed: Parsed) -> None:
    """Read a patent family: one family record a member, and where the answer has them its legal events and biblio.

    An INPADOC family joins several simple families; members are listed per simple family (``family-id``), unless the
    answer states more members than it holds, as the legal answers do. An answer may hold several families; members are
    numbered through.
    """
    before = parsed.records[-1].row_no if parsed.records else 0
    has_legal = element.get("legal") == "true"
    by_family: dict[str | None, list[Record]] = {}
    for row_no, member in enumerate(element.iterchildren(f"{OPS}family-member"), before + 1):
        reference = member.find(f"{EXCHANGE}publication-reference")
        record = _record([] if reference is None else document_ids(reference), "family", row_no, parsed)
        if record is None:
            continue
        read_reference(record, member, parsed.rejects)
        family_id = member.get("family-id")
        record.source_family_id = f"docdb:{family_id}" if family_id else None
        by_family.setdefault(family_id, []).append(record)
        parsed.records.append(record)
        if has_legal:
            legal = Record(record.publication_number, record.authority, record.number, record.kind)
            legal.part, legal.row_no, legal.publication_type = "legal", row_no, record.publication_type
            read_legal(member, legal)
            parsed.records.append(legal)
        for document in member.iterchildren(f"{EXCHANGE}exchange-document"):
            biblio = record_from_exchange_document(document, row_no, parsed.rejects, family_id=family_id)
            if biblio is not None:
                parsed.records.append(biblio)
    if str(sum(map(len, by_family.values()))) != element.get("total-result-count"):
        return
    for records in by_family.values():
        numbers_of_family = list(dict.fromkeys(r.publication_number for r in records))
        for record in records:
            _list_members(record, numbers_of_family)


def equivalents(element: etree._Element, parsed: Parsed) -> None:
    """Read the simple-family equivalents of one publication: a family record that lists them."""
    asked = element.find(f"{OPS}publication-reference")
    record = _record([] if asked is None else document_ids(asked), "family", 1, parsed)
    if record is None:
        return
    found = []
    for row_no, result in enumerate(element.iterchildren(f"{OPS}inquiry-result"), 1):
        reference = result.find(f"{EXCHANGE}publication-reference")
        member = _record([] if reference is None else document_ids(reference), "family", row_no, parsed)
        if member is not None:
            found.append(member.publication_number)
    stem = f"{record.authority}-{record.number}"  # the answer names itself without kind: that is the one asked for
    record.family_members = [record.publication_number if number == stem else number for number in found]
    _list_members(record, record.family_members)
    parsed.records.append(record)


def _list_members(record: Record, members: list[str]) -> None:
    """Put the complete list of the simple family into `record`."""
    record.family_members = members
    offices = [number[:2] for number in members]
    record.is_pct = is_pct(
        record.authority, [record.application_number], states_pct=record.is_pct is True, member_offices=offices,
        is_complete=True,
    )  # fmt: skip


def _claim_texts(block: etree._Element) -> list[str]:
    return [
        str(etree.tostring(text, method="text", encoding="unicode", with_tail=False)).strip()
        for text in block.iter(f"{FULLTEXT}claim-text")
    ]


def claims(element: etree._Element, parsed: Parsed) -> None:
    """Read claims: the number of numbered claims in one language (English before the first other), and their text.

    Raises PageRefusedError when the answer is a description, which holds nothing a record keeps.
    """
    documents = list(element.iterchildren(f"{FULLTEXT}fulltext-document"))
    if documents and all(document.find(f"{FULLTEXT}claims") is None for document in documents):
        msg = "OPS: the answer is a description (full text); expected claims."
        raise PageRefusedError(msg)
    for row_no, document in enumerate(documents, 1):
        reference = document.find(f"{FULLTEXT}bibliographic-data/{FULLTEXT}publication-reference")
        record = _record([] if reference is None else document_ids(reference), "claims", row_no, parsed)
        blocks = list(document.iterchildren(f"{FULLTEXT}claims"))
        if record is None or not blocks:
            continue
        block = next((b for b in blocks if (b.get("lang") or "").upper() == "EN"), blocks[0])
        texts = _claim_texts(block)
        record.claims_text = "\n".join(texts) or None
        record.claim_count = claim_count(texts)
        parsed.records.append(record)
