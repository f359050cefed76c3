"""An inverted index that narrows a query to the documents it could find, so that only those are evaluated.

A query that an empty document does not satisfy is not satisfied either by a document in which none of its terms
occurs: every term is false in both. So the documents worth looking at are those that hold at least one term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from etl.query.document import Document
from etl.query.text import is_han, tokens

_CLAUSE = re.compile(r'\b(?P<index>[a-z]+)\s*(?:==|=)\s*(?P<value>"(?:[^"\\]|\\.)*"|[^\s()"=<>]+)', re.IGNORECASE)
_TEXT = frozenset({"ti", "ab", "ta", "title", "abstract"})
_CLASS = frozenset({"ipc", "ic", "cpc", "cl"})
Terms = list[tuple[str, str]]  # ("text", phrase) or ("class", symbol or prefix)


def cql_terms(cql: str) -> Terms | None:
    """Return the terms of a CQL query; None when it holds anything but text and class terms."""
    rest = re.sub(r"\b(?:and|or|not)\b|[()\s]", "", _CLAUSE.sub(" ", cql))
    if rest:
        return None
    found: Terms = []
    for match in _CLAUSE.finditer(cql):
        index, value = match["index"].lower(), match["value"].strip('"')
        if index not in _TEXT | _CLASS or "?" in value or "#" in value:
            return None
        found.append(("text" if index in _TEXT else "class", value))
    return found


def lens_terms(query: Any) -> Terms | None:
    """Return the terms of a Lens query; None when it holds anything but text and class terms."""
    found: Terms = []
    if not isinstance(query, Mapping):
        return None
    for kind, what in query.items():
        if kind == "bool":
            for clauses in (value for name, value in what.items() if name != "minimum_should_match"):
                for clause in [clauses] if isinstance(clauses, Mapping) else clauses:
                    inner = lens_terms(clause)
                    if inner is None:
                        return None
                    found += inner
        elif kind == "query_string":
            is_class = any(name.startswith("class_") for name in what.get("fields", ()))
            found.append(("class" if is_class else "text", re.sub(r"\\(.)", r"\1", str(what["query"]))))
        elif kind in {"match_phrase", "term"} and isinstance(what, Mapping):
            ((name, value),) = what.items()
            if name not in {"title", "abstract", "claim", "class_ipcr.symbol", "class_cpc.symbol"}:
                return None
            found.append(("class" if name.startswith("class_") else "text", str(value)))
        else:
            return None
    return found


class Postings:
    """Which documents (by position) hold a word, a pair of adjacent Han characters, a Han character, or a subclass."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.words: dict[str, set[int]] = {}
        self.classes: dict[str, set[int]] = {}
        self.size = 0
        for at, document in enumerate(documents):
            self.size += 1
            for name in ("titles", "abstracts", "claims"):
                for text in document.folded(name) or ():
                    self._add(text.split(), at)
            for symbol in [*(document.ipc or ()), *(document.cpc or ())]:
                self.classes.setdefault(symbol[:4], set()).add(at)

    def _add(self, words: list[str], at: int) -> None:
        for word, following in zip(words, [*words[1:], ""], strict=True):
            self.words.setdefault(word, set()).add(at)
            if is_han(word) and following and is_han(following):
                self.words.setdefault(word + following, set()).add(at)

    def candidates(self, terms: Terms | None) -> Iterable[int]:
        """Return the positions of the documents that hold at least one of the terms; all of them when not known."""
        if terms is None:
            return range(self.size)
        found: set[int] = set()
        for kind, value in terms:
            found |= self._text(value) if kind == "text" else self._class(value)
        return sorted(found)

    def _class(self, value: str) -> set[int]:
        prefix = re.sub(r"\s", "", value).upper().rstrip("*")[:4]
        exact = self.classes.get(prefix)
        if exact is not None and len(prefix) == 4:
            return exact
        return set().union(*(held for code, held in self.classes.items() if code.startswith(prefix)))

    def _text(self, value: str) -> set[int]:
        truncated = value.endswith("*")
        words = tokens(value.rstrip("*"))
        if not words:
            return set(range(self.size))
        if truncated and len(words) == 1:
            return set().union(*(held for word, held in self.words.items() if word.startswith(words[0])))
        first = words[0] + words[1] if len(words) > 1 and is_han(words[0]) and is_han(words[1]) else words[0]
        return self.words.get(first, set())
