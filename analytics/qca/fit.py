"""Parameters of fit of set relations: consistency, coverage, RoN and PRI (QCA's pof)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.qca.space import Floats, Space
from analytics.qca.terms import Term, membership, union_membership


@dataclass(frozen=True, slots=True)
class Necessity:
    """Fit of "x is necessary for y", each in 0..1, None where its denominator is zero."""

    consistency: float | None
    coverage: float | None
    ron: float | None


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Fit of "x is sufficient for y", each in 0..1, None where its denominator is zero.

    `unique_coverage` is None also for the only term of a solution, where there is nothing to be unique against.
    """

    consistency: float | None
    pri: float | None
    coverage: float | None
    unique_coverage: float | None = None


@dataclass(frozen=True, slots=True)
class SolutionFit:
    """Fit of each term of a solution, in the solution's order, and of their union."""

    terms: tuple[Sufficiency, ...]
    solution: Sufficiency


def ratio(numerator: float, denominator: float) -> float | None:
    """The quotient, None over zero: unknown is not zero."""
    return float(numerator / denominator) if denominator > 0 else None


def necessity(x: Floats, y: Floats) -> Necessity:
    """Consistency Σmin/Σy, coverage Σmin/Σx, RoN Σ(1−x)/Σ(1−min); x and y of shape (n,), memberships in 0..1."""
    both = np.minimum(x, y)
    total = float(both.sum())
    return Necessity(
        ratio(total, float(y.sum())),
        ratio(total, float(x.sum())),
        ratio(float((1.0 - x).sum()), float((1.0 - both).sum())),
    )


def sufficiency(x: Floats, y: Floats) -> Sufficiency:
    """Consistency Σmin/Σx, PRI (simultaneous membership in y and ~y taken off), coverage Σmin/Σy."""
    both = np.minimum(x, y)
    total, size = float(both.sum()), float(x.sum())
    shared = float(np.minimum(both, 1.0 - y).sum())
    return Sufficiency(ratio(total, size), ratio(total - shared, size - shared), ratio(total, float(y.sum())))


def solution_fit(space: Space, data: Floats, y: Floats, terms: Sequence[Term]) -> SolutionFit:
    """Fit of a solution and of each of its terms; data (n, k), y (n,).

    Unique coverage of a term is what the solution's coverage loses without it, covS − Σmin(x, max of the others, y)/Σy.
    """
    members = [membership(space, data, term) for term in terms]
    size = float(y.sum())
    fits: list[Sufficiency] = []
    for i, x in enumerate(members):
        own = sufficiency(x, y)
        unique: float | None = None
        if len(members) > 1:
            others = np.maximum.reduce([m for j, m in enumerate(members) if j != i])
            shared = ratio(float(np.minimum(np.minimum(x, y), others).sum()), size)
            if own.coverage is not None and shared is not None:
                unique = own.coverage - shared
        fits.append(Sufficiency(own.consistency, own.pri, own.coverage, unique))
    return SolutionFit(tuple(fits), sufficiency(union_membership(space, data, terms), y))
