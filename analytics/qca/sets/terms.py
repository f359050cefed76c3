"""Terms (conjunctions of literals): their notation, their logic and their set membership."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Bools, Floats, Space

ABSENT = -1
Term = tuple[int, ...]
"""One value per condition, ABSENT where the condition does not occur."""

_MULTI = re.compile(r"^(?P<name>.+)\[(?P<value>\d+)\]$")


def literals(space: Space, term: Term) -> list[str]:
    """The term's literals in the order of the conditions, for example ["A", "~B"] or ["A[2]", "B[0]"]."""
    pairs = [(name, value) for name, value in zip(space.names, term, strict=True) if value != ABSENT]
    if space.multivalue:
        return [f"{name}[{value}]" for name, value in pairs]
    return [name if value else f"~{name}" for name, value in pairs]


def format_term(space: Space, term: Term) -> str:
    """`A*~B`; the term without literals, which is always true, is `1`."""
    return "*".join(literals(space, term)) or "1"


def _literal(space: Space, text: str) -> tuple[int, int]:
    found = _MULTI.match(text)
    if found:
        name, value = found["name"].strip(), int(found["value"])
    else:
        name, value = text.lstrip("~").strip(), int((text.count("~")) % 2 == 0)
    if name not in space.names:
        raise QcaError(f"'{name}' in an expression is not a condition; the conditions are {', '.join(space.names)}.")
    j = space.names.index(name)
    if value >= space.levels[j]:
        raise QcaError(f"'{text}' asks for a level that {name} has not; its levels are 0 to {space.levels[j] - 1}.")
    return j, value


def parse_term(space: Space, text: str) -> Term:
    """Read `A*~B` or `A[1]*B[0]`; `1` is the term without literals. Raises QcaError for what is not a term."""
    values = [ABSENT] * len(space.names)
    if text.strip() == "1":
        return tuple(values)
    for part in text.split("*"):
        if not part.strip():
            raise QcaError(f"'{text}' is not a conjunction; write it like A*~B.")
        j, value = _literal(space, part.strip())
        if values[j] not in (ABSENT, value):
            raise QcaError(f"'{text}' asks for two values of {space.names[j]} at once, which no case can have.")
        values[j] = value
    return tuple(values)


def parse_expression(space: Space, text: str) -> tuple[Term, ...]:
    """Read a sum of products such as `EMP*MA + ~STOCK`."""
    return tuple(parse_term(space, part) for part in text.split("+"))


def is_subset(term: Term, other: Term) -> bool:
    """Whether every case in `term` is in `other`: all literals of `other` occur in `term`."""
    return all(o in (ABSENT, t) for t, o in zip(term, other, strict=True))


def sort_key(term: Term) -> tuple[object, ...]:
    """Fewer literals first, then the conditions in order, then higher values (presence before absence)."""
    places = tuple(j for j, value in enumerate(term) if value != ABSENT)
    return (len(places), places, tuple(-term[j] for j in places))


def covered(space: Space, terms: Iterable[Term]) -> Bools:
    """Which configurations lie in the union of the terms, shape (total,)."""
    union: Bools = np.zeros(space.levels, dtype=np.bool_)
    for term in terms:
        union[tuple(slice(None) if value == ABSENT else value for value in term)] = True
    return union.reshape(-1)


def literal_membership(space: Space, data: Floats, j: int, value: int) -> Floats:
    """Membership of the cases in one literal, shape (n,)."""
    column: Floats = data[:, j]
    if space.multivalue:
        column = (column == value).astype(np.float64)
    elif not value:
        column = 1.0 - column
    return column


def membership(space: Space, data: Floats, term: Term) -> Floats:
    """Membership of the cases (n, k) in a term: the minimum over its literals, shape (n,); 1 without literals."""
    result: Floats = np.ones(data.shape[0], dtype=np.float64)
    for j, value in enumerate(term):
        if value != ABSENT:
            result = np.minimum(result, literal_membership(space, data, j, value))
    return result


def union_membership(space: Space, data: Floats, terms: Sequence[Term]) -> Floats:
    """Membership in a sum of terms: the maximum over them, shape (n,); 0 where there is no term."""
    result: Floats = np.zeros(data.shape[0], dtype=np.float64)
    for term in terms:
        result = np.maximum(result, membership(space, data, term))
    return result
