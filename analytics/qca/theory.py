"""Theory evaluation: where a theory and a solution agree, in four areas (Schneider & Wagemann 2012, ch. 11.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.qca.sets.algebra import intersect, negate
from analytics.qca.sets.fit import Sufficiency, sufficiency
from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import Term, union_membership


@dataclass(frozen=True, slots=True)
class Area:
    """One intersection: its expression, its fit as sufficient for the outcome, and its cases in and out of the outcome.

    Cases are indices from 0 with a membership in the area above 0.5; an outcome of exactly 0.5 is neither in nor out.
    """

    name: str
    terms: tuple[Term, ...]
    fit: Sufficiency
    in_outcome: tuple[int, ...]
    not_in_outcome: tuple[int, ...]


def theory_evaluation(
    space: Space, data: Floats, y: Floats, theory: Sequence[Term], solution: Sequence[Term]
) -> dict[str, Area]:
    """The areas T*S (expected, found), ~T*S (found only), T*~S (expected only) and ~T*~S; data (n, k), y (n,)."""
    t, s = union_membership(space, data, theory), union_membership(space, data, solution)
    not_t, not_s = negate(space, theory), negate(space, solution)
    parts = {
        "T*S": (intersect(theory, solution), np.minimum(t, s)),
        "~T*S": (intersect(not_t, solution), np.minimum(1 - t, s)),
        "T*~S": (intersect(theory, not_s), np.minimum(t, 1 - s)),
        "~T*~S": (intersect(not_t, not_s), np.minimum(1 - t, 1 - s)),
    }
    return {
        name: Area(
            name,
            terms,
            sufficiency(m, y),
            tuple(np.flatnonzero((m > 0.5) & (y > 0.5)).tolist()),
            tuple(np.flatnonzero((m > 0.5) & (y < 0.5)).tolist()),
        )
        for name, (terms, m) in parts.items()
    }
