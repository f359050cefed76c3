"""Evaluation of the CQL that EPO OPS accepts, over single documents: what the simulated office answers with.

Facts: docs/sources.md, OPS. The three Booleans have equal precedence and associate to the left, as CQL defines;
``not`` joins two operands and may not start a query. The closed world of a service holds: a field it does not have
matches nothing. The local meaning of a query is `etl.query.evaluate`; the two agree only because they must.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from etl.query.document import Document
from etl.sources.epo_ops.query.cql_terms import INDEXES, CqlError, Predicate, index_name, make_predicate

_LEX = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<symbol>[()]|<=|>=|<>|==|[=<>])|(?P<word>[^\s()"=<>]+))')
_BOOLEANS = frozenset({"and", "or", "not"})
_COMPARISONS = frozenset({"=", "==", "<", ">", "<=", ">=", "<>"})
_NAMED = frozenset({"within", "any", "all"})


@dataclass(frozen=True, slots=True)
class CqlQuery:
    """A parsed CQL query: `matches(document)`, and how many words it uses per index (OPS allows ten, twenty in all)."""

    matches: Callable[[Document], bool]
    words_by_index: Counter[str]


def _lex(cql: str) -> list[str]:
    out: list[str] = []
    at = 0
    text = cql.rstrip()
    while at < len(text):
        found = _LEX.match(text, at)
        if found is None:
            msg = f"CQL position {at + 1}: unfinished quotation in {text[at : at + 30]!r}"
            raise CqlError(msg)
        out.append(found.group("quoted") or found.group("symbol") or found.group("word"))
        at = found.end()
    return out


def _unquote(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


class _Parser:
    def __init__(self, cql: str) -> None:
        self.tokens = _lex(cql)
        self.at = 0
        self.words: Counter[str] = Counter()

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            msg = "CQL ends where a term was expected"
            raise CqlError(msg)
        self.at += 1
        return token

    def expression(self) -> Predicate:
        left = self.operand()
        while (boolean := self.peek().lower()) in _BOOLEANS:
            self.take()
            left = _join(boolean, left, self.operand())
        return left

    def operand(self) -> Predicate:
        word = self.take()
        if word == "(":
            inner = self.expression()
            if self.take() != ")":
                msg = "CQL: expected ')'"
                raise CqlError(msg)
            return inner
        if word == ")" or word.lower() in _BOOLEANS or word in _COMPARISONS:
            msg = f"CQL: {word!r} where a term was expected"
            raise CqlError(msg)
        return self.clause(word)

    def clause(self, token: str) -> Predicate:
        relation = self.peek().lower()
        if relation in _COMPARISONS or (relation in _NAMED and index_name(token) is not None):
            self.take()
            index = index_name(token)
            if index is None:
                msg = f"CQL: {token!r} is no index; known: {', '.join(sorted(INDEXES))}"
                raise CqlError(msg)
            low = self.peek().lower() == "/low"
            if low:
                self.take()
            term = self.take()
        else:
            index, relation, low, term = "txt", "=", False, token
        if term in {"(", ")"} or (not term.startswith('"') and term.lower() in _BOOLEANS):
            msg = f"CQL: {term!r} where a term was expected after {token!r}"
            raise CqlError(msg)
        value = _unquote(term)
        self.words[index] += max(1, len(value.split()))
        return make_predicate(index, relation, value, low)


def _join(boolean: str, left: Predicate, right: Predicate) -> Predicate:
    if boolean == "and":
        return lambda doc: left(doc) and right(doc)
    if boolean == "or":
        return lambda doc: left(doc) or right(doc)
    return lambda doc: left(doc) and not right(doc)


@lru_cache(maxsize=512)
def parse_cql(cql: str) -> CqlQuery:
    """Return the parsed query. Raises CqlError (what OPS answers with 400 CLIENT.CQL)."""
    parser = _Parser(cql)
    predicate = parser.expression()
    if parser.peek():
        msg = f"CQL: {parser.peek()!r} where and, or, not or the end was expected"
        raise CqlError(msg)
    return CqlQuery(predicate, parser.words)


def evaluate_cql(cql: str, doc: Document) -> bool:
    """Return whether `doc` satisfies the CQL query. Raises CqlError."""
    return parse_cql(cql).matches(doc)
