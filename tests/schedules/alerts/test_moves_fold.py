"""The fold that decides whether something moved: hysteresis, holding, flapping, baselines.

Source: docs/methods.md, Strategy matrix.
"""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.alerts.basis.moves import Damping, Point, damped, follow, within_margin

RULE = Damping()
DAY = date(2024, 1, 1)


def series(values, p=0.0):
    out = []
    for n, (k, d) in enumerate(values):
        strategy = {(1, 0): "assault", (1, 1): "disrupt", (0, 0): "entrench", (0, 1): "position"}[k >= 0.5, d >= 0.5]
        out.append(Point(n + 1, DAY + timedelta(weeks=n), strategy, k, d, {strategy: p}))
    return out


def all_states(points, rule=RULE, accept=lambda *_: True):
    """State after each prefix, each confirmed once found (as the alert book remembers it)."""
    out = []
    for n in range(1, len(points) + 1):
        state = follow(points[:n], rule, accept)
        assert state is not None
        out.append(state)
    return out


near = st.floats(0.4901, 0.5099)
axis = st.floats(0.0, 1.0)


@settings(derandomize=True, max_examples=300)
@given(st.floats(0.55, 0.9), st.lists(st.tuples(near, st.floats(0.1, 0.4)), max_size=40), st.floats(0, 1))
def test_swinging_within_the_hysteresis_never_confirms(k, swings, p):
    states = all_states(series([(k, 0.2), *swings], p))
    assert all(s.confirmed is None for s in states)
    starts = {s.episode.start for s in states if s.episode}
    assert len(starts) <= 1  # one episode, so one tentative alert, however often the line is crossed


@settings(derandomize=True, max_examples=300)
@given(st.lists(st.tuples(axis, axis), min_size=1, max_size=30), st.floats(0, 1))
def test_confirmed_moves_chain_and_are_clear_of_the_lines(values, p):
    points = series(values, p)
    settled = points[0].strategy
    for point, state in zip(points, all_states(points), strict=True):
        if state.confirmed:
            assert state.confirmed.episode.origin == settled
            assert damped(point, settled, RULE) == state.confirmed.target != settled
            assert state.confirmed.how == "held" or p >= RULE.probability
            settled = state.confirmed.target
        assert state.settled == settled


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.tuples(axis, axis), min_size=1, max_size=30))
def test_with_low_probability_nothing_is_confirmed_by_its_first_run(values):
    points = series(values, 0.5)
    states = all_states(points)
    for before, state in pairwise(states):
        if state.confirmed:
            assert before.episode is not None
            assert state.confirmed.how == "held"


def test_sure_at_once_and_held_for_two_runs():
    sure = all_states(series([(0.4, 0.2), (0.55, 0.2)], p=0.85))
    assert sure[1].confirmed is not None
    assert sure[1].confirmed.how == "probability"
    unsure = all_states(series([(0.4, 0.2), (0.55, 0.2), (0.55, 0.2)], p=0.6))
    assert unsure[1].confirmed is None
    assert unsure[1].episode is not None
    assert unsure[2].confirmed is not None
    assert unsure[2].confirmed.how == "held"


def test_what_is_not_accepted_stays_open_and_the_first_point_and_breaks_are_baselines():
    points = series([(0.4, 0.2), (0.55, 0.2), (0.55, 0.2)], p=0.9)
    state = follow(points, RULE, lambda *_: False)
    assert state is not None
    assert state.settled == "entrench"
    assert state.episode is not None
    broken = [points[0], Point(2, points[1].as_of, "assault", 0.55, 0.2, {"assault": 0.9}, is_break=True)]
    state = follow(broken, RULE, lambda *_: True)
    assert state is not None
    assert (state.settled, state.episode, state.confirmed) == ("assault", None, None)
    assert follow([], RULE, lambda *_: True) is None


def test_back_only_when_clear_of_the_line():
    states = all_states(series([(0.6, 0.2), (0.495, 0.2), (0.505, 0.2), (0.494, 0.2), (0.52, 0.2)], p=0.9))
    assert [bool(s.closed) for s in states] == [False, False, False, False, True]
    closed = states[-1].closed
    assert closed is not None
    assert closed.flapping


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.floats(0.0, 0.2), min_size=1, max_size=30))
def test_watch_is_entered_at_the_margin_and_left_beyond_the_hysteresis(distances):
    points = [(DAY + timedelta(weeks=n), d, False) for n, d in enumerate(distances)]
    near_before = None
    for n in range(1, len(points) + 1):
        is_near, since, came = within_margin(points[:n], 0.02, 0.01)
        d = distances[n - 1]
        assert is_near == (d < 0.02 or (bool(near_before) and d < 0.03))
        assert (since is not None) == is_near
        assert came == (n > 1 and is_near and not near_before)
        near_before = is_near
