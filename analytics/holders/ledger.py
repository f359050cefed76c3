"""The ledger of names: which holder a name stands for, and which names may be one holder.

Source: docs/methods.md, Holders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LARGEST = 20
FOLDING, DECISION, AUTOMATIC = "folding", "decision", "automatic"
_LEAST_SHARE = 0.5  # of the rarer name's families that can be compared


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided: `same` folded name → holder; `split` spellings as stated that are holders of their own;
    `apart` pairs of folded names that are never one holder.
    """

    same: Mapping[str, str] = field(default_factory=dict)
    split: frozenset[str] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Beside:
    """Two folded names in the same place of two members: families, and those of the rarer name that can be compared."""

    first: str
    second: str
    together: int
    compared: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two folded names that may be one holder; `first` has more families. See the table holder_proposals."""

    first: str
    second: str
    reason: str
    first_families: int
    second_families: int
    together: int
    share: float | None
    is_large: bool
    state: str


def largest(families: Mapping[str, int]) -> set[str]:
    """Return the twenty names with most families; ties with the last by name."""
    return set(sorted(families, key=lambda name: (-families[name], name))[:LARGEST])


def proposals(
    families: Mapping[str, int], beside: Sequence[Beside], decisions: Decisions, *, automatic: bool = False
) -> list[Proposal]:
    """Return pairs of names that may be one holder, those with most families first.

    `spelling`: the same letters with other spaces; `order`: the same words in another order; `family`: side by side in
    members of one family, in half of the rarer name's families that can be compared, and in two at least. `automatic`
    joins spelling and order, never one of the twenty largest. `families`: folded name → families.
    """
    found: dict[tuple[str, str], tuple[str, int, float | None]] = {}
    for reason, key in (("spelling", _letters), ("order", _words)):
        for pair in _alike(families, key):
            found.setdefault(pair, (reason, 0, None))
    for one in beside:
        share = one.together / one.compared if one.compared else 0.0
        if one.together >= 2 and share >= _LEAST_SHARE and one.first in families and one.second in families:
            found.setdefault(_ordered(one.first, one.second, families), ("family", one.together, share))
    large = largest(families)
    out = [
        Proposal(a, b, reason, families[a], families[b], together, share, bool({a, b} & large),
                 _state(a, b, reason, decisions, automatic=automatic and not {a, b} & large))
        for (a, b), (reason, together, share) in found.items()
    ]  # fmt: skip
    return sorted(out, key=lambda p: (-(p.first_families + p.second_families), p.first, p.second))


def _letters(name: str) -> str:
    return name.replace(" ", "")


def _words(name: str) -> str:
    return " ".join(sorted(name.split()))


def _ordered(a: str, b: str, families: Mapping[str, int]) -> tuple[str, str]:
    return (a, b) if (-families[a], a) <= (-families[b], b) else (b, a)


def _alike(families: Mapping[str, int], key: object) -> Iterable[tuple[str, str]]:
    """Yield pairs of different names with the same key, each with the one that has most families."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in families:
        groups[key(name)].append(name)  # type: ignore[operator]
    for names in groups.values():
        first = min(names, key=lambda name: (-families[name], name))
        yield from ((first, other) for other in sorted(names) if other != first)


def _state(a: str, b: str, reason: str, decisions: Decisions, *, automatic: bool) -> str:
    if frozenset((a, b)) in decisions.apart:
        return "apart"
    if a in decisions.same and decisions.same[a] == decisions.same.get(b):
        return "same"
    return AUTOMATIC if automatic and reason in ("spelling", "order") else "open"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Which holder a name stands for: `of_folded`, and `split` spellings that are holders of their own."""

    of_folded: Mapping[str, tuple[str, str]]
    split: frozenset[str]

    def holder(self, stated: str | None, folded: str) -> tuple[str, str]:
        """Return the holder of an applicant, and by what it is settled: folding, decision or automatic."""
        if stated is not None and stated in self.split:
            return stated, DECISION
        return self.of_folded.get(folded, (folded, FOLDING))


def ledger(decisions: Decisions, found: Sequence[Proposal]) -> Ledger:
    """Return the ledger of decisions and of the proposals that were joined automatically.

    Decisions go first: a name that a decision settles is joined to nothing by itself.
    """
    of: dict[str, tuple[str, str]] = {name: (holder, DECISION) for name, holder in decisions.same.items()}
    for one in found:
        if one.state == AUTOMATIC and one.second not in of:
            of[one.second] = (of.get(one.first, (one.first, ""))[0], AUTOMATIC)
    return Ledger(of, decisions.split)


def counts(names: Iterable[str]) -> Counter[str]:
    """Return how many families each name has."""
    return Counter(names)
