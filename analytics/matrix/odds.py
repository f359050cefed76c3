"""How sure raw dynamics is: posterior draws of the two windows' class frequencies (docs/methods.md, How sure).

The truth is D of the population the families are a sample of: the top-list rule applied to the frequencies themselves.
Resampling the families cannot find it: it loses rare classes of the earlier window once more, and they count as new.
So each draw is a pair of frequency tables that could have produced the observed counts:

* a technology has M classes; a class has size theta, gamma with shape a and mean 1/M (small a: few large classes);
* its frequencies are theta e^(d/2) in the earlier and theta e^(-d/2) in the later window; d is normal around m
  (not 0 where one window is the more diverse) with deviation s, but a share q of classes is in one window only;
* families are Poisson counts of these. M, a, m, s, q are unknown, each even over a grid: the counts weigh them, and
  every draw takes its own. So few families say little about how alike the windows are, and the draws lie wide.

No model of these is quite true, so the counts choose among them with half their weight (the likelihood to the power
1/2, a coarsened posterior): the whole weight would trust one model that is only nearest.

M may exceed the classes seen: the others are unseen, and where they would fall follows the prefixes of the seen ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import lgamma

import numpy as np
from numpy.typing import NDArray

from analytics.matrix.odds_codes import unseen_codes
from analytics.measure.dynamics import raw_dynamics

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
_log_gamma = np.vectorize(lgamma, otypes=[np.float64])

SHAPES = (0.05, 0.15, 0.4, 1.0, 2.5)  # a
DEVIATIONS = (0.1, 0.4, 0.8, 1.2, 1.7)  # s
LEANS = (-0.6, 0.0, 0.6)  # m
ONE_WINDOW = (0.02, 0.1, 0.2, 0.4)  # q
UNSEEN = (0, 3, 10, 25, 50, 100, 200)  # M less the classes seen
_STEP = 0.1
_DRIFTS = np.arange(-60, 61) * _STEP  # d
_ONLY_EARLIER, _ONLY_LATER = len(_DRIFTS), len(_DRIFTS) + 1
_MODELS = 64  # how many (M, a, m, s, q) the draws of a technology share
_TRUST = 0.5  # power of the likelihood in the choice among models
_WHOLE = 10_000_000  # frequencies become whole numbers out of this; rarer classes are not there


@cache
def _drift_priors() -> Array:
    """Return the prior of d for each (s, m, q), one row each; the last two columns: only earlier, only later."""
    rows = []
    for deviation, lean in product(DEVIATIONS, LEANS):
        bell = np.exp(-0.5 * ((_DRIFTS - lean) / deviation) ** 2)
        rows += [np.append(bell / bell.sum() * (1 - q), [q / 2, q / 2]) for q in ONE_WINDOW]
    return np.array(rows)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Distinct pairs of counts (earlier, later), (0, 0) last; which pair each class has; families per window."""

    pairs: Counts
    pair_of: NDArray[np.intp]
    classes: Counts
    families: tuple[int, int]


def _seen(counts: Counts) -> _Seen:
    pairs, pair_of, classes = np.unique(counts.T, axis=0, return_inverse=True, return_counts=True)
    earlier, later = (int(n) for n in counts.sum(axis=1))
    return _Seen(np.vstack([pairs, [[0, 0]]]), pair_of.ravel(), classes, (earlier, later))


def _likelihood(seen: _Seen, shape: float, rate: float) -> Array:
    """Return log P(pair | d, shape, rate) up to a term of the pair alone; shape (pairs, drifts + 2)."""
    c1, c2 = seen.pairs[:, 0], seen.pairs[:, 1]
    n1, n2 = seen.families
    total = c1 + c2 + shape
    base = _log_gamma(total) - _log_gamma(shape) + shape * np.log(rate)
    exposed = np.log(rate + n1 * np.exp(_DRIFTS / 2) + n2 * np.exp(-_DRIFTS / 2))
    both = base[:, None] - total[:, None] * exposed + ((c1 - c2) / 2)[:, None] * _DRIFTS
    earlier = np.where(c2 == 0, base - total * np.log(rate + n1), -np.inf)
    later = np.where(c1 == 0, base - total * np.log(rate + n2), -np.inf)
    return np.column_stack([both, earlier, later])


@dataclass(frozen=True, slots=True)
class _Model:
    """One (M, a, m, s, q): unseen classes, shape, rate M·a, and per pair the running sum of the posterior of d."""

    unseen: int
    shape: float
    rate: float
    running: Array


