"""Queries just around a query: without its exclusions, and with one of its clauses alone.

A document that satisfies one of these and not the query is a near miss: judging some of them says what a query loses
(docs/methods.md, Is the search right).
"""

from __future__ import annotations

from etl.query.ast import And, Dates, Not, Or, Query, all_of, any_of
from etl.query.canonical import canonical


def without_exclusions(query: Query) -> Query | None:
    """Return `query` with every negated part left out; None where it excludes nothing, or consists of exclusions."""
    form = canonical(query)
    kept = _kept(form)
    return None if kept is None or kept == form else kept


def one_clause(query: Query) -> Query | None:
    """Return the query that holds where any clause of a conjunction in `query` holds alone; None: it has no such.

    Clauses that only bound dates say nothing about the subject and do not count; neither do exclusions.
    """
    kept = _kept(canonical(query))
    if kept is None:
        return None
    loosened = canonical(_loosened(kept))
    return None if loosened == kept else loosened


def _kept(query: Query) -> Query | None:
    """Return `query` (negations at the terms) without its negated terms; None where nothing is required then.

    An alternative that only excludes lets everything through, and so does the whole of the alternatives.
    """
    if isinstance(query, Not):
        return None
    if not isinstance(query, And | Or):
        return query
    parts = [_kept(operand) for operand in query.operands]
    kept = [part for part in parts if part is not None]
    if not kept or (isinstance(query, Or) and len(kept) < len(parts)):
        return None
    return all_of(kept) if isinstance(query, And) else any_of(kept)


def _loosened(query: Query) -> Query:
    if not isinstance(query, And | Or):
        return query
    parts = [_loosened(operand) for operand in query.operands]
    if isinstance(query, And):
        subject = [part for part in parts if not isinstance(part, Dates)]
        return any_of(subject) if subject else query
    return any_of(parts)
