"""The words, phrases and classes of a document, as a query would name them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from etl.query.ast import Query, Symbol, Text, leaves
from etl.query.text import is_han, spell, tokens
from etl.sampling.documents import Document

TIAB, IPC = "tiab", "ipc"
_LONGEST = 4  # Han characters, a term of most queries has two to four
_COMMON = frozenset(
    (
        "the", "and", "for", "with", "from", "that", "this", "are", "was", "which", "said", "into", "has", "have",
        "its", "one", "two", "first", "second", "least", "wherein", "thereof", "method", "device", "system",
        "apparatus", "comprising", "comprises", "including", "used", "using", "provided", "invention", "relates",
        "present", "according", "between", "can", "may", "such", "each", "other", "than", "not", "also", "more",
        "being", "when",
    )
)  # fmt: skip


def terms_of(document: Document) -> set[tuple[str, str]]:
    """Return (field, term) of what title, abstract and classes hold.

    Words, pairs of adjacent words, runs of two to four Han characters; IPC subclasses and main groups.
    """
    found = {(TIAB, term) for text in (*document.titles, *document.abstracts) for term in _words(text)}
    for symbol in document.ipc:
        found.add((IPC, symbol[:4]))
        if "/" in symbol:
            found.add((IPC, symbol.partition("/")[0] + "/"))
    return found


def _words(text: str) -> Iterator[str]:
    for han, run in groupby(tokens(text), key=is_han):
        part = list(run)
        if han:
            for length in range(2, _LONGEST + 1):
                yield from ("".join(part[i : i + length]) for i in range(len(part) - length + 1))
        else:
            said = [word for word in part if len(word) > 2 and not word.isdigit() and word not in _COMMON]
            yield from said
            yield from (f"{a} {b}" for a, b in pairwise(part) if a in said and b in said)


def terms_in(query: Query | None) -> set[tuple[str, str]]:
    """Return (field, term) of the terms that `query` already has."""
    found = set()
    for leaf in leaves(query) if query is not None else ():
        if isinstance(leaf, Text):
            found.add((TIAB, spell(leaf.tokens)))
        elif isinstance(leaf, Symbol):
            found.add((IPC, leaf.stem))
    return found