def _models(seen: _Seen, rng: np.random.Generator, wanted: int) -> list[_Model]:
    """Return `wanted` models drawn from the posterior over the grid (systematic sampling, in random order)."""
    k, priors = len(seen.pair_of), _drift_priors()
    grid = [(unseen, shape, (k + unseen) * shape) for unseen in UNSEEN for shape in SHAPES]
    likelihoods, scores = [], []
    for unseen, shape, rate in grid:
        log = _likelihood(seen, shape, rate)
        top = log.max(axis=1, keepdims=True)
        likelihoods.append(np.exp(log - top))
        with np.errstate(divide="ignore"):  # a pair a model cannot make: that model has no weight
            each = np.log(priors @ likelihoods[-1].T) + top.T
        labels = _log_gamma(k + unseen + 1) - _log_gamma(unseen + 1)
        scores.append(each[:, :-1] @ seen.classes + unseen * each[:, -1] + labels)
    score = _TRUST * np.array(scores).ravel()
    running = np.exp(score - score.max()).cumsum()
    points = (np.arange(wanted) + rng.random()) / wanted * running[-1]
    out = []
    for index in rng.permutation(np.minimum(np.searchsorted(running, points, side="right"), len(running) - 1)):
        cell, prior = divmod(int(index), len(priors))
        posterior = (likelihoods[cell] * priors[prior]).cumsum(axis=1)
        out.append(_Model(*grid[cell], posterior / posterior[:, -1:]))
    return out


def _draw(model: _Model, seen: _Seen, rng: np.random.Generator, draws: int) -> Array:
    """Return frequencies of the seen classes and then the unseen ones; shape (2 windows, draws, classes)."""
    rows = np.append(seen.pair_of, np.full(model.unseen, len(seen.pairs) - 1))
    width = model.running.shape[1]
    # Row i of the running sums lies in i..i+1, so one search finds every class's drift.
    laid = (model.running + np.arange(len(model.running))[:, None]).ravel()
    cells = np.searchsorted(laid, rng.random((draws, len(rows))) + rows, side="right") - rows * width
    cells = np.clip(cells, 0, width - 1)
    both = cells < len(_DRIFTS)
    drift = np.where(both, _DRIFTS[np.minimum(cells, len(_DRIFTS) - 1)] + _STEP * (rng.random(cells.shape) - 0.5), 0.0)
    up, down = np.exp(drift / 2), np.exp(-drift / 2)
    up, down = np.where(cells == _ONLY_LATER, 0.0, up), np.where(cells == _ONLY_EARLIER, 0.0, down)
    n1, n2 = seen.families
    size = rng.gamma(seen.pairs.sum(axis=1)[rows] + model.shape, size=cells.shape)
    size /= model.rate + n1 * up + n2 * down
    return np.stack([size * up, size * down])


def _whole(frequencies: Array) -> Counts:
    total = frequencies.sum(axis=1, keepdims=True)
    return np.rint(frequencies / np.where(total > 0, total, 1.0) * _WHOLE).astype(np.int64)


def dynamics_draws(
    earlier: Counts, later: Counts, codes: Sequence[str], top: int, draws: int, rng: np.random.Generator
) -> Array:
    """Return posterior draws of the population's raw dynamics; shape (draws,), NaN when a window holds no family.

    `earlier` and `later` are families per main subclass, shape (c,), `codes` the c subclasses in ascending order, `top`
    the length of the lists. Source: docs/methods.md, How sure.
    """
    counts = np.stack([earlier, later])
    there = counts.sum(axis=0) > 0
    if not (counts.sum(axis=1) > 0).all() or not draws:
        return np.full(draws, np.nan)
    seen, names = _seen(counts[:, there]), [code for code, is_there in zip(codes, there, strict=True) if is_there]
    models = _models(seen, rng, min(_MODELS, draws))
    others = unseen_codes(names, max(model.unseen for model in models), rng)
    every = sorted([*names, *others])
    column = {code: i for i, code in enumerate(every)}
    home, away = (np.array([column[c] for c in some], dtype=np.intp) for some in (names, others))
    tables = np.zeros((2, draws, len(every)))
    for model, part in zip(models, np.array_split(np.arange(draws), len(models)), strict=True):
        where = np.append(home, rng.permutation(away)[: model.unseen])
        tables[:, part[0] : part[-1] + 1, where] = _draw(model, seen, rng, len(part))
    return raw_dynamics(_whole(tables[0]), _whole(tables[1]), every, top).astype(np.float64)
