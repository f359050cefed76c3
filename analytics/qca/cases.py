"""Which cases a solution explains, and which deviate (Schneider & Rohlfing 2013)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.qca.sets.space import Bools, Floats, Space
from analytics.qca.sets.terms import Term, membership, union_membership

Cases = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PathCases:
    """Cases (indices from 0) of one term. In means a membership above 0.5, out one below; a
    case at exactly 0.5 is neither.

    `typical`: in the term and in the outcome, not more in the term than in the outcome. `degree`: in both but more
    in the term (deviant for consistency in degree). `deviant`: in the term, not in the outcome (in kind). `unique`:
    members in no other term of the solution.
    """

    members: Cases
    typical: Cases
    degree: Cases
    deviant: Cases
    unique: Cases


@dataclass(frozen=True, slots=True)
class SolutionCases:
    """Cases by path, and of the solution: `uncovered` are in the outcome but in no path (deviant for coverage)."""

    paths: tuple[PathCases, ...]
    covered: Cases
    deviant: Cases
    uncovered: Cases
    irrelevant: Cases


def _where(mask: Bools) -> Cases:
    return tuple(np.flatnonzero(mask).tolist())


def solution_cases(space: Space, data: Floats, y: Floats, terms: Sequence[Term]) -> SolutionCases:
    """Sort the cases of data (n, k), y (n,) by their membership in the terms and in the outcome."""
    members = [membership(space, data, term) for term in terms]
    depth = np.sum([m > 0.5 for m in members], axis=0) if members else np.zeros(y.size, dtype=np.int64)
    out, not_out = y > 0.5, y < 0.5
    paths = tuple(
        PathCases(
            _where(m > 0.5),
            _where((m > 0.5) & out & (m <= y)),
            _where((m > 0.5) & out & (m > y)),
            _where((m > 0.5) & not_out),
            _where((m > 0.5) & (depth == 1)),
        )
        for m in members
    )
    inside = union_membership(space, data, terms) > 0.5
    return SolutionCases(
        paths, _where(inside & out), _where(inside & not_out), _where(~inside & out), _where(~inside & not_out)
    )
