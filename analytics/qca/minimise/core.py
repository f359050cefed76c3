"""Core and peripheral conditions of an intermediate term (Fiss 2011; docs/methods.md, Provinces)."""

from dataclasses import dataclass

from analytics.qca.minimise.minimise import Model
from analytics.qca.sets.terms import ABSENT, Term, is_subset


@dataclass(frozen=True, slots=True)
class Roles:
    """A term's literals split: `core` are also in the parsimonious solution, `peripheral` in the intermediate only."""

    term: Term
    core: Term
    peripheral: Term


def roles(term: Term, parsimonious: Model) -> Roles:
    """Split one term: a literal is core when it is in a parsimonious term that contains the whole term."""
    held = [False] * len(term)
    for wide in parsimonious:
        if is_subset(term, wide):
            held = [h or w != ABSENT for h, w in zip(held, wide, strict=True)]
    return Roles(
        term,
        tuple(v if h else ABSENT for v, h in zip(term, held, strict=True)),
        tuple(ABSENT if h else v for v, h in zip(term, held, strict=True)),
    )
