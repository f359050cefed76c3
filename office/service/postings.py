"""An inverted index that narrows a query to the documents it could find, so that only those are evaluated.

A document can satisfy a conjunction only where it can satisfy each part, and alternatives where it can satisfy one:
the sets of the terms' documents are cut and joined in the same way. A negation says nothing about where to look. Of CQL
the terms alone are read: a query that an empty document does not satisfy is not satisfied either by a document in which
none of its terms occurs, since every term is false in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from etl.query.document import Document
from etl.query.text import is_han, tokens

_CLAUSE = re.compile(r'\b(?P<index>[a-z]+)\s*(?:==|=)\s*(?P<value>"(?:[^"\\]|\\.)*"|[^\s()"=<>]+)', re.IGNORECASE)
_TEXT = frozenset({"ti", "ab", "ta", "title", "abstract"})
_CLASS = frozenset({"ipc", "ic", "cpc", "cl"})
_LENS_TEXT = frozenset({"title", "abstract", "claim", "claims"})
_LENS_CLASS = frozenset({"class_ipcr.symbol", "class_cpc.symbol"})
# ("text", phrase), ("class", symbol or prefix), or ("all" or "any", several of them)
Terms = tuple[Literal["text", "class"], str] | tuple[Literal["all", "any"], "list[Terms]"]


def cql_terms(cql: str) -> Terms | None:
    """Return the terms of a CQL query; None when it holds anything but text and class terms."""
    rest = re.sub(r"\b(?:and|or|not)\b|[()\s]", "", _CLAUSE.sub(" ", cql))
    if rest:
        return None
    found: list[Terms] = []
    for match in _CLAUSE.finditer(cql):
        index, value = match["index"].lower(), match["value"].strip('"')
        if index not in _TEXT | _CLASS or "?" in value or "#" in value:
            return None
        found.append(("text", value) if index in _TEXT else ("class", value))
    return ("any", found)


def lens_terms(query: Any) -> Terms | None:
    """Return what a Lens query needs of a document; None when it may be satisfied anywhere, as far as is known."""
    if not isinstance(query, Mapping) or len(query) != 1:
        return None
    ((kind, what),) = query.items()
    if kind == "bool" and isinstance(what, Mapping):
        return _of_boolean(what)
    if kind == "query_string":
        value = re.sub(r"\\(.)", r"\1", str(what["query"]))
        fields = set(what.get("fields", ()))
        return ("class", value) if fields <= _LENS_CLASS else ("text", value) if fields <= _LENS_TEXT else None
    if kind in {"match_phrase", "term"} and isinstance(what, Mapping) and len(what) == 1:
        ((name, value),) = what.items()
        if name in _LENS_TEXT:
            return ("text", str(value))
        if name in _LENS_CLASS:
            return ("class", str(value))
    return None


def _of_boolean(what: Mapping[str, Any]) -> Terms | None:
    listed = {name: [value] if isinstance(value, Mapping) else list(value or ()) for name, value in what.items()
              if name in {"must", "filter", "should"}}  # fmt: skip
    required = [lens_terms(clause) for clause in (*listed.get("must", ()), *listed.get("filter", ()))]
    parts = [part for part in required if part is not None]
    should = [lens_terms(clause) for clause in listed.get("should", ())]
    needed = [part for part in should if part is not None]
    if should and int(what.get("minimum_should_match", 0 if required else 1)) >= 1 and len(needed) == len(should):
        parts.append(("any", needed))
    return ("all", parts) if parts else None


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
        """Return the positions of the documents that may satisfy a query with these terms; all when not known."""
        return range(self.size) if terms is None else sorted(self._find(terms))

    def _find(self, terms: Terms) -> set[int]:
        if terms[0] == "text":
            return self._text(terms[1])
        if terms[0] == "class":
            return self._class(terms[1])
        sets = (self._find(part) for part in terms[1])
        return set.union(set(), *sets) if terms[0] == "any" else set.intersection(*sets)

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
