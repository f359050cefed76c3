"""USPTO grants of 1976 to 2001 in APS text (Green Book): lines of a three-letter tag and a value, in sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from etl.normalise.claims import claim_count
from etl.offices.draft import Draft
from etl.offices.tree import DocumentRefusedError
from etl.offices.uspto_family import US_ROLES, Parent, take_application, take_parents
from etl.offices.uspto_numbers import application, checked, cited_office, country, ipc_symbol
from etl.records import Record, Reject

HEAD = b"PATN"
_SECTION = re.compile(r"[A-Z]{4}\s*")
_LINE = re.compile(r"([A-Z0-9]{3})(?:  (.*))?")


@dataclass(slots=True)
class _Section:
    """One section: its name, and (tag, value) of its lines with what continues them."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)

    def all(self, tag: str) -> list[str]:
        return [value for name, value in self.lines if name == tag and value]

    def one(self, tag: str) -> str | None:
        return next(iter(self.all(tag)), None)


def read(data: bytes, row_no: int, rejects: list[Reject]) -> Record:
    """Record of one grant. Raises DocumentRefusedError without a usable number."""
    sections = list(_sections(data.decode("latin-1")))
    head = sections[0] if sections else _Section("PATN")
    if (stated := head.one("WKU")) is None:
        raise DocumentRefusedError("it has no line WKU with the patent's number")
    number, kind = checked(stated)
    draft = Draft("US", number, kind, row_no, rejects)
    record = draft.record
    record.publication_date = draft.day(head.one("ISD"), "publication_date")
    record.filing_date = draft.day(head.one("APD"), "filing_date")
    if serial := head.one("APN"):
        take_application(draft, application(head.one("SRC"), serial))
    draft.title("en", head.one("TTL"))
    draft.abstract("en", _prose(sections, "ABST") or None)
    if record.publication_type != "design":  # of a design, ICL is a class of Locarno
        draft.symbols(ipc_symbol(c) for s in sections if s.name == "CLAS" for c in s.all("ICL"))
    _applicants(draft, sections)
    _family(draft, sections)
    for section in sections:
        if section.name in {"UREF", "FREF"}:
            _citation(draft, section)
    record.claims_text = _prose(sections, "CLMS", "DCLM", separator="\n") or None
    stated_claims = (head.one("NCL") or "").strip()
    record.claim_count = int(stated_claims) if stated_claims.isdigit() else claim_count([record.claims_text or ""])
    return draft.finish(states_citations=True)


def _sections(text: str) -> Iterator[_Section]:
    section: _Section | None = None
    for line in text.splitlines():
        if _SECTION.fullmatch(line):
            if section is not None:
                yield section
            section = _Section(line.strip())
        elif section is not None and (match := _LINE.fullmatch(line.rstrip())):
            section.lines.append((match[1], match[2] or ""))
        elif section is not None and section.lines and line.strip():  # goes on with the value of the line before
            tag, value = section.lines[-1]
            section.lines[-1] = (tag, f"{value} {line.strip()}")
    if section is not None:
        yield section


def _prose(sections: list[_Section], *names: str, separator: str = " ") -> str:
    """Paragraphs of the sections; lines that only number them (NUM) or introduce them (STM) are left out."""
    lines = (line for section in sections if section.name in names for line in section.lines)
    return separator.join(value.strip() for tag, value in lines if value and tag not in {"NUM", "STM"})


def _applicants(draft: Draft, sections: list[_Section]) -> None:
    owners = [s for s in sections if s.name == "ASSG"] or [s for s in sections if s.name == "INVT"]
    for party in owners:
        stated, state = country(party.one("CNT")), party.one("STA")
        is_american = state is not None or (party.one("COD") or "").strip() in US_ROLES
        parts = [party.one(tag) for tag in ("STR", "CTY", "STA", "ZIP")]
        address = ", ".join(part for part in parts if part) or None
        draft.applicant(party.one("NAM"), stated or ("US" if is_american else None), address)


def _family(draft: Draft, sections: list[_Section]) -> None:
    for section in sections:
        if section.name == "PRIR":
            day = draft.day(section.one("APD"), "priorities")
            draft.priority(country(section.one("CNT")), section.one("APN"), None, day)
        elif section.name == "PCTA":
            draft.record.is_pct = True
    take_parents(draft, None, _parents(draft, [section for section in sections if section.name == "RLAP"]))


def _parents(draft: Draft, sections: list[_Section]) -> Iterator[Parent]:
    """Earlier applications. Of the relation code, the second digit 2 is a continuation-in-part, the first digit 8
    ("which is") means that the application named before is the one that comes from it."""
    before: str | None = None
    for section in sections:
        code, serial = (section.one("COD") or "").strip(), section.one("APN")
        if serial is None:
            continue
        number = serial.strip() if serial.startswith("PCT") else application(section.one("SCD"), serial)
        day = draft.day(section.one("APD"), "priorities")
        yield Parent(number, day, before if code[:1] == "8" else None, adds_matter=code[1:2] == "2")
        before = number


def _citation(draft: Draft, section: _Section) -> None:
    number = section.one("PNO")
    if section.name == "FREF":
        draft.cite(country(section.one("CNT")), number, None)
    elif number:
        draft.cite(cited_office(None), number.strip(), None)
