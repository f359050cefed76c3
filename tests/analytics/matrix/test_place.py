"""Placing equals an independent recomputation over plain records at random dates, and is stored whole."""

from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

from analytics.matrix.place import place
from analytics.matrix.store import BaselineError
from tests.analytics import plain_methods as plain
from tests.analytics.made_warehouse import make
from warehouse.sections.measuring import POLICIES, Place, Policy
from warehouse.settings import Settings

STRICT = Policy(
    applications_and_grants=True, in_force=True, no_legal_event=True, min_citations=3, unknown_passes=False,
    published_before=date(2018, 5, 1),
)  # fmt: skip
MODELS = Policy(include_utility_models=False, min_citations=1)
SINGLY = STRICT.model_copy(update={"order": "publications", "inventor_assignments": True})
SURE = Policy(order="publications", include_utility_models=False, no_legal_event=True, unknown_passes=False)
VARIANTS = [
    Place(),
    Place(screening="open", country_rule="fractional", windows="rolling", window_date="priority", top=5),
    Place(screening="paper", country_rule="office", focal_country="US", cut_capability=0.2, coverage_floor=0.95),
    Place(screening="strict", country_rule="priority", top=3),
    Place(screening="singly"),
    Place(screening="sure", windows="rolling"),
    Place(screening="open", indicators=("grants", "applications", "citations", "claims", "pct")),
    Place(screening="open", indicators=("grants", "claims"), country_rule="fractional"),
    Place(screening="models", windows="rolling", earlier=(1999, 2008), later=(2009, 2024)),
]


def settings(variant: Place) -> Settings:
    return Settings(place=variant, screening={"strict": STRICT, "models": MODELS, "singly": SINGLY, "sure": SURE})


@pytest.fixture(scope="module")
def made():
    return make(seed=3)


def random_days(n, seed):
    rng = np.random.default_rng(seed)
    return [date(2008, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 6000, n)] + [date(2020, 2, 29)]


def expected(made, chosen, day):
    policy = chosen.policy()
    out = {}
    for technology, (basis, rows, funnel) in plain.screened(made, made.technologies, day, policy).items():
        figures = plain.shares(rows, chosen.place.country_rule, chosen.place.focal_country, chosen.place.indicators)
        out[technology] = basis, rows, funnel, figures, plain.dynamics(rows, chosen.place, day)
    return out


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v.screening}-{v.country_rule}-{v.windows}")
def test_equals_a_plain_recomputation_at_random_dates(made, variant):
    chosen = settings(variant)
    for day in random_days(4, 11):
        result = place(made.con, 1, chosen, day, made.technologies, origin="adhoc")
        want = expected(made, chosen, day)
        able = {}
        for item in result.measurement.technologies:
            basis, rows, funnel, figures, raw = want[item.technology_id]
            assert item.citation_basis == basis
            assert [(s.families_left, s.unknown) for s in item.funnel] == funnel
            assert item.families == len(rows)
            assert item.shift.raw == raw
            date_name = f"{variant.window_date}_date"
            assert item.classed == sum(s["main_subclass"] is not None and s[date_name] is not None for s, _ in rows)
            for share in item.indicators:
                numerator, denominator, known = figures[share.indicator]
                assert share.known_families == known
                assert share.denominator == denominator
                assert share.numerator == pytest.approx(float(numerator), rel=1e-15)
                assert share.value == (
                    pytest.approx(float(numerator / denominator), abs=1e-15) if denominator else None
                )
                assert share.coverage == (known / len(rows) if rows else 0.0)
            if raw is not None and all(d for _, d, _ in figures.values()):
                able[item.technology_id] = [float(n / d) for n, d, _ in figures.values()], raw
        check_places(result, able, variant)


def check_places(result, able, variant):
    w = plain.weights([x for x, _ in able.values()]) if able else None
    raws = [d for _, d in able.values()]
    for p in result.evaluation.placements:
        if p.technology_id not in able:
            assert p.spot is None
            assert p.why_not
            continue
        x, raw = able[p.technology_id]
        assert p.capability == pytest.approx(sum(a * b for a, b in zip(w, x, strict=True)), abs=1e-12)
        if max(raws) == min(raws):
            assert p.dynamics is None
            assert "no range" in p.why_not
        else:
            assert p.dynamics == pytest.approx((raw - min(raws)) / (max(raws) - min(raws)), abs=1e-12)
            high, moving = p.capability >= variant.cut_capability, p.dynamics >= variant.cut_dynamics
            names = {(1, 0): "assault", (1, 1): "disrupt", (0, 0): "entrench", (0, 1): "position"}
            assert p.spot.strategy == names[high, moving]


