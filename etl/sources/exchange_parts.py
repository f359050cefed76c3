"""Classifications, applicants and references of a DOCDB exchange document (see ``etl.sources.exchange``)."""

from __future__ import annotations

import re
from contextlib import suppress

from lxml import etree

from etl.sources.numbers import NumberRefusedError, publication, symbol

# epodoc writes the applicant's country behind the name: an EN SPACE and [CC] (SOURCES §1, XML).
_RESIDENCE = re.compile(r"^(.*?)\s*\[([A-Z]{2})\]\s*$", re.DOTALL)
# The same applicant comes once per format; the first of these that is present is read, the others are its twins.
_FORMATS = ("epodoc", "docdb", "docdba", "original")

# Column of the position flag in the fixed-width form; F marks the main symbol.
_POSITION = 28


def ipc(element: etree._Element) -> list[str]:
    """Return the symbols of ``classifications-ipcr`` in order, each once, the one flagged F first."""
    symbols: dict[str, None] = {}
    main = None
    for child in element:
        for part in child:
            text = part.text
            if text and (found := symbol(text)):
                symbols[found] = None
                if main is None and text[_POSITION : _POSITION + 1] == "F":
                    main = found
    if main is None:
        return list(symbols)
    return [main, *(s for s in symbols if s != main)]


def classification_ipc(element: etree._Element) -> list[str]:
    """Return the symbols of ``classification-ipc`` (as printed on older documents) in order, each once."""
    return list(dict.fromkeys(found for part in element if part.text and (found := symbol(part.text))))


def cpc(element: etree._Element) -> list[str]:
    """Return the CPC symbols of ``patent-classifications`` in order, each once; other schemes (UC, FI) are not CPC."""
    symbols: dict[str, None] = {}
    for entry in element:
        parts = list(entry)
        if len(parts) < 2 or not (parts[0].get("scheme") or "CPC").startswith("CPC"):
            continue
        first = parts[1].text or ""
        if len(first) > 1:  # bulk form: one fixed-width classification-symbol
            found = symbol(first)
        elif len(parts) > 5:  # OPS form: section, class, subclass, main-group, subgroup
            found = f"{first}{parts[2].text}{parts[3].text}{parts[4].text}/{parts[5].text}"
        else:
            found = None
        if found:
            symbols[found] = None
    return list(symbols)


def _name(element: etree._Element) -> tuple[str | None, str | None]:
    """Return (name, residence) of one applicant element."""
    name = country = None
    for child in element:
        tag = child.tag
        if tag.endswith("applicant-name"):
            for part in child:
                if part.text:
                    name = part.text
        elif tag.endswith("residence"):
            for part in child:
                country = part.text or country
    if name and (match := _RESIDENCE.match(name)):
        name, country = match.groups()
    return (" ".join(name.split()) or None) if name else None, country


def applicants(parties: etree._Element) -> list[tuple[int, str | None, str | None, str | None]] | None:
    """Return applicants in order as (sequence, name, residence, None), from one format only; None when not stated."""
    by_format: dict[str, list[tuple[int, str | None, str | None, str | None]]] = {}
    for group in parties:
        if not group.tag.endswith("applicants"):
            continue
        for element in group:
            found = by_format.setdefault(element.get("data-format") or "docdb", [])
            sequence = element.get("sequence") or ""
            name, country = _name(element)
            found.append((int(sequence) if sequence.isdecimal() else len(found) + 1, name, country, None))
    for form in _FORMATS:
        if form in by_format:
            return sorted(by_format[form], key=lambda a: a[0])
    return None


def _cited(patcit: etree._Element) -> str | None:
    """Return the cited publication, the DOCDB form before the epodoc one."""
    other = None
    for ident in patcit:
        if not ident.tag.endswith("document-id"):
            continue
        country = number = kind = None
        for part in ident:
            tag = part.tag
            if tag.endswith("doc-number"):
                number = part.text
            elif tag.endswith("country"):
                country = part.text
            elif tag.endswith("kind"):
                kind = part.text
        if number and country:
            return publication(country, number, kind)
        if number and number[:2].isalpha():
            other = publication(number[:2], number[2:], None)
    return other


def references(element: etree._Element) -> list[tuple[str, str | None, str | None]]:
    """Return patent references as (cited publication, phase, categories "X,Y"), each publication once."""
    cites: dict[str, tuple[str, str | None, str | None]] = {}
    for citation in element:
        number: str | None = None
        categories: list[str] = []
        for child in citation:
            tag = child.tag
            if tag.endswith("patcit"):
                with suppress(NumberRefusedError):  # a reference that names no publication is no edge
                    number = _cited(child)
            elif tag.endswith("category") and child.text:
                categories.append(child.text)
        if number and number not in cites:  # the same document is often cited in several phases
            cites[number] = (number, citation.get("cited-phase"), ",".join(categories) or None)
    return list(cites.values())
