"""Words and classes that set apart right families from wrong ones (docs/methods.md, Is the search right)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

Term = tuple[str, str]
Documents = Mapping[str, Collection[Term]]  # publication number → the (field, term) pairs in it
_HALF = 0.5
_LEAST_Z = 1.6449
_LEAST = 2
_MOST = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term that is more frequent inside than outside: counts, log odds ratio, the same in standard errors."""

    proposal: str
    field: str
    term: str
    inside: int
    inside_total: int
    outside: int
    outside_total: int
    log_odds: float
    z: float
    examples: tuple[str, ...]


def log_odds(inside: int, inside_total: int, outside: int, outside_total: int) -> tuple[float, float]:
    """Return the log odds ratio and it over its standard error, with half a family added to each of the four counts."""
    cells = [
        inside + _HALF, inside_total - inside + _HALF, outside + _HALF, outside_total - outside + _HALF,
    ]  # fmt: skip
    value = log(cells[0] / cells[1]) - log(cells[2] / cells[3])
    return value, value / sqrt(sum(1 / cell for cell in cells))


def proposals(name: str, inside: Documents, outside: Documents, known: Collection[Term] = ()) -> list[Proposal]:
    """Return the terms that set `inside` apart from `outside`, strongest first, at most ten.

    A term counts once a document, needs two documents inside and a z of 1.64; terms in `known` (the query's own) are
    left out, and so is a term that always comes as part of a longer one.
    """
    if not inside or not outside:
        return []
    counts = [Counter(term for terms in part.values() for term in set(terms)) for part in (inside, outside)]
    found = []
    for term, number in counts[0].items():
        if number < _LEAST or term in known:
            continue
        value, z = log_odds(number, len(inside), counts[1][term], len(outside))
        if z >= _LEAST_Z:
            examples = tuple(key for key in sorted(inside) if term in inside[key])[:3]
            found.append(Proposal(name, *term, number, len(inside), counts[1][term], len(outside), value, z, examples))
    found.sort(key=lambda one: (-one.z, -len(one.term), one.field, one.term))
    return _without_parts(found)[:_MOST]


def _without_parts(found: Sequence[Proposal]) -> list[Proposal]:
    """Leave out a term that lies in a kept one with the same counts: it says nothing more."""
    kept: list[Proposal] = []
    for one in found:
        if not any(
            one.field == other.field and one.term in other.term
            and (one.inside, one.outside) == (other.inside, other.outside)
            for other in kept
        ):  # fmt: skip
            kept.append(one)
    return kept
