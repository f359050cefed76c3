"""USPTO applications of 2001 to 2004 (``patent-application-publication``, pap-v1x)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from etl.offices.draft import Draft
from etl.offices.tree import at, children, paragraphs
from etl.offices.uspto_family import US_ROLES, Parent, take_application, take_parents
from etl.offices.uspto_xml import take_claims
from etl.records import Record, Reject

ROOT = "patent-application-publication"
_CONTINUITY = {
    "continuations/continuation-of": False, "continuations/continuation-in-part-of": True, "division-of": False,
    "a-371-of-international": False, "reissue-of": False, "substitution-for": False,
}  # fmt: skip


def read(root: etree._Element, row_no: int, rejects: list[Reject]) -> Record:
    """Record of one application. Raises DocumentRefusedError without a usable publication number."""
    bibliography = root.find("subdoc-bibliographic-information")
    draft = Draft("US", at(bibliography, "document-id/doc-number") or "", at(bibliography, "document-id/kind-code"),
                  row_no, rejects)  # fmt: skip
    record = draft.record
    record.publication_date = draft.day(at(bibliography, "document-id/document-date"), "publication_date")
    record.filing_date = draft.day(at(bibliography, "domestic-filing-data/filing-date"), "filing_date")
    take_application(draft, at(bibliography, "domestic-filing-data/application-number/doc-number"))
    draft.title("en", at(bibliography, "technical-information/title-of-invention"))
    draft.abstract("en", paragraphs_of(root.find("subdoc-abstract")))
    ipc = "technical-information/classification-ipc/classification-ipc-"
    draft.symbols(at(c, ".") or "" for c in children(bibliography, ipc + "primary/ipc", ipc + "secondary/ipc"))
    _applicants(draft, bibliography)
    _family(draft, bibliography)
    take_claims(draft, root.iterfind("subdoc-claims/claim"), None)
    return draft.finish()


def paragraphs_of(abstract: etree._Element | None) -> str | None:
    """Text of the paragraphs, without the heading ("Abstract of Disclosure")."""
    found = (paragraphs(p) if len(p) == 0 else at(p, ".") for p in children(abstract, "paragraph"))
    return " ".join(part for part in found if part) or None


def _applicants(draft: Draft, bibliography: etree._Element | None) -> None:
    for party in children(bibliography, "assignee"):
        name = at(party, "organization-name") or _person(party.find("name"))
        country = at(party, "address/country/country-code")
        if country is None and (at(party, "assignee-type") or "").lstrip("0") in US_ROLES:
            country = "US"
        draft.applicant(name, country, _address(party.find("address")))
    if draft.record.applicants is None:
        for person in children(bibliography, "inventors/first-named-inventor", "inventors/inventor"):
            _inventor(draft, person)


def _inventor(draft: Draft, person: etree._Element) -> None:
    at_home = person.find("residence/residence-us")
    if at_home is None:
        at_home = person.find("residence/residence-non-us")
    country = at(at_home, "country-code") or at(person, "address/country/country-code")
    address = _address(person.find("address")) or _address(at_home)
    draft.applicant(_person(person.find("name")), country, address)


def _person(name: etree._Element | None) -> str | None:
    given = " ".join(filter(None, (at(name, "given-name"), at(name, "middle-name"))))
    return ", ".join(filter(None, (at(name, "family-name"), given))) or None


def _address(address: etree._Element | None) -> str | None:
    parts = [at(address, part) for part in ("address-1", "address-2", "city", "state", "postalcode")]
    return ", ".join(part for part in parts if part) or None


def _family(draft: Draft, bibliography: etree._Element | None) -> None:
    for claim in children(bibliography, "foreign-priority-data"):
        number = at(claim, "priority-application-number/doc-number")
        draft.priority(at(claim, "country-code"), number, None, draft.day(at(claim, "filing-date"), "priorities"))
    if bibliography is not None and bibliography.find("continuity-data/a-371-of-international") is not None:
        draft.record.is_pct = True
    own = at(bibliography, "domestic-filing-data/application-number/doc-number")
    take_parents(draft, own, _parents(draft, None if bibliography is None else bibliography.find("continuity-data")))


def _parents(draft: Draft, continuity: etree._Element | None) -> Iterator[Parent]:
    for path, adds_matter in _CONTINUITY.items():
        for relation in children(continuity, f"{path}/parent-child"):
            number = at(relation, "parent/document-id/doc-number")
            day = draft.day(at(relation, "parent/document-id/document-date"), "priorities")
            yield Parent(number, day, at(relation, "child/document-id/doc-number"), adds_matter=adds_matter)
    provisional = "non-provisional-of-provisional"
    for path in (f"{provisional}/document-id", f"{provisional}/parent-child/parent/document-id"):
        for ident in children(continuity, path):
            day = draft.day(at(ident, "document-date"), "priorities")
            yield Parent(at(ident, "doc-number"), day, is_provisional=True)
