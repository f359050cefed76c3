"""The record of a DOCDB document, read from its text by regular expressions where it is written as usual.

Returns None for every document that departs from ``etl.bulk.docdb_text.patterns``: libxml2 reads those. A document's
text is part of what ``etl.bulk.docdb_text.characters.text_of`` gives for the piece of the file it comes in.
"""

from __future__ import annotations

from etl.bulk.docdb_text.characters import has_good_references
from etl.bulk.docdb_text.patterns import Patterns, patterns
from etl.bulk.docdb_text.sections import Sections
from etl.bulk.docdb_text.walk import SPACES, UnusualError, Walker, behind
from etl.exchange.fields import Fields, begin, finish
from etl.normalise.numbers.rules import NumberRefusedError
from etl.records import Record, Reject

_STATED = ("country", "number", "kind", "date", "family", "status")
_STATED_ATTRIBUTES = ("country", "doc-number", "kind", "date-publ", "family-id", "status")


class DocumentReader:
    """Reads DOCDB documents; `compact`: those without white space between elements."""

    __slots__ = ("_compact", "_p", "_parts", "_walker")

    def __init__(self, *, compact: bool = False) -> None:
        self._p: Patterns = patterns(compact=compact)
        self._compact = None if compact else DocumentReader(compact=True)
        self._walker = Walker(self._p)
        sections = Sections(self._p, self._walker)
        self._parts = (
            ("<exch:bibliographic-data", sections.outer, True),
            ("</exch:bibliographic-data", sections.abstracts, False),
        )

    def read(self, text: str) -> tuple[Record, list[Reject]] | None:
        """Return the record of a document and the fields it lost; None when libxml2 has to read it.

        `text` is the document without its end tag. The row numbers are 0; a family id not stated is None.
        """
        if self._compact is not None and "\n" not in text:
            return self._compact.read(text)
        if not has_good_references(text) or (start := self._start(text)) is None:
            return None
        (country, number, kind, published, family, status), at = start
        if status == "D":  # a deletion is no document
            return None
        rejects: list[Reject] = []
        try:
            fields = begin(country or "", number or "", kind or None, published, rejects, 0)
            if family:
                fields.record.source_family_id = f"docdb:{family}"
            self._children(fields, text, at)
        except (UnusualError, NumberRefusedError):
            return None
        return finish(fields.record), rejects

    def _start(self, text: str) -> tuple[tuple[str | None, ...], int] | None:
        """Return what the start tag states (country, number, kind, date, family, status), and the place behind it."""
        if (match := self._p.usual.match(text)) is not None:
            return match.group(*_STATED), match.end()
        match = self._p.document.match(text)
        if match is None:
            return None
        stated = self._p.attribute.findall(match[1])
        attributes: dict[str, str] = dict(stated)
        if len(attributes) < len(stated):
            return None
        return tuple(map(attributes.get, _STATED_ATTRIBUTES)), match.end()

    def _children(self, fields: Fields, text: str, at: int) -> None:
        for tag, sections, is_open in self._parts:
            close = text.find(">", at)
            if text[at:close].lstrip(SPACES) != tag:
                raise UnusualError
            at = self._walker.walk(fields, text, behind(text, close), sections, is_open=is_open)
        if at != len(text):
            raise UnusualError