def test_is_stored_whole_and_a_second_attempt_replaces_it(made):
    for _ in range(2):
        place(made.con, 5, Settings(), date(2019, 6, 30), made.technologies)
    counts = {
        table: made.con.execute(f"select count(*) from {table} where run_id = 5").fetchone()[0]
        for table in ("run_indicators", "run_weights", "run_placements", "run_screening", "run_country_methods")
    }
    assert counts["run_indicators"] == 16
    assert counts["run_weights"] == 10
    assert counts["run_placements"] == 8
    assert counts["run_screening"] == 4 * 6
    label = made.con.execute("select distinct data_label, origin from run_placements where run_id = 5").fetchall()
    assert label == [("synthetic", "live")]
    families = made.con.execute(
        "select p.families = count(*) from run_placements p join run_families f using (run_id, technology_id) "
        "where run_id = 5 and frame = 'relative' group by p.technology_id, p.families"
    ).fetchall()
    assert families == [(True,)] * 4
    again = made.con.execute(
        "select sum(focal_weight * claim_count), sum(claim_count) from run_families where run_id = 5 "
        "and technology_id = 'tech-1' and focal_weight is not null and claim_count is not null"
    ).fetchone()
    kept = made.con.execute(
        "select numerator, denominator from run_indicators where run_id = 5 and technology_id = 'tech-1' "
        "and indicator = 'claims'"
    ).fetchone()
    assert again == kept


def test_families_are_kept_for_the_latest_runs_of_the_record_and_of_the_what_ifs(made):
    made.con.execute("delete from run_families")
    for run in (10, 11, 12, 13):
        place(made.con, run, Settings(), date(2019, 6, 30), made.technologies)
    for run in (14, 15, 16, 17):
        place(
            made.con,
            run,
            Settings(place=Place(keep_run_families=2)),
            date(2018, 6, 30),
            made.technologies,
            origin="adhoc",
        )
    kept = made.con.execute("select distinct run_id from run_families order by 1").fetchall()
    assert kept == [(12,), (13,), (16,), (17,)]
    place(made.con, 18, Settings(), date(2019, 6, 30), made.technologies)
    runs = made.con.execute("select distinct run_id from run_families order by 1").fetchall()
    assert runs == [(12,), (13,), (16,), (17,), (18,)]


def test_nothing_is_stored_when_storing_fails(made):
    class Failing:
        def __init__(self, con):
            self.con = con

        def cursor(self):
            return Failing(self.con.cursor())

        def __enter__(self):
            return self

        def __exit__(self, *exc):
            self.con.close()

        def __getattr__(self, name):
            return getattr(self.con, name)

        def execute(self, query, *args):
            if query.startswith("INSERT INTO run_placements"):
                raise duckdb.IOException("disk full")
            return self.con.execute(query, *args)

    with pytest.raises(duckdb.IOException):
        place(Failing(made.con), 77, Settings(), date(2019, 6, 30), made.technologies)
    for table in ("run_indicators", "run_families", "run_screening"):
        assert made.con.execute(f"select count(*) from {table} where run_id = 77").fetchone() == (0,)


def test_anchored_frame_keeps_the_named_baselines_weights_and_range(made):
    first = place(made.con, 20, Settings(), date(2016, 1, 1), made.technologies)
    chosen = Settings(place=Place(baseline_run=20))
    later = place(made.con, 21, chosen, date(2021, 1, 1), made.technologies)
    relative, anchored = later.evaluation.frames
    base = first.evaluation.frames[0]
    assert (anchored.weights, anchored.dynamics_maximum) == (base.weights, base.dynamics_maximum)
    assert relative.weights != base.weights
    for p in later.evaluation.placements:
        if p.frame == "anchored":
            values = [
                i.value
                for m in later.measurement.technologies
                if m.technology_id == p.technology_id
                for i in m.indicators
            ]
            assert p.capability == base.capability(values)


def test_a_first_run_is_its_own_baseline_and_anchors_those_to_come():
    made = make(seed=8, families=60)
    first = place(made.con, 1, Settings(), date(2016, 1, 1), made.technologies)
    assert first.evaluation.frames[0].weights == first.evaluation.frames[1].weights
    second = place(made.con, 2, Settings(), date(2021, 1, 1), made.technologies)
    assert second.evaluation.frames[1].weights == first.evaluation.frames[0].weights


def test_a_named_baseline_without_weights_is_refused(made):
    with pytest.raises(BaselineError, match="baseline_run = 999"):
        place(made.con, 30, Settings(place=Place(baseline_run=999)), date(2016, 1, 1), made.technologies)


def test_a_baseline_of_other_indicators_is_refused(made):
    place(made.con, 31, Settings(), date(2015, 1, 1), made.technologies)
    five = Settings(place=Place(baseline_run=31, indicators=("applications", "citations", "claims", "pct", "grants")))
    with pytest.raises(BaselineError, match="run 31, the baseline, weighed applications, citations, claims, pct, and"):
        place(made.con, 32, five, date(2016, 1, 1), made.technologies)


@pytest.mark.parametrize("names", [(), ("applications", "renewals")])
def test_indicators_that_are_not_declared_are_refused(names):
    with pytest.raises(ValueError, match="expected some of applications, citations, claims, pct, grants"):
        Place(indicators=names)


