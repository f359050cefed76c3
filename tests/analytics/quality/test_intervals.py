"""Intervals, capture-recapture, agreement and corrected shares against brute force and against planted truths."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.quality.agreement import agreements, together
from analytics.quality.capture import recapture
from analytics.quality.correct import corrected, factor_of
from analytics.quality.estimates import Item, judged_recall, precision, seed_recall, source_recall
from analytics.quality.intervals import Judged, clopper_pearson, share_of, wilson

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(("right", "of"), [(0, 7), (3, 7), (7, 7), (45, 50)])
def test_intervals_are_those_of_the_literature(right: int, of: int) -> None:
    exact = stats.binomtest(right, of).proportion_ci(0.9, "exact")
    score = stats.binomtest(right, of).proportion_ci(0.9, "wilson")
    assert clopper_pearson(right / of, of) == pytest.approx((exact.low, exact.high))
    assert wilson(right / of, of) == pytest.approx((score.low, score.high))


def test_everything_judged_leaves_no_doubt() -> None:
    share = share_of([Judged(1, v) for v in ("yes", "no", "yes", "yes")], {1: 4})
    assert (share.value, share.interval, share.exact) == (0.75, (0.75, 0.75), (0.75, 0.75))
    assert (share.draws(RNG, 3) == 0.75).all()


def test_unsure_leaves_both_sides_and_is_bounded() -> None:
    share = share_of([Judged(1, v) for v in ("yes", "no", "unsure", None)], {1: 40})
    assert (share.value, share.decided, share.unsure) == (0.5, 2, 1)
    assert (share.if_unsure_no, share.if_unsure_yes) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    nothing = share_of([Judged(1, None)], {1: 40})
    assert nothing.value is None
    assert nothing.interval is None
    assert np.isnan(nothing.draws(RNG, 2)).all()


def test_strata_weigh_by_their_size() -> None:
    items = [Judged(1, "yes")] * 2 + [Judged(2, "no")] * 2
    assert share_of(items, {1: 90, 2: 10}).value == pytest.approx(0.9)
    assert share_of(items, {1: 90, 2: 10}, [False, False, True, True]).value == 0.0
    half = share_of([Judged(1, "yes"), Judged(2, None)], {1: 90, 2: 10})
    assert half.coverage == pytest.approx(0.9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12), st.data())
def test_stratified_share_equals_the_mean_over_the_expanded_population(
    rows: list[tuple[int, bool]], data: st.DataObject
) -> None:
    """Brute force: write out each stratum's families as copies of those judged, and count."""
    drawn = Counter(s for s, _ in rows)
    families = {s: n * data.draw(st.integers(1, 5)) for s, n in drawn.items()}
    expanded = [right for s, right in rows for _ in range(families[s] // drawn[s])]
    share = share_of([Judged(s, "yes" if right else "no") for s, right in rows], families)
    assert share.value == pytest.approx(np.mean(expanded))
    assert share.families == sum(families.values()) == len(expanded)
    assert share.interval is not None
    assert share.interval[0] <= share.value <= share.interval[1]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=4, max_size=40))
def test_corrected_share_of_a_fully_judged_world_is_the_true_share(world: list[tuple[bool, bool, bool]]) -> None:
    """Families are (right, found, focal). Judging all of them must give back the focal share of the right ones."""
    cells = Counter((right, found, focal) for right, found, focal in world)
    sides = {True: "focal", False: "others"}
    if any(not cells[True, True, focal] for focal in sides):  # nothing right was found: no precision above 0 there
        return
    items, families = [], {}
    for at, (found, focal) in enumerate(product((True, False), repeat=2)):
        kind, side = "hit" if found else "one_clause", sides[focal]
        families[at] = cells[True, found, focal] + cells[False, found, focal]
        for right in (True, False):
            one = Item(at, kind, "later", "CN", None, side, False, "yes" if right else "no")
            items += [one] * cells[right, found, focal]
    rng = np.random.default_rng(1)
    factor = factor_of([*precision(items, families, rng), *judged_recall(items, families, rng)])
    hits = {focal: cells[True, True, focal] + cells[False, True, focal] for focal in sides}
    raw = hits[True] / sum(hits.values())
    right = {focal: cells[True, True, focal] + cells[True, False, focal] for focal in sides}
    few = min(sum(families[at] for at in (0, 2)), sum(families[at] for at in (1, 3))) < 10
    assert factor is not None
    if factor.recall_basis == "equal":  # fewer than ten judged on a side: precision alone
        assert few
        true = {focal: cells[True, True, focal] for focal in sides}
    else:
        true = right
    assert float(corrected(raw, factor.value)) == pytest.approx(true[True] / sum(true.values()))


@given(st.floats(0.001, 0.999), st.floats(0.1, 10))
def test_correcting_multiplies_the_odds(share: float, factor: float) -> None:
    x = float(corrected(share, factor))
    assert x / (1 - x) == pytest.approx(share / (1 - share) * factor, rel=1e-6)
    assert float(corrected(0.0, factor)) == 0.0
    assert float(corrected(1.0, factor)) == 1.0


