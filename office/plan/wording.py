"""Titles and abstracts of invented families, worded so that they satisfy their technology's neutral query."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from etl.query.ast import And, Leaf, Not, Or, Query, Symbol, Text
from etl.query.document import Document
from etl.query.evaluate import compile_local
from etl.query.text import is_han, spell
from office.plan.avoidance import Avoidance


@dataclass(slots=True)
class Wording:
    """One invented text, with the further classification symbols the query asks for."""

    title_en: str
    title_zh: str
    abstract: str
    claim: str
    ipc: list[str] = field(default_factory=list)


_OBJECTS = (
    "device", "apparatus", "assembly", "module", "unit", "structure", "arrangement", "control method",
    "production process", "test bench", "component", "system",
)  # fmt: skip
_USES = (
    "reduced wear", "higher yield", "stable operation", "lower cost", "simple maintenance", "longer service life",
    "better uniformity", "fast response", "compact size", "low loss",
)  # fmt: skip


class Writer:
    """Words the families of one technology or topic. Without a query the technology's own names are used.

    No text satisfies one of the queries in `avoid`, those named in `but` left out.
    """

    def __init__(
        self,
        name_en: str,
        name_zh: str,
        query: Query | None = None,
        avoid: Avoidance | None = None,
        but: frozenset[str] = frozenset(),
    ) -> None:
        self.name_en, self.name_zh = name_en, name_zh
        self.query = query
        self.holds = compile_local(query) if query is not None else None
        self.avoid, self.but = avoid or Avoidance({}), but
        self.barred = () if query is None else tuple(sorted(_barred(query)))
        self.number = 0
        self.needs_symbol = query is not None and not self._possible_without_symbol(query)

    def write(self, rng: random.Random, subclass: str | None = None) -> Wording:
        """Return a text, classified first in `subclass`, that satisfies the query and no other technology's.

        Raises ValueError when 200 attempts fail: the query contradicts itself, or another covers it entirely.
        """
        for _ in range(200):
            made = self._attempt(rng)
            if subclass is not None:
                made.ipc.insert(0, symbol(subclass, rng))
            elif made.ipc:
                continue
            if self.accepts(made):
                return made
        msg = f"no text found that satisfies the query of {self.name_en} and no other watched query: {self.query}"
        raise ValueError(msg)

    def accepts(self, made: Wording) -> bool:
        """Return whether the text meets this query and none of the others."""
        document = self.document(made)
        if self.holds is not None and self.holds(document) is not True:
            return False
        return not self.avoid.hit(document, self.but)

    @staticmethod
    def document(made: Wording) -> Document:
        """Return the text as the queries see it."""
        return Document(
            titles=[made.title_en, made.title_zh],
            abstracts=[made.abstract],
            claims=[made.claim],
            ipc=list(made.ipc),
            cpc=list(made.ipc),
            applicants=["SYNTHETIC WORKS"],
        )

    def _attempt(self, rng: random.Random) -> Wording:
        self.number += 1
        english = [] if self.query is None else _choose(self.query, rng, han=False)
        chinese = [] if self.query is None else _choose(self.query, rng, han=True)
        texts = [leaf for leaf in english if isinstance(leaf, Text)]
        in_title = [_words(leaf) for at, leaf in enumerate(texts) if leaf.field == "ti" or at == 0]
        elsewhere = [_words(leaf) for at, leaf in enumerate(texts) if leaf.field in {"ab", "tiab"} and at > 0]
        claimed = [_words(leaf) for leaf in texts if leaf.field == "cl"]
        topic = " with ".join(dict.fromkeys(in_title)) or self.name_en
        zh = [_words(leaf) for leaf in chinese if isinstance(leaf, Text) and leaf.field in {"ti", "tiab"}]
        zh = [one for one in zh if any(is_han(c) for c in one)] or [self.name_zh]
        thing, use = rng.choice(_OBJECTS), rng.choice(_USES)
        also = "".join(f" It comprises a {one}." for one in dict.fromkeys(elsewhere))
        return Wording(
            title_en=f"{topic[0].upper()}{topic[1:]} {thing} for {use}",
            title_zh=f"一种{'和'.join(dict.fromkeys(zh))}合成示例{self.number}",
            abstract=f"Synthetic record {self.number}. Disclosed is a {thing} for {use}, relating to {topic}.{also}",
            claim=" and ".join([f"A {thing}", *claimed]),
            ipc=list(dict.fromkeys(_example(leaf) for leaf in english if isinstance(leaf, Symbol))),
        )

    def _possible_without_symbol(self, query: Query) -> bool:
        if isinstance(query, And):
            return all(self._possible_without_symbol(one) for one in query.operands)
        if isinstance(query, Or):
            return any(self._possible_without_symbol(one) for one in query.operands)
        return not isinstance(query, Symbol)


def _choose(query: Query, rng: random.Random, han: bool) -> list[Leaf]:
    """Return leaves that together satisfy `query`, in the wanted script where an alternative offers it."""
    if isinstance(query, Not):
        return []
    if isinstance(query, And):
        return [leaf for one in query.operands for leaf in _choose(one, rng, han)]
    if isinstance(query, Or):
        plain = [one for one in query.operands if not isinstance(one, Not)]
        fitting = [one for one in plain if _fits(one, han)] or plain
        # Alternatives by text come first: a classification alone would say nothing a reader recognises.
        worded = [one for one in fitting if not isinstance(one, Symbol)] or fitting
        return _choose(rng.choice(worded), rng, han)
    return [query]


def _fits(query: Query, han: bool) -> bool:
    if isinstance(query, Text):
        return query.field != "pa" and any(is_han(token) for token in query.tokens) == han
    if isinstance(query, And):
        return all(_fits(one, han) for one in query.operands)
    if isinstance(query, Or):
        return any(_fits(one, han) for one in query.operands)
    return True


def _barred(query: Query, inside_not: bool = False) -> set[str]:
    """Return the classes and subclasses the query excludes as a whole."""
    if isinstance(query, Not):
        return _barred(query.operand, not inside_not)
    if isinstance(query, And | Or):
        return {code for one in query.operands for code in _barred(one, inside_not)}
    whole = isinstance(query, Symbol) and inside_not and "/" not in query.symbol
    return {query.stem} if whole and isinstance(query, Symbol) else set()


def symbol(subclass: str, rng: random.Random) -> str:
    """Return a symbol of a subclass, such as ``H01L21/02``."""
    return f"{subclass}{rng.choice((1, 3, 5, 7, 9, 11, 13))}/{rng.choice((0, 2, 4, 6, 8)):02d}"


def _words(leaf: Text) -> str:
    return spell(leaf.tokens)


def _example(leaf: Symbol) -> str:
    """Return a full symbol that the classification term finds."""
    stem = leaf.stem
    if not leaf.is_prefix:
        return stem
    tails = {1: "01L21/02", 3: "B1/02", 4: "1/02"}
    if len(stem) in tails:
        return stem + tails[len(stem)]
    return f"{stem}02" if stem.endswith("/") else f"{stem}/02" if "/" not in stem else f"{stem}2"
