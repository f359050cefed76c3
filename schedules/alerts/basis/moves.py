"""When a technology has moved: two lines with hysteresis, episodes, and what makes a move confirmed.

Source: docs/methods.md, Strategy matrix.

Pure: a series of points in, its state after the last point out. A side is left only when the value is beyond the line
by the hysteresis, so that a technology swinging about a line makes one tentative alert and no confirmed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from analytics.matrix.strategy import DEFAULT_CUTS, Strategy, is_high, strategy_of
from warehouse.sections.alerting import Alerts

_ALERTS = Alerts()


@dataclass(frozen=True, slots=True)
class Point:
    """One run's place of one technology in one frame; K and D on 0..1 axes (anchored D may leave them).

    `is_break`: a new series starts here (changed query, settings, revised past).
    """

    run_id: int
    as_of: date
    strategy: str
    capability: float
    dynamics: float
    probabilities: Mapping[str, float] = field(default_factory=dict)
    is_break: bool = False

    @property
    def values(self) -> tuple[float, float]:
        """(K, D)."""
        return self.capability, self.dynamics


@dataclass(frozen=True, slots=True)
class Damping:
    """The lines and what it takes to have crossed one for good ([place] and [alerts] of the settings)."""

    cuts: tuple[float, float] = DEFAULT_CUTS.values
    hysteresis: float = _ALERTS.hysteresis
    probability: float = _ALERTS.confirm_probability
    runs: int = _ALERTS.confirm_runs


@dataclass(frozen=True, slots=True)
class Episode:
    """A crossing that is not settled: since when, from where to where, how often the line was crossed.

    `held`: consecutive runs beyond the line by the hysteresis; 0 while within it.
    """

    start: date
    origin: str
    target: str
    reference: Point
    crossings: int
    held: int
    across: bool

    @property
    def flapping(self) -> bool:
        """Whether it went to and fro."""
        return self.crossings > 1


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A move that is settled now: the episode that led to it and what confirmed it."""

    episode: Episode
    target: str
    how: Literal["probability", "held"]


@dataclass(frozen=True, slots=True)
class State:
    """The state of a series after its last point; `confirmed` and `closed` are what that point did."""

    settled: str
    reference: Point
    episode: Episode | None = None
    confirmed: Confirmed | None = None
    closed: Episode | None = None


# (reference, point, target) -> whether the move is the technology's own and may be confirmed
Accept = Callable[[Point, Point, str], bool]


def damped(point: Point, settled: str, rule: Damping) -> str:
    """Return the strategy of `point` when sides of `settled` are left only beyond the line by the hysteresis."""
    sides = []
    for side, value, cut in zip(Strategy(settled).sides, point.values, rule.cuts, strict=True):
        now = is_high(value, cut)
        sides.append(now if now == side or abs(value - cut) >= rule.hysteresis else side)
    return strategy_of((sides[0], sides[1])).value


def _clear_of(point: Point, episode: Episode, rule: Damping) -> bool:
    """Whether the point is back on the old side of every line the episode crossed, by the hysteresis."""
    old, new = Strategy(episode.origin).sides, Strategy(episode.target).sides
    crossed = [i for i in (0, 1) if old[i] != new[i]]
    return all(abs(point.values[i] - rule.cuts[i]) >= rule.hysteresis for i in crossed)


def _at_home(state: State, point: Point, rule: Damping) -> State:
    """The point lies in the settled quadrant."""
    episode = state.episode
    if episode is None:
        return State(state.settled, point)
    if _clear_of(point, episode, rule):
        return State(state.settled, point, closed=episode)
    return State(state.settled, state.reference, replace(episode, held=0, across=False))


def _abroad(state: State, point: Point, rule: Damping, accept: Accept) -> State:
    """The point lies in another quadrant than the settled one."""
    beyond = damped(point, state.settled, rule)
    clear = beyond != state.settled
    target = beyond if clear else point.strategy
    old = state.episode
    if old is None:
        episode = Episode(point.as_of, state.settled, target, state.reference, 1, int(clear), across=True)
    else:
        same = old.target == target
        episode = replace(
            old, target=target, across=True, crossings=old.crossings + int(not old.across),
            held=(old.held if same else 0) + 1 if clear else 0,
        )  # fmt: skip
    how: Literal["probability", "held"] | None = None
    if clear and point.probabilities.get(target, 0.0) >= rule.probability:
        how = "probability"
    elif clear and episode.held >= rule.runs:
        how = "held"
    if how is not None and accept(episode.reference, point, target):
        return State(target, point, confirmed=Confirmed(episode, target, how))
    return State(state.settled, state.reference, episode)


def follow(points: Sequence[Point], rule: Damping, accept: Accept) -> State | None:
    """Return the state after the last point; None for no points.

    The first point, and every point that breaks the series, is a baseline: it settles where it is and is no event.
    """
    state: State | None = None
    for point in points:
        if state is None or point.is_break:
            state = State(point.strategy, point)
        elif point.strategy == state.settled:
            state = _at_home(state, point, rule)
        else:
            state = _abroad(state, point, rule, accept)
    return state


def within_margin(
    points: Sequence[tuple[date, float, bool]], margin: float, hysteresis: float
) -> tuple[bool, date | None, bool]:
    """Return (near a line now, since when, came there with the last point) of (as_of, distance, is_break) points.

    Near: within `margin`, and then until the distance is `margin + hysteresis`. The first point and a break are a
    baseline: near there is no event.
    """
    near, since, came = False, None, False
    for number, (as_of, distance, is_break) in enumerate(points):
        before = near
        if number == 0 or is_break:
            near, came = distance < margin, False
            since = as_of if near else None
            continue
        near = distance < (margin + hysteresis if before else margin)
        came = near and not before
        since = as_of if came else (since if near else None)
    return near, since, came
