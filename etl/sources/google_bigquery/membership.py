"""The neutral query as one GoogleSQL condition over a row that `etl.sources.google_bigquery.select` has prepared.

Texts are folded once a row, as `etl.query.text.fold` does it, so that a phrase is looked for as it is locally; symbols
stand between bars. The condition is true wherever the local evaluation says yes. Where GoogleSQL cannot say the same
it says more, and the local evaluation decides:

- a symbol in an unusual spelling counts by its subclass alone;
- the claims searched are those of all languages, of which one is kept: they only ever include, never exclude;
- what the row does not state matches nothing, where the local evaluation says "cannot be decided".
"""

from __future__ import annotations

from datetime import date

from etl.normalise.ipc_inventory import subclasses
from etl.query.ast import And, Dates, Not, Or, Query, Symbol, Text
from etl.query.canonical import canonical

FALSE, TRUE = "FALSE", "TRUE"
_SUBCLASS = 4  # characters


def condition(query: Query) -> str:
    """Return the condition for `query`: never NULL."""
    return _compile(canonical(query))


def _compile(query: Query) -> str:
    if isinstance(query, Not):  # in the canonical form negations stand at the terms
        inner = _surely(query.operand)
        return TRUE if inner == FALSE else f"NOT {inner}"
    if isinstance(query, And | Or):
        parts = [_compile(operand) for operand in query.operands]
        return f"({(' AND ' if isinstance(query, And) else ' OR ').join(parts)})"
    return _perhaps(query)


def _perhaps(leaf: Query) -> str:
    """Return a condition that holds wherever the local evaluation finds `leaf`."""
    if isinstance(leaf, Symbol):
        odd = _contains(f"{leaf.field}_odd", f"|{leaf.stem[:_SUBCLASS]}")
        return f"({_symbol(leaf)} OR {odd})"
    return _exactly(leaf)


def _surely(leaf: Query) -> str:
    """Return a condition that holds only where the local evaluation finds `leaf`."""
    if isinstance(leaf, Text) and leaf.field == "cl":
        return FALSE
    if isinstance(leaf, Symbol) and leaf.field == "ipc":
        return _of_known_subclasses(leaf)
    return _symbol(leaf) if isinstance(leaf, Symbol) else _exactly(leaf)


def _of_known_subclasses(leaf: Symbol) -> str:
    """Symbols of subclasses that never existed are not read: such a one does not exclude a row."""
    known = [code for code in subclasses() if code.startswith(leaf.stem[:_SUBCLASS])]
    if len(leaf.stem) >= _SUBCLASS:
        return _symbol(leaf) if known else FALSE
    return f"({' OR '.join(_contains('ipc_codes', f'|{code}') for code in known)})" if known else FALSE


def _symbol(leaf: Symbol) -> str:
    return _contains(f"{leaf.field}_codes", f"|{leaf.stem}" + ("" if leaf.is_prefix else "|"))


def _exactly(leaf: Query) -> str:
    if isinstance(leaf, Dates):
        return _between(leaf)
    assert isinstance(leaf, Text)
    parts = [_contains(column, leaf.needle) for column in leaf.columns]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _contains(column: str, needle: str) -> str:
    return f"STRPOS({column}, {literal(needle)}) > 0"


def _between(leaf: Dates) -> str:
    first, last = leaf.first or date(1, 1, 1), leaf.last or date(9999, 12, 31)
    return f"(IFNULL({leaf.column}, 0) BETWEEN {yyyymmdd(first)} AND {yyyymmdd(last)})"


def yyyymmdd(day: date) -> int:
    """Return a day as the table writes it; 0 there is none."""
    return day.year * 10_000 + day.month * 100 + day.day


def literal(text: str) -> str:
    """Return `text` as a GoogleSQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
