"""Every variant equals a placement of its own by those settings."""

from datetime import date

import pytest

import sql
from analytics.matrix.place import place
from analytics.sensitivity.outcomes import outcomes, store_outcomes
from analytics.sensitivity.variants import BASE, variants
from tests.analytics.made_warehouse import make
from warehouse.sections.measuring import Place, Policy
from warehouse.settings import Settings

DAY = date(2020, 6, 30)
OWN = Settings(
    place=Place(screening="open", bootstrap_draws=0, baseline="paper"),
    screening={"mine": Policy(applications_and_grants=True, min_citations=2)},
)


@pytest.fixture(scope="module")
def made():
    made = make(seed=3, technologies=4, families=60, counts=False)
    made.con.execute(sql.text("migrations/0037_sensitivity.sql"))
    made.con.execute("UPDATE families SET first_applicant_folded = 'holder' || (family_key % 7)")
    return made


def placed(made, chosen):
    found = place(made.con, 1, chosen, DAY, made.technologies, origin="adhoc").evaluation.placements
    return {
        (p.technology_id, p.frame): (p.capability, p.dynamics, p.spot and p.spot.strategy.value, p.why_not)
        for p in found
    }


def test_every_choice_is_tried_and_differs_from_the_workspaces_own_in_one_setting():
    tried = list(variants(OWN))
    assert [v.kind for v in tried].count(BASE) == 1
    kinds = {v.kind for v in tried}
    assert kinds == {BASE, "country_rule", "windows", "screening", "order", "top", "self_citations"}
    assert {v.value for v in tried if v.kind == "country_rule"} == {"priority", "office", "fractional"}
    assert {v.value for v in tried if v.kind == "screening"} == {"paper", "monitor", "mine"}
    for variant in tried[1:]:
        own, other = OWN.place.model_dump(), variant.settings.place.model_dump()
        changed = [key for key in own if own[key] != other[key]]
        policy = OWN.policy() != variant.settings.policy()
        assert changed == ([] if variant.kind == "order" else [variant.kind]), variant.kind
        assert policy == (variant.kind in {"order", "screening"})


def test_each_outcome_is_that_of_a_placement_by_those_settings(made):
    seen = set()
    for variant in variants(OWN):
        rows, label = outcomes(made.con, 1, variant, DAY, made.technologies)
        found = {(o.technology_id, o.frame): (o.capability, o.dynamics, o.strategy, o.why_not) for o in rows}
        assert found == placed(made, variant.settings)
        assert label == "synthetic"
        seen.add(tuple(sorted((key, value[:2]) for key, value in found.items() if key[1] == "relative")))
    assert len(seen) > 6  # the variants are not all alike


def test_without_self_citations_only_those_of_other_holders_count(made):
    without = OWN.model_copy(update={"place": OWN.place.model_copy(update={"self_citations": False})})
    all_counted, found = placed(made, OWN), placed(made, without)
    other = make(seed=3, technologies=4, families=60, counts=False)
    other.con.execute(
        "DELETE FROM family_citations WHERE cited_family_key % 7 = citing_family_key % 7"
        " AND citing_family_key IN (SELECT family_key FROM families)"
    )
    assert found == placed(other, OWN)
    assert found != all_counted


def test_outcomes_are_stored_once(made):
    rows, _ = outcomes(made.con, 1, next(variants(OWN)), DAY, made.technologies)
    for _ in range(2):
        store_outcomes(made.con, 9, rows)
    assert made.con.execute("SELECT count(*) FROM run_sensitivity WHERE run_id = 9").fetchone() == (len(rows),)
