"""Several judges: what they say together, and how well they agree (Cohen's kappa)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from analytics.quality.intervals import NO, UNSURE, YES

Verdicts = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges over the families both judged; `kappa` is None where both always say one and the same thing."""

    first: str
    second: str
    items: int
    agreed: float | None
    kappa: float | None


def together(by_judge: Mapping[str, Verdicts]) -> dict[int, str]:
    """Return what most judges say of each family, unsure where as many say yes as no."""
    said: dict[int, list[str]] = {}
    for verdicts in by_judge.values():
        for item, verdict in verdicts.items():
            said.setdefault(item, []).append(verdict)
    return {item: _most(verdicts) for item, verdicts in sorted(said.items())}


def _most(verdicts: list[str]) -> str:
    right, wrong = verdicts.count(YES), verdicts.count(NO)
    return UNSURE if right == wrong else YES if right > wrong else NO


def agreements(by_judge: Mapping[str, Verdicts]) -> list[Agreement]:
    """Return the agreement of every pair of judges that have a family in common."""
    out = []
    for first, second in combinations(sorted(by_judge), 2):
        common = sorted(by_judge[first].keys() & by_judge[second].keys())
        if common:
            out.append(_pair(first, second, [(by_judge[first][i], by_judge[second][i]) for i in common]))
    return out


def _pair(first: str, second: str, pairs: list[tuple[str, str]]) -> Agreement:
    number = len(pairs)
    agreed = sum(a == b for a, b in pairs) / number
    ones, others = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(ones[v] * others[v] for v in (YES, NO, UNSURE)) / number**2
    return Agreement(first, second, number, agreed, None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance))
