"""One document of an office as an element tree: nothing is fetched, no entity expanded, nothing repaired in silence.

A document is cut out of its file first (`etl.offices.cutting`), so a DOCTYPE with its entity declarations never
comes here; named characters are replaced from a table (`etl.entities`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from etl.entities import without_named_entities

_OPTIONS = {
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "collect_ids": False,
}
_START = re.compile(rb"<([A-Za-z][\w.\-]*)((?:\s[^<>]*)?)>")
_END = re.compile(rb"</([A-Za-z][\w.\-]*)\s*>")
_BARE = re.compile(rb"(\s[A-Za-z][\w.\-]*=)([^\s\"'<>/]+)")


class DocumentRefusedError(ValueError):
    """The document cannot be read; the message says why."""


def tree(document: bytes, encoding: str = "UTF-8") -> etree._Element:
    """The root element. Raises DocumentRefusedError where the document is not well-formed."""
    prolog = b'<?xml version="1.0" encoding="' + encoding.encode("ascii") + b'"?>'
    text = without_named_entities(document, keep_unknown=True)
    try:
        return etree.fromstring(prolog + text, etree.XMLParser(**_OPTIONS))  # type: ignore[arg-type]
    except etree.XMLSyntaxError as error:
        raise DocumentRefusedError(f"it is not well-formed XML ({str(error)[:150]})") from None


def closed(document: bytes) -> bytes:
    """SGML as XML: elements that are never closed (``<CITED-BY-OTHER>``) are closed at once, bare values are quoted."""
    ended = set(_END.findall(document))

    def close(match: re.Match[bytes]) -> bytes:
        name, rest = match.groups()
        rest = _BARE.sub(rb'\1"\2"', rest)
        if name in ended or rest.endswith(b"/"):
            return b"<" + name + rest + b">"
        return b"<" + name + rest + b"/>"

    return _START.sub(close, document)


def text(element: etree._Element | None) -> str | None:
    """All text of an element, white space as single spaces; None where there is none."""
    if element is None:
        return None
    return " ".join("".join(map(str, element.itertext())).split()) or None


def at(element: etree._Element | None, path: str) -> str | None:
    """Text of the first element at `path` (names and strokes); None where it is missing or empty."""
    return None if element is None else text(element.find(path))


def paragraphs(element: etree._Element | None) -> str | None:
    """Texts of the children of `element` (of itself where it has none), joined by spaces."""
    if element is None:
        return None
    parts = [text(child) for child in element] if len(element) else [text(element)]
    return " ".join(part for part in parts if part) or None


def children(element: etree._Element | None, *paths: str) -> Iterator[etree._Element]:
    """Elements at each of `paths`, in the order of the paths."""
    if element is not None:
        for path in paths:
            yield from element.iterfind(path)
