"""The sections of a DOCDB document that a record is read from: each method reads one, from behind its start tag."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from etl.bulk.docdb_text.characters import written
from etl.bulk.docdb_text.patterns import Patterns
from etl.bulk.docdb_text.walk import (
    REMEMBERED,
    SPACES,
    Section,
    UnusualError,
    Walker,
    behind,
    items,
    match_at,
    refuse_attributes,
)
from etl.exchange.fields import APPLICANT_FORMATS, Citation, DocumentId, Fields, applicant, plain
from etl.exchange.parts import main_first
from etl.normalise.numbers import docdb as numbers

_SEQUENCE = itemgetter(0)
_UNKNOWN = object()


class Sections:
    """Reads sections; `outer` and `abstracts` say which start tag is read by which method."""

    __slots__ = ("_forms", "_languages", "_p", "_parties_end", "_parties_parts", "_walker", "abstracts", "outer")

    def __init__(self, p: Patterns, walker: Walker) -> None:
        self._p = p
        self._walker = walker
        self._languages: dict[str, Any] = {}
        self._forms: dict[str, str] = {}
        self.outer: dict[str, Section] = {
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
        self.abstracts: dict[str, Section] = {"<exch:abstract": self._abstract}

    def _publication(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        if attributes:
            self._form(attributes)
        match = match_at(self._p.publication, text, at)
        fields.published(match[4] or match[6])
        if fields.record.publication_date is None:  # perhaps another of them has one
            raise UnusualError
        return match.end()

    def _application(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        match = match_at(self._p.application, text, at)
        fields.application(self._idents(self._form(attributes), match.groups()))
        return match.end()

    def _form(self, attributes: str) -> str:
        form = self._forms.get(attributes)
        if form is None:
            match = self._p.attributes.fullmatch(attributes)
            if match is None:
                raise UnusualError
            form = match[1] or ""
            if len(self._forms) < REMEMBERED:
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
        refuse_attributes(attributes)
        claims, at = items(self._p.claims, text, at)
        fields.priorities([
            (claim[0] or str(place), claim[1], self._idents(claim[2], claim[3:9])) for place, claim in enumerate(claims)
        ])  # fmt: skip
        return at

    def _ipc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        found, at = items(self._p.ipc, text, at)
        fields.record.ipc = main_first([item[0] for item in found]) or fields.record.ipc
        return at

    def _printed_ipc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        found, at = items(self._p.printed_ipc, text, at)
        if not fields.record.ipc:
            fields.record.ipc = list(dict.fromkeys(s for item in found if (s := numbers.symbol(item[0]))))
        return at

    def _cpc(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        symbols: dict[str, None] = {}
        found, at = items(self._p.cpc, text, at)
        for scheme, section, klass, subclass, group, subgroup, whole, *_ in found:
            if section:
                symbols[f"{section}{klass}{subclass}{group}/{subgroup}"] = None
            elif (not scheme or scheme.startswith("CPC")) and (known := numbers.symbol(whole)):
                symbols[known] = None
        fields.record.cpc = list(symbols)
        return at

    def _parties(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        at = self._walker.walk(fields, text, behind(text, at - 1), self._parties_parts)
        if not text.startswith(self._parties_end, at):
            raise UnusualError
        return behind(text, at + len(self._parties_end) - 1)

    def _no_parties(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        fields.record.applicants = None
        return behind(text, at - 1)

    def _applicants(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        found, at = items(self._p.applicants, text, at)
        forms = {item[1] or "docdb" for item in found}
        form = next((form for form in APPLICANT_FORMATS if form in forms), None)
        chosen = [item for item in found if (item[1] or "docdb") == form]
        if not chosen or fields.record.applicants is not None or not all(item[2].strip(SPACES) for item in chosen):
            raise UnusualError  # a name of blanks, and which of two lists counts, is for the tree to say
        fields.record.applicants = [
            applicant(item[0], place, written(item[2]), item[3] or None) for place, item in enumerate(chosen, 1)
        ]
        fields.record.applicants.sort(key=_SEQUENCE)
        return at

    def _inventors(self, _fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        return match_at(self._p.inventors, text, at).end()

    def _language(self, attributes: str) -> str | None:
        language = self._languages.get(attributes, _UNKNOWN)
        if language is _UNKNOWN:
            match = self._p.language.fullmatch(attributes)
            if match is None:
                raise UnusualError
            language = match[1]
            if len(self._languages) < REMEMBERED:
                self._languages[attributes] = language
        return language  # type: ignore[no-any-return]

    def _title(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        match = match_at(self._p.title, text, at)
        fields.title(self._language(attributes), plain(written(match[1])))
        return match.end()

    def _abstract(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        found, at = items(self._p.abstract, text, at)
        paragraphs = " ".join(filter(None, (plain(written(item[0])) for item in found)))
        fields.abstract(self._language(attributes), paragraphs)
        return at

    def _references(self, fields: Fields, text: str, at: int, attributes: str) -> int:
        refuse_attributes(attributes)
        cites: dict[str, Citation] = {}
        found, at = items(self._p.citations, text, at)
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
