"""Draws of raw dynamics: no rare class is lost twice, and unseen classes fall where seen ones are.

Source: docs/methods.md, How sure.
"""

import numpy as np
import pytest

from analytics.calibration.judge import resampled_dynamics
from analytics.matrix.odds import dynamics_draws
from analytics.matrix.odds_codes import unseen_codes


def draws_of(earlier, later, codes, estimator=dynamics_draws, draws=400, seed=3):
    table = np.array([earlier, later], dtype=np.int64)
    return estimator(table[0], table[1], codes, 20, draws, np.random.default_rng(seed))


def test_like_windows_of_few_families_are_not_taken_for_a_shift():
    """The same long-tailed frequencies in both windows: the truth is 0, and resampling says far more."""
    rng = np.random.default_rng(8)
    codes = sorted(f"{s}{n:02d}{letter}" for s in "ABGH" for n in (1, 5, 7) for letter in "BCK")
    p = np.arange(1, len(codes) + 1) ** -1.0
    counts = [rng.multinomial(60, p / p.sum()) for _ in range(2)]
    ours, resampled = draws_of(*counts, codes), draws_of(*counts, codes, resampled_dynamics)
    assert np.quantile(ours, 0.05) <= 2 < np.quantile(resampled, 0.05)
    assert np.median(ours) < 0.75 * np.median(resampled)


def test_a_shift_seen_in_many_families_is_certain():
    codes = ["A01B", "B23K", "G06F", "H01L"]
    drawn = draws_of([4000, 3000, 0, 0], [4000, 3000, 5000, 4000], codes)
    assert np.mean(drawn == 20) > 0.95  # G, G0, G06, G06F and H, H0, H01, H01L: 2 * (4 + 3 + 2 + 1)


def test_a_window_without_a_family_has_no_draw_and_classes_without_one_change_nothing():
    assert np.isnan(draws_of([0, 0], [3, 4], ["A01B", "B23K"])).all()
    with_empty = draws_of([9, 0, 3], [5, 0, 8], ["A01B", "B23K", "C07D"])
    np.testing.assert_array_equal(with_empty, draws_of([9, 3], [5, 8], ["A01B", "C07D"]))
    assert draws_of([9, 3], [5, 8], ["A01B", "C07D"], draws=0).size == 0


@pytest.mark.parametrize("draws", [1, 63, 64, 65, 200])
def test_every_draw_is_a_whole_number_of_the_scale(draws):
    drawn = draws_of([5, 1, 0, 2], [0, 3, 1, 9], ["A01B", "B23K", "C07D", "C07F"], draws=draws)
    assert drawn.shape == (draws,)
    assert (drawn == np.round(drawn)).all()
    assert (drawn >= 0).all()
    assert (drawn <= 200).all()


def test_unseen_codes_follow_the_prefixes_of_the_seen():
    seen = [f"H01{letter}" for letter in "BCFGHJKLMPQRSTUV"]
    found = unseen_codes(seen, 40, np.random.default_rng(1))
    assert len(set(found)) == 40
    assert not set(found) & set(seen)
    assert all(len(code) == 4 for code in found)
    assert sum(code.startswith("H") for code in found) > 25
    assert unseen_codes(seen, 0, np.random.default_rng(1)) == []