def test_the_papers_weights_are_of_its_own_four_indicators():
    with pytest.raises(ValueError, match="the paper's four indicators"):
        Place(baseline="paper", indicators=("applications", "grants"))


def test_an_indicator_wholly_unknown_is_null_with_coverage_0_and_says_so(made):
    con = make(seed=5, families=80).con
    con.execute("update family_states set claim_count = null")
    technologies = [("tech-1", "q1"), ("tech-2", "q2"), ("tech-3", "q3")]
    result = place(con, 1, Settings(), date(2020, 1, 1), technologies)
    for item in result.measurement.technologies:
        claims = item.indicators[2]
        assert (claims.value, claims.coverage, claims.known_families) == (None, 0.0, 0)
        assert item.indicators[0].value is not None
    for p in result.evaluation.placements:
        assert p.capability is None
        assert "claims: known for none" in p.why_not
        assert "claims" in p.low_evidence_why
    assert con.execute("select count(*) from run_weights").fetchone() == (0,)


def test_one_technology_has_no_range_of_its_own_but_an_anchored_place(made):
    place(made.con, 40, Settings(), date(2018, 1, 1), made.technologies)
    chosen = Settings(place=Place(baseline_run=40))
    result = place(made.con, 41, chosen, date(2020, 1, 1), [("tech-1", "q1")])
    relative, anchored = result.evaluation.placements
    assert relative.dynamics is None
    assert relative.spot is None
    assert "baseline" in relative.why_not
    assert "equal weights" in relative.low_evidence_why
    assert result.evaluation.frames[0].weights == (0.25,) * 4
    assert anchored.spot is not None
    assert anchored.dynamics_raw == relative.dynamics_raw


def test_two_technologies_are_placed_and_flagged(made):
    result = place(made.con, 42, Settings(), date(2020, 1, 1), [("tech-1", "q1"), ("tech-3", "q3")])
    for p in result.evaluation.placements[:2]:
        assert p.dynamics in (0.0, 1.0)
        assert "two technologies only" in p.low_evidence_why


def test_a_technology_without_families_is_not_placed_and_says_why(made):
    result = place(made.con, 43, Settings(), date(2020, 1, 1), [*made.technologies, ("nothing", "q")])
    empty = [p for p in result.evaluation.placements if p.technology_id == "nothing"]
    assert all(p.why_not.startswith("no family is left") and p.families == 0 for p in empty)
    stored = made.con.execute(
        "select count(*) from run_screening where run_id = 43 and technology_id = 'nothing'"
    ).fetchone()
    assert stored == (6,)


def test_order_of_rows_and_of_technologies_does_not_matter():
    one, other = make(seed=9, families=70), make(seed=9, families=70)
    for table in ("families", "family_states", "family_memberships", "family_citations"):
        other.con.execute(f"create table t as select * from {table} order by hash(rowid)")
        other.con.execute(f"delete from {table}; insert into {table} select * from t; drop table t")
    place(one.con, 1, Settings(place=Place(country_rule="fractional")), date(2020, 1, 1), one.technologies)
    place(other.con, 1, Settings(place=Place(country_rule="fractional")), date(2020, 1, 1), one.technologies[::-1])
    for table in ("run_indicators", "run_placements", "run_weights", "run_window_top", "run_shift", "run_families"):
        query = f"select * from {table} order by all"
        ours = one.con.execute(query).fetchall()
        if table in (
            "run_placements",
            "run_weights",
        ):  # sums over technologies follow their order: equal to the last bits
            theirs = other.con.execute(query).fetchall()
            for a, b in zip(ours, theirs, strict=True):
                assert [v for v in a if not isinstance(v, float) and v not in ("q0", "import")] == [
                    v for v in b if not isinstance(v, float) and v not in ("q0", "import")
                ]
                assert [v for v in a if isinstance(v, float)] == pytest.approx([v for v in b if isinstance(v, float)])
        else:
            assert ours == other.con.execute(query).fetchall(), table


def test_family_whose_country_is_unknown_leaves_both_sides(made):
    con = make(seed=6, families=60, unknown=0.0, counts=False).con
    con.execute("update family_states set residence_country = null, priority_country = null, office_country = null "
                "where family_key % 3 = 0")  # fmt: skip
    result = place(con, 1, Settings(place=Place(screening="open")), date(2022, 1, 1), [("tech-1", "q1")])
    item = result.measurement.technologies[0]
    families = result.measurement.families
    known = families.filter(pl.col("focal_weight").is_not_null())
    assert item.indicators[0].denominator == known.height < families.height
    assert item.indicators[2].denominator == known["claim_count"].sum()
    assert dict(item.countries)["unknown"] == families.height - known.height


def test_policies_of_the_house_are_there():
    assert set(POLICIES) == {"paper", "monitor", "open"}
