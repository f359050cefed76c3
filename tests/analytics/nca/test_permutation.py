"""The permutation test: R's draws one by one, exact counts, p and its Monte Carlo error."""

import math

import numpy as np
import pytest

from analytics.nca import analyse
from analytics.nca.batch import EffectBatch
from analytics.nca.ceilings.model import CEILINGS, Ceiling, Scope
from analytics.nca.permutation import permutation_tests, permutations, summarise, with_p_values
from analytics.nca.rrandom import RStreams, r_permutations, v5_offset

OUTCOME = "Innovation performance"
TESTED: list[Ceiling] = [name for name in CEILINGS if name != "ols"]


def test_sample_after_set_seed_is_r():
    """R ≥ 3.6: set.seed(1); sample(1:10) and set.seed(42); sample(1:10)."""
    assert (r_permutations(10, [1, 42]) + 1).tolist() == [
        [9, 4, 7, 1, 2, 5, 3, 10, 6, 8],
        [1, 5, 10, 8, 2, 4, 6, 9, 7, 3],
    ]


def test_streams_do_not_depend_on_each_other_or_on_refills():
    together = r_permutations(1000, [1, 2, 3])
    assert together[1].tolist() == r_permutations(1000, [2])[0].tolist()
    assert sorted(together[2].tolist()) == list(range(1000))


def test_large_ranges_take_two_chunks():
    stream = RStreams(np.asarray([5], dtype=np.uint32))
    assert 0 <= int(stream.index_below(2**24)[0]) < 2**24
    assert 1 <= v5_offset(1) <= 2**24


def test_v5_repetitions_are_v4_repetitions_from_the_offset():
    offset = v5_offset(123)
    block = next(permutations(28, 5, 123, "r5"))
    assert block.tolist() == r_permutations(28, [offset + i for i in range(1, 6)]).tolist()


@pytest.mark.parametrize("name", ["Individualism", "Risk taking"])
def test_counts_equal_r_draw_by_draw(name, reference_json, reference_columns):
    data = reference_columns("nca/v4/nca.example.csv")
    expected = reference_json("nca/python_oracle_perm.json")
    tests = permutation_tests(
        analyse(data[name], data[OUTCOME]), repetitions=expected["reps"], seeding="r4", r_rules=True
    )
    for ceiling, key in (("ce_fdh", "ce_d"), ("cr_fdh", "cr_d")):
        want, got = expected["results"][f"{name}|{key}"], tests[ceiling]
        assert got.count == want["n_ge"]
        assert got.p_value == pytest.approx(want["p"], rel=1e-12)
        assert got.effects[:3] == pytest.approx(want["first3"], rel=1e-12)


def test_300_repetitions_as_run_in_r(reference_columns):
    data = reference_columns("nca/v4/nca.example.csv")
    counts = [
        test.count
        for name in ("Individualism", "Risk taking")
        for test in permutation_tests(analyse(data[name], data[OUTCOME]), repetitions=300, seeding="r4").values()
    ]
    assert counts == [24, 46, 35, 27]


@pytest.mark.parametrize("kind", ["continuous", "likert", "tied outcome"])
@pytest.mark.parametrize("scope", [None, Scope(-1.0, 7.0, -2.0, 9.0)])
@pytest.mark.parametrize("corner", [1, 2, 3, 4])
def test_batched_effects_equal_one_analysis_each(kind, scope, corner):
    rng = np.random.default_rng(7)
    n = 17
    x = rng.integers(1, 6, n).astype(float) if kind == "likert" else rng.random(n) * 5
    y = rng.random(n) * 5 if kind == "continuous" else rng.integers(1, 6, n).astype(float)
    result = analyse(x, y, ceilings=TESTED, corner=corner, scope=scope)
    tests = permutation_tests(result, repetitions=40, seed=3)
    orders = np.concatenate(list(permutations(n, 40, 3, "numpy")))
    for i, order in enumerate(orders):
        one = analyse(x, y[order], ceilings=TESTED, corner=corner, scope=scope)
        for name in TESTED:
            want = one.ceilings[name].effect_size
            if want is None:
                assert math.isnan(tests[name].effects[i])
            else:
                assert tests[name].effects[i] == pytest.approx(want, rel=1e-9, abs=1e-12)


