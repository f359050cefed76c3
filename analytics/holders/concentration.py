"""How few holders and countries have a technology, and whether one country monopolises it.

Source: docs/methods.md, Holders. The levels of risk are those of ASPI's Critical Technology Tracker (Gaida et al. 2023), taken over from
highly cited papers and their institutions to the most cited families and their holders.
"""  # noqa: E501

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

TOP = 20
_TENTH = 0.1
_LEVELS = (("high", 8, 3.0), ("medium", 5, 2.0))  # of ten holders in the lead country; lead over second
_TEN = 10


@dataclass(frozen=True, slots=True)
class Held:
    """One family: its holder and country (None: unknown) and forward citations (None: unknown)."""

    holder: str | None
    country: str | None
    citations: int | None


@dataclass(frozen=True, slots=True)
class Lead:
    """The country with most families, its share, the next, and the ratio; None: no country known, no second."""

    known: int
    country: str | None
    share: float | None
    second: str | None
    second_share: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Top:
    """One of the largest holders: families, share of those whose holder is known, country of most, most cited ones."""

    rank: int
    holder: str
    country: str | None
    families: int
    share: float
    top_cited: int


@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration of one technology; see the table run_concentration."""

    families: int
    holder_known: int
    holders: int
    hhi: float | None
    shares: dict[int, float | None]
    lead: Lead
    top_cited: int
    top_lead: Lead
    top_holders: int
    top_holders_in_lead: int | None
    risk: str | None
    largest: tuple[Top, ...]


def top_cited(families: Sequence[Held]) -> list[Held]:
    """Return the most cited tenth of the families whose citations are known.

    The tenth rounded up, all that tie with the last of it, uncited ones never.
    """
    known = sorted((f.citations for f in families if f.citations is not None), reverse=True)
    if not known:
        return []
    floor = max(known[math.ceil(len(known) * _TENTH) - 1], 1)
    return [f for f in families if f.citations is not None and f.citations >= floor]


def lead_of(families: Sequence[Held]) -> Lead:
    """Return which country has most families; a tie goes to the first by code."""
    counts = Counter(f.country for f in families if f.country is not None)
    order = sorted(counts, key=lambda c: (-counts[c], str(c)))
    known = sum(counts.values())
    if not order:
        return Lead(0, None, None, None, None, None)
    first, second = order[0], order[1] if len(order) > 1 else None
    ratio = counts[first] / counts[second] if second is not None else None
    return Lead(known, first, counts[first] / known, second, counts[second] / known if second else None, ratio)


def concentration(families: Sequence[Held]) -> Concentration:
    """Return the concentration of a technology's families. What is unknown leaves both sides of each share."""
    holders = Counter(f.holder for f in families if f.holder is not None)
    known = sum(holders.values())
    order = sorted(holders, key=lambda h: (-holders[h], str(h)))
    best = top_cited(families)
    top_lead = lead_of(best)
    of_best = Counter(f.holder for f in best if f.holder is not None)
    ten = sorted(of_best, key=lambda h: (-of_best[h], str(h)))[:_TEN]
    home = _homes(families)
    in_lead = None if top_lead.country is None else sum(home.get(str(h)) == top_lead.country for h in ten)
    return Concentration(
        len(families), known, len(holders),
        sum(n * n for n in holders.values()) / known**2 if known else None,
        {n: sum(holders[h] for h in order[:n]) / known if known else None for n in (1, 4, 10, 20)},
        lead_of(families), len(best), top_lead, len(ten), in_lead, risk_of(len(ten), in_lead, top_lead),
        tuple(
            Top(at, str(h), home.get(str(h)), holders[h], holders[h] / known, of_best[h])
            for at, h in enumerate(order[:TOP], 1)
        ),
    )  # fmt: skip


def _homes(families: Sequence[Held]) -> dict[str, str]:
    """Return the country of most of each holder's families; a tie goes to the first by code."""
    counts: dict[str, Counter[str]] = {}
    for f in families:
        if f.holder is not None and f.country is not None:
            counts.setdefault(f.holder, Counter())[f.country] += 1
    return {holder: min(c, key=lambda code: (-c[code], code)) for holder, c in counts.items()}


def risk_of(holders: int, in_lead: int | None, lead: Lead) -> str | None:
    """Return high, medium or low; None where there are fewer than ten holders of the most cited families.

    Without a second country the lead has no bound.
    """
    if holders < _TEN or in_lead is None:
        return None
    ratio = math.inf if lead.ratio is None else lead.ratio
    return next((level for level, number, times in _LEVELS if in_lead >= number and ratio >= times), "low")
