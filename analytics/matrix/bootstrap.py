"""How sure: Poisson bootstrap over the families of each technology (docs/methods.md, How sure).

Every draw gives each family a Poisson(1) weight and recomputes shares, entropy weights, raw dynamics and its range, so
that intervals and quadrant probabilities carry the frame's own uncertainty. All sums of a technology are one matrix
product of the weights with the families' columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.matrix.entropy import entropy_weights
from analytics.matrix.frames import ANCHORED, RELATIVE, Frame
from analytics.matrix.strategy import Cuts, Strategy, quadrant_masks
from analytics.measure.dynamics import raw_dynamics
from warehouse.indicators import PAPER as INDICATORS
from warehouse.settings import Place

Array = NDArray[np.float64]

_BLOCK = 16_384  # families whose weights are held at once: 1000 draws of them are 65 MB
_LEVELS = 65_536
_EXACT = 2**24  # whole numbers below it are exact in float32
_MOST = 9  # greatest weight in the table


@dataclass(frozen=True, slots=True)
class Certainty:
    """90 % intervals (5 % and 95 % quantiles) of K and D and the probability of each strategy; None: no draw placed it.

    Probabilities are over the draws in which the technology could be placed.
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


def stream(seed: int, technology: str) -> np.random.SFC64:
    """Return the random stream of one technology: its draws do not depend on which others are measured."""
    return np.random.SFC64(np.random.SeedSequence([seed, crc32(technology.encode())]))


def draw_weights(bits: np.random.SFC64, draws: int, families: int) -> NDArray[np.float32]:
    """Return Poisson(1) weights, shape (draws, families)."""
    cells = draws * families
    words = np.asarray(bits.random_raw(-(-cells // 4)), dtype=np.uint64)
    return _TABLE.take(words.view(np.uint16)[:cells]).reshape(draws, families)


def share_columns(rows: pl.DataFrame) -> Array:
    """Return per family the denominator and numerator terms of the four shares; shape (n, 8), unknown contributes 0."""
    focal = rows["focal_weight"].to_numpy().astype(np.float64)
    out = np.zeros((rows.height, 2 * len(INDICATORS)))
    ones = pl.Series(np.ones(rows.height))
    for j, values in enumerate((ones, rows["forward_citations"], rows["claim_count"], rows["is_pct"])):
        x = values.cast(pl.Float64).to_numpy()
        there = ~(np.isnan(focal) | np.isnan(x))
        out[there, 2 * j] = x[there]
        out[there, 2 * j + 1] = (x * focal)[there]
    return out


def window_columns(rows: pl.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """Return the subclasses in order, and each family's column in (earlier | later) × subclasses, −1 in neither."""
    codes = sorted(rows["main_subclass"].drop_nulls().unique().to_list())
    place_of = {code: i for i, code in enumerate(codes)}
    code = rows["main_subclass"].replace_strict(place_of, default=None, return_dtype=pl.Int64)
    column = ((rows["window"].cast(pl.Int64) - 1) * len(codes) + code).fill_null(-1)
    return codes, column.to_numpy()


def _sums(rows: pl.DataFrame, draws: int, bits: np.random.SFC64) -> tuple[Array, list[str], NDArray[np.int64]]:
    """Return weighted sums of the share columns (draws, 8), the subclasses, and window counts (draws, 2 · c)."""
    terms = share_columns(rows)
    codes, column = window_columns(rows)
    sums, counts = np.zeros((draws, terms.shape[1])), np.zeros((draws, 2 * len(codes)))
    for start in range(0, rows.height, _BLOCK):
        part, where = terms[start : start + _BLOCK], column[start : start + _BLOCK]
        weights = draw_weights(bits, draws, len(part))
        hot = np.zeros((len(part), counts.shape[1]), dtype=np.float32)
        inside = np.flatnonzero(where >= 0)
        hot[inside, where[inside]] = 1
        whole = bool((part == np.round(part)).all()) and float(part.sum(axis=0).max(initial=0)) * _MOST < _EXACT
        if whole:  # then every partial sum is exact in float32
            both = weights @ np.hstack([part.astype(np.float32), hot])
            sums += both[:, : part.shape[1]]
            counts += both[:, part.shape[1] :]
        else:
            sums += weights.astype(np.float64) @ part
            counts += weights @ hot
    return sums, codes, counts.astype(np.int64)


def draw_figures(rows: pl.DataFrame, technology: str, place: Place) -> tuple[Array, Array]:
    """Return one technology's shares (draws, 4) and raw dynamics (draws,); NaN where nothing is left to divide by."""
    sums, codes, counts = _sums(rows, place.bootstrap_draws, stream(place.seed, technology))
    denominators = sums[:, 0::2]
    shares = np.divide(sums[:, 1::2], denominators, out=np.full(denominators.shape, np.nan), where=denominators > 0)
    earlier, later = counts[:, : len(codes)], counts[:, len(codes) :]
    raw = raw_dynamics(earlier, later, codes, place.top).astype(np.float64)
    raw[(earlier.sum(axis=1) == 0) | (later.sum(axis=1) == 0)] = np.nan
    return shares, raw


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


def _interval(values: Array) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = np.quantile(known, [0.05, 0.95])
    return float(low), float(high)


def _probabilities(capability: Array, dynamics: Array, place: Place) -> dict[Strategy, float] | None:
    placed = ~(np.isnan(capability) | np.isnan(dynamics))
    if not placed.any():
        return None
    masks = quadrant_masks(capability[placed], dynamics[placed], Cuts.of(place))
    return {strategy: float(mask.mean()) for strategy, mask in masks.items()}


def bootstrap(
    families: pl.DataFrame, technologies: Sequence[str], place: Place, baseline: Frame | None = None
) -> list[Certainty]:
    """Return the certainty of each of `technologies` in the relative frame, and in the anchored one with `baseline`.

    `families` has the columns of run_families (population.COLUMNS); `technologies` are those that could be measured
    (the others are in no frame). `place` gives draws, seed, cuts and the length of the top lists. Same seed, same
    result. Source: docs/methods.md, How sure.
    """
    by_technology = families.partition_by("technology_id", as_dict=True)
    figures = [draw_figures(by_technology[(name,)], name, place) for name in technologies]
    if not figures or not place.bootstrap_draws:
        return []
    x, raw = np.stack([f[0] for f in figures], axis=1), np.stack([f[1] for f in figures], axis=1)
    out = []
    for name, frame in ((RELATIVE, None), (ANCHORED, baseline)):
        if name == ANCHORED and frame is None:
            continue
        capability, dynamics = _positions(x, raw, frame)
        for i, technology in enumerate(technologies):
            k, d = capability[:, i], dynamics[:, i]
            p = _probabilities(k, d, place)
            out.append(Certainty(technology, name, place.bootstrap_draws, place.seed, _interval(k), _interval(d), p))
    return out
