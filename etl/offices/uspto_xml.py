"""USPTO grants and applications in XML since 2005 (``us-patent-grant``, ``us-patent-application`` v4.x)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from etl.offices.draft import Draft
from etl.offices.tree import at, children, paragraphs, text
from etl.offices.uspto_family import US_ROLES, Parent, take_application, take_parents
from etl.records import Record, Reject

ROOTS = ("us-patent-grant", "us-patent-application")
_CANCELLED = re.compile(r"[\d\s.,\-–]*\(?\s*cancell?ed\s*\)?\.?", re.IGNORECASE)
_PHASES = {"cited by examiner": "SEA", "cited by applicant": "APP", "cited by third party": "TPO"}
_RELATIONS = ("continuation", "division", "continuation-in-part", "continuing-reissue", "reissue", "substitution",
              "us-divisional-reissue", "us-reexamination-reissue-merger", "reexamination")  # fmt: skip


def read(root: etree._Element, row_no: int, rejects: list[Reject]) -> Record:
    """Record of one grant or application. Raises DocumentRefusedError without a usable publication number."""
    bibliography = root.find("us-bibliographic-data-grant")
    if bibliography is None:
        bibliography = root.find("us-bibliographic-data-application")
    own = "publication-reference/document-id/"
    authority = at(bibliography, own + "country") or root.get("country") or "US"
    number, kind = at(bibliography, own + "doc-number"), at(bibliography, own + "kind")
    draft = Draft(authority, number or "", kind, row_no, rejects)
    record = draft.record
    record.publication_date = draft.day(at(bibliography, own + "date") or root.get("date-publ"), "publication_date")
    record.filing_date = draft.day(at(bibliography, "application-reference/document-id/date"), "filing_date")
    take_application(draft, at(bibliography, "application-reference/document-id/doc-number"))
    draft.title("en", at(bibliography, "invention-title"))
    draft.abstract("en", paragraphs(root.find("abstract")))
    _classes(draft, bibliography)
    _applicants(draft, bibliography)
    _family(draft, bibliography)
    for citation in children(bibliography, "references-cited/citation", "us-references-cited/us-citation"):
        _citation(draft, citation)
    take_claims(draft, root.iterfind("claims/claim"), at(bibliography, "number-of-claims"))
    return draft.finish(states_citations=root.tag == ROOTS[0])


def take_claims(draft: Draft, claims: Iterator[etree._Element], stated: str | None) -> None:
    """Take the stated number of claims, else count them: cancelled ones (``1-20. (canceled)``) are none."""
    texts = [found for claim in claims if (found := text(claim)) and not _CANCELLED.fullmatch(found)]
    draft.record.claims_text = "\n".join(texts) or None
    draft.record.claim_count = int(stated) if stated and stated.isdigit() else len(texts) or None


def _classes(draft: Draft, bibliography: etree._Element | None) -> None:
    ipcr = sorted(children(bibliography, "classifications-ipcr/classification-ipcr"),
                  key=lambda c: at(c, "symbol-position") != "F")  # fmt: skip
    ipc = [_symbol(c) for c in ipcr]
    ipc += [text(c) or "" for c in children(bibliography, "classification-ipc/main-classification",
                                            "classification-ipc/further-classification")]  # fmt: skip
    draft.symbols(ipc)
    cpc = children(bibliography, "classifications-cpc/main-cpc//classification-cpc",
                   "classifications-cpc/further-cpc//classification-cpc")  # fmt: skip
    draft.symbols((_symbol(c) for c in cpc), "cpc")


def _symbol(element: etree._Element) -> str:
    parts = [at(element, name) or "" for name in ("section", "class", "subclass", "main-group", "subgroup")]
    return "".join(parts[:3]) + (f"{parts[3]}/{parts[4]}" if parts[3] and parts[4] else "")


def _applicants(draft: Draft, bibliography: etree._Element | None) -> None:
    """Take the assignees: the owners DOCDB names as applicants. Without any, the applicants themselves."""
    for party in children(bibliography, "assignees/assignee"):
        _party(draft, party)
    if draft.record.applicants is None:
        for party in children(bibliography, "us-parties/us-applicants/us-applicant", "parties/applicants/applicant"):
            _party(draft, party)


def _party(draft: Draft, party: etree._Element) -> None:
    book = party.find("addressbook")
    if book is None:
        book = party
    name = (
        at(book, "orgname")
        or ", ".join(filter(None, (at(book, "last-name"), at(book, "first-name"))))
        or at(book, "name")
    )
    country = at(party, "residence/country") or at(book, "address/country")
    if country is None and at(book, "role") in US_ROLES:
        country = "US"
    parts = [at(book, f"address/{part}") for part in ("street", "address-1", "address-2", "city", "state", "postcode")]
    draft.applicant(name, country, ", ".join(part for part in parts if part) or None)


def _family(draft: Draft, bibliography: etree._Element | None) -> None:
    for claim in children(bibliography, "priority-claims/priority-claim"):
        draft.priority(at(claim, "country"), at(claim, "doc-number"), None, draft.day(at(claim, "date"), "priorities"))
    for filing in children(bibliography, "pct-or-regional-filing-data", "pct-or-regional-publishing-data"):
        if at(filing, "document-id/country") == "WO" or (at(filing, "document-id/doc-number") or "").startswith("PCT"):
            draft.record.is_pct = True
    related = None if bibliography is None else bibliography.find("us-related-documents")
    own = at(bibliography, "application-reference/document-id/doc-number")
    take_parents(draft, own, _parents(draft, related))


def _parents(draft: Draft, related: etree._Element | None) -> Iterator[Parent]:
    for name in _RELATIONS:
        for relation in children(related, f"{name}/relation"):
            number = at(relation, "parent-doc/document-id/doc-number")
            day = draft.day(at(relation, "parent-doc/document-id/date"), "priorities")
            child = at(relation, "child-doc/document-id/doc-number")
            yield Parent(number, day, child, adds_matter=name == "continuation-in-part")
    for provisional in children(related, "us-provisional-application"):
        day = draft.day(at(provisional, "document-id/date"), "priorities")
        yield Parent(at(provisional, "document-id/doc-number"), day, is_provisional=True)


def _citation(draft: Draft, citation: etree._Element) -> None:
    category = (at(citation, "category") or "").lower()
    ident = citation.find("patcit/document-id")
    draft.cite(at(ident, "country"), at(ident, "doc-number"), at(ident, "kind"), _PHASES.get(category))
