"""Bounds equal the extremes over every single thing the unknown could be, on random small worlds."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bounds.free import Free, free_of
from analytics.bounds.lists import raw_bounds
from analytics.bounds.shares import Known, share_bounds, together
from analytics.measure.dynamics import raw_dynamics

CODES = ("A01B", "A01C", "A02B", "B01B", "B01C", "H01L")
LARGEST = {"applications": 1.0, "claims": 3.0, "pct": 1.0}


def choices_of_counts(free):
    """Yield every pair of window counts the free families allow."""
    codes = len(free.codes)
    anywhere = [(w, s) for w in (0, 1) for s in range(codes)]
    each = []
    for w, s in anywhere:
        each += [[None, (w, s)]] * int(free.maybe[w, s])
    for s in range(codes):
        each += [[None, (0, s), (1, s)]] * int(free.undated[s])
    for w in (0, 1):
        classes = [(w, s) for s in range(codes)]
        each += [classes] * int(free.unclassed[w]) + [[None, *classes]] * int(free.unclassed_maybe[w])
    each += [[None, *anywhere]] * free.nowhere
    for choice in product(*each):
        counts = free.fixed.copy()
        for place in choice:
            if place is not None:
                counts[place] += 1
        yield counts


@st.composite
def worlds(draw):
    codes = tuple(sorted(draw(st.sets(st.sampled_from(CODES), min_size=1, max_size=5))))
    n = len(codes)
    fixed = np.array(draw(st.lists(st.integers(0, 3), min_size=2 * n, max_size=2 * n))).reshape(2, n)
    free = Free(codes, fixed, np.zeros((2, n), int), np.zeros(n, int), np.zeros(2, int), np.zeros(2, int), 0)
    nowhere = 0
    for _ in range(draw(st.integers(0, 4))):
        kind, w, s = draw(st.integers(0, 4)), draw(st.integers(0, 1)), draw(st.integers(0, n - 1))
        if kind == 0:
            free.maybe[w, s] += 1
        elif kind == 1:
            free.undated[s] += 1
        elif kind == 2:
            free.unclassed[w] += 1
        elif kind == 3:
            free.unclassed_maybe[w] += 1
        else:
            nowhere += 1
    free = Free(codes, fixed, free.maybe, free.undated, free.unclassed, free.unclassed_maybe, nowhere)
    return free, draw(st.integers(1, 4))


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_raw_dynamics_reaches_exactly_its_ends(world):
    free, top = world
    raws = [
        int(raw_dynamics(counts[:1], counts[1:], free.codes, top)[0])
        for counts in choices_of_counts(free)
        if (counts.sum(axis=1) > 0).all()
    ]
    ends = (min(raws), max(raws)) if raws else (None, None)
    for effort in ({}, {"worlds": 0}):  # by every table, and by the programme
        found = raw_bounds(free, top, **effort)
        assert found.is_sharp
        assert (found.least, found.most) == ends
    if raws:
        relaxed = raw_bounds(free, top, worlds=0, effort=-1)
        assert relaxed.least <= ends[0]
        assert relaxed.most >= ends[1]
        assert not relaxed.is_sharp or (relaxed.least, relaxed.most) == ends


@st.composite
def families(draw, fractional):
    weights = [0.0, 1.0, np.nan] + ([0.25, 0.5] if fractional else [])
    n = draw(st.integers(1, 5))
    weight = np.array(draw(st.lists(st.sampled_from(weights), min_size=n, max_size=n)))
    is_open = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    claims = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 3.0, np.nan]), min_size=n, max_size=n)))
    pct = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=n, max_size=n)))
    return Known(weight, is_open, {"applications": np.ones(n), "claims": claims, "pct": pct})


def outcomes(known):
    """Yield the shares of every world: whose each family is, how much it counts, whether it is in."""
    each = []
    for i in range(len(known.weight)):
        mine = [0.0, 1.0] if np.isnan(known.weight[i]) else [known.weight[i]]
        amounts = [
            [0.0, LARGEST[name]] if np.isnan(values[i]) else [values[i]] for name, values in known.amounts.items()
        ]
        each.append(
            [(inside, weight, *a) for inside in ([0, 1] if known.is_open[i] else [1])
             for weight in mine for a in product(*amounts)]
        )  # fmt: skip
    for world in product(*each):
        table = np.array(world)
        inside, weight, amounts = table[:, 0], table[:, 1], table[:, 2:]
        total = inside @ amounts
        yield np.where(total > 0, (inside * weight) @ amounts / np.where(total > 0, total, 1), np.nan)


@pytest.mark.parametrize("fractional", [False, True])
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_shares_and_capability_reach_exactly_their_ends(fractional, data):
    known = data.draw(families(fractional))
    free = np.isnan(known.weight).sum() + known.is_open.sum() + sum(np.isnan(a).sum() for a in known.amounts.values())
    if free > 9:
        return
    every = np.array(list(outcomes(known)))
    found = share_bounds(known, LARGEST)
    for j, bounds in enumerate(found):
        there = every[~np.isnan(every[:, j]), j]
        ends = (there.min(), there.max()) if there.size else (None, None)
        assert (bounds.least, bounds.most) == pytest.approx(ends)
    whole = every[~np.isnan(every).any(axis=1)]
    weights = np.array([0.5, 0.3, 0.2])
    if whole.size:
        least, most = (weights @ [getattr(b, end) for b in found] for end in ("least", "most"))
        ks = whole @ weights
        assert least <= ks.min() + 1e-12
        assert most >= ks.max() - 1e-12
        if together(known, found):
            assert (least, most) == pytest.approx((ks.min(), ks.max()))
        elif not fractional:
            defined = [any(known.amounts[b.indicator][~known.is_open] != 0) for b in found]
            assert not all(defined)  # only a share that rests on undecided families alone may keep them apart


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_unseen_classes_left_out_would_change_nothing(data):
    """The classes kept of those seen nowhere give the ends that the whole IPC gives."""
    universe = sorted(f"{s}{n}{x}" for s in "ABC" for n in ("01", "02", "11") for x in "BCD")
    seen = sorted(data.draw(st.sets(st.sampled_from(universe), min_size=1, max_size=6)))
    rows = [(code, data.draw(st.integers(1, 2)), data.draw(st.integers(0, 3))) for code in seen]
    rows += [(None, w, data.draw(st.integers(0, w))) for w in (1, 2)]
    known = [(code, window) for code, window, families in rows for _ in range(families)]
    frame = pl.DataFrame(
        {"main_subclass": [c for c, _ in known], "window": [w for _, w in known]},
        schema={"main_subclass": pl.String, "window": pl.Int64},
    ).with_columns(is_open=pl.lit(value=False), filing_year=2010)
    top = data.draw(st.integers(1, 4))
    kept = free_of(frame, universe, top)
    counts = np.zeros((2, len(universe)), int)
    counts[:, [universe.index(c) for c in kept.codes]] = kept.fixed
    none, no_one = np.zeros((2, len(universe)), int), np.zeros(len(universe), int)
    whole = Free(tuple(universe), counts, none, no_one, kept.unclassed, kept.unclassed_maybe, kept.nowhere)
    assert raw_bounds(kept, top) == raw_bounds(whole, top, worlds=0)
