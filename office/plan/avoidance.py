"""Which of many queries a text satisfies, looking only at those that share a term with it."""

from __future__ import annotations

from collections.abc import Mapping

from etl.query.ast import Query, Symbol, Text, leaves
from etl.query.document import Document
from etl.query.evaluate import Evaluator, compile_local
from etl.query.text import is_han


class Avoidance:
    """Queries by name. One no term of which occurs in a text is as false as on an empty text: it is not evaluated."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._tests: dict[str, Evaluator] = {name: compile_local(query) for name, query in queries.items()}
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._classes: dict[str, set[str]] = {}
        self._always = {
            name for name, test in self._tests.items() if test(Document([], [], [], [], [], [])) is not False
        }
        for name, query in queries.items():
            for leaf in leaves(query):
                self._note(name, leaf)

    def _note(self, name: str, leaf: object) -> None:
        if isinstance(leaf, Symbol):
            self._classes.setdefault(leaf.stem[:4], set()).add(name)
        elif isinstance(leaf, Text) and leaf.truncated:
            self._stems.setdefault(leaf.tokens[0], set()).add(name)
        elif isinstance(leaf, Text):
            self._words.setdefault(leaf.tokens[0], set()).add(name)

    def candidates(self, document: Document) -> set[str]:
        """Return the names of the queries that share a term with the document."""
        words = {
            word
            for field in ("titles", "abstracts", "claims", "applicants")
            for text in document.folded(field) or ()
            for word in text.split()
        }
        found = set(self._always)
        for word in words:
            found |= self._words.get(word, set())
            if not is_han(word):
                for stem, names in self._stems.items():
                    if word.startswith(stem):
                        found |= names
        for symbol in [*(document.ipc or ()), *(document.cpc or ())]:
            for length in range(1, 5):
                found |= self._classes.get(symbol[:length], set())
        return found

    def hit(self, document: Document, but: frozenset[str] | set[str] = frozenset()) -> bool:
        """Return whether the document satisfies any query, those named in `but` left out."""
        return any(self._tests[name](document) for name in self.candidates(document) - but)
