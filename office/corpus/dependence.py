"""Foreign dependence as planted: read from the corpus's own citations, by period (docs/methods.md, Network)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from office.plan.model import Family

PERIODS = ((2005, 2015), (2016, 2021))


def foreign_dependence(families: Sequence[Family], technology: str, on: date) -> dict[str, float]:
    """Return, per period of the citing publication, the share of the focal country's citations that go abroad.

    Family to family, once per citing family, within one technology's harvested families; citations that leave the
    corpus are not in it. Periods without a citation are left out. The planted trend falls.
    """
    mine = [f for f in families if technology in f.technologies and f.role != "stray"]
    owner = {p.key: f for f in mine for p in f.publications}
    first: dict[tuple[int, int], date] = {}
    for family in mine:
        if family.country != "CN":
            continue
        for one in family.publications:
            for citation in one.cites:
                cited = owner.get(citation.cited)
                if cited is not None and cited is not family and one.date <= on:
                    pair = (family.index, cited.index)
                    first[pair] = min(first.get(pair, one.date), one.date)
    found = {}
    for start, end in PERIODS:
        abroad = [families[cited].country != "CN" for (_, cited), day in first.items() if start <= day.year <= end]
        if abroad:
            found[f"{start}-{end}"] = sum(abroad) / len(abroad)
    return found
