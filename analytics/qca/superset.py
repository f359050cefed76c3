"""Superset search: necessary conjunctions and disjunctions of conditions (QCA's superSubset)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

import numpy as np

from analytics.qca.sets.fit import Necessity, necessity
from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import ABSENT, Term, format_term, literal_membership

Kind = Literal["conjunction", "disjunction"]


@dataclass(frozen=True, slots=True)
class Superset:
    """A necessary expression: its literals as a term, joined by * or +, and its fit."""

    kind: Kind
    term: Term
    fit: Necessity


def format_superset(space: Space, found: Superset) -> str:
    """`A*B` or `A + ~C`."""
    text = format_term(space, found.term)
    return text if found.kind == "conjunction" else text.replace("*", " + ")


def _candidates(space: Space, size: int) -> Iterator[Term]:
    k = len(space.names)
    for places in combinations(range(k), size):
        for values in product(*(range(space.levels[j]) for j in places)):
            term = [ABSENT] * k
            for j, value in zip(places, values, strict=True):
                term[j] = value
            yield tuple(term)


def _joined(space: Space, data: Floats, term: Term, kind: Kind) -> Floats:
    parts = [literal_membership(space, data, j, v) for j, v in enumerate(term) if v != ABSENT]
    joined: Floats = np.minimum.reduce(parts) if kind == "conjunction" else np.maximum.reduce(parts)
    return joined


def _contains(term: Term, part: Term) -> bool:
    return all(p in (ABSENT, t) for t, p in zip(term, part, strict=True))


def necessary_supersets(
    space: Space, data: Floats, y: Floats, *, consistency: float = 0.9, ron: float = 0.4, depth: int | None = None
) -> list[Superset]:
    """All conjunctions, and the minimal disjunctions, that are necessary for y at the cut-offs; data (n, k), y (n,).

    A disjunction is minimal when no part of it is necessary already. `depth` bounds the literals of a conjunction
    and of a disjunction (default: all conditions).
    """
    limit = min(depth or len(space.names), len(space.names))
    found: list[Superset] = []
    for size in range(1, limit + 1):
        for term in _candidates(space, size):
            fit = necessity(_joined(space, data, term, "conjunction"), y)
            if _passes(fit, consistency, ron):
                found.append(Superset("conjunction", term, fit))
    minimal = [item.term for item in found if sum(v != ABSENT for v in item.term) == 1]
    for size in range(2, limit + 1):
        for term in _candidates(space, size):
            if any(_contains(term, part) for part in minimal):
                continue
            fit = necessity(_joined(space, data, term, "disjunction"), y)
            if _passes(fit, consistency, ron):
                minimal.append(term)
                found.append(Superset("disjunction", term, fit))
    return found


def _passes(fit: Necessity, consistency: float, ron: float) -> bool:
    if fit.consistency is None:
        return False
    return fit.consistency >= consistency - 1e-9 and (1.0 if fit.ron is None else fit.ron) >= ron - 1e-9
