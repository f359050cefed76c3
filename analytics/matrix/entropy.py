"""Entropy weights of the four capability indicators (docs/methods.md, Entropy weights; the paper's appendix 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EntropyWeights:
    """Weights `U_j` (they sum to 1), entropies `E_j`, least and greatest value per indicator; shapes (..., m).

    `all_constant` (shape ...) marks sets in which no indicator varies: the weights are then equal by convention.
    """

    weights: Array
    entropy: Array
    minimum: Array
    maximum: Array
    all_constant: NDArray[np.bool_]


def entropy_weights(x: Array) -> EntropyWeights:
    """Return the entropy weights of `x`, shape (..., n technologies, m indicators), in shares.

    A technology (row) with any NaN is not in the set. A constant indicator carries no information: E = 1, weight 0.
    When every indicator is constant (one technology always is), weights are equal and `all_constant` says so.
    With no technology at all, minimum and maximum are NaN. Source: docs/methods.md, Capability.
    """
    present = ~np.isnan(x).any(axis=-1, keepdims=True)
    n = present.sum(axis=-2)
    minimum = np.where(present, x, np.inf).min(axis=-2, initial=np.inf)
    maximum = np.where(present, x, -np.inf).max(axis=-2, initial=-np.inf)
    spread = maximum - minimum
    varies = spread > 0
    safe = np.where(varies, spread, 1.0)
    y = np.where(present & varies[..., None, :], (x - minimum[..., None, :]) / safe[..., None, :], 0.0)
    total = y.sum(axis=-2, keepdims=True)
    p = y / np.where(total > 0, total, 1.0)
    information = (p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-2)
    entropy = np.where(varies, -information / np.log(np.maximum(n, 2)), 1.0)
    gain = 1.0 - entropy
    all_gain = gain.sum(axis=-1, keepdims=True)
    m = x.shape[-1]
    weights = np.where(all_gain > 0, gain / np.where(all_gain > 0, all_gain, 1.0), 1.0 / m)
    none = n == 0
    return EntropyWeights(
        weights,
        entropy,
        np.where(none, np.nan, minimum),
        np.where(none, np.nan, maximum),
        ~varies.any(axis=-1),
    )
