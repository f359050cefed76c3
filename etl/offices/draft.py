"""A record in the making: what a document states goes in; what cannot be read becomes a reject, never silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.ipc_inventory import that_existed
from etl.normalise.numbers.canonical import NumberRefusedError, application_number, publication_number
from etl.normalise.numbers.us_applications import us_priority
from etl.normalise.pct import is_pct
from etl.normalise.places.countries import residence_code
from etl.normalise.publication_type import publication_type
from etl.offices.tree import DocumentRefusedError
from etl.records import Record, Reject


def alone(authority: str, number: str, kind: str | None = None) -> str:
    """What an application without a publication is kept under: APPL and its number, which is no publication's.

    Raises DocumentRefusedError where it is no application number.
    """
    try:
        return "APPL" + application_number(authority, number, kind).partition("-")[2]
    except NumberRefusedError as error:
        raise DocumentRefusedError(f"it has no usable application number ({error})") from None


class Draft:
    """Record of one publication, and the rejects met while filling it."""

    def __init__(self, authority: str, number: str, kind: str | None, row_no: int, rejects: list[Reject]) -> None:
        """Begin with the publication's number. Raises DocumentRefusedError where there is no usable one."""
        try:
            canonical = publication_number(authority, number, kind)
        except NumberRefusedError as error:
            raise DocumentRefusedError(f"it has no usable publication number ({error})") from None
        cc, _, rest = canonical.partition("-")
        self.rejects = rejects
        self.record = Record(canonical, cc, rest.partition("-")[0], kind or None, row_no=row_no)
        self.record.publication_type = publication_type(cc, kind, self.record.number)
        self._cites: dict[str, tuple[str, str | None, str | None]] = {}
        self._priorities: dict[str, date | None] = {}
        self._is_incomplete = False
        self._claimed: list[tuple[date | None, str | None]] = []  # day and office of each priority, readable or not

    def refuse(self, column: str, expected: str, found: str, why: object) -> None:
        """Keep what could not be used of a field."""
        record = self.record
        reason = (
            f"{record.publication_number}: {column} {found[:80]!r} cannot be used ({why}); the field is left empty."
        )
        self.rejects.append(Reject(reason, "field emptied", record.row_no, column, expected, found[:200]))

    def day(self, text: str | None, column: str) -> date | None:
        """Date of ``20160607`` or any usual spelling; None (and a reject) where it is none."""
        if not text:
            return None
        try:
            return parse_date(text)
        except DateRefusedError as error:
            self.refuse(column, "a date yyyymmdd", text, error)
            return None

    def application(self, authority: str | None, number: str | None, kind: str | None = None) -> None:
        """Take the application's number."""
        if authority and number:
            try:
                self.record.application_number = application_number(authority, number, kind)
            except NumberRefusedError as error:
                self.refuse("application_number", "an application number", number, error)

    def title(self, language: str | None, text: str | None) -> None:
        """Add a title."""
        if text:
            self.record.titles = [*(self.record.titles or ()), (language, text)]

    def abstract(self, language: str | None, text: str | None) -> None:
        """Add an abstract."""
        if text:
            self.record.abstracts = [*(self.record.abstracts or ()), (language, text)]

    def symbols(self, texts: Iterable[str], column: str = "ipc") -> None:
        """Take IPC (or, as `column` says, CPC) symbols; the first is main."""
        found, refused = ipc_symbols(texts)
        if column == "ipc":
            found, wrong = that_existed(found, self.record.publication_date)
            refused += wrong
        if refused:
            self.refuse(column, "symbols as in H01L21/02", "; ".join(refused), "the others are used")
        setattr(self.record, column, found or None)

    def applicant(self, name: str | None, country: str | None, address: str | None) -> None:
        """Add an applicant; a code that is no country (an organisation, ``omitted``) is unknown."""
        known = self.record.applicants or []
        if name or country:
            self.record.applicants = [*known, (len(known) + 1, name, residence_code(country), address)]

    def priority(self, authority: str | None, number: str | None, kind: str | None, day: date | None) -> None:
        """Add a priority. One that cannot be read leaves the set unknown: part of it would make another family."""
        if not number:
            return
        self._claimed.append((day, authority))
        try:
            is_american = (authority or "").upper() == "US"
            canonical = (
                us_priority(number, kind, day) if is_american else application_number(authority or "", number, kind)
            )
            self.add_priority(canonical, day)
        except NumberRefusedError as error:
            self._refuse_priority(f"{authority} {number}", error)

    def refuse_priority(self, number: str, why: object) -> None:
        """Keep an earlier application that cannot be read: neither the set nor the first of it is known then."""
        self._claimed.append((None, None))
        self._refuse_priority(number, why)

    def _refuse_priority(self, number: str, why: object) -> None:
        self._is_incomplete = True
        self.refuse("priorities", "application numbers with their office", number, why)

    @property
    def has_priorities(self) -> bool:
        """Whether a priority was stated, readable or not."""
        return bool(self._priorities) or self._is_incomplete

    def add_priority(self, canonical: str, day: date | None) -> None:
        """Add a priority by its canonical number."""
        self._priorities.setdefault(canonical, day)

    def cite(self, authority: str | None, number: str | None, kind: str | None, phase: str | None = None,
             category: str | None = None) -> None:  # fmt: skip
        """Add a cited publication (literature has no office, and is none); one that cannot be read is a reject."""
        if not number or not authority or authority.upper() == "XP":
            return
        try:  # the office may be repeated before the number: WO, WO2009/157308
            canonical = publication_number(authority, number.strip().removeprefix(authority), kind)
        except NumberRefusedError as error:
            found = " ".join(filter(None, (authority, number, kind)))
            self.refuse("cites", "publication numbers", found, f"{error}; the others are used")
            return
        self._cites.setdefault(canonical, (canonical, phase, category))

    def finish(self, *, states_citations: bool = False) -> Record:
        """The record; with `states_citations` a document without any has an empty list instead of an unknown one."""
        record = self.record
        if self._priorities and not self._is_incomplete:
            record.priorities = list(self._priorities.items())
        if self._is_incomplete and self._claimed and all(day for day, _ in self._claimed):
            record.priority_country = residence_code(min(self._claimed, key=lambda one: one[0] or date.max)[1])
        claimed = [record.application_number, *self._priorities]
        record.is_pct = is_pct(record.authority, claimed, states_pct=record.is_pct is True)
        days = [day for day in self._priorities.values() if day]
        if days and record.priority_date is None:
            record.priority_date = min(days)
        if self._cites or states_citations:
            record.cites = list(self._cites.values())
        return record
