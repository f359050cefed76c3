"""One row of Google's publications table (nested schema of patents-public-data) → one record."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from etl.normalise.claims import claim_count
from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.ipc_inventory import that_existed
from etl.normalise.numbers.canonical import (
    LiteratureNumberError,
    NumberRefusedError,
    application_number,
    parse_application_number,
    parse_publication_number,
    publication_number,
)
from etl.normalise.pct import is_pct
from etl.normalise.places.countries import residence_code
from etl.normalise.publication_type import publication_type
from etl.reading import reading
from etl.records import Record, Reject

# Fields of the schema that no figure uses; whatever else is left over after reading is schema drift.
NOT_NEEDED = reading("etl.google", "google_publications").names_unneeded
# A column of the program's own SELECT: whether the row satisfies the query of that hash.
MEMBERSHIP = re.compile(r"q_([0-9a-f]{16})")
Row = dict[str, Any]
Item = Mapping[str, Any]


class _Reader:
    """Takes fields out of a row; what is none of the expected shape is a reject and read as unknown."""

    def __init__(self, row: Row, row_no: int, rejects: list[Reject]) -> None:
        self.row, self.row_no, self.rejects = dict(row), row_no, rejects

    def refuse(self, name: str, expected: str, value: object, why: str = "") -> None:
        found = str(value)[:200]
        reason = (
            f"Row {self.row_no}, field {name}: expected {expected}{f'; {why}' if why else ''}; the field is left empty."
        )
        self.rejects.append(Reject(reason, "field emptied", self.row_no, name, expected, found))

    def text(self, name: str) -> str | None:
        value = self.row.pop(name, None)
        return value.strip() or None if isinstance(value, str) else None if value is None else str(value)

    def day(self, name: str) -> date | None:
        value = self.row.pop(name, None)
        try:
            return _day(value)
        except DateRefusedError as error:
            self.refuse(name, "a date yyyymmdd", value, str(error))
            return None

    def items(self, name: str) -> list[Item] | None:
        """Elements of a repeated record; None when the field is missing."""
        value = self.row.pop(name, None)
        if value is None:
            return None
        if isinstance(value, str) and value[:1] == "[":  # tables copied elsewhere carry nested fields as texts
            with contextlib.suppress(ValueError, RecursionError):  # refused below
                value = json.loads(value)
        if not isinstance(value, list):
            self.refuse(name, "a list of records", value)
            return None
        return [{"code": item} if isinstance(item, str) else item for item in value if isinstance(item, Mapping | str)]

    def number(self, name: str, convert: Callable[[str], str]) -> str | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return convert(text)
        except NumberRefusedError as error:
            self.refuse(name, "a number", text, str(error))
            return None


def google_record(row: Row, row_no: int, rejects: list[Reject], leftover: dict[str, int]) -> Record | None:
    """Record of a row; None (and a reject) without a usable publication number. Unread fields go to `leftover`.

    Dates of 0 and a family id of ``-1`` mean unknown. Countries are those of ``assignee_harmonized``.
    Beside the table's columns a row may have ``cited_by`` and ``family_members``, complete lists made by inverting it.
    """
    reader = _Reader(row, row_no, rejects)
    stated = reader.text("publication_number") or ""
    try:
        cc, number, kind = parse_publication_number(stated)
    except NumberRefusedError as error:
        rejects.append(
            Reject(f"Row {row_no} has no usable publication number ({error}).", row_no=row_no, found=stated[:200])
        )
        return None
    record = Record(publication_number(cc, number, kind), cc, number, kind, row_no=row_no)
    record.publication_date = reader.day("publication_date")
    granted = reader.day("grant_date")
    record.publication_type = publication_type(cc, kind, number, record.publication_date)
    if record.publication_type is None and granted is not None:
        record.publication_type = "grant"
    record.filing_date = reader.day("filing_date")
    record.priority_date = reader.day("priority_date")
    record.application_number = reader.number("application_number", canonical_application)
    family = reader.text("family_id")
    record.source_family_id = None if family in (None, "-1", "0") else f"docdb:{family}"
    record.titles, record.abstracts = _localised(reader, "title_localized"), _localised(reader, "abstract_localized")
    record.claims_text = _claims(reader)
    record.claim_count = claim_count([record.claims_text or ""])
    record.ipc, record.cpc = _symbols(reader, "ipc", record.publication_date), _symbols(reader, "cpc", None)
    record.applicants = _applicants(reader)
    record.priorities = _priorities(reader)
    record.cites = _cites(reader)
    _cited_by(reader, record)
    _members(reader, record)
    for name in reader.row.keys() - NOT_NEEDED:
        if not MEMBERSHIP.fullmatch(name):
            leftover[name] = leftover.get(name, 0) + 1
    return record


def canonical_application(text: str) -> str:
    """Canonical number of ``US-45678910-A`` (country, number, kind). Raises NumberRefusedError."""
    parts = text.split("-")
    if len(parts) == 3:
        return application_number(parts[0], parts[1], parts[2])
    return parse_application_number(text)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: object) -> date | None:
    number = isinstance(value, str) and value.isdigit() and len(value) <= 8
    return parse_date(int(str(value)) if number else value)


def _localised(reader: _Reader, name: str) -> list[tuple[str | None, str]] | None:
    items = reader.items(name) or []
    return [(_text(i.get("language")), str(i["text"]).strip()) for i in items if i.get("text")] or None


def _claims(reader: _Reader) -> str | None:
    texts = [i for i in reader.items("claims_localized") or [] if i.get("text") and not i.get("truncated")]
    chosen = next((i for i in texts if i.get("language") == "en"), texts[0] if texts else None)
    return None if chosen is None else str(chosen["text"])


def _symbols(reader: _Reader, name: str, published: date | None) -> list[str] | None:
    """Symbols of the field; with `published`, those of IPC subclasses that never existed are refused."""
    items = reader.items(name)
    if items is None:
        return None
    ordered = sorted(items, key=lambda i: not i.get("first"))  # stable: the first (main) symbol leads
    symbols, refused = ipc_symbols(str(i.get("code") or "") for i in ordered)
    symbols, wrong = that_existed(symbols, published)
    refused += wrong
    if refused:
        reader.refuse(name, "symbols", "; ".join(refused), "the others are used")
    return symbols or None


def _applicants(reader: _Reader) -> list[tuple[int, str | None, str | None, str | None]] | None:
    harmonised = reader.items("assignee_harmonized") or []
    plain = reader.row.pop("assignee", None) or []
    if harmonised:
        pairs = [(_text(i.get("name")), residence_code(_text(i.get("country_code")))) for i in harmonised]
    else:
        pairs = [(str(name), None) for name in plain if name] if isinstance(plain, list) else []
    return [(n, name or None, country, None) for n, (name, country) in enumerate(pairs, 1)] or None


def _priorities(reader: _Reader) -> list[tuple[str, date | None]] | None:
    found: dict[str, date | None] = {}
    for item in reader.items("priority_claim") or []:
        text = item.get("application_number")
        if not text:
            continue
        try:
            day = item.get("filing_date")
            found.setdefault(canonical_application(str(text)), _day(day))
        except (NumberRefusedError, DateRefusedError, ValueError) as error:
            reader.refuse("priority_claim", "application numbers and dates", text, str(error))
            return None  # part of the set would make another family
    return list(found.items()) or None


def _cites(reader: _Reader) -> list[tuple[str, str | None, str | None]] | None:
    items = reader.items("citation")
    if items is None:
        return None
    found: dict[str, tuple[str, str | None, str | None]] = {}
    for number, item in _documents(reader, "citation", items):
        found.setdefault(number, (number, _text(item.get("category")), _text(item.get("type"))))
    return list(found.values())


def _documents(
    reader: _Reader, name: str, items: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the canonical number of each item that names a publication, with the item; literature is passed over."""
    for item in items:
        text = item.get("publication_number")
        if not text:
            continue
        try:
            yield publication_number(*parse_publication_number(str(text))), item
        except LiteratureNumberError:
            continue
        except NumberRefusedError as error:
            reader.refuse(name, "publication numbers", text, f"{error}; the others are used")


