"""Bounds of placements: what they hold, what they say, what is stored, on warehouses full of unknowns."""

import subprocess
import sys
from datetime import date

import numpy as np
import polars as pl
import pytest

import sql
from analytics.bounds.bounds import bounds_of, technology_bounds
from analytics.bounds.free import Free
from analytics.bounds.lists import _certain, raw_bounds
from analytics.bounds.store import store_bounds
from analytics.matrix.evaluate import evaluate
from analytics.matrix.place import place
from analytics.measure.dynamics import AMPLITUDES, new_prefix_counts, raw_dynamics
from analytics.measure.measure import measure
from tests.analytics.made_warehouse import make
from warehouse.sections.measuring import Place, Policy
from warehouse.settings import Settings

DAY = date(2022, 6, 30)
STRICT = Policy(applications_and_grants=True, in_force=True, no_legal_event=True, min_citations=2, unknown_passes=False)
EFFORTS = ({"worlds": 20_000}, {"worlds": 0}, {"worlds": 0, "effort": 0})  # every table, the programme, its relaxation
VARIANTS = [
    Place(screening="open"),
    Place(screening="monitor", windows="rolling", top=5),
    Place(screening="strict", country_rule="priority", top=3),
    Place(screening="open", country_rule="fractional", top=4),
]


def settings(variant):
    return Settings(place=variant, screening={"strict": STRICT})


@pytest.fixture(scope="module")
def made():
    made = make(seed=5, technologies=5, families=60, unknown=0.1)
    made.con.execute("UPDATE family_states SET office_country = NULL WHERE office_country = 'WO'")
    return made


def completed(rows, found, rng):
    """One way the unknown of a technology's candidates could be: shares and raw dynamics of it, in plain steps."""
    inside = rows["passes"].to_numpy() & ~rows["is_open"].to_numpy()
    inside = inside | (rows["is_open"].to_numpy() & (rng.random(rows.height) < rng.random()))
    focal = rows["focal_weight"].to_numpy().astype(float)
    focal = np.where(np.isnan(focal), rng.random(rows.height) < rng.random(), focal)
    amounts = {"applications": np.ones(rows.height)}
    columns = {"citations": "forward_citations", "claims": "claim_count", "pct": "is_pct"}
    largest = {s.indicator: s.largest for s in found.shares}
    for name, column in columns.items():
        x = rows[column].cast(pl.Float64).to_numpy().astype(float)
        amounts[name] = np.where(np.isnan(x), rng.integers(0, int(largest[name]) + 1, rows.height), x)
    total = {name: x[inside].sum() for name, x in amounts.items()}
    return [(x * focal)[inside].sum() / total[name] if total[name] else None for name, x in amounts.items()], inside


def completed_raw(rows, inside, codes, top, rng):
    main = [c if c is not None else str(rng.choice(codes)) for c in rows["main_subclass"].to_list()]
    counts = np.zeros((2, len(codes)), dtype=np.int64)
    for code, window, year, there in zip(
        main, rows["window"].to_list(), rows["filing_year"].to_list(), inside, strict=True
    ):
        where = window if year is not None else (None, 1, 2)[int(rng.integers(3))]
        if there and where is not None:
            counts[where - 1, codes.index(code)] += 1
    return int(raw_dynamics(counts[:1], counts[1:], codes, top)[0]) if counts.sum(axis=1).all() else None


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v.screening}-{v.country_rule}")
def test_printed_figures_and_random_completions_lie_within(made, variant):
    chosen, rng = settings(variant), np.random.default_rng(1)
    measured = measure(made.con, chosen, DAY, made.technologies)
    codes = sorted({c for c in measured.candidates["main_subclass"].to_list() if c is not None} | {"E99Z"})
    found = technology_bounds(measured, codes, variant, {})
    assert any(s.unknown_country + s.unknown_amount + s.undecided for b in found.values() for s in b.shares)
    for item in measured.technologies:
        bounds = found[item.technology_id]
        rows = measured.candidates.filter(technology_id=item.technology_id)
        for indicator, ends in zip(item.indicators, bounds.shares, strict=True):
            assert ends.least - 1e-12 <= indicator.value <= ends.most + 1e-12
        assert bounds.raw.least <= item.shift.raw <= bounds.raw.most
        for _ in range(40):
            shares, inside = completed(rows, bounds, rng)
            for value, ends in zip(shares, bounds.shares, strict=True):
                assert value is None or ends.least - 1e-12 <= value <= ends.most + 1e-12
            raw = completed_raw(rows, inside, codes, variant.top, rng)
            assert raw is None or bounds.raw.least <= raw <= bounds.raw.most


def test_the_range_of_dynamics_is_free_too_in_the_relative_frame(made):
    chosen, rng = settings(VARIANTS[0]), np.random.default_rng(2)
    measured = measure(made.con, chosen, DAY, made.technologies)
    found, places = bounds_of(measured, evaluate(measured.technologies, chosen.place, None), [], chosen.place)
    relative = {p.technology_id: p for p in places if p.frame == "relative"}
    ends = [found[name].raw for name in relative]
    for _ in range(300):
        raws = [int(rng.integers(e.least, e.most + 1)) for e in ends]
        low, high = min(raws), max(raws)
        for raw, bounds in zip(raws, relative.values(), strict=True):
            if high > low:
                assert bounds.dynamics[0] - 1e-12 <= (raw - low) / (high - low) <= bounds.dynamics[1] + 1e-12


