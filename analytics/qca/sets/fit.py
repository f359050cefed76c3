"""Parameters of fit of set relations: consistency, coverage, RoN and PRI (QCA's pof)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import Term, membership


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


def _others(stack: Floats) -> list[Floats | None]:
    """For each term the maximum of all the others, from the two largest; None for an only term."""
    if stack.shape[0] < 2:
        return [None] * stack.shape[0]
    first = stack.argmax(axis=0)
    second, top = np.partition(stack, -2, axis=0)[-2:]
    return [np.where(first == i, second, top) for i in range(stack.shape[0])]


class Fitter:
    """Fits many solutions to the same data (n, k) and y (n,), working each term out once."""

    def __init__(self, space: Space, data: Floats, y: Floats) -> None:
        self.space, self.data, self.y = space, data, y
        self.size = float(y.sum())
        self._terms: dict[Term, tuple[Floats, Sufficiency]] = {}

    def term(self, term: Term) -> tuple[Floats, Sufficiency]:
        """A term's memberships (n,) and its fit."""
        if term not in self._terms:
            x = membership(self.space, self.data, term)
            self._terms[term] = x, sufficiency(x, self.y)
        return self._terms[term]

    def solution(self, terms: Sequence[Term]) -> SolutionFit:
        """Fit of a solution and of each of its terms.

        Unique coverage of a term is what the solution's coverage loses without it, covS − Σmin(x, max of the others,
        y)/Σy.
        """
        known = [self.term(term) for term in terms]
        stack: Floats = np.array([x for x, _ in known]).reshape(len(known), self.y.size)
        fits: list[Sufficiency] = []
        for (x, own), others in zip(known, _others(stack), strict=True):
            unique: float | None = None
            if others is not None:
                shared = ratio(float(np.minimum(np.minimum(x, self.y), others).sum()), self.size)
                if own.coverage is not None and shared is not None:
                    unique = max(0.0, own.coverage - shared)
            fits.append(Sufficiency(own.consistency, own.pri, own.coverage, unique))
        return SolutionFit(tuple(fits), sufficiency(stack.max(axis=0, initial=0.0), self.y))