def test_a_search_equally_good_for_both_sides_leaves_shares_as_they_are() -> None:
    items = [
        Item(1 + (side == "others"), "hit", "later", "CN", None, side, False, verdict)
        for side in ("focal", "others") for verdict in ("yes",) * 9 + ("no",) * 3
    ]  # fmt: skip
    factor = factor_of(precision(items, {1: 500, 2: 700}, np.random.default_rng(1)))
    assert factor is not None
    assert (factor.value, factor.recall_basis) == (1.0, "equal")
    assert 0.5 < np.quantile(factor.draws, 0.1) < 1 < np.quantile(factor.draws, 0.9) < 2


def test_chapman_is_the_printed_formula() -> None:
    found = recapture(60, 50, 30)
    assert found is not None
    assert found.estimate == pytest.approx(61 * 51 / 31 - 1)
    assert found.seen == 80
    assert found.recall == pytest.approx(80 / found.estimate)
    assert recapture(10, 10, 0) is None
    with pytest.raises(ValueError, match="cannot share"):
        recapture(3, 5, 4)


@pytest.mark.parametrize(
    ("total", "first", "second"),
    [(400, 0.7, 0.5), (2000, 0.4, 0.8), (150, 0.8, 0.8), (60, 0.9, 0.2), (30, 0.95, 0.4), (200, 0.98, 0.98)],
)
def test_capture_recapture_covers_a_planted_total(total: int, first: float, second: float) -> None:
    """The last three: one source nearly holds the other, or both nearly all; what is missing is few, not none."""
    rng = np.random.default_rng(9)
    covered = 0
    for _ in range(300):
        one, two = rng.random(total) < first, rng.random(total) < second
        found = recapture(int(one.sum()), int(two.sum()), int((one & two).sum()))
        assert found is not None
        low, high = np.quantile(found.draws(rng, 300), [0.05, 0.95])
        covered += low <= found.seen / total <= high
    assert covered / 300 >= 0.85  # 90 % intervals; standard error 0.017; few whole numbers cover more


def test_a_source_that_copies_the_other_does_not_prove_that_nothing_is_missing() -> None:
    captured = [(frozenset({"incopat", "lens"}), "focal")] * 3 + [(frozenset({"lens"}), "focal")] * 40
    [whole, _] = source_recall(captured, np.random.default_rng(1))
    assert whole.estimate == 1.0
    assert whole.low is not None
    assert whole.low < 0.9
    apart = [(frozenset({"incopat"}), "focal")] * 3 + [(frozenset({"lens"}), "focal")] * 40
    assert source_recall(apart, np.random.default_rng(1)) == []
    assert source_recall([(frozenset({"lens"}), "focal")] * 40, np.random.default_rng(1)) == []


def test_none_missed_among_few_neighbours_is_no_certainty_and_no_near_miss_no_knowledge() -> None:
    rows = [Item(1, "hit", "later", "CN", "CN", "focal", at < 6, "yes") for at in range(20)]
    rows += [Item(2, "neighbour", "later", "US", "US", "others", True, "no")] * 4
    found = {(e.basis, e.value_of): e for e in judged_recall(rows, {1: 20, 2: 4}, np.random.default_rng(1))}
    joined = found["neighbours", "focal"]
    assert (joined.estimate, joined.high) == (1.0, 1.0)
    assert joined.low is not None
    assert 0.6 < joined.low < 0.9  # six of six
    assert found["near", "focal"].estimate is None
    assert found["near", "*"].estimate == 1.0


def test_sources_of_one_database_are_not_compared() -> None:
    captured = [(frozenset({"epo_ops", "lens"}), "focal")] * 20 + [(frozenset({"incopat"}), "focal")] * 5
    captured += [(frozenset({"incopat", "lens"}), "others")] * 9
    bases = {e.basis for e in source_recall(captured, np.random.default_rng(1))}
    assert bases == {"sources:incopat+lens"}, "OPS and Lens both rest on DOCDB; incoPat and OPS share nothing here"


def test_seeds_count_what_is_found_on_each_side() -> None:
    seeds = [(True, "focal")] * 8 + [(False, "focal")] * 2 + [(True, "others")] * 5 + [(False, "unknown")]
    found = {e.value_of: (e.yes, e.decided) for e in seed_recall(seeds, np.random.default_rng(1))}
    assert found == {"*": (13, 16), "focal": (8, 10), "others": (5, 5)}


def test_judges_together_and_kappa() -> None:
    one = {1: "yes", 2: "yes", 3: "no", 4: "no", 5: "unsure"}
    two = {1: "yes", 2: "no", 3: "no", 4: "no"}
    assert together({"a": one, "b": two}) == {1: "yes", 2: "unsure", 3: "no", 4: "no", 5: "unsure"}
    [pair] = agreements({"a": one, "b": two})
    by_hand = (0.75 - (2 * 1 + 2 * 3) / 16) / (1 - (2 * 1 + 2 * 3) / 16)
    assert (pair.items, pair.agreed, pair.kappa) == (4, 0.75, pytest.approx(by_hand))
    [same] = agreements({"a": {1: "yes"}, "b": {1: "yes"}})
    assert same.kappa is None
