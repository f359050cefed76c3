"""Local evaluation in three-valued logic: True, False, or None where the text at hand cannot decide.

Kleene's strong logic: a conjunction is False once one part is, whatever is unknown; a disjunction is True once one
part is. What is decided stays so whatever the missing text turns out to say (docs/query-language.md).
"""

from __future__ import annotations

from collections.abc import Callable

from etl.query.ast import Dates, Not, Or, Query, Symbol, Text
from etl.query.document import Document

Evaluator = Callable[[Document], bool | None]


def evaluate(query: Query, document: Document) -> bool | None:
    """Return whether `document` satisfies `query`; None: cannot be decided, because a text it needs is unknown."""
    return compile_local(query)(document)


def compile_local(query: Query) -> Evaluator:
    """Return `query` as one function, to be called for many documents."""
    if isinstance(query, Text):
        return _text(query)
    if isinstance(query, Symbol):
        return _symbol(query)
    if isinstance(query, Dates):
        return _dates(query)
    if isinstance(query, Not):
        return _negation(compile_local(query.operand))
    parts = [compile_local(operand) for operand in query.operands]
    return _junction(parts, decisive=isinstance(query, Or))


def _text(query: Text) -> Evaluator:
    needle, columns = query.needle, query.columns

    def run(document: Document) -> bool | None:
        unknown = False
        for column in columns:
            texts = document.folded(column)
            if texts is None:
                unknown = True
            else:
                for text in texts:
                    if needle in text:
                        return True
        return None if unknown else False

    return run


def _symbol(query: Symbol) -> Evaluator:
    stem, field = query.stem, query.field

    def by_prefix(document: Document) -> bool | None:
        symbols = document.ipc if field == "ipc" else document.cpc
        return None if symbols is None else any(symbol.startswith(stem) for symbol in symbols)

    def exact(document: Document) -> bool | None:
        symbols = document.ipc if field == "ipc" else document.cpc
        return None if symbols is None else stem in symbols

    return by_prefix if query.is_prefix else exact


def _dates(query: Dates) -> Evaluator:
    first, last = query.first, query.last

    def run(document: Document) -> bool | None:
        day = document.publication_date if query.field == "pd" else document.filing_date
        if day is None:
            return None
        return (first is None or first <= day) and (last is None or day <= last)

    return run


def _negation(inner: Evaluator) -> Evaluator:
    def run(document: Document) -> bool | None:
        value = inner(document)
        return None if value is None else not value

    return run


def _junction(parts: list[Evaluator], *, decisive: bool) -> Evaluator:
    """Return OR (decisive True) or AND (decisive False) of `parts`."""

    def run(document: Document) -> bool | None:
        out: bool | None = not decisive
        for part in parts:
            value = part(document)
            if value is decisive:
                return decisive
            if value is None:
                out = None
        return out

    return run
