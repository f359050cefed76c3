"""The shape of an answer: which fields it has at all, whatever they hold. JSON and XML alike; nothing is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

_MOST = 200_000  # fields of one answer that are looked at
_DEEPEST = 60
_PAGE = (b"<!doctype html", b"<html")


def is_web_page(content: bytes) -> bool:
    """Return whether an answer is a page for people where data was asked for."""
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(_PAGE) or (head.startswith(b"<?xml") and b"<html" in head)


def paths(content: bytes) -> frozenset[str]:
    """Return the paths of all fields of a JSON or XML answer: ``data/biblio/parties``, ``document/@kind``.

    Items of a list share their paths, XML namespaces are left out. Empty where it is neither JSON nor XML.
    """
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        return frozenset()
    try:
        found = _of_element(_root(text), "") if text.startswith(b"<") else _of_value(json.loads(text), "", 0)
        return frozenset(islice(found, _MOST))
    except (ValueError, RecursionError, etree.XMLSyntaxError):
        return frozenset()


def _root(text: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)


def _of_value(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            below = f"{path}/{name}" if path else str(name)
            yield below
            yield from _of_value(inner, below, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_value(inner, path, depth + 1)


def _of_element(root: etree._Element, path: str) -> Iterator[str]:
    waiting = [(root, path)]
    while waiting:
        element, above = waiting.pop()
        if not isinstance(element.tag, str):  # a comment
            continue
        here = f"{above}/{etree.QName(element).localname}".lstrip("/")
        yield here
        for name in element.keys():  # noqa: SIM118 - an element is no dictionary
            yield f"{here}/@{etree.QName(str(name)).localname}"
        waiting += [(child, here) for child in element]


def topmost(found: frozenset[str]) -> list[str]:
    """Return, sorted, the paths that lie below no other of them."""
    return sorted(path for path in found if path.rpartition("/")[0] not in found)
