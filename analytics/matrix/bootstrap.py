"""How sure a place is: draws of K and D, their 90 % intervals and quadrant probabilities.

Shares: every draw gives each family of a technology a Poisson(1) weight (all sums are one matrix product of the weights
with the families' columns) and adds half a family to either side of every share. Raw dynamics: draws of
`analytics.matrix.odds`. Both go through weights and ranges computed again in every draw, so that intervals carry the
frame's own uncertainty.
Source: docs/methods.md, How sure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.matrix.entropy import entropy_weights
from analytics.matrix.frames import ANCHORED, RELATIVE, Frame
from analytics.matrix.odds import Counts, dynamics_draws
from analytics.matrix.strategy import Cuts, Strategy, quadrant_masks
from analytics.measure.dynamics import raw_dynamics
from warehouse.indicators import BY_ID
from warehouse.sections.measuring import Place

Array = NDArray[np.float64]
Dynamics = Callable[[Counts, Counts, Sequence[str], int, int, np.random.Generator], Array]
Adjust = Callable[[str, Array], Array]

_BLOCK = 16_384  # families whose weights are held at once: 1000 draws of them are 65 MB
_LEVELS = 65_536
_EXACT = 2**24  # whole numbers below it are exact in float32
_MOST = 9  # greatest weight in the table
_HALF = 0.5  # of a family, added to either side of a share: Jeffreys' prior
_DOUBT = 0.02  # the draws' own model may be wrong: this much of each statement is spread over all quadrants


@dataclass(frozen=True, slots=True)
class Certainty:
    """90 % intervals of K and D and the probability of each strategy; None: no draw placed it.

    Intervals are the 5 % and 95 % quantiles, widened where needed to reach the estimate itself. Probabilities
    are over the draws in which the technology could be placed.
    """

    technology_id: str
    frame: str
    draws: int
    seed: int
    capability: tuple[float, float] | None
    dynamics: tuple[float, float] | None
    probabilities: Mapping[Strategy, float] | None


def poisson_table() -> NDArray[np.float32]:
    """Return 65 536 equally likely Poisson(1) weights, mean exactly 1 (a uint16 looks one up: no rejection, no log)."""
    tail = {k: round(_LEVELS * np.exp(-1) / float(np.prod(np.arange(1, k + 1)))) for k in range(2, _MOST + 1)}
    ones = _LEVELS - sum(k * n for k, n in tail.items())
    zeros = _LEVELS - ones - sum(tail.values())
    values = [0] * zeros + [1] * ones + [k for k, n in tail.items() for _ in range(n)]
    return np.array(values, dtype=np.float32)


_TABLE = poisson_table()


def stream(seed: int, technology: str, use: str = "") -> np.random.SFC64:
    """Return the random stream of one technology and use: its draws do not depend on which others are measured."""
    words = [seed, crc32(technology.encode()), *([crc32(use.encode())] if use else [])]
    return np.random.SFC64(np.random.SeedSequence(words))


def draw_weights(bits: np.random.SFC64, draws: int, families: int) -> NDArray[np.float32]:
    """Return Poisson(1) weights, shape (draws, families)."""
    cells = draws * families
    words = np.asarray(bits.random_raw(-(-cells // 4)), dtype=np.uint64)
    return _TABLE.take(words.view(np.uint16)[:cells]).reshape(draws, families)


def share_columns(rows: pl.DataFrame, indicators: Sequence[str]) -> Array:
    """Return per family the denominator and numerator term of every share, unknown contributes 0.

    Shape (n, 2m) for m `indicators`; `rows` has the columns of run_families.
    """
    focal = rows["focal_weight"].to_numpy().astype(np.float64)
    out = np.zeros((rows.height, 2 * len(indicators)))
    for j, name in enumerate(indicators):
        column = BY_ID[name].column
        x = np.ones(rows.height) if column is None else rows[column].cast(pl.Float64).to_numpy()
        there = ~(np.isnan(focal) | np.isnan(x))
        out[there, 2 * j] = x[there]
        out[there, 2 * j + 1] = (x * focal)[there]
    return out


def window_counts(rows: pl.DataFrame) -> tuple[list[str], Counts, Counts]:
    """Return the main subclasses in order and the families of each in the earlier and in the later window."""
    there = rows.select("main_subclass", "window").drop_nulls()
    table = there.group_by("main_subclass").agg(
        (pl.col("window") == 1).sum().alias("earlier"), (pl.col("window") == 2).sum().alias("later")
    )
    table = table.sort("main_subclass").cast({"earlier": pl.Int64, "later": pl.Int64})
    return table["main_subclass"].to_list(), table["earlier"].to_numpy(), table["later"].to_numpy()


def _sums(terms: Array, draws: int, bits: np.random.SFC64) -> Array:
    """Return the weighted sums of the share columns, shape (draws, 2m)."""
    sums = np.zeros((draws, terms.shape[1]))
    for start in range(0, len(terms), _BLOCK):
        part = terms[start : start + _BLOCK]
        weights = draw_weights(bits, draws, len(part))
        whole = bool((part == np.round(part)).all()) and float(part.sum(axis=0).max(initial=0)) * _MOST < _EXACT
        # Whole numbers so small keep every partial sum exact in float32.
        sums += weights @ part.astype(np.float32) if whole else weights.astype(np.float64) @ part
    return sums


def _halves(terms: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return half a family, drawn, of the focal country and half a one of the others: sums to add, shape (draws, 2m).

    A family counts as one in a share of n families; in one of amounts, as one amount of those that the total is made of
    (sum of squares over sum). So a share that nothing was found for may still not be 0.
    """
    amounts = terms[:, 0::2]
    total = amounts.sum(axis=0)
    one = np.divide((amounts**2).sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    focal, others = rng.gamma(_HALF, size=(2, draws, 1))
    out = np.empty((draws, terms.shape[1]))
    out[:, 0::2], out[:, 1::2] = (focal + others) * one, focal * one
    return out


def _shares(sums: Array) -> Array:
    """Return numerators over denominators, shape (..., m); NaN where nothing is left to divide by."""
    denominators = sums[..., 0::2]
    shares = np.full(denominators.shape, np.nan)
    np.divide(sums[..., 1::2], denominators, out=shares, where=denominators > 0)
    return shares


def draw_figures(
    rows: pl.DataFrame, technology: str, place: Place, dynamics: Dynamics = dynamics_draws
) -> tuple[Array, Array]:
    """Return one technology's shares (draws + 1, m) and raw dynamics (draws + 1,); the first is the estimate.

    NaN where nothing is left to divide by, or a window holds no family.
    """
    terms = share_columns(rows, place.indicators)
    drawn_sums = _sums(terms, place.bootstrap_draws, stream(place.seed, technology))
    halves = np.random.Generator(stream(place.seed, technology, "halves"))
    sums = np.vstack([terms.sum(axis=0), drawn_sums + _halves(terms, place.bootstrap_draws, halves)])
    codes, earlier, later = window_counts(rows)
    rng = np.random.Generator(stream(place.seed, technology, "dynamics"))
    drawn = dynamics(earlier, later, codes, place.top, place.bootstrap_draws, rng)
    estimate = np.nan
    if earlier.sum() and later.sum():
        estimate = float(raw_dynamics(earlier[None], later[None], codes, place.top)[0])
    return _shares(sums), np.append(estimate, drawn)


def _positions(x: Array, raw: Array, frame: Frame | None) -> tuple[Array, Array]:
    """Return K and D, shape (draws, n): in the draws' own frames, or in `frame` when given."""
    out = np.isnan(x).any(axis=-1) | np.isnan(raw)
    x, raw = np.where(out[..., None], np.nan, x), np.where(out, np.nan, raw)
    if frame is not None:
        weights, low, high = (np.array([v]) for v in (frame.weights, frame.dynamics_minimum, frame.dynamics_maximum))
    else:
        weights = entropy_weights(x).weights
        low = np.where(out, np.inf, raw).min(axis=-1, initial=np.inf)
        high = np.where(out, -np.inf, raw).max(axis=-1, initial=-np.inf)
    spread = np.where(high > low, high - low, np.nan)[:, None]
    return np.einsum("bnm,bm->bn", x, np.broadcast_to(weights, (len(x), x.shape[-1]))), (raw - low[:, None]) / spread


def containing(interval: tuple[float, float] | None, value: float | None) -> tuple[float, float] | None:
    """Return `interval` widened to reach `value`: what is printed as the estimate is never outside its own interval."""
    if interval is None or value is None:
        return interval
    return min(interval[0], value), max(interval[1], value)


def _interval(drawn: Array, estimate: float) -> tuple[float, float] | None:
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None
    low, high = np.quantile(known, [0.05, 0.95])
    return containing((float(low), float(high)), None if np.isnan(estimate) else estimate)


def _probabilities(capability: Array, dynamics: Array, cuts: Cuts) -> dict[Strategy, float] | None:
    placed = ~(np.isnan(capability) | np.isnan(dynamics))
    if not placed.any():
        return None
    masks = quadrant_masks(capability[placed], dynamics[placed], cuts)
    return {strategy: (1 - _DOUBT) * float(mask.mean()) + _DOUBT / len(masks) for strategy, mask in masks.items()}


def bootstrap(
    families: pl.DataFrame,
    technologies: Sequence[str],
    place: Place,
    baseline: Frame | None = None,
    dynamics: Dynamics = dynamics_draws,
    adjust: Adjust | None = None,
) -> list[Certainty]:
    """Return the certainty of each of `technologies` in the relative frame, and in the anchored one with `baseline`.

    `families` has the columns of run_families (population.COLUMNS); `technologies` are those that could be measured
    (the others are in no frame). `place` gives draws, seed, cuts and the length of the top lists; `dynamics` draws D
    from the counts of both windows; `adjust` changes a technology's shares (draws + 1, 4; the first is the estimate)
    before they are weighed. Same seed, same result. Source: docs/methods.md, How sure.
    """
    by_technology = families.partition_by("technology_id", as_dict=True)
    figures = [draw_figures(by_technology[(name,)], name, place, dynamics) for name in technologies]
    if not figures or not place.bootstrap_draws:
        return []
    shares = [f[0] if adjust is None else adjust(name, f[0]) for name, f in zip(technologies, figures, strict=True)]
    x, raw = np.stack(shares, axis=1), np.stack([f[1] for f in figures], axis=1)
    out = []
    for name, frame in ((RELATIVE, None), (ANCHORED, baseline)):
        if name == ANCHORED and frame is None:
            continue
        ks, ds = _positions(x, raw, frame)
        for i, technology in enumerate(technologies):
            k, d = ks[:, i], ds[:, i]
            p = _probabilities(k[1:], d[1:], Cuts.of(place, technology))
            ends = _interval(k[1:], k[0]), _interval(d[1:], d[0])
            out.append(Certainty(technology, name, place.bootstrap_draws, place.seed, *ends, p))
    return out
