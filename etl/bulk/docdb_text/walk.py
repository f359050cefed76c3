"""Going through a document's text section by section: one start tag after another, each read by its own function."""

from __future__ import annotations

import re
from collections.abc import Callable

from etl.bulk.docdb_text.patterns import Patterns, W
from etl.exchange.fields import Fields

SPACES = " \n\t"
REMEMBERED = 1000  # ways of writing a tag, and the attributes of one, that are remembered
_BLANKS = re.compile(W)
_SECTIONS = 100  # a document has about twenty; each costs a copy of what comes behind it
# (fields, text, place behind the start tag, its attributes) → place behind the end tag
Section = Callable[[Fields, str, int, str], int]


class UnusualError(Exception):
    """The text departs from the usual form."""


def items(pattern: re.Pattern[str], text: str, at: int) -> tuple[list[tuple[str, ...]], int]:
    """Return the items from `at` on, and the place behind the end tag they lead up to."""
    found = pattern.findall(text, at)
    _, name, rest, _ = found.pop()[-4:] if found else ("",) * 4
    if not name or not found:
        raise UnusualError
    return found, len(text) - len(rest)


def match_at(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """Return the match of `pattern` at this place. Raises UnusualError where it does not match."""
    match = pattern.match(text, at)
    if match is None:
        raise UnusualError
    return match


def refuse_attributes(attributes: str) -> None:
    """Raise UnusualError when a start tag that usually has no attributes has one."""
    if attributes:
        raise UnusualError


def behind(text: str, close: int) -> int:
    """Return the place of what comes behind the tag that ends at `close`, and the white space after it."""
    return _BLANKS.match(text, close + 1).end()  # type: ignore[union-attr]  # it matches nothing, too


class Walker:
    """Walks over sections; `p` are the patterns of the form that the document is written in."""

    __slots__ = ("_p", "_tags")

    def __init__(self, p: Patterns) -> None:
        self._p = p
        self._tags: dict[str, tuple[str, str]] = {}

    def walk(self, fields: Fields, text: str, at: int, sections: dict[str, Section], *, is_open: bool = False) -> int:
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
                at = match_at(self._p.passed_over, text, at).end()
            else:
                raise UnusualError
        raise UnusualError

    def _known(self, tag: str) -> tuple[str, str]:
        """Return a start tag's beginning (with the name) and what comes behind that; common ones are remembered."""
        name, blank, attributes = tag.partition(" ")
        if len(self._tags) < REMEMBERED:
            self._tags[tag] = name, blank + attributes
        return name, blank + attributes
