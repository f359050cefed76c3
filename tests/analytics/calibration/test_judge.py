"""The odds hold in made-up worlds, the plain bootstrap's do not, and the judge can tell (docs/methods.md, How sure)."""

import math

import numpy as np
import polars as pl
import pytest

from analytics.calibration.judge import Judged, coverage, judge, reliability, true_places
from analytics.calibration.worlds import make_world, sample
from analytics.matrix.frames import relative_frame
from analytics.measure.dynamics import raw_dynamics
from warehouse.sections.measuring import Place


@pytest.fixture(scope="module")
def judged():
    return judge(14, 20, Place(bootstrap_draws=150), seed=404)


def test_intervals_cover_the_truth_at_the_stated_rate_and_the_plain_bootstraps_do_not(judged):
    table = coverage(judged).filter(pl.col("frame") == "anchored")
    ours, plain = (table.filter((pl.col("method") == m) & (pl.col("axis") == "D")) for m in ("corrected", "resampled"))
    for row in table.filter(pl.col("method") == "corrected").iter_rows(named=True):
        assert abs(row["covered"] - 0.9) < 4 * math.sqrt(0.09 / row["intervals"]), row
    assert ours["covered"].mean() > 0.85
    assert plain.filter(pl.col("size") <= 300)["covered"].max() < 0.75


def test_what_is_stated_with_probability_p_holds_about_p_of_the_time(judged):
    table = reliability(judged)
    weight = pl.col("statements")
    off = (weight * (pl.col("holds") - pl.col("probability")).abs()).sum() / weight.sum()
    found = {m: (e, z) for m, e, z in table.group_by("method").agg(off, pl.col("z").abs().max()).rows()}
    assert found["corrected"][0] < 0.03 < 0.06 < found["resampled"][0]
    assert found["corrected"][1] < 4
    assert table.filter(pl.col("method") == "corrected")["bin"].n_unique() == 10


def test_the_truth_is_what_endless_families_show():
    rng = np.random.default_rng(12)
    world = make_world(5, rng)
    families = sample(world, [60_000] * 5, rng)
    for i, (shares, made) in enumerate(zip(world.shares(), world.technologies, strict=True)):
        mine = families.filter(pl.col("technology_id") == str(i)).drop_nulls()
        focal = mine["focal_weight"].to_numpy() == 1
        for true, column in zip(shares[1:], ("forward_citations", "claim_count", "is_pct"), strict=True):
            x = mine[column].cast(pl.Float64).to_numpy()
            assert x[focal].sum() / x.sum() == pytest.approx(true, abs=0.02)
        assert raw_dynamics(made.frequencies[:1], made.frequencies[1:], world.codes)[0] == world.raw()[i]
    frame = relative_frame(world.shares().tolist(), world.raw().tolist())
    dynamics = [d for _, d in true_places(world, frame)]
    assert (min(dynamics), max(dynamics)) == (0, 1)


def test_same_seed_same_table():
    one, two = (judge(1, 5, Place(bootstrap_draws=20), seed=5) for _ in range(2))
    assert one.intervals.equals(two.intervals)
    assert one.statements.equals(two.statements)


def oracle(rng, *, one_fate, sureness=1.0):
    """Statements in 100 worlds of 20 technologies whose truth is drawn from them; what is said: p ** sureness."""
    worlds = np.repeat(np.arange(100), 20)
    odds = rng.dirichlet(np.full(4, 0.5), len(worlds))
    fate = rng.random(100)[worlds] if one_fate else rng.random(len(worlds))
    true = (odds.cumsum(axis=1) < fate[:, None]).sum(axis=1).clip(0, 3)
    said = odds**sureness / (odds**sureness).sum(axis=1, keepdims=True)
    columns = {
        "world": np.repeat(worlds, 4), "probability": said.ravel(), "holds": (np.arange(4) == true[:, None]).ravel()
    }  # fmt: skip
    heads = {"method": pl.lit("corrected"), "frame": pl.lit("anchored"), "size": pl.lit(100)}
    return Judged(pl.DataFrame(), pl.DataFrame(columns).with_columns(**heads))


@pytest.mark.parametrize("one_fate", [False, True], ids=["each its own fate", "one fate a world"])
def test_a_perfect_oracle_is_within_two_errors_in_95_of_100_bins_and_one_too_sure_is_not(one_fate):
    rng = np.random.default_rng(6)
    honest = pl.concat([reliability(oracle(rng, one_fate=one_fate)) for _ in range(25)])
    within = (honest["z"].abs() <= 2).mean()
    assert 0.91 <= within <= 0.98  # of 250 bins: standard error 0.014
    sure = pl.concat([reliability(oracle(rng, one_fate=one_fate, sureness=1.6)) for _ in range(5)])
    assert (sure["z"].abs() <= 2).mean() < 0.8
