"""Concentration and risk of a monopoly against a plain recount, and ASPI's levels at their edges."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.holders.concentration import Held, Lead, concentration, lead_of, risk_of, top_cited

_FAMILIES = st.lists(
    st.builds(
        Held, st.sampled_from([None, "A", "B", "C", "D"]), st.sampled_from([None, "CN", "US", "JP"]),
        st.one_of(st.none(), st.integers(0, 9)),
    ),
    max_size=40,
)  # fmt: skip


@given(_FAMILIES)
def test_shares_are_those_of_a_plain_recount(families: list[Held]) -> None:
    found = concentration(families)
    names = [f.holder for f in families if f.holder]
    counts = sorted(Counter(names).values(), reverse=True)
    assert found.holder_known == len(names)
    if names:
        shares = [n / len(names) for n in counts]
        assert found.hhi == pytest.approx(sum(s * s for s in shares))
        assert found.shares[4] == pytest.approx(sum(shares[:4]))
        assert [t.families for t in found.largest] == counts[:20]
    else:
        assert found.hhi is None
        assert found.shares[1] is None
    countries = Counter(f.country for f in families if f.country)
    if countries:
        best = max(countries.values())
        assert countries[found.lead.country] == best
        assert found.lead.share == pytest.approx(best / sum(countries.values()))


@given(_FAMILIES)
def test_the_most_cited_tenth_has_its_ties_and_no_uncited_one(families: list[Held]) -> None:
    best = top_cited(families)
    known = [f for f in families if f.citations is not None]
    least = min((f.citations for f in best if f.citations is not None), default=1)
    assert least >= 1
    assert sorted(map(id, best)) == sorted(id(f) for f in known if f.citations is not None and f.citations >= least)
    cited = [f for f in known if f.citations]
    assert len(best) >= min(len(cited), math.ceil(len(known) / 10))


def lead(ratio: float | None) -> Lead:
    return Lead(40, "CN", 0.6, None if ratio is None else "US", None if ratio is None else 0.2, ratio)


@pytest.mark.parametrize(
    ("holders", "in_lead", "ratio", "risk"),
    [
        (10, 8, 3.0, "high"), (10, 8, 2.9, "medium"), (10, 7, 9.0, "medium"), (10, 5, 2.0, "medium"),
        (10, 5, 1.9, "low"), (10, 4, 9.0, "low"), (10, 10, None, "high"), (9, 9, 9.0, None), (10, None, 3.0, None),
    ],
)  # fmt: skip
def test_levels_of_risk(holders: int, in_lead: int | None, ratio: float | None, risk: str | None) -> None:
    assert risk_of(holders, in_lead, lead(ratio)) == risk


def test_a_monopoly_and_its_unknowns() -> None:
    ours = [Held(f"H{i}", "CN", 50) for i in range(9)] + [Held("H9", "US", 50)]
    rest = [Held("Z", "JP", 1)] * 80 + [Held(None, "JP", None)] * 10
    found = concentration([*ours, *rest])
    assert (found.top_cited, found.top_lead.country, found.top_lead.ratio) == (10, "CN", 9.0)
    assert (found.top_holders, found.top_holders_in_lead, found.risk) == (10, 9, "high")
    assert (found.lead.country, found.holder_known) == ("JP", 90)
    assert concentration([Held("A", None, None)]).risk is None
    assert lead_of([]) == Lead(0, None, None, None, None, None)
    alone = lead_of([Held("A", "CN", 1)])
    assert (alone.share, alone.ratio) == (1.0, None)
