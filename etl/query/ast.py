"""The neutral query as a tree. ``str(query)`` is its text: ``parse(str(query)) == query``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from etl.query.text import is_han, spell

TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "ti": ("titles",),
    "ab": ("abstracts",),
    "tiab": ("titles", "abstracts"),
    "cl": ("claims",),
    "pa": ("applicants",),
}
DATE_FIELDS = {"pd": "publication_date", "ad": "filing_date"}
CLASS_FIELDS = ("ipc", "cpc")


@dataclass(frozen=True, slots=True)
class Text:
    """Adjacent tokens in one of the texts of `field` (ti, ab, tiab, cl, pa); `truncated`: the word only begins so."""

    field: str
    tokens: tuple[str, ...]
    truncated: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The document's fields that are searched."""
        return TEXT_FIELDS[self.field]

    @property
    def needle(self) -> str:
        """What must occur in the folded text (`etl.query.text.fold`)."""
        return f" {' '.join(self.tokens)}" + ("" if self.truncated else " ")

    def __str__(self) -> str:
        written = spell(self.tokens)
        if self.truncated:
            return f"{self.field}:{written}*"
        plain = len(self.tokens) == 1 or all(is_han(token) for token in self.tokens)
        # A word that is an operator's name needs quotes in no case: tokens are lower case, operators are capitals.
        return f"{self.field}:{written}" if plain else f'{self.field}:"{written}"'


@dataclass(frozen=True, slots=True)
class Symbol:
    """A classification: ``H01L`` and ``H01L21/`` with all below, ``H01L21/02`` alone, ``H01L21/02*`` by prefix."""

    field: str
    symbol: str

    @property
    def is_prefix(self) -> bool:
        """Whether symbols that begin so are meant, rather than this symbol alone."""
        return "/" not in self.symbol or self.symbol.endswith(("/", "*"))

    @property
    def stem(self) -> str:
        """The symbol or prefix without the truncation mark."""
        return self.symbol.removesuffix("*")

    def __str__(self) -> str:
        return f"{self.field}:{self.symbol}"


@dataclass(frozen=True, slots=True)
class Dates:
    """Publication (pd) or filing (ad) between two days, both included; None leaves a side open (never both)."""

    field: str
    first: date | None
    last: date | None

    @property
    def column(self) -> str:
        """The document's field that is compared."""
        return DATE_FIELDS[self.field]

    def __str__(self) -> str:
        return f"{self.field}:{self.first or ''}..{self.last or ''}"


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold."""

    operand: Query

    def __str__(self) -> str:
        return f"NOT {_inside(self.operand)}"


@dataclass(frozen=True, slots=True)
class And:
    """All operands hold (two or more)."""

    operands: tuple[Query, ...]

    def __str__(self) -> str:
        return " AND ".join(_inside(operand) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one operand holds (two or more)."""

    operands: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(_inside(operand) for operand in self.operands)


Leaf: TypeAlias = Text | Symbol | Dates
Query: TypeAlias = Text | Symbol | Dates | Not | And | Or


def _inside(query: Query) -> str:
    return f"({query})" if isinstance(query, And | Or) else str(query)


def all_of(queries: Sequence[Query]) -> Query:
    """Return the conjunction of one or more queries."""
    return queries[0] if len(queries) == 1 else And(tuple(queries))


def any_of(queries: Sequence[Query]) -> Query:
    """Return the disjunction of one or more queries."""
    return queries[0] if len(queries) == 1 else Or(tuple(queries))


def leaves(query: Query) -> list[Leaf]:
    """Return every term of `query`, from the left."""
    if isinstance(query, Not):
        return leaves(query.operand)
    if isinstance(query, And | Or):
        return [leaf for operand in query.operands for leaf in leaves(operand)]
    return [query]
