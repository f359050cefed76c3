"""USPTO grants of 2001 to 2004 (``PATDOC`` 2.x, the tags of WIPO ST.32), in XML or in SGML with unclosed elements."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from etl.offices.draft import Draft
from etl.offices.tree import at, children, paragraphs
from etl.offices.uspto_family import US_ROLES, Parent, take_application, take_parents
from etl.offices.uspto_numbers import cited_office, ipc_symbol
from etl.offices.uspto_xml import take_claims
from etl.records import Record, Reject

ROOT = "PATDOC"


def read(root: etree._Element, row_no: int, rejects: list[Reject]) -> Record:
    """Record of one grant. Raises DocumentRefusedError without a usable publication number."""
    data = root.find("SDOBI")
    draft = Draft(at(data, "B100/B190") or "US", at(data, "B100/B110") or "", at(data, "B100/B130"), row_no, rejects)
    record = draft.record
    record.publication_date = draft.day(at(data, "B100/B140"), "publication_date")
    record.filing_date = draft.day(at(data, "B200/B220"), "filing_date")
    take_application(draft, at(data, "B200/B210"))
    draft.title("en", at(data, "B500/B540"))
    draft.abstract("en", paragraphs(root.find("SDOAB/BTEXT")))
    if record.publication_type != "design":  # of a design, B511 is a class of Locarno
        classes = children(data, "B500/B510/B511", "B500/B510/B512")
        draft.symbols(ipc_symbol("".join(map(str, each.itertext()))) for each in classes)  # its blanks count
    _applicants(draft, data)
    _family(draft, data)
    for cited in children(data, "B500/B560/B561"):
        _citation(draft, cited)
    take_claims(draft, root.iterfind("SDOCL//CLM"), at(data, "B500/B570/B577"))
    return draft.finish(states_citations=True)


def _applicants(draft: Draft, data: etree._Element | None) -> None:
    for owners in children(data, "B700/B730"):
        is_american = at(owners, "B732US") in US_ROLES
        for party in children(owners, "B731/PARTY-US"):
            _party(draft, party, "US" if is_american else None)
    if draft.record.applicants is None:
        for party in children(data, "B700/B720/B721/PARTY-US"):
            _party(draft, party, None)


def _party(draft: Draft, party: etree._Element, by_role: str | None) -> None:
    person = ", ".join(filter(None, (at(party, "NAM/SNM"), at(party, "NAM/FNM"))))
    state = at(party, "ADR/STATE")
    country = at(party, "ADR/CTRY") or ("US" if state else by_role)  # an address with a state has no country
    parts = [at(party, f"ADR/{part}") for part in ("STR", "CITY", "STATE", "PCODE")]
    draft.applicant(at(party, "NAM/ONM") or person or None, country, ", ".join(p for p in parts if p) or None)


def _family(draft: Draft, data: etree._Element | None) -> None:
    for claims in children(data, "B300"):
        stated = zip(claims.iterfind("B310"), claims.iterfind("B320"), claims.iterfind("B330"), strict=False)
        for number, day, country in stated:
            draft.priority(at(country, "."), at(number, "."), None, draft.day(at(day, "."), "priorities"))
    if data is not None and (data.find("B800/B860") is not None or data.find("B800/B870") is not None):
        draft.record.is_pct = True
    take_parents(draft, at(data, "B200/B210"), _parents(draft, None if data is None else data.find("B600")))


def _parents(draft: Draft, related: etree._Element | None) -> Iterator[Parent]:
    for relation in () if related is None else related.iter("PARENT-US"):
        number, day = at(relation, "PDOC/DOC/DNUM"), draft.day(at(relation, "PDOC/DOC/DATE"), "priorities")
        above = relation.getparent()
        adds_matter = above is not None and above.tag == "B632"
        yield Parent(number, day, at(relation, "CDOC/DOC/DNUM"), adds_matter=adds_matter)
    for provisional in children(related, "B680US/DOC"):
        day = draft.day(at(provisional, "DATE"), "priorities")
        yield Parent(at(provisional, "DNUM"), day, is_provisional=True)


def _citation(draft: Draft, cited: etree._Element) -> None:
    document = cited.find("PCIT/DOC")
    number = at(document, "DNUM")
    if number:
        phase = "SEA" if cited.find(".//CITED-BY-EXAMINER") is not None else None
        draft.cite(cited_office(at(document, "CTRY")), number, at(document, "KIND"), phase)
