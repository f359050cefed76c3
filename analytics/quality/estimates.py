"""Precision and recall of one query from what was judged, from seed patents and from sources that overlap.

Source: docs/methods.md, Is the search right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analytics.quality.capture import can_be_independent, recapture
from analytics.quality.draw import FOCAL, HIT, OTHERS
from analytics.quality.intervals import LEVEL, Array, Judged, Share, share_of

PRECISION, RECALL = "precision", "recall"
JUDGED, NEAR, NEIGHBOURS, SEEDS, SOURCES = "judged", "near", "neighbours", "seeds", "sources"
DRAWS = 4000
ASSUMPTIONS = {
    JUDGED: "The judges are right, and families nobody judged are like those judged in the same stratum.",
    NEAR: "Every family the query misses is among the near misses at hand; one that shares no clause, source record or "
    "citations with the hits is not seen, so recall is at most this.",
    NEIGHBOURS: "Whether the query finds a family does not depend on two citations or more joining it to hits.",
    SEEDS: "The seeds are a random sample of what should be found and were not collected with this query; a seed that "
    "no source returned counts as missed.",
    SOURCES: "The sources find families independently of each other, each family equally likely, and all they share "
    "are right. Vendors that share data overlap more than that: recall is then overstated.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A family of a sample with what was said of it (None: not judged)."""

    stratum: int
    kind: str
    window: str
    office: str
    country: str | None
    side: str
    is_linked: bool
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate: its interval, the counts under it (see the table quality_estimates) and draws for what follows."""

    measure: str
    basis: str
    dimension: str
    value_of: str
    estimate: float | None
    low: float | None
    high: float | None
    decided: int
    yes: int
    unsure: int
    families: float
    exact: tuple[float, float] | None = None
    if_unsure_no: float | None = None
    if_unsure_yes: float | None = None
    effective: float | None = None
    coverage: float | None = None
    draws: Array | None = None

    @property
    def assumption(self) -> str:
        """What the estimate rests on."""
        return ASSUMPTIONS[self.basis.partition(":")[0]]


Domain = tuple[str, str, Callable[[Item], bool]]


def domains(items: Sequence[Item]) -> Iterator[Domain]:
    """Yield (dimension, value, whether an item is in it): all, then every window, office, country and side there is."""
    yield "all", "*", lambda _: True
    for dimension in ("window", "office", "country", "side"):
        for value in sorted({str(v) for i in items if (v := getattr(i, dimension)) is not None}):
            yield dimension, value, lambda i, d=dimension, v=value: getattr(i, d) == v  # type: ignore[misc]


def precision(items: Sequence[Item], families: Mapping[int, int], rng: np.random.Generator) -> list[Estimate]:
    """Return the precision of the hits in every domain; `families`: how many each stratum holds."""
    hits = [item for item in items if item.kind == HIT]
    out = []
    for dimension, value, inside in domains(hits):
        share = _share(hits, families, inside)
        low, high = share.interval or (None, None)
        out.append(
            Estimate(
                PRECISION, JUDGED, dimension, value, share.value, low, high, share.decided, share.yes, share.unsure,
                share.families, share.exact, share.if_unsure_no, share.if_unsure_yes, share.effective, share.coverage,
                share.draws(rng, DRAWS),
            )
        )  # fmt: skip
    return out


def _share(items: Sequence[Item], families: Mapping[int, int], inside: Callable[[Item], bool]) -> Share:
    return share_of([Judged(i.stratum, i.verdict) for i in items], families, [inside(i) for i in items])


def judged_recall(items: Sequence[Item], families: Mapping[int, int], rng: np.random.Generator) -> list[Estimate]:
    """Return, per domain, the share of right families that are hits: among all drawn from, and among the linked."""
    if all(item.kind == HIT for item in items):
        return []
    out = [_recall(items, families, domain, NEAR, rng) for domain in domains(items)]
    for dimension, value, inside in domains(items):
        linked: Domain = (dimension, value, lambda i, inside=inside: i.is_linked and inside(i))  # type: ignore[misc]
        out.append(_recall(items, families, linked, NEIGHBOURS, rng))
    return [one for one in out if one.families]


def _recall(
    items: Sequence[Item], families: Mapping[int, int], domain: Domain, basis: str, rng: np.random.Generator
) -> Estimate:
    """Return right hits over right families of one domain; unknown where of some kind nothing was decided.

    Neighbours are a sample of what there is: that none of a few was missed does not prove that none is. Near misses are
    taken to be all that was missed: where none is at hand, nothing is known.
    """
    dimension, value, inside = domain
    kinds = {
        kind: share
        for kind in sorted({item.kind for item in items})
        if (share := _share(items, families, lambda i, k=kind: i.kind == k and inside(i))).families  # type: ignore[misc]
    }
    shares = list(kinds.values())
    counts = (sum(s.decided for s in shares), sum(s.yes for s in shares), sum(s.unsure for s in shares))
    size = sum(s.families for s in shares)
    if HIT not in kinds or any(s.value is None for s in shares) or (basis == NEAR and len(kinds) == 1):
        return Estimate(RECALL, basis, dimension, value, None, None, None, *counts, size)
    right = {kind: share.families * (share.value or 0.0) for kind, share in kinds.items()}
    drawn = {kind: share.families * share.draws(rng, DRAWS) for kind, share in kinds.items()}
    total = sum(right.values())
    if not total:
        return Estimate(RECALL, basis, dimension, value, None, None, None, *counts, size)
    estimate, draws = right[HIT] / total, drawn[HIT] / sum(drawn.values())
    if basis == NEIGHBOURS:
        draws = rng.beta(drawn[HIT] + 0.5, sum(drawn.values()) - drawn[HIT] + 0.5)
    low, high = _ends(draws, estimate)
    return Estimate(RECALL, basis, dimension, value, estimate, low, high, *counts, size, draws=draws)


def _ends(draws: Array, estimate: float) -> tuple[float, float]:
    """Return the 90 % interval of the draws, widened where needed to reach the estimate."""
    low, high = np.nanquantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return min(float(low), estimate), max(float(high), estimate)


def seed_recall(seeds: Sequence[tuple[bool, str]], rng: np.random.Generator) -> list[Estimate]:
    """Return recall from seed families, (found, side) each: whole, and of either side."""
    out = []
    for dimension, value in (("all", "*"), ("side", FOCAL), ("side", OTHERS)):
        found = [is_found for is_found, side in seeds if value in ("*", side)]
        if not found:
            continue
        share = share_of([Judged(1, "yes" if f else "no") for f in found], {1: 10**9})
        low, high = share.interval or (None, None)
        out.append(
            Estimate(
                RECALL, SEEDS, dimension, value, share.value, low, high, len(found), sum(found), 0, len(found),
                share.exact, effective=share.effective, draws=share.draws(rng, DRAWS),
            )
        )  # fmt: skip
    return out


def source_recall(captured: Sequence[tuple[frozenset[str], str]], rng: np.random.Generator) -> list[Estimate]:
    """Return recall by capture-recapture for every pair of sources that can be independent.

    `captured`: the sources and side of each family.
    """
    names = sorted({name for sources, _ in captured for name in sources})
    out = []
    for first, second in (pair for pair in combinations(names, 2) if can_be_independent(*pair)):
        for dimension, value in (("all", "*"), ("side", FOCAL), ("side", OTHERS)):
            mine = [sources for sources, side in captured if value in ("*", side)]
            counts = (sum(first in s for s in mine), sum(second in s for s in mine))
            both = sum({first, second} <= s for s in mine)
            found = recapture(*counts, both)
            if found is None:
                continue
            draws = found.draws(rng, DRAWS)
            out.append(
                Estimate(
                    RECALL, f"{SOURCES}:{first}+{second}", dimension, value, found.recall,
                    *_ends(draws, found.recall), found.seen, both, 0, found.estimate, draws=draws,
                )
            )  # fmt: skip
    return out
