"""The forecast knows nothing of the future, is right where moves repeat, and is refused where it is not."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.forecast.backtest import HORIZON, back_test, probabilities, scored
from analytics.forecast.tracks import Tracks
from analytics.matrix.strategy import DEFAULT_CUTS


def months(n):
    firsts = [date(2008 + i // 12, i % 12 + 1, 1) for i in range(1, n + 1)]
    return tuple(day - timedelta(days=1) for day in firsts)


def tracks(capability, dynamics):
    names = tuple(f"t{i}" for i in range(len(capability)))
    return Tracks(names, months(capability.shape[1]), capability, dynamics)


def walks(seed, technologies=20, n=140, step=0.012):
    rng = np.random.default_rng(seed)
    k = 0.5 + rng.normal(0, 0.12, (technologies, 1)) + rng.normal(0, step, (technologies, n)).cumsum(axis=1)
    return tracks(k, np.full(k.shape, 0.9))


def test_a_statement_uses_nothing_that_came_later():
    whole = walks(1)
    made = {(s.technology, s.month): s.probability for s in scored(whole, DEFAULT_CUTS)}
    later = whole.capability.copy()
    later[:, 80:] = 0.99  # another future
    other = {(s.technology, s.month): s.probability for s in scored(replace(whole, capability=later), DEFAULT_CUTS)}
    early = [key for key in made if key[1] <= whole.months[79]]
    assert early
    assert all(made[key] == other[key] for key in early)


def test_the_probability_is_the_share_of_past_moves_that_would_carry_it_over():
    k = np.tile(np.linspace(0.0, 0.96, 97), (2, 1))  # a hundredth a month: 0.12 in a year
    k[1] = 0.45
    found = probabilities(tracks(k, np.full(k.shape, 0.2)), DEFAULT_CUTS)
    assert found[0] == pytest.approx(0.0)  # far beyond the line already
    everybody, own, years = 0.5, 0.0, 85 / HORIZON
    assert found[1] == pytest.approx((10 * everybody + years * own) / (10 + years))


def test_where_moves_repeat_it_beats_staying_and_is_calibrated():
    gains = []
    for seed in range(6):
        test = back_test(scored(walks(seed), DEFAULT_CUTS))
        gains.append(test.gain)
        assert test.stays == pytest.approx(test.moved)
    assert np.mean(gains) > 2 * np.std(gains, ddof=1) / np.sqrt(len(gains))


def test_where_nothing_moves_nothing_is_beaten():
    k = np.tile(np.array([[0.3], [0.7], [0.45]]), (1, 120))
    test = back_test(scored(tracks(k, np.full(k.shape, 0.2)), DEFAULT_CUTS))
    assert (test.moved, test.forecast, test.stays) == (0, 0, 0)
    assert not test.beats


def test_jumps_that_never_happened_before_are_not_foreseen():
    k = np.tile(np.array([[0.3], [0.7], [0.45], [0.52]]), (1, 120))
    k[:, 60:] = 1 - k[:, 60:]
    test = back_test(scored(tracks(k, np.full(k.shape, 0.2)), DEFAULT_CUTS))
    assert test.moved > 0
    assert not test.beats


def test_unknown_places_are_left_out_and_too_short_a_series_says_nothing():
    whole = walks(3, technologies=3, n=70)
    whole.capability[0, 30:] = np.nan
    assert np.isnan(probabilities(whole, DEFAULT_CUTS)[0])
    assert {s.technology for s in scored(whole, DEFAULT_CUTS) if s.month > whole.months[30]} == {"t1", "t2"}
    assert np.isnan(probabilities(whole.until(13), DEFAULT_CUTS)).all()
    assert back_test([]) is None