def test_small_n_counts_every_permutation_once():
    x, y = np.asarray([1.0, 2.0, 3.0, 4.0]), np.asarray([1.0, 3.0, 2.0, 4.0])
    test = permutation_tests(analyse(x, y), repetitions=10_000)["ce_fdh"]
    assert test.repetitions == test.used == 24
    assert len({tuple(row) for row in np.concatenate(list(permutations(4, 10_000, 0, "numpy"))).tolist()}) == 24


def test_up_to_720_repetitions_r_draws_no_permutation_twice():
    rows = np.concatenate(list(permutations(6, 500, 0, "r4"))).tolist()
    assert len(rows) == len({tuple(row) for row in rows}) == 500
    seeds = iter(range(1, 100_000))
    first: dict[tuple[int, ...], None] = {}
    while len(first) < 500:
        first[tuple(r_permutations(6, [next(seeds)])[0].tolist())] = None
    assert [tuple(row) for row in rows] == list(first)
    assert len(np.concatenate(list(permutations(6, 720, 0, "r4")))) == 720


def test_p_and_its_monte_carlo_error():
    effects = np.asarray([0.1, 0.2, 0.3, np.nan])
    test = summarise(0.2, effects, 4)
    assert (test.count, test.used) == (2, 3)
    assert test.p_value == 3 / 4
    assert test.p_accuracy == pytest.approx(1.959963984540054 * math.sqrt(0.75 * 0.25 / 4), rel=1e-12)
    assert summarise(1.0, np.zeros(999), 999).p_value == 1 / 999
    assert summarise(None, effects, 4).p_value is None


def test_seed_fixes_the_result_and_blocks_do_not_show(monkeypatch):
    rng = np.random.default_rng(0)
    result = analyse(rng.random(30), rng.random(30))
    first = permutation_tests(result, repetitions=500, seed=11, seeding="r5")
    monkeypatch.setattr("analytics.nca.permutation.CELLS", 30 * 7)
    second = permutation_tests(result, repetitions=500, seed=11, seeding="r5")
    assert first["cr_fdh"].effects == pytest.approx(second["cr_fdh"].effects, rel=1e-12)
    assert first["cr_fdh"].count == second["cr_fdh"].count
    other = permutation_tests(result, repetitions=500, seed=12, seeding="r5")
    assert first["cr_fdh"].effects.tolist() != other["cr_fdh"].effects.tolist()


def test_undefined_effects_have_no_p():
    constant = analyse([1.0, 2.0, 3.0], [4.0, 4.0, 4.0], ceilings=["ce_fdh", "cr_fdh", "ols"])
    tests = permutation_tests(constant, repetitions=5)
    assert set(tests) == {"ce_fdh", "cr_fdh"}
    assert tests["ce_fdh"].p_value is None
    filled = with_p_values(constant, tests)
    assert filled.ceilings["ols"].p_value is None
    empty = analyse([], [])
    assert permutation_tests(empty, repetitions=5)["ce_fdh"].p_value is None


def test_refuses_no_repetitions():
    with pytest.raises(ValueError, match="at least 1"):
        permutation_tests(analyse([1.0, 2.0], [1.0, 2.0]), repetitions=0)


def test_nearly_equal_x_are_one_under_r_rules():
    """R takes values equal within 1e-6 relative as one x."""
    x, y = np.asarray([2_000_000.0, 2_000_000.5, 2_000_003.0]), np.asarray([1.0, 3.0, 5.0])
    plain, ruled = analyse(x, y), analyse(x, y, r_rules=True)
    for rules, result in ((False, plain), (True, ruled)):
        effect = EffectBatch(x, y, result.scope, r_rules=rules).effects(y[None, :], ["ce_fdh"])["ce_fdh"][0]
        assert effect == pytest.approx(result.ceilings["ce_fdh"].effect_size)
    assert plain.ceilings["ce_fdh"].complexity == 3
    assert ruled.ceilings["ce_fdh"].complexity < 3
