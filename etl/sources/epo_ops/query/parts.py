"""Cutting a query into parts that OPS takes: at most ten words per index and twenty in all.

OPS support states the limit (forums.epo.org, "Maximum number of terms in a query"); beyond it the service answers
CLIENT.ScopeTermsMaximumNumber. A considered query with its synonyms in two languages needs several requests.
"""

from __future__ import annotations

from functools import lru_cache

from etl.query.ast import And, Not, Or, Query, Text, all_of, any_of
from etl.query.canonical import canonical
from etl.sources.epo_ops.query.compile import compile_ops
from etl.sources.epo_ops.query.cql import parse_cql

PER_INDEX = 10
IN_ALL = 17  # twenty, less two for the publication range and one for the office
_LONGEST = 8


@lru_cache(maxsize=256)  # the same list is asked for week after week
def ops_parts(query: Query) -> tuple[Query, ...]:
    """Return queries that each fit into one OPS request and together find at least what `query` finds.

    Alternatives are distributed over the parts. What still does not fit is widened: exclusions go first, then
    further conditions, then the words of a phrase beyond the eighth; the local evaluation of the whole query decides
    (`etl.query.evaluate`). The parts overlap: the same publication may be found by several.
    """
    return tuple(_parts(canonical(query)))


def fits(query: Query) -> bool:
    """Return whether the compiled query keeps the limits, with a publication range and an office added to it."""
    words = parse_cql(compile_ops(query)).words_by_index
    return all(count <= PER_INDEX for count in words.values()) and words.total() <= IN_ALL


def _parts(query: Query) -> list[Query]:
    if fits(query):
        return [query]
    if isinstance(query, Or):
        return _packed([part for operand in query.operands for part in _parts(operand)])
    if isinstance(query, And):
        return _parts_of_conjunction(query)
    # A negated or long phrase alone: its first words are a superset only where they are wanted.
    return [Text(query.field, query.tokens[:_LONGEST])] if isinstance(query, Text) else [query]


def _packed(parts: list[Query]) -> list[Query]:
    """Put neighbouring parts together while they fit: fewer requests."""
    out: list[list[Query]] = []
    for part in parts:
        if out and fits(any_of([*out[-1], part])):
            out[-1].append(part)
        else:
            out.append([part])
    return [any_of(group) for group in out]


def _parts_of_conjunction(query: And) -> list[Query]:
    wanted = [operand for operand in query.operands if not isinstance(operand, Not)]
    if wanted and len(wanted) < len(query.operands):
        return _parts(all_of(wanted))
    widest = max((operand for operand in wanted if isinstance(operand, Or)), key=_size, default=None)
    if widest is None:
        return _parts(all_of(sorted(query.operands, key=_size)[:-1]))
    rest = [operand for operand in wanted if operand is not widest]
    half = len(widest.operands) // 2
    halves = (any_of(list(widest.operands[:half])), any_of(list(widest.operands[half:])))
    return [part for piece in halves for part in _parts(all_of([*rest, piece]))]


def _size(query: Query) -> int:
    return len(str(query).split())