def _cited_by(reader: _Reader, record: Record) -> None:
    """Read the citing publications; a missing list says nothing, an empty one that there are none."""
    items = reader.items("cited_by")
    if items is None:
        return
    found: dict[str, date | None] = {}
    for number, item in _documents(reader, "cited_by", items):
        try:
            found.setdefault(number, _day(item.get("publication_date")))
        except DateRefusedError:
            found.setdefault(number, None)
    record.cited_by = sorted(found.items(), key=lambda pair: (pair[1] or date.max, pair[0]))
    record.citation_count, record.citation_count_kind = len(found), "publication"


def _members(reader: _Reader, record: Record) -> None:
    """Read the family's members, where they are listed, and whether the family is a PCT family."""
    items = [] if record.source_family_id is None else reader.items("family_members") or []
    reader.row.pop("family_members", None)
    stated = [{"publication_number": item.get("code")} for item in items]
    members = [number for number, _ in _documents(reader, "family_members", stated)]
    record.family_members = sorted(set(members)) or None  # the order of the list says nothing
    number, kind = reader.text("pct_number"), reader.text("application_kind")
    claimed = [priority for priority, _ in record.priorities or []]
    record.is_pct = is_pct(
        record.authority,
        [record.application_number, *claimed],
        states_pct=number is not None or kind == "W",
        member_offices=[member[:2] for member in members],
        is_complete=bool(items) and len(members) == len(items),
    )
