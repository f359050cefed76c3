"""Numbers, classifications, applicants and references of a DOCDB exchange document (see ``etl.exchange.read``).

What the format fixes is read by position and checked as it is read; what departs from it is read by name. That is
what keeps pace with libxml2: most of the time goes into touching elements from Python, whatever is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from etl.exchange.fields import APPLICANT_FORMATS, Applicant, Citation, DocumentId, applicant
from etl.normalise.numbers.docdb import NumberRefusedError, publication, symbol

NAMESPACE = "{http://www.epo.org/exchange}"
# Column of the position flag in the fixed-width form of an IPC symbol; F marks the main symbol.
_POSITION = 28
_SECTIONS = frozenset("ABCDEFGHY")
_FULLTEXT = "{http://www.epo.org/fulltext}"
_PREFIXES = (NAMESPACE, "", _FULLTEXT)
_DOCUMENT_ID = frozenset(f"{prefix}document-id" for prefix in _PREFIXES)
_COUNTRY, _NUMBER, _KIND, _DATE = ("country", "doc-number", "kind", "date")
# Every name in each form (OPS: in the exchange or full-text namespace; bulk: without) → the name.
_LOCAL = {
    f"{prefix}{name}": name
    for name in (_COUNTRY, _NUMBER, _KIND, _DATE, "patcit", "category", "applicants", "applicant-name", "residence")
    for prefix in _PREFIXES
}


def _by_name(ident: etree._Element) -> tuple[str | None, str | None, str | None, str | None]:
    named = {_LOCAL.get(part.tag): part.text for part in ident}
    return named.get(_COUNTRY), named.get(_NUMBER), named.get(_KIND), named.get(_DATE)


def read_id(ident: etree._Element) -> tuple[str | None, str | None, str | None, str | None]:
    """Return (country, number, kind, date) of a ``document-id``.

    They come in this order, with a name before the date in references; which of them are there shows in their
    shapes (two capitals, a number, one or two characters, eight digits), and where these do not settle it by name.
    """
    texts = [part.text for part in ident]
    count = len(texts)
    if count > 2:
        country, number, kind = texts[:3]
        if country and kind and number and len(country) == 2 and country.isupper() and len(kind) < 3:
            if count == 3:
                return country, number, kind, None
            date = texts[-1]
            if count < 6 and date and len(date) == 8 and date.isdecimal():
                return country, number, kind, date
    elif count == 2:
        number, date = texts
        if number and date and len(date) == 8 and len(number) > 2 and date.isdecimal():
            return None, number, None, date
    return _by_name(ident)


def document_ids(element: etree._Element) -> list[DocumentId]:
    """Return every ``document-id`` right below `element` with its format (docdb, epodoc, original)."""
    outer = element.get("data-format")
    return [(child.get("document-id-type") or outer, *read_id(child)) for child in element if child.tag in _DOCUMENT_ID]


def main_first(texts: Iterable[str | None]) -> list[str]:
    """Return the symbols written in fixed width in order, each once, the one flagged F first."""
    symbols: dict[str, None] = {}
    main = None
    for text in texts:
        if text and (found := symbol(text)):
            symbols[found] = None
            if main is None and text[_POSITION : _POSITION + 1] == "F":
                main = found
    if main is None:
        return list(symbols)
    return [main, *(s for s in symbols if s != main)]


def ipc(element: etree._Element) -> list[str]:
    """Return the symbols of ``classifications-ipcr``, main first."""
    return main_first(part.text for child in element for part in child)


def classification_ipc(element: etree._Element) -> list[str]:
    """Return the symbols of ``classification-ipc`` (as printed on older documents) in order, each once."""
    return list(dict.fromkeys(found for part in element if part.text and (found := symbol(part.text))))


def cpc(element: etree._Element) -> list[str]:
    """Return the CPC symbols of ``patent-classifications`` in order, each once; other schemes (UC, FI) are not CPC."""
    symbols: dict[str, None] = {}
    for entry in element:
        parts: list[etree._Element] = entry[:6]  # type: ignore[index,assignment]
        if len(parts) < 2:
            continue
        first = parts[1].text or ""
        if len(parts) == 6 and first in _SECTIONS:  # OPS: section, class, subclass, main-group, subgroup
            _, _, klass, subclass, group, subgroup = parts
            symbols[f"{first}{klass.text}{subclass.text}{group.text}/{subgroup.text}"] = None
        elif (parts[0].get("scheme") or "CPC").startswith("CPC") and (found := symbol(first)):
            symbols[found] = None  # bulk: one fixed-width classification-symbol
    return [s for s in symbols if "None" not in s]


def _applicant(element: etree._Element) -> tuple[str | None, str | None]:
    """Return name and residence as written."""
    name = country = None
    for child in element:
        local = _LOCAL.get(child.tag)
        if local == "applicant-name":
            for part in child:
                name = part.text or name
        elif local == "residence":
            for part in child:
                country = part.text or country
    return name, country


def applicants(parties: etree._Element) -> list[Applicant] | None:
    """Return applicants in order as (sequence, name, residence, None), from one format only; None when not stated."""
    by_format: dict[str, list[etree._Element]] = {}
    for group in parties:
        if _LOCAL.get(group.tag) == "applicants":
            for element in group:
                by_format.setdefault(element.get("data-format") or "docdb", []).append(element)
    for form in APPLICANT_FORMATS:
        if form in by_format:
            found = [applicant(e.get("sequence"), n, *_applicant(e)) for n, e in enumerate(by_format[form], 1)]
            return sorted(found, key=lambda a: a[0])
    return None


def _cited(patcit: etree._Element) -> str | None:
    """Return the cited publication, the DOCDB form before the epodoc one; None when it names none."""
    other = None
    for ident in patcit:
        form = ident.get("document-id-type")
        if form == "epodoc" and other is None:
            other = ident
        elif form != "original":
            country, number, kind, _ = read_id(ident)
            if country and number:
                return publication(country, number, kind)
    if other is not None and (number := read_id(other)[1]):
        return publication(number[:2], number[2:], None)
    return None


def references(element: etree._Element) -> list[Citation]:
    """Return patent references as (cited publication, phase, categories "X,Y"), each publication once."""
    cites: dict[str, Citation] = {}
    for citation in element:
        number: str | None = None
        categories = ""
        for child in citation:
            local = _LOCAL.get(child.tag)
            if local == "patcit":
                try:
                    number = _cited(child)
                except NumberRefusedError:  # a reference that names no publication is no edge
                    continue
            elif local == "category" and child.text:
                categories = f"{categories},{child.text}" if categories else child.text
        if number and number not in cites:  # the same document is often cited in several phases
            cites[number] = (number, citation.get("cited-phase"), categories or None)
    return list(cites.values())
