"""Many dates in one pass equal each date on its own, table by table and bit by bit."""

from datetime import date

import numpy as np
import pytest

from analytics.matrix.place import backfill, place
from analytics.matrix.rows import TABLES
from analytics.measure.shift import shifts
from tests.analytics import plain_methods as plain
from tests.analytics.made_warehouse import make
from tests.analytics.matrix.test_place import VARIANTS, settings
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

QUERY = "select * exclude (run_id), run_id % 1000 as r from {} where run_id between ? and ? order by all"


def month_ends(first, last):
    days = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M"))
    return [d.astype(date) for d in (days + 1).astype("datetime64[D]") - 1]


def without_draws(variant):
    return Place(**(variant.model_dump() | {"bootstrap_draws": 0}))


def tables(con, first, last):
    return {t: con.execute(QUERY.format(t), [first, last]).fetchall() for t in TABLES}


@pytest.mark.parametrize(
    ("seed", "variant"),
    list(enumerate(VARIANTS, 3)),
    ids=[f"{v.screening}-{v.country_rule}-{v.windows}" for v in VARIANTS],
)
def test_equals_separate_placements_exactly(seed, variant):
    made = make(seed=seed, technologies=4, families=70)
    chosen = settings(without_draws(variant))
    days = [*month_ends("2010-11", "2024-06")[::7], date(2020, 2, 29), date(2009, 3, 3)]
    figures = backfill(made.con, [(1000 + i, d) for i, d in enumerate(days)], chosen, made.technologies)
    for i, day in enumerate(days):
        place(made.con, 2000 + i, chosen, day, made.technologies, origin="backfill")
    one, other = tables(made.con, 1000, 1999), tables(made.con, 2000, 2999)
    for name in TABLES:
        assert one[name] == other[name], name
    assert one["run_placements"]
    assert one["run_shift"]
    assert [f.as_of for f in figures] == sorted(days)
    assert made.con.execute("select distinct origin from run_placements").fetchall() == [("backfill",)]


def test_the_choice_of_basis_changes_with_the_date_and_is_followed():
    made = make(seed=5, technologies=3, families=60)
    chosen = Settings(place=Place(bootstrap_draws=0))
    days = month_ends("2012-01", "2024-01")
    backfill(made.con, list(enumerate(days, start=1)), chosen, made.technologies)
    bases = made.con.execute("select distinct basis from run_indicators where indicator = 'citations'").fetchall()
    assert {("edges",), ("lens:family_count",)} <= set(bases)


def test_a_second_backfill_replaces_the_first_and_leaves_other_runs():
    made = make(seed=5, technologies=3, families=40)
    chosen = Settings(place=Place(bootstrap_draws=0))
    place(made.con, 1, chosen, date(2015, 1, 1), made.technologies)
    for _ in range(2):
        backfill(made.con, [(2, date(2016, 1, 1)), (3, date(2017, 1, 1))], chosen, made.technologies)
    rows = made.con.execute("select run_id, count(*) from run_placements group by all order by 1").fetchall()
    assert rows == [(1, 6), (2, 6), (3, 6)]


def test_the_first_live_run_anchors_a_backfill():
    made = make(seed=5, technologies=3, families=40)
    chosen = Settings(place=Place(bootstrap_draws=0))
    live = place(made.con, 1, chosen, date(2020, 1, 1), made.technologies)
    figures = backfill(made.con, [(2, date(2016, 1, 1))], chosen, made.technologies)
    assert figures[0].evaluation.frames[1].weights == live.evaluation.frames[0].weights


def test_no_date_is_nothing_and_a_date_given_twice_is_refused():
    made = make(seed=5, technologies=2, families=10)
    assert backfill(made.con, [], Settings(), made.technologies) == []
    with pytest.raises(ValueError, match="twice"):
        backfill(made.con, [(1, date(2020, 1, 1)), (2, date(2020, 1, 1))], Settings(), made.technologies)


def test_nothing_known_yet_is_placed_nowhere_and_says_why():
    made = make(seed=5, technologies=2, families=10)
    figures = backfill(made.con, [(1, date(1980, 1, 1))], Settings(), made.technologies)
    assert all(p.why_not.startswith("no family is left") for p in figures[0].evaluation.placements)


@pytest.mark.parametrize("seed", range(8))
def test_shift_of_many_situations_equals_plain_lists_of_each(seed):
    rng = np.random.default_rng(seed)
    codes = ["A01B", "A01C", "B22D", "H01L", "H02K"]
    pairs = sorted({(c, c) for c in codes} | {("H01L", "H10D"), ("H01L", "H10K"), ("B22D", "C99Z")})
    counts = rng.integers(0, 4, (2, 40, len(pairs))) * (rng.random((2, 40, len(pairs))) < 0.5)
    batch = shifts(counts, pairs, 3)
    for i in range(40):
        there = {p: tuple(counts[:, i, j].tolist()) for j, p in enumerate(pairs) if counts[:, i, j].any()}
        raw, before, now, top, prefixes = plain.shift(there, 3)
        one = batch.of(i)
        assert (one.raw, one.earlier_families, one.later_families) == (raw, before, now)
        assert sorted(batch.top.filter(situation=i).drop("situation").rows()) == sorted(top)
        assert batch.prefixes.filter(situation=i).drop("situation").rows() == prefixes