def test_nothing_unknown_leaves_nothing_open():
    made = make(seed=8, technologies=4, families=40, unknown=0.0)
    made.con.execute("UPDATE family_states SET office_country = residence_country, is_pct = coalesce(is_pct, false)")
    made.con.execute("UPDATE family_citations SET date_basis = 'publication'")
    chosen = Settings(place=Place(screening="open", bootstrap_draws=0))
    measured = measure(made.con, chosen, DAY, made.technologies)
    evaluation = evaluate(measured.technologies, chosen.place, None)
    _, places = bounds_of(measured, evaluation, ["A01B", "E99Z"], chosen.place)
    assert len(places) == 8
    for bounds, printed in zip(places, [p for p in evaluation.placements if p.spot], strict=True):
        assert bounds.holds
        assert bounds.is_sharp
        assert bounds.capability == pytest.approx((printed.capability, printed.capability))
        assert bounds.dynamics == pytest.approx((printed.dynamics, printed.dynamics))


def test_one_unknown_country_near_the_line_cannot_be_told(made):
    chosen = settings(VARIANTS[0])
    measured = measure(made.con, chosen, DAY, made.technologies)
    evaluation = evaluate(measured.technologies, chosen.place, None)
    _, places = bounds_of(measured, evaluation, [], chosen.place)
    for bounds in places:
        sides = {k >= chosen.place.cut_capability for k in bounds.capability}
        sides_d = {d >= chosen.place.cut_dynamics for d in bounds.dynamics}
        assert bounds.holds == (len(sides) == len(sides_d) == 1)
    assert {b.holds for b in places} == {True, False}


def stores_bounds(con):
    for name in ("0036_bounds", "0052_bounds_inputs"):
        con.execute(sql.text(f"migrations/{name}.sql"))


def test_a_run_stores_its_bounds_once(made):
    stores_bounds(made.con)
    chosen = Settings(place=Place(screening="open", bootstrap_draws=0))
    result = place(made.con, 7, chosen, DAY, made.technologies)
    for _ in range(2):
        places = store_bounds(made.con, result, chosen.place)
    stored = made.con.execute("SELECT count(*), count(DISTINCT (technology_id, frame)) FROM run_bounds").fetchone()
    assert stored == (len(places), len(places))
    shares = made.con.execute("SELECT count(*), bool_and(least <= most) FROM run_share_bounds").fetchone()
    assert shares == (4 * len(result.measurement.technologies), True)


def test_bounds_are_computed_again_only_where_what_they_rest_on_changed(monkeypatch):
    made = make(seed=11, technologies=3, families=60)
    stores_bounds(made.con)
    chosen = settings(VARIANTS[0])
    computed = []

    def counting(free, top):
        computed.append(free)
        return raw_bounds(free, top)

    monkeypatch.setattr("analytics.bounds.bounds.raw_bounds", counting)
    found = []
    for run in (1, 2, 3):
        if run == 3:  # one class of one technology becomes unknown
            made.con.execute(
                "UPDATE family_states SET main_subclass = NULL WHERE family_key ="
                ' (SELECT min(family_key) FROM run_families WHERE run_id = 2 AND technology_id = ? AND "window" = 2'
                " AND main_subclass IS NOT NULL)",
                [made.technologies[0][0]],
            )
        computed.clear()
        result = place(made.con, run, chosen, DAY, made.technologies)
        places = store_bounds(made.con, result, chosen.place)
        found.append((len(computed), places))
    (first, one), (second, two), (third, three) = found
    assert (first, second) == (3, 0)
    assert two == one
    assert 1 <= third < 3
    made.con.execute("DELETE FROM run_bounds_inputs")
    assert store_bounds(made.con, result, chosen.place) == three


def test_many_open_entries_are_bounded_as_every_table_has_it():
    """Classes of one to three families each, one of unknown class in each window: over 40 entries are open."""
    codes = tuple(f"{s}{n:02d}{letter}" for s in "ABCDEFGH" for n in (1, 11) for letter in "BCD")
    rng = np.random.default_rng(4)
    for _ in range(2):
        fixed = rng.permuted(np.tile(np.arange(len(codes)) % 3 + 1, (2, 1)), axis=1)
        none, one = np.zeros(len(codes), np.int64), np.ones(2, np.int64)
        free = Free(codes, fixed, np.zeros_like(fixed), none, one, np.zeros(2, np.int64), 0)
        always, possible = _certain(free, 20)
        assert (possible & ~always).sum() > 40
        every, found, relaxed = (raw_bounds(free, 20, **effort) for effort in EFFORTS)
        assert found.is_sharp
        assert (found.least, found.most) == (every.least, every.most)
        furthest = int(new_prefix_counts(always[:1], possible[1:], codes)[0] @ AMPLITUDES)  # every list at once
        assert relaxed.least <= every.least
        assert every.most <= relaxed.most < furthest
        assert not relaxed.is_sharp


def test_the_solver_says_nothing_where_answers_are_printed() -> None:
    asked = (
        "from analytics.bounds.model import Model\n"
        "model = Model()\n"
        "one = model.variable(0, 5)\n"
        "model.cost[one] = 1.0\n"
        "model.at_least({one: 1.0}, 1.5)\n"
        "assert model.best()[0] == 2.0\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""
