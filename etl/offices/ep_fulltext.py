"""European full texts (``ep-patent-document``, ST.36 with the B-tags of ST.32): applications and specifications."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from etl.normalise.numbers.canonical import NumberRefusedError, application_number, parse_publication_number
from etl.offices.draft import Draft
from etl.offices.tree import at, children, paragraphs, text
from etl.records import Record, Reject

ROOT = "ep-patent-document"
_PRINTED = re.compile(r"(\d)([A-H])\s+(\d{2}[A-Z])\s+(\d{1,4})/\s*(\d{2,6})(?:\s+[A-Z])?")  # "7C 07C  29/44   A"
_CITED = re.compile(r"([A-Z]{2})-([A-Z]\d?)-\s*(.+)")  # WO-A1-2011/091011
_PCT = re.compile(r"(?:PCT/)?([A-Z]{2})/?(\d{2}|\d{4})/?(\d{5,6})")


def read(root: etree._Element, row_no: int, rejects: list[Reject]) -> Record:
    """Record of one publication. Raises DocumentRefusedError without a usable number."""
    data = root.find("SDOBI")
    number, kind = root.get("doc-number") or at(data, "B100/B110"), root.get("kind") or at(data, "B100/B130")
    draft = Draft(root.get("country") or at(data, "B100/B190") or "EP", number or "", kind, row_no, rejects)
    record = draft.record
    stated = root.get("date-publ") or at(data, "B100/B140/date")
    record.publication_date = draft.day(stated, "publication_date")
    record.filing_date = draft.day(at(data, "B200/B220/date"), "filing_date")
    draft.application("EP", at(data, "B200/B210"))
    for language, title in _titles(data):
        draft.title(language, title)
    for abstract in root.iterfind("abstract"):
        draft.abstract(abstract.get("lang"), paragraphs(abstract))
    _classes(draft, data)
    for party in [*children(data, "B700/B730/B731")] or [*children(data, "B700/B710/B711")]:
        draft.applicant(at(party, "snm"), at(party, "adr/ctry"), _address(party))
    _family(draft, data)
    _citations(draft, root, data)
    _claims(draft, root)
    _oppositions(draft, data)
    return draft.finish()


def _titles(data: etree._Element | None) -> Iterator[tuple[str | None, str | None]]:
    language = None
    for part in children(data, "B500/B540/*"):
        if part.tag == "B541":
            language = text(part)
        elif part.tag == "B542":
            yield language, text(part)


def _address(party: etree._Element) -> str | None:
    parts = [at(party, f"adr/{name}") for name in ("str", "city")]
    return ", ".join(part for part in parts if part) or None


def _classes(draft: Draft, data: etree._Element | None) -> None:
    coded = sorted((at(c, "text") or "" for c in children(data, "B500/B510EP/classification-ipcr")),
                   key=lambda symbol: symbol[27:28] != "F")  # fmt: skip
    printed = (at(c, ".") or "" for c in children(data, "B500/B510/B511", "B500/B510/B512", "B500/B510/B513"))
    draft.symbols(coded or (_PRINTED.sub(r"\2\3\4/\5", symbol) for symbol in printed))
    cpc = children(data, "B500/B520EP/classifications-cpc/classification-cpc")
    draft.symbols((at(c, "text") or "" for c in cpc), "cpc")


def _family(draft: Draft, data: etree._Element | None) -> None:
    for claims in children(data, "B300"):
        numbers, days, offices = (list(claims.iterfind(tag)) for tag in ("B310", "B320", "B330"))
        for number, day, office in zip(numbers, days, offices, strict=False):
            stated, _, kind = (at(number, ".") or "").partition(" ")
            country = at(office, "ctry") or at(office, ".")
            draft.priority(country, stated, kind or None, draft.day(at(day, "date") or at(day, "."), "priorities"))
    pct = at(data, "B800/B860/B861/dnum/anum")
    if pct or at(data, "B800/B870/B871/dnum/pnum"):
        draft.record.is_pct = True
    if pct and not draft.has_priorities and (match := _PCT.fullmatch(pct)):
        try:  # a PCT application without priorities is the first filing of its family
            first = application_number("WO", f"PCT/{match[1]}/{match[2]}/{match[3]}")
            draft.add_priority(first, draft.day(at(data, "B800/B860/B861/date"), "priorities"))
        except NumberRefusedError as error:
            draft.refuse_priority(pct, error)
    for published in children(data, "B800/B870/B871/dnum/pnum"):
        _member(draft, text(published))


def _member(draft: Draft, number: str | None) -> None:
    """The publication of the PCT application is the same family's."""
    try:
        cc, digits, kind = parse_publication_number(number or "")
    except NumberRefusedError as error:
        draft.refuse("family_members", "the number of the PCT publication", number or "", error)
    else:
        member = f"{cc}-{digits}-{kind}" if kind else f"{cc}-{digits}"
        draft.record.family_members = [*(draft.record.family_members or ()), member]


def _citations(draft: Draft, root: etree._Element, data: etree._Element | None) -> None:
    for citation in root.iterfind("search-report-data//citation"):
        category = " ".join(filter(None, (text(c) for c in citation.iterfind("category"))))
        ident = citation.find("patcit/document-id")
        draft.cite(at(ident, "country"), at(ident, "doc-number"), at(ident, "kind"), "SEA", category or None)
    for cited in children(data, "B500/B560/B561"):
        stated = at(cited, "text") or at(cited, ".") or ""
        if match := _CITED.fullmatch(stated):
            draft.cite(match[1], match[3], match[2])
        elif stated:
            draft.refuse("cites", "a number as in WO-A1-2011/091011", stated, "the others are used")
    for cited in root.iterfind("ep-reference-list//patcit"):  # named by the applicant in the description
        ident = cited.find("document-id")
        draft.cite(at(ident, "country"), at(ident, "doc-number"), at(ident, "kind"), "APP")


def _claims(draft: Draft, root: etree._Element) -> None:
    """Count the claims of one language and one set: a specification has them in three, and may have sets by state."""
    sets = [claims for claims in root.iterfind("claims") if claims.find("claim") is not None]
    own = [claims for claims in sets if claims.get("lang") == root.get("lang")]
    chosen = next(iter(own or sets), None)
    if chosen is None:
        return
    claims = [(claim.get("num") or str(n), text(claim)) for n, claim in enumerate(chosen.iterfind("claim"), 1)]
    draft.record.claim_count = len({number for number, _ in claims})
    draft.record.claims_text = "\n".join(f"{number.lstrip('0')}. {body}" for number, body in claims if body) or None


def _oppositions(draft: Draft, data: etree._Element | None) -> None:
    """Notices of opposition, with their day: a specification amended after opposition names them."""
    events = [
        (draft.day(at(notice, "date"), "legal_events"), "B781", "invalidation",
         f"Opposition filed by {at(notice, 'snm') or 'an opponent'}")
        for notice in children(data, "B700/B780/B781")
    ]  # fmt: skip
    draft.record.legal_events = list(events) or None
