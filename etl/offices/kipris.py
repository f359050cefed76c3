"""Answers of KIPRIS Plus (Korea): each item is an application with its publications and its state.

An item is a ``PatentUtilityInfo``, or an ``item`` of the word and advanced searches, which name the same otherwise.
"""

from __future__ import annotations

import re

from lxml import etree

from etl.offices import tree
from etl.offices.draft import Draft, alone
from etl.offices.tree import DocumentRefusedError
from etl.records import Record, Reject

ITEMS = ("PatentUtilityInfo", "item")
# Names of the searches for those of PatentUtilityInfo.
_OTHERWISE = {
    "ApplicationNumber": "applicationNumber", "ApplicationDate": "applicationDate", "OpeningNumber": "openNumber",
    "OpeningDate": "openDate", "RegistrationNumber": "registerNumber", "RegistrationDate": "registerDate",
    "PublicDate": "publicationDate", "RegistrationStatus": "registerStatus", "InventionName": "inventionTitle",
    "Abstract": "astrtCont", "Applicant": "applicantName", "InternationalpatentclassificationNumber": "ipcNumber",
}  # fmt: skip
_OPENED, _REGISTERED = {"10": "A", "20": "U", "30": "S"}, {"10": "B1", "20": "Y1", "30": "S1"}
_STATES = {
    "등록": "active", "공개": "pending", "심사중": "pending", "출원": "pending",
    "거절": "inactive", "소멸": "inactive", "취하": "inactive", "포기": "inactive", "무효": "inactive",
}  # fmt: skip
_REGISTRATION = re.compile(r"([123]0)-?(\d{7})(?:-?\d{2}-?\d{2})?")


def read(item: etree._Element, row_no: int, rejects: list[Reject]) -> list[Record]:
    """Records of the laid-open application and of the registration, as far as the item has their numbers.

    An item with neither (withdrawn before it was laid open) is a record of the application alone. Raises
    DocumentRefusedError where it has no number at all.
    """
    opened, registered = at(item, "OpeningNumber"), at(item, "RegistrationNumber")
    records = []
    if opened:
        record = _record(item, opened, _OPENED.get(opened[:2]), at(item, "OpeningDate"), row_no, rejects)
        records.append(record)
    if registered:
        match = _REGISTRATION.fullmatch(registered)
        number = match[1] + match[2] if match else registered
        day = at(item, "PublicDate") or at(item, "RegistrationDate")
        records.append(_record(item, number, _REGISTERED.get(number[:2]), day, row_no, rejects))
    if not records:
        stated = at(item, "ApplicationNumber")
        if stated is None:
            raise DocumentRefusedError("it has no number of an application, a publication or a registration")
        records.append(_record(item, alone("KR", stated, _letter(stated)), None, None, row_no, rejects))
    return records


def _record(
    item: etree._Element, number: str, kind: str | None, day: str | None, row_no: int, rejects: list[Reject]
) -> Record:
    draft = Draft("KR", number, kind, row_no, rejects)
    record = draft.record
    record.publication_date = draft.day(day, "publication_date")
    record.filing_date = draft.day(at(item, "ApplicationDate"), "filing_date")
    stated = at(item, "ApplicationNumber") or ""
    draft.application("KR", stated, _letter(stated))
    draft.title("ko", at(item, "InventionName"))
    draft.abstract("ko", at(item, "Abstract"))
    draft.symbols((at(item, "InternationalpatentclassificationNumber") or "").split("|"))
    for name in (at(item, "Applicant") or "").split("|"):
        draft.applicant(name.strip() or None, None, None)
    state = at(item, "RegistrationStatus")
    record.legal_status = _STATES.get(state or "")
    if state and record.legal_status is None:
        draft.refuse("legal_status", "one of " + ", ".join(_STATES), state, "the state is not known")
    return draft.finish()


def at(item: etree._Element, name: str) -> str | None:
    """Text of a part of an item by either name."""
    return tree.at(item, name) or tree.at(item, _OTHERWISE[name])


def _letter(application: str) -> str | None:
    """U for the application of a utility model (its right is 20), whose digits another application has too."""
    return "U" if application.startswith("20") else None
