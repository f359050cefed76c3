"""The canonical form of a query: equal forms mean the same, and the hash names the query in the warehouse."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from etl.query.ast import And, Not, Or, Query, all_of, any_of

HASH_LENGTH = 16


@lru_cache(maxsize=1024)  # every slice of a harvest asks for it again
def canonical(query: Query) -> Query:
    """Return `query` with negations at the terms, flattened, sorted, without repeated or absorbed operands.

    Every step holds in three-valued logic too (De Morgan, double negation, absorption), so a document that cannot
    be decided stays undecided. ``x OR NOT x`` is therefore not simplified.
    """
    return _form(query, negated=False)


def query_hash(query: Query) -> str:
    """Return the first 16 hex digits of the SHA-256 of the canonical form's text."""
    return hashlib.sha256(str(canonical(query)).encode()).hexdigest()[:HASH_LENGTH]


def _form(query: Query, *, negated: bool) -> Query:
    if isinstance(query, Not):
        return _form(query.operand, negated=not negated)
    if not isinstance(query, And | Or):
        return Not(query) if negated else query
    kind = (Or if isinstance(query, And) else And) if negated else type(query)
    flat: dict[str, Query] = {}
    for operand in query.operands:
        formed = _form(operand, negated=negated)
        for part in formed.operands if isinstance(formed, kind) else (formed,):
            flat[str(part)] = part
    kept = _absorbed(flat, Or if kind is And else And)
    ordered = [kept[key] for key in sorted(kept)]
    return all_of(ordered) if kind is And else any_of(ordered)


def _absorbed(operands: dict[str, Query], dual: type[And] | type[Or]) -> dict[str, Query]:
    """Leave out x AND y beside x in a disjunction, x OR y beside x in a conjunction."""
    sets = {
        key: frozenset(str(part) for part in (query.operands if isinstance(query, dual) else (query,)))
        for key, query in operands.items()
    }
    return {
        key: query
        for key, query in operands.items()
        if not any(other < sets[key] for name, other in sets.items() if name != key)
    }
