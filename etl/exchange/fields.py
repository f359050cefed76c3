"""What the parts of an exchange document say about a record, whichever way they were read from it.

``etl.exchange.read`` reads them from libxml2's tree, ``etl.bulk.docdb_text`` from the text of a document that is
written as usual; both put them into the record here, so that what a part means is settled once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from etl.normalise.numbers import docdb as numbers
from etl.normalise.pct import is_pct
from etl.records import Record, Reject

Applicant = tuple[int, str | None, str | None, str | None]
Citation = tuple[str, str | None, str | None]
# One ``document-id``: (format, country, number, kind, date), None or empty where it does not say.
DocumentId = tuple[str | None, str | None, str | None, str | None, str | None]
# The same applicant comes once per format; the first of these that is present is read, the others are its twins.
APPLICANT_FORMATS = ("epodoc", "docdb", "docdba", "original")


@lru_cache(maxsize=65536)
def day(text: str | None) -> date | None:
    """Return ``yyyymmdd`` as a date; None when empty. Raises ValueError when it is neither."""
    if not text:
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else date.fromisoformat(text)


def plain(text: str | None) -> str:
    """Return a title or abstract with every run of white space as one space."""
    if not text:
        return ""
    return " ".join(text.split()) if "  " in text or "\n" in text or "\t" in text else text.strip()


def language(stated: str | None) -> str | None:
    """Return the language in lower case; None for ``ol``, which says only: the original language."""
    return None if stated in (None, "", "ol") else stated.lower()


def resident(name: str | None, country: str | None) -> tuple[str | None, str | None]:
    """Return (name, residence); epodoc writes the country behind the name: an EN SPACE and ``[CC]``.

    Source: docs/sources.md, OPS.
    """
    if not name:
        return None, country
    name = " ".join(name.split())
    if name[-1:] == "]" and name[-4:-3] == "[" and name[-3:-1].isupper():
        name, country = name[:-4].rstrip(), name[-3:-1]
    return name or None, country


def applicant(sequence: str | None, place: int, name: str | None, country: str | None) -> Applicant:
    """Return an applicant as (sequence, name, residence, None); `place` counts where no sequence is stated."""
    stated = sequence or ""
    return (int(stated) if stated.isdecimal() else place, *resident(name, country), None)


class Fields:
    """Gathers the fields of one document; what cannot be read becomes a reject and leaves its field empty."""

    __slots__ = ("application_epodoc", "record", "rejects")

    def __init__(self, record: Record, rejects: list[Reject]) -> None:
        self.record = record
        self.rejects = rejects
        self.application_epodoc: str | None = None

    def date(self, text: str | None, column: str) -> date | None:
        """Return the date; None where `text` is empty, and where it is no date, which is kept as a reject."""
        if not text:
            return None
        try:
            return day(text)
        except ValueError:
            self.rejects.append(
                Reject(
                    f"{self.record.publication_number}: {column} {text!r} is no date; the field is left empty.",
                    "field emptied",
                    self.record.row_no,
                    column,
                    "a date yyyymmdd",
                    text[:80],
                )
            )
            return None

    def published(self, text: str | None) -> None:
        """Take the date of publication, unless there is one."""
        if self.record.publication_date is None:
            self.record.publication_date = self.date(text, "publication_date")

    def application(self, idents: Iterable[DocumentId]) -> None:
        """Take number and date of the application, the DOCDB form before the epodoc one."""
        record, when = self.record, None
        for form, country, number, kind, stated in idents:
            when = when or stated
            if form == "docdb" and country and number:
                record.application_number = numbers.application(country, number, kind)
                record.is_pct = True if kind and kind[0] == "W" else None
            elif form == "epodoc" and number:
                self.application_epodoc = number
                if record.application_number is None:
                    record.application_number = numbers.application_from_epodoc(number)
        if record.filing_date is None:
            record.filing_date = self.date(when, "filing_date")

    def priorities(self, claims: Iterable[tuple[str, str | None, Iterable[DocumentId]]]) -> None:
        """Take priority claims (sequence, kind, numbers), the DOCDB form before the epodoc one, each sequence once."""
        chosen: dict[str, tuple[bool, str, date | None]] = {}
        for key, claimed, idents in claims:
            if claimed == "international":
                self.record.is_pct = True
            for form, country, number, kind, when in idents:
                is_docdb = form == "docdb"
                if not (is_docdb or form == "epodoc") or (key in chosen and chosen[key][0] >= is_docdb):
                    continue
                if canonical := self._priority_number(country, number, kind):
                    chosen[key] = (is_docdb, canonical, self.date(when, "priorities"))
        if chosen:
            self.record.priorities = [(number, when) for _, number, when in chosen.values()]
            self.record.priority_date = min([when for _, _, when in chosen.values() if when], default=None)

    def _priority_number(self, country: str | None, number: str | None, kind: str | None) -> str | None:
        """Return the canonical number; the document's own application is known in DOCDB's form already."""
        if not number:
            return None
        if country:
            if kind and kind[0] == "W":
                self.record.is_pct = True
            return numbers.application(country, number, kind)
        if number[:2] == "WO":
            self.record.is_pct = True
        if number == self.application_epodoc and self.record.application_number:
            return self.record.application_number
        return numbers.application_from_epodoc(number)

    def title(self, stated_language: str | None, text: str) -> None:
        """Add a title, `text` as `plain` gives it."""
        if text:
            self.record.titles = [*(self.record.titles or ()), (language(stated_language), text)]

    def abstract(self, stated_language: str | None, text: str) -> None:
        """Add an abstract, `text` as `plain` gives it."""
        if text:
            self.record.abstracts = [*(self.record.abstracts or ()), (language(stated_language), text)]


def begin(
    country: str, number: str, kind: str | None, published: str | None, rejects: list[Reject], row_no: int
) -> Fields:
    """Return the fields of the document whose own attributes these are. Raises NumberRefusedError."""
    canonical = numbers.publication(country, number, kind)
    authority, _, rest = canonical.partition("-")
    record = Record(canonical, authority, rest.partition("-")[0], kind, row_no=row_no)
    fields = Fields(record, rejects)
    fields.published(published)
    return fields


def finish(record: Record) -> Record:
    """Fill in what follows from the other fields."""
    record.publication_type = numbers.type_of(record.authority, record.kind, record.number, record.publication_date)
    claimed = [number for number, _ in record.priorities or ()]
    record.is_pct = is_pct(record.authority, [record.application_number, *claimed], states_pct=record.is_pct is True)
    return record
