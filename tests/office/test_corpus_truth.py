"""The corpus is what it says: Table 2 at the first date, the planned moves later, and a seed fixes all of it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from etl.normalise.ipc import moves
from etl.query.ast import Query
from etl.query.evaluate import evaluate
from office.corpus.corpus import Corpus, build_corpus, packaged_queries, packaged_topics
from office.corpus.dependence import foreign_dependence
from office.corpus.evolution import months
from office.corpus.expected import survives
from office.corpus.population import T0
from office.plan.table2 import rows
from office.service.hits import Index

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference" / "paper"


def test_half_a_family_and_the_exact_dynamics_terms(corpus: Corpus) -> None:
    for row, found in zip(rows(), corpus.expected(), strict=True):
        printed = (row.applications, row.citations, row.claims, row.pct)
        pairs = (found.applications, found.citations, found.claims, found.pct)
        for share, (focal, total) in zip(printed, pairs, strict=True):
            assert abs(focal - share * total) <= 0.5, (row.technology, share, focal, total)
        assert found.terms == (row.new_sections, row.new_tens, row.new_units, row.new_subclasses), row.technology
        assert found.claims_coverage >= 0.8


@pytest.mark.slow
def test_every_placement_is_the_printed_one_at_the_default_size() -> None:
    file = REFERENCE / "table3_situation.csv"
    if not file.exists():
        pytest.skip("the shared reference folder is absent: ../shared/reference/paper/table3_situation.csv")
    printed = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    found = build_corpus(with_topics=False).expected()
    for line, one in zip(printed, found, strict=True):
        assert one.strategy == line["strategy_figure3"]
        assert one.dynamics == pytest.approx(float(line["dynamics"]), abs=1e-6)
        assert one.capability == pytest.approx(float(line["capability"]), abs=5e-4)


def test_packaged_table_is_the_reference(corpus: Corpus) -> None:
    file = REFERENCE / "table2_indicators.csv"
    if not file.exists():
        pytest.skip("the shared reference folder is absent: ../shared/reference/paper/table2_indicators.csv")
    for line, row in zip(csv.DictReader(file.read_text(encoding="utf-8").splitlines()), rows(), strict=True):
        assert float(line["applications_share"]) == row.applications
        assert float(line["pct_share"]) == row.pct
        assert int(line["new_subclasses"]) == row.new_subclasses
        assert line["name_zh"] == row.name_zh


def test_same_seed_same_corpus_another_seed_another(corpus: Corpus) -> None:
    again = build_corpus(families_per_technology=60)
    assert again.families == corpus.families
    assert again.truth == corpus.truth
    other = build_corpus(seed=1, families_per_technology=60, with_topics=False)
    assert other.families[:200] != corpus.families[:200]
    assert [x.terms for x in other.expected()] == [x.terms for x in corpus.expected()]


def test_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60"):
        build_corpus(families_per_technology=10)


def test_every_reason_to_screen_away_is_there(corpus: Corpus) -> None:
    roles = Counter((f.technologies[0], f.role) for f in corpus.families)
    for row in rows():
        for role in ("inactive", "event", "uncited", "utility", "stray"):
            assert roles[row.technology, role] >= 2, (row.technology, role)
    citing = {c.cited for p in corpus.publications if p.date <= T0 for c in p.cites}
    for family in corpus.families:
        visible = [p for p in family.publications if p.visible(T0)]
        if family.role in {"inactive", "event", "utility"} and visible:
            assert not survives(visible, 1, T0), family.role
        if family.role == "uncited":
            assert not any(p.key in citing for p in family.publications)
        if family.role == "inactive":
            assert any(p.key in citing for p in family.publications)  # screened for this reason alone


def test_events_that_only_the_legal_service_tells() -> None:
    corpus = build_corpus(families_per_technology=60, events_need_legal=True, with_topics=False)
    citing = {c.cited for p in corpus.publications for c in p.cites}
    events = [f for f in corpus.families if f.role == "event"]
    assert events
    assert all(any(p.key in citing for p in f.publications) for f in events)
    for row, found in zip(rows(), corpus.expected(), strict=True):
        assert abs(found.applications[0] - row.applications * found.applications[1]) <= 0.5


def test_some_counted_families_tell_the_two_orders_of_screening_apart(corpus: Corpus) -> None:
    for row in rows():
        mine = [f for f in corpus.families if f.role == "counted" and f.technologies[0] == row.technology]
        disputed = [f for f in mine if any(e.disqualifying for p in f.publications for e in p.events)]
        assert len(disputed) >= 2, row.technology
        for family in disputed:
            events = [[e for p in right for e in p.events if e.disqualifying] for right in family.rights()]
            assert not events[0]
            assert all(e.on <= T0 for of_right in events for e in of_right)


def test_several_countries_unknown_fields_and_unusual_residences(corpus: Corpus) -> None:
    counted = [f for f in corpus.families if f.role == "counted"]
    assert sum(len({p.country for p in f.publications}) > 1 for f in counted) > len(counted) / 5
    assert {p.country for f in counted for p in f.publications} >= {"CN", "US", "EP", "WO", "JP", "KR"}
    assert any(not f.ipc for f in counted)
    assert any(all(p.claims is None for p in f.publications) for f in counted)
    assert any(not p.on_lens for p in corpus.publications)
    assert all(p.on_lens for f in counted for p in f.publications)
    assert any(not p.on_ops for f in counted for p in f.publications)
    assert any(f.country == "CN" and f.priorities[0][0] == "US" for f in counted)
    assert any(f.country != "CN" and f.priorities[0][0] == "CN" for f in counted)
    for family in counted:  # an enrichment from OPS's full text never finds claims that were planted as unknown
        if all(p.claims is None for p in family.publications):
            assert not {"EP", "WO", "GB", "FR", "DE"} & {p.country for p in family.publications}


def test_ties_end_both_top_lists(corpus: Corpus) -> None:
    for maker in corpus.makers:
        for window in (maker.plan.earlier, maker.plan.later):
            counts = sorted(window.values(), reverse=True)
            assert counts[19] == counts[20], maker.row.technology
    assert not {f.ipc[0][:4] for f in corpus.families if f.ipc} & set(moves())  # no renumbered class among them


def test_text_satisfies_its_own_query_only(corpus: Corpus) -> None:
    index, queries = Index(corpus, "lens"), packaged_queries()
    strays = set(corpus.truth.refused_locally)
    manufacturing = next(t.parsed for t in packaged_topics() if t.id == "ic-manufacturing")
    assert manufacturing is not None
    everything: dict[str, Query] = {**queries, "ic-manufacturing": manufacturing}
    for family in corpus.families[::7]:
        one = family.publications[0]
        found = {name for name, query in everything.items() if evaluate(query, index.document(one))}
        assert found == ({family.technologies[0]} & set(everything)), (one.key, found, one.key in strays)


def test_numbers_are_used_once_and_labelled(corpus: Corpus) -> None:
    keys = [p.key for p in corpus.publications]
    assert len(keys) == len(set(keys))
    assert all(a.name.startswith("SYNTHETIC ") for f in corpus.families for a in f.applicants)


@pytest.mark.slow
def test_planned_moves_and_nothing_else(corpus: Corpus) -> None:
    before = {x.technology: x.strategy for x in corpus.expected()}
    planned = {(p.technology, p.on): (p.from_strategy, p.to_strategy) for p in corpus.truth.planned if p.from_strategy}
    seen = {}
    for month in months():
        now = {x.technology: x.strategy for x in corpus.expected(month.joins)}
        seen |= {(t, month.joins): (before[t], s) for t, s in now.items() if s != before[t]}
        before = now
    assert seen == planned
    separator = next(p for p in corpus.truth.planned if p.technology == "battery-separator")
    assert (separator.from_strategy, separator.to_strategy) == ("entrench", "position")
    assert separator.on <= date(2022, 5, 31)


def test_nothing_changes_between_the_joining_days(corpus: Corpus) -> None:
    first, second = months()[4].joins, months()[5].joins
    assert corpus.expected(first) == corpus.expected(second - timedelta(days=1))


def test_dependence_falls(corpus: Corpus) -> None:
    falling = 0
    for name, truth in corpus.truth.technologies.items():
        assert truth.dependence == foreign_dependence(corpus.families, name, T0)
        falling += truth.dependence["2005-2015"] > truth.dependence["2016-2021"]
    assert falling >= 18  # at sixty families a technology chance still has a say
