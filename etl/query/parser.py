"""The parser of the neutral query language (grammar: docs/query-language.md)."""

from __future__ import annotations

import difflib
from functools import lru_cache

from etl.query.ast import CLASS_FIELDS, DATE_FIELDS, TEXT_FIELDS, Not, Query, all_of, any_of
from etl.query.lexer import Lexeme, QuerySyntaxError, lex
from etl.query.terms import read_dates, read_symbol, read_text

DEFAULT_FIELD = "tiab"
FIELDS = (*TEXT_FIELDS, *CLASS_FIELDS, *DATE_FIELDS)
MAX_DEPTH = 50


def parse(text: str, where: str = "query") -> Query:
    """Return the query that `text` states; `where` (file and technology) begins every error message.

    Raises QuerySyntaxError: one sentence with the position and what was expected, then the line and a caret.
    """
    try:
        return _tree(text)
    except QuerySyntaxError:
        return _Parser(text, where).query()


@lru_cache(maxsize=1024)  # a run reads the same lists several times, a daemon at every run
def _tree(text: str) -> Query:
    return _Parser(text, "query").query()


class _Parser:
    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.lexemes = lex(text, where)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Lexeme:
        return self.lexemes[self.at]

    def take(self) -> Lexeme:
        lexeme = self.next
        self.at += 1
        return lexeme

    def fail(self, expected: str, lexeme: Lexeme | None = None) -> QuerySyntaxError:
        return QuerySyntaxError(self.text, (lexeme or self.next).at, expected, self.where)

    def operator(self, name: str) -> bool:
        if self.next.kind == "operator" and self.next.text == name:
            self.take()
            return True
        return False

    def query(self) -> Query:
        found = self.alternatives(DEFAULT_FIELD)
        if self.next.kind == "close":
            raise self.fail("this parenthesis was never opened")
        if self.next.kind != "end":
            raise self.fail(_missing_operator(self.next))
        return found

    def alternatives(self, field: str) -> Query:
        found = [self.conjunction(field)]
        while self.operator("OR"):
            found.append(self.conjunction(field))
        return any_of(found)

    def conjunction(self, field: str) -> Query:
        found = [self.factor(field)]
        while self.operator("AND"):
            found.append(self.factor(field))
        return all_of(found)

    def factor(self, field: str) -> Query:
        if self.next.kind == "operator" and self.next.text == "NOT":
            self.enter(self.take())
            operand = self.factor(field)
            self.depth -= 1
            return Not(operand)
        if self.next.kind == "field":
            field = self.field()
        if self.next.kind == "open":
            return self.group(field)
        return self.term(field)

    def enter(self, lexeme: Lexeme) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested deeper than {MAX_DEPTH} levels; write it flatter", lexeme)

    def group(self, field: str) -> Query:
        opened = self.take()
        self.enter(opened)
        found = self.alternatives(field)
        self.depth -= 1
        if self.next.kind == "end":
            raise self.fail("this parenthesis is never closed", opened)
        if self.next.kind != "close":
            raise self.fail(_missing_operator(self.next))
        self.take()
        return found

    def field(self) -> str:
        lexeme = self.take()
        name = lexeme.text.lower()
        if name in FIELDS:
            return name
        close = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]}:?" if close else ""
        raise self.fail(f"{lexeme.text}: is no field{hint} Fields: {', '.join(f'{f}:' for f in FIELDS)}", lexeme)

    def term(self, field: str) -> Query:
        lexeme = self.next
        if lexeme.kind not in {"word", "phrase"}:
            found = {"end": "the query ends here", "close": "found ')'", "field": f"found {lexeme.text}:"}
            raise self.fail(f"a term was expected, {found.get(lexeme.kind, f'found {lexeme.text}')}")
        self.take()
        try:
            if field in DATE_FIELDS:
                return read_dates(field, lexeme.text)
            if field in CLASS_FIELDS:
                return read_symbol(field, lexeme.text)
            return read_text(field, lexeme.text, lexeme.kind == "phrase")
        except ValueError as error:
            raise self.fail(str(error), lexeme) from None


def _missing_operator(lexeme: Lexeme) -> str:
    if lexeme.text in {"and", "or", "not"}:
        return f"operators are written in capitals: {lexeme.text.upper()}"
    if lexeme.text == "NOT":
        return "write AND NOT"
    return 'AND or OR was expected; put words that belong together in quotes ("common rail")'
