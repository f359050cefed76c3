"""A plain reader of the truth: docs/methods.md over the corpus's own objects, sharing no code with the warehouse."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from office.plan.model import Family, Publication

TOP = 20
EARLIER, LATER = (2001, 2010), (2011, 2021)


@dataclass(slots=True)
class Expected:
    """What one technology measures at T: focal and total per indicator, and the dynamics terms |A_1| … |A_4|."""

    technology: str
    number: int
    applications: tuple[int, int] = (0, 0)
    citations: tuple[int, int] = (0, 0)
    claims: tuple[int, int] = (0, 0)
    pct: tuple[int, int] = (0, 0)
    claims_coverage: float = 0.0
    terms: tuple[int, int, int, int] = (0, 0, 0, 0)
    new_subclasses: list[str] = field(default_factory=list)
    capability: float = math.nan
    dynamics: float = math.nan
    strategy: str = ""

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Applications, citations, claims and PCT share."""
        return tuple(a / b if b else math.nan for a, b in (self.applications, self.citations, self.claims, self.pct))  # type: ignore[return-value]

    @property
    def dynamics_raw(self) -> int:
        """4·|A_1| + 3·|A_2| + 2·|A_3| + |A_4| (docs/methods.md, Dynamics)."""
        return sum(weight * size for weight, size in zip((4, 3, 2, 1), self.terms, strict=True))


def citing_dates(families: Sequence[Family], on: date) -> dict[int, dict[int, date]]:
    """Return for each cited family its citing families with the date of the first citation, as published by `on`."""
    owner = {p.key: f.index for f in families for p in f.publications}
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for family in families:
        for one in family.publications:
            if one.date > on:
                continue
            for citation in one.cites:
                cited = owner.get(citation.cited)
                if cited is not None and cited != family.index:
                    known = found[cited].get(family.index)
                    found[cited][family.index] = one.date if known is None else min(known, one.date)
    return found


def survives(visible: Sequence[Publication], citing: int, on: date) -> bool:
    """Return whether a family passes the screening of policies `monitor` and `paper` (docs/methods.md, Counting).

    Its publications are screened first: one that passes keeps the family. An event on an application is on all of it.
    """
    disputed = {p.application_number for p in visible for e in p.events if e.disqualifying and e.on <= on}
    return citing >= 1 and any(
        p.type != "utility_model"
        and (p.lapse_date is None or p.lapse_date > on)
        and p.application_number not in disputed
        for p in visible
    )


def population(
    families: Sequence[Family], technology: str, on: date, citing: Mapping[int, Mapping[int, date]] | None = None
) -> list[tuple[Family, list[Publication], int]]:
    """Return (family, its publications by `on` in order of date, forward citations) after screening.

    `citing` is what `citing_dates` says of them, where the caller has it.
    """
    citing = citing_dates(families, on) if citing is None else citing
    kept = []
    for family in families:
        if technology not in family.technologies or family.role == "stray":
            continue
        order = sorted(family.publications, key=lambda p: (p.date, p.country, p.number, p.kind))
        visible = [p for p in order if p.visible(on)]
        forward = len(citing.get(family.index, {}))
        if visible and survives(visible, forward, on):
            kept.append((family, visible, forward))
    return kept


def _prefix_terms(kept: list[tuple[Family, list[Publication], int]]) -> tuple[tuple[int, int, int, int], list[str]]:
    counts: dict[tuple[int, int], Counter[str]] = {EARLIER: Counter(), LATER: Counter()}
    for family, visible, _ in kept:
        year = min(p.filing_date for p in visible).year
        for window, counter in counts.items():
            if window[0] <= year <= window[1] and family.ipc:
                counter[family.ipc[0][:4]] += 1
    tops = {}
    for window, other in ((EARLIER, LATER), (LATER, EARLIER)):
        ranked = sorted(counts[window], key=lambda code: (-counts[window][code], -counts[other][code], code))
        tops[window] = ranked[:TOP]
    new = [{c[:k] for c in tops[LATER]} - {c[:k] for c in tops[EARLIER]} for k in (1, 2, 3, 4)]
    return (len(new[0]), len(new[1]), len(new[2]), len(new[3])), sorted(new[3])


def expected_one(
    families: Sequence[Family], technology: str, number: int, on: date,
    citing: Mapping[int, Mapping[int, date]] | None = None,
) -> Expected:  # fmt: skip
    """Measure one technology at `on`; `citing` as for `population`."""
    kept = population(families, technology, on, citing)
    result = Expected(technology, number)
    ours = [entry for entry in kept if entry[0].country == "CN"]
    result.applications = (len(ours), len(kept))
    result.citations = (sum(e[2] for e in ours), sum(e[2] for e in kept))
    claims = {e[0].index: next((p.claims for p in e[1] if p.claims is not None), None) for e in kept}
    known = [e for e in kept if claims[e[0].index] is not None]
    result.claims = (
        sum(claims[e[0].index] or 0 for e in known if e[0].country == "CN"),
        sum(claims[e[0].index] or 0 for e in known),
    )
    result.claims_coverage = len(known) / len(kept) if kept else math.nan
    pct = [e for e in kept if any(p.country == "WO" for p in e[1])]
    result.pct = (sum(1 for e in pct if e[0].country == "CN"), len(pct))
    result.terms, result.new_subclasses = _prefix_terms(kept)
    return result


def entropy_weights(shares: Sequence[Sequence[float]]) -> list[float]:
    """Return the entropy weights of the four indicators over technologies (docs/methods.md, Capability)."""
    spread = []
    for j in range(4):
        x = [row[j] for row in shares]
        low, high = min(x), max(x)
        y = [(value - low) / (high - low) if high > low else 0.0 for value in x]
        total = sum(y)
        p = [value / total for value in y] if total else []
        entropy = -sum(value * math.log(value) for value in p if value > 0) / math.log(len(x)) if p else 1.0
        spread.append(1 - entropy)
    return [value / sum(spread) for value in spread]


def place(rows: list[Expected]) -> None:
    """Fill in capability, dynamics and strategy in the relative frame (docs/methods.md), cuts at 0.5."""
    weights = entropy_weights([row.shares for row in rows])
    raw = [row.dynamics_raw for row in rows]
    low, high = min(raw), max(raw)
    for row in rows:
        row.capability = sum(w * x for w, x in zip(weights, row.shares, strict=True))
        row.dynamics = (row.dynamics_raw - low) / (high - low) if high > low else 0.0
        quadrant = (row.capability >= 0.5, row.dynamics >= 0.5)
        row.strategy = {
            (True, False): "assault", (True, True): "disrupt", (False, False): "entrench", (False, True): "position"
        }[quadrant]  # fmt: skip


def expected(families: Sequence[Family], technologies: Sequence[tuple[str, int]], on: date) -> list[Expected]:
    """Measure and place all technologies at `on`, in the order given."""
    citing = citing_dates(families, on)
    rows = [expected_one(families, technology, number, on, citing) for technology, number in technologies]
    place(rows)
    return rows
