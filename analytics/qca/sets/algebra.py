"""Boolean algebra on sums of products: intersection, negation, and how two solutions relate."""

from collections.abc import Iterable, Sequence
from typing import Literal

from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import ABSENT, Term, covered, is_subset, sort_key

Relation = Literal["equal", "subset", "superset", "overlap", "disjoint"]


def absorb(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Drop every term that lies inside another; sorted."""
    unique = sorted(set(terms), key=sort_key)
    return tuple(t for t in unique if not any(t != other and is_subset(t, other) for other in unique))


def intersect(left: Sequence[Term], right: Sequence[Term]) -> tuple[Term, ...]:
    """The product of two sums, multiplied out and absorbed; empty when they share nothing."""
    products: list[Term] = []
    for a in left:
        for b in right:
            if all(ABSENT in (u, v) or u == v for u, v in zip(a, b, strict=True)):
                products.append(tuple(v if u == ABSENT else u for u, v in zip(a, b, strict=True)))
    return absorb(products)


def negate(space: Space, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The complement by De Morgan; of a multi-value literal, all its other levels."""
    k = len(space.names)
    result: tuple[Term, ...] = ((ABSENT,) * k,)
    for term in terms:
        others = [
            tuple(level if i == j else ABSENT for i in range(k))
            for j, value in enumerate(term)
            if value != ABSENT
            for level in range(space.levels[j])
            if level != value
        ]
        result = intersect(result, others)
    return result


def relation(space: Space, terms: Sequence[Term], base: Sequence[Term]) -> Relation:
    """How the configurations of `terms` relate to those of `base`: subset means `terms` lies inside `base`."""
    a, b = covered(space, terms), covered(space, base)
    if (a == b).all():
        return "equal"
    if not (a & ~b).any():
        return "subset"
    if not (b & ~a).any():
        return "superset"
    return "overlap" if (a & b).any() else "disjoint"
