"""The record of a DOCDB document, read from its text by regular expressions where it is written as usual.

Returns None for every document that departs from ``etl.bulk.docdb_text.patterns``: libxml2 reads those. A document's
text is part of what ``etl.bulk.docdb_text.characters.text_of`` gives for the piece of the file it comes in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from etl.bulk.docdb_text.characters import has_good_references, written
from etl.bulk.docdb_text.patterns import Patterns, W, patterns
from etl.exchange.fields import APPLICANT_FORMATS, Citation, DocumentId, Fields, applicant, begin, finish, plain
from etl.exchange.parts import main_first
from etl.normalise.numbers import docdb as numbers
from etl.records import Record, Reject

_STATED = ("country", "number", "kind", "date", "family", "status")
_STATED_ATTRIBUTES = ("country", "doc-number", "kind", "date-publ", "family-id", "status")
_SPACES = " \n\t"
_BLANKS = re.compile(W)
_SEQUENCE = itemgetter(0)
_SECTIONS = 100  # a document has about twenty; each costs a copy of what comes behind it
_REMEMBERED = 1000  # ways of writing a tag, and the attributes of one, that are remembered
_UNKNOWN = object()
# (fields, text, place behind the start tag, its attributes) → place behind the end tag
Section = Callable[[Fields, str, int, str], int]


class _UnusualError(Exception):
    """The text departs from the usual form."""


def _items(pattern: re.Pattern[str], text: str, at: int) -> tuple[list[tuple[str, ...]], int]:
    """Return the items from `at` on, and the place behind the end tag they lead up to."""
    found = pattern.findall(text, at)
    _, name, rest, _ = found.pop()[-4:] if found else ("",) * 4
    if not name or not found:
        raise _UnusualError
    return found, len(text) - len(rest)


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    match = pattern.match(text, at)
    if match is None:
        raise _UnusualError
    return match


def _none(attributes: str) -> None:
    if attributes:
        raise _UnusualError


class DocumentReader:
    """Reads DOCDB documents; `compact`: those without white space between elements."""

    __slots__ = (
        "_abstracts",
        "_compact",
        "_forms",
        "_languages",
        "_outer",
        "_p",
        "_parties_end",
        "_parties_parts",
        "_sections",
        "_tags",
    )

    def __init__(self, *, compact: bool = False) -> None:
        self._p: Patterns = patterns(compact=compact)
        self._compact = None if compact else DocumentReader(compact=True)
        self._languages: dict[str, Any] = {}
        self._forms: dict[str, str] = {}
        self._tags: dict[str, tuple[str, str]] = {}
        self._outer = "<exch:bibliographic-data", "</exch:bibliographic-data"
        self._sections: dict[str, Section] = {
            f"<exch:{name}": method
            for name, method in {
                "publication-reference": self._publication,
                "application-reference": self._application,
                "priority-claims": self._priorities,
                "classifications-ipcr": self._ipc,
                "classification-ipc": self._printed_ipc,
                "patent-classifications": self._cpc,
                "parties": self._parties,
                "parties/": self._no_parties,
                "invention-title": self._title,
                "references-cited": self._references,
            }.items()
        }
        self._parties_end = "</exch:parties>"
        self._parties_parts: dict[str, Section] = {
            "<exch:applicants": self._applicants,
            "<exch:inventors": self._inventors,
        }
        self._abstracts: dict[str, Section] = {"<exch:abstract": self._abstract}

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
        except (_UnusualError, numbers.NumberRefusedError):
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
        for tag, sections, is_open in zip(self._outer, (self._sections, self._abstracts), (True, False), strict=True):
            close = text.find(">", at)
            if text[at:close].lstrip(_SPACES) != tag:
                raise _UnusualError
            at = self._walk(fields, text, _behind(text, close), sections, is_open=is_open)
        if at != len(text):
            raise _UnusualError

    def _walk(self, fields: Fields, text: str, at: int, sections: dict[str, Section], *, is_open: bool = False) -> int:
        """Read one section after another from `at`, where its tag begins, to an end tag or the end; return its place.

        A section not among `sections` is passed over if `is_open`.
        """
        find = text.find
        for _ in range(_SECTIONS):
            close = find(">", at)
            if close < 0:
                return at
            tag = text[at:close]
            known = self._tags.get(tag) or self._known(tag)
            handler = sections.get(known[0])
            if handler is not None:
                at = handler(fields, text, close + 1, known[1])
            elif tag[:2] == "</":
                return at
            elif is_open:
                at = _match(self._p.passed_over, text, at).end()
            else:
                raise _UnusualError
        raise _UnusualError

    def _known(self, tag: str) -> tuple[str, str]:
        """Return a start tag's beginning (with the name) and what comes behind that; common ones are remembered."""
        name, blank, attributes = tag.partition(" ")
        if len(self._tags) < _REMEMBERED:
            self._tags[tag] = name, blank + attributes
        return name, blank + attributes

    def _publication(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        if attributes:
            self._form(attributes)
        match = _match(self._p.publication, text, at)
        fields.published(match[4] or match[6])
        if fields.record.publication_date is None:  # perhaps another of them has one
            raise _UnusualError
        return match.end()

    def _application(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        match = _match(self._p.application, text, at)
        fields.application(self._idents(self._form(attributes), match.groups()))
        return match.end()

    def _form(self, attributes: str) -> str:
        form = self._forms.get(attributes)
        if form is None:
            match = self._p.attributes.fullmatch(attributes)
            if match is None:
                raise _UnusualError
            form = match[1] or ""
            if len(self._forms) < _REMEMBERED:
                self._forms[attributes] = form
        return form

    def _idents(self, form: str, numbered: Sequence[str | None]) -> list[DocumentId]:
        country, number, kind, date, other, other_date = numbered
        found: list[DocumentId] = []
        if number:
            found.append((form, country, number, kind, date))
        if other:
            found.append((form, None, other, None, other_date))
        return found

    def _priorities(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        claims, at = _items(self._p.claims, text, at)
        fields.priorities([
            (claim[0] or str(place), claim[1], self._idents(claim[2], claim[3:9])) for place, claim in enumerate(claims)
        ])  # fmt: skip
        return at

    def _ipc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        found, at = _items(self._p.ipc, text, at)
        fields.record.ipc = main_first([item[0] for item in found]) or fields.record.ipc
        return at

    def _printed_ipc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        found, at = _items(self._p.printed_ipc, text, at)
        if not fields.record.ipc:
            fields.record.ipc = list(dict.fromkeys(s for item in found if (s := numbers.symbol(item[0]))))
        return at

    def _cpc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        symbols: dict[str, None] = {}
        found, at = _items(self._p.cpc, text, at)
        for scheme, section, klass, subclass, group, subgroup, whole, *_ in found:
            if section:
                symbols[f"{section}{klass}{subclass}{group}/{subgroup}"] = None
            elif (not scheme or scheme.startswith("CPC")) and (known := numbers.symbol(whole)):
                symbols[known] = None
        fields.record.cpc = list(symbols)
        return at

    def _parties(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        at = self._walk(fields, text, _behind(text, at - 1), self._parties_parts)
        if not text.startswith(self._parties_end, at):
            raise _UnusualError
        return _behind(text, at + len(self._parties_end) - 1)

    def _no_parties(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        fields.record.applicants = None
        return _behind(text, at - 1)

    def _applicants(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        found, at = _items(self._p.applicants, text, at)
        forms = {item[1] or "docdb" for item in found}
        form = next((form for form in APPLICANT_FORMATS if form in forms), None)
        chosen = [item for item in found if (item[1] or "docdb") == form]
        if not chosen or fields.record.applicants is not None or not all(item[2].strip(_SPACES) for item in chosen):
            raise _UnusualError  # a name of blanks, and which of two lists counts, is for the tree to say
        fields.record.applicants = [
            applicant(item[0], place, written(item[2]), item[3] or None) for place, item in enumerate(chosen, 1)
        ]
        fields.record.applicants.sort(key=_SEQUENCE)
        return at

    def _inventors(self, _fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        return _match(self._p.inventors, text, at).end()

    def _language(self, attributes: str) -> str | None:
        language = self._languages.get(attributes, _UNKNOWN)
        if language is _UNKNOWN:
            match = self._p.language.fullmatch(attributes)
            if match is None:
                raise _UnusualError
            language = match[1]
            if len(self._languages) < _REMEMBERED:
                self._languages[attributes] = language
        return language  # type: ignore[no-any-return]

    def _title(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        match = _match(self._p.title, text, at)
        fields.title(self._language(attributes), plain(written(match[1])))
        return match.end()

    def _abstract(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        found, at = _items(self._p.abstract, text, at)
        paragraphs = " ".join(filter(None, (plain(written(item[0])) for item in found)))
        fields.abstract(self._language(attributes), paragraphs)
        return at

    def _references(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        _none(attributes)
        cites: dict[str, Citation] = {}
        found, at = _items(self._p.citations, text, at)
        for item in found:
            try:
                number = numbers.publication(item[2], item[3], item[4]) if item[3] else _of_epodoc(item[1])
            except numbers.NumberRefusedError:  # a reference that names no publication is no edge
                continue
            if number and number not in cites:
                phase, category, remarks = item[0], item[-5], item[-4]
                more = self._p.category.findall(remarks) if remarks else []
                categories = ",".join((category, *more)) if category else ",".join(more)
                cites[number] = (number, phase or None, categories or None)
        fields.record.cites = list(cites.values())
        return at


def _of_epodoc(number: str) -> str | None:
    return numbers.publication(number[:2], number[2:], None) if number else None


def _behind(text: str, close: int) -> int:
    """Return the place of what comes behind the tag that ends at `close`, and the white space after it."""
    return _BLANKS.match(text, close + 1).end()  # type: ignore[union-attr]  # it matches nothing, too
