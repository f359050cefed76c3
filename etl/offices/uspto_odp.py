"""Answers of the USPTO's Open Data Portal (``applications/search``): each wrapper is an application and its documents.

They state no IPC, no claims and no citations; applicants with their country, family, state and transfers they do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from etl.normalise.legal_events import category
from etl.normalise.places.countries import country_code
from etl.offices.cutting import Document, Reads, json_items
from etl.offices.draft import Draft
from etl.offices.tree import DocumentRefusedError
from etl.offices.uspto_family import Parent, take_application, take_parents
from etl.records import Record, Reject

BAG = "patentFileWrapperDataBag"
_OVER = re.compile(r"abandon|expire|withdrawn|lapse", re.IGNORECASE)
_RIGHTS = {"D": "S", "PP": "P", "RE": "E", "H": "H", "T": "H"}
_NEW_KINDS = date(2001, 1, 2)  # B1, B2, S1, P2, P3, E1 and H1 since then


def documents(stream: Reads) -> Iterator[Document]:
    """Each wrapper of the answer as a JSON text of its own; an answer that is no such JSON is one damaged document."""
    return json_items(stream, lambda answer: answer.get(BAG) if isinstance(answer, dict) else None)


def read(document: Document, row_no: int, rejects: list[Reject]) -> list[Record]:
    """Records of the published application and of the grant, as far as the wrapper has their numbers.

    Raises DocumentRefusedError where it has neither: an application that was never published is nobody's to count.
    """
    wrapper = json.loads(document.data)
    meta = _part(wrapper, "applicationMetaData")
    opened = re.fullmatch(r"US(20\d{9})(A\d)", _text(meta, "earliestPublicationNumber") or "")
    granted = _text(meta, "patentNumber")
    found = []
    if opened:
        day = _text(meta, "earliestPublicationDate")
        found.append(_record(wrapper, opened[1], opened[2], day, row_no, rejects))
    if granted:
        kind = _grant_kind(granted, _text(meta, "grantDate"), is_second=opened is not None)
        found.append(_record(wrapper, granted, kind, _text(meta, "grantDate"), row_no, rejects))
    if not found:
        number = _text(wrapper, "applicationNumberText") or "without a number"
        raise DocumentRefusedError(f"application {number} has no publication and no grant")
    return found


def _grant_kind(number: str, day: str | None, *, is_second: bool) -> str:
    """Kind of a grant by its number and day; `is_second`: its application was published before."""
    letters = re.match(r"[A-Z]*", number.upper())
    right = _RIGHTS.get(letters[0] if letters else "", "B")
    if (day or "9999") < _NEW_KINDS.isoformat():
        return "A" if right == "B" else right
    if right == "P":
        return "P3" if is_second else "P2"
    return "B2" if right == "B" and is_second else f"{right}1"


def _record(
    wrapper: dict[str, Any], number: str, kind: str, day: str | None, row_no: int, rejects: list[Reject]
) -> Record:
    meta = _part(wrapper, "applicationMetaData")
    draft = Draft("US", number, kind, row_no, rejects)
    record = draft.record
    record.publication_date = draft.day(day, "publication_date")
    record.filing_date = draft.day(_text(meta, "filingDate"), "filing_date")
    take_application(draft, _text(wrapper, "applicationNumberText"))
    draft.title("en", _text(meta, "inventionTitle"))
    draft.symbols([text for text in _list(meta, "cpcClassificationBag") if isinstance(text, str)], "cpc")
    for party in _bag(meta, "applicantBag") or _bag(meta, "inventorBag"):
        _party(draft, party)
    _family(draft, wrapper, meta)
    _state(draft, wrapper, meta)
    return draft.finish()


def _party(draft: Draft, party: dict[str, Any]) -> None:
    at = next(iter(_bag(party, "correspondenceAddressBag")), {})
    parts = [_text(at, name) for name in ("cityName", "geographicRegionName", "countryName")]
    name = _text(party, "applicantNameText") or _text(party, "inventorNameText")
    country = _text(at, "countryCode") or _text(party, "countryCode")
    draft.applicant(name, country, ", ".join(part for part in parts if part) or None)


def _family(draft: Draft, wrapper: dict[str, Any], meta: dict[str, Any]) -> None:
    for claim in _bag(wrapper, "foreignPriorityBag"):
        office = country_code(_text(claim, "ipOfficeName")) or _text(claim, "ipOfficeName")
        day = draft.day(_text(claim, "filingDate"), "priorities")
        draft.priority(office, _text(claim, "applicationNumberText"), None, day)
    if meta.get("nationalStageIndicator") is True:
        draft.record.is_pct = True
    own = _text(wrapper, "applicationNumberText")
    take_parents(draft, own, [_parent(draft, one) for one in _bag(wrapper, "parentContinuityBag")])


def _parent(draft: Draft, stated: dict[str, Any]) -> Parent:
    code = _text(stated, "claimParentageTypeCode")
    return Parent(
        _text(stated, "parentApplicationNumberText"),
        draft.day(_text(stated, "parentApplicationFilingDate"), "priorities"),
        _text(stated, "childApplicationNumberText"),
        adds_matter=code == "CIP",
        is_provisional=code == "PRO",
    )


def _state(draft: Draft, wrapper: dict[str, Any], meta: dict[str, Any]) -> None:
    """Take the state of the application's day, the day it expired, and the transfers recorded."""
    status = _text(meta, "applicationStatusDescriptionText") or ""
    record, is_granted = draft.record, _text(meta, "patentNumber") is not None
    if _OVER.search(status):
        record.legal_status = "inactive"
        expired = [_text(event, "eventDate") for event in _bag(wrapper, "eventDataBag")
                   if _text(event, "eventCode") == "EXP."]  # fmt: skip
        record.lapse_date = draft.day(
            max(filter(None, expired), default=_text(meta, "applicationStatusDate")), "lapse_date"
        )
    elif status.startswith("Patented"):
        record.legal_status = "active"
    elif status and not is_granted:
        record.legal_status = "pending"
    elif status:
        draft.refuse("legal_status", "Patented Case, or one that expired", status, "the state of a grant is not known")
    inventors = {name.upper() for one in _bag(meta, "inventorBag") if (name := _text(one, "lastName"))}
    record.legal_events = [_transfer(draft, one, inventors) for one in _bag(wrapper, "assignmentBag")] or None


def _transfer(
    draft: Draft, stated: dict[str, Any], inventors: set[str]
) -> tuple[date | None, str | None, str, str | None]:
    """Date, code, category and text of a recorded transfer; one by a person who is no inventor is a sale."""
    assignors = [_text(one, "assignorName") or "" for one in _bag(stated, "assignorBag")]
    wording = (_text(stated, "conveyanceText") or "").rstrip(".")
    text = f"{wording};ASSIGNORS:{';'.join(assignors)}" if assignors else wording
    meant = category("AS", wording, "US", text)
    if meant == "inventor_assignment" and inventors:
        is_theirs = all(name.upper().partition(",")[0].strip() in inventors for name in assignors)
        meant = meant if is_theirs else "assignment"
    return draft.day(_text(stated, "assignmentRecordedDate"), "legal_events"), "AS", meant, text


def _part(item: Any, name: str) -> dict[str, Any]:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, dict) else {}


def _list(item: Any, name: str) -> list[Any]:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, list) else []


def _bag(item: Any, name: str) -> list[dict[str, Any]]:
    return [one for one in _list(item, name) if isinstance(one, dict)]


def _text(item: Any, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value.strip() or None if isinstance(value, str) else None
