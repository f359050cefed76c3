"""Bounds of the shares: the least and the most that unknown countries, amounts and statuses can make of each.

What is unknown of a family is free: an unknown country is the focal one or not, an unknown amount lies between none
and the largest known one, a family that screening could not decide is in or out. For the most, every free focal family
counts as much as it can and every other as little; the same choice is best for all indicators at once, since more is
more capability in each of them. So K, their weighted sum, reaches the sum of these ends (docs/methods.md, Bounds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.indicators import BY_ID

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ShareBounds:
    """One share at its least and at its most; None: no unknown can give it a denominator.

    `largest`: the amount that no unknown one is taken to exceed. The counts are of families that may count:
    `unknown_country`, `unknown_amount`, and `undecided`, which screening could not decide.
    """

    indicator: str
    least: float | None
    most: float | None
    largest: float
    unknown_country: int
    unknown_amount: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the families of one technology that may count, one entry each.

    `weight`: focal weight, NaN unknown. `is_open`: screening could not decide. `amounts`: per indicator, NaN unknown.
    """

    weight: Floats
    is_open: Mask
    amounts: Mapping[str, Floats]


def known_of(rows: pl.DataFrame, indicators: Sequence[str]) -> Known:
    """Return what is known of `rows` (columns of run_families, and is_open)."""
    amounts = {}
    for name in indicators:
        column = BY_ID[name].column
        amounts[name] = (
            np.ones(rows.height) if column is None else rows[column].cast(pl.Float64).to_numpy().astype(np.float64)
        )
    weight = rows["focal_weight"].cast(pl.Float64).to_numpy().astype(np.float64)
    return Known(weight, rows["is_open"].to_numpy().astype(np.bool_), amounts)


def largest_amounts(rows: pl.DataFrame, indicators: Sequence[str], fallback: Mapping[str, float]) -> dict[str, float]:
    """Return the largest known amount of each indicator (a flag: 1), of `fallback` where none is known; at least 1."""
    out = {}
    for name in indicators:
        column = BY_ID[name].column
        if column is None or rows.schema[column] == pl.Boolean:
            out[name] = 1.0
            continue
        known = rows[column].drop_nulls().cast(pl.Float64).to_numpy()
        out[name] = max(1.0, float(known.max()) if known.size else fallback.get(name, 1.0))
    return out


def _extreme(weight: Floats, fixed: Floats, free: Floats, sign: int) -> float | None:
    """Return the greatest (sign 1) or least (−1) of Σ w (fixed + some of free) / Σ (fixed + some of free); None: 0/0.

    A ratio rises exactly by what lies above it: so the free amounts of the highest weights come in, down to a weight.
    """
    values, at = np.unique(weight, return_inverse=True)
    base, more = (np.bincount(at, x, len(values))[::-sign] for x in (fixed, free))
    values = values[::-sign]
    comes_in = np.arange(len(values) + 1)[:, None] > np.arange(len(values))[None, :]  # row k: the first k weights
    amounts = base + np.where(comes_in, more, 0.0)
    total = amounts.sum(axis=1)
    if not (total > 0).any():
        return None
    ratios = (amounts[total > 0] @ values) / total[total > 0]
    return float(ratios.max() if sign > 0 else ratios.min())


def _one(known: Known, amount: Floats, largest: float, sign: int) -> float | None:
    free_amount = np.where(np.isnan(amount), largest, amount)
    is_free = known.is_open | np.isnan(amount)
    weight = np.where(np.isnan(known.weight), 1.0 if sign > 0 else 0.0, known.weight)
    return _extreme(weight, np.where(is_free, 0.0, free_amount), np.where(is_free, free_amount, 0.0), sign)


def share_bounds(known: Known, largest: Mapping[str, float]) -> tuple[ShareBounds, ...]:
    """Return the bounds of each share over everything that is not known of the families."""
    out = []
    for name, amount in known.amounts.items():
        counts = (np.isnan(known.weight), np.isnan(amount), known.is_open)
        least, most = (_one(known, amount, largest[name], sign) for sign in (-1, 1))
        out.append(ShareBounds(name, least, most, largest[name], *(int(mask.sum()) for mask in counts)))
    return tuple(out)


def together(known: Known, found: Sequence[ShareBounds]) -> bool:
    """Return whether the shares reach their ends together.

    They do unless an undecided family would have to be in for one share and out for another. That takes a family
    shared among countries (fractional counting), or a share that has a denominator through undecided families alone.
    """
    for end in ("least", "most"):
        wants_in, wants_out = np.zeros_like(known.is_open), np.zeros_like(known.is_open)
        for bounds in found:
            value: float | None = getattr(bounds, end)
            if value is None:
                continue
            sign = 1 if end == "most" else -1
            weight = np.where(np.isnan(known.weight), 1.0 if sign > 0 else 0.0, known.weight)
            amount = known.amounts[bounds.indicator]
            counts = np.isnan(amount) | (amount > 0)
            wants_in |= counts & (sign * weight > sign * value)
            wants_out |= counts & (sign * weight < sign * value)
            certain = ~known.is_open & (np.isfinite(amount) | (weight == value))
            if not (counts & (certain | (sign * weight > sign * value))).any():  # it has a denominator through these:
                wants_in |= counts & (weight == value)
        if (known.is_open & wants_in & wants_out).any():
            return False
    return True
