"""Paradigm dynamics: new IPC prefixes among the first 20 main subclasses of the later window.

Source: docs/methods.md, Dynamics.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

AMPLITUDES = (4, 3, 2, 1)  # w_k: section, first class digit, second class digit, subclass letter
TOP = 20


def top_ranks(counts: Counts, other: Counts, top: int = TOP) -> NDArray[np.intp]:
    """Return the columns of the first `top` subclasses of each row, most families first; shape (b, min(top, c)).

    `counts` and `other` (the other window) have shape (b, c), columns in code order. Ties: higher count in the other
    window, then code (docs/methods.md, Dynamics). A column with no family in
    `counts` may appear at the end: see `top_mask`.
    """
    columns = counts.shape[1]
    base = int(other.max(initial=0)) + 1
    key = (counts * base + other) * columns + np.arange(columns - 1, -1, -1)
    if columns > top:
        chosen = np.argpartition(-key, top - 1, axis=1)[:, :top]
        order = np.argsort(-np.take_along_axis(key, chosen, axis=1), axis=1)
        return np.take_along_axis(chosen, order, axis=1)
    return np.argsort(-key, axis=1)


def top_mask(counts: Counts, other: Counts, top: int = TOP) -> Mask:
    """Return which subclasses are among the first `top` of each row and have a family there; shape (b, c)."""
    return ranks_mask(top_ranks(counts, other, top), counts)


def ranks_mask(ranks: NDArray[np.intp], counts: Counts) -> Mask:
    """Return which columns are in `ranks` (from `top_ranks`) and have a family in `counts`; shape (b, c)."""
    mask = np.zeros(counts.shape, dtype=np.bool_)
    np.put_along_axis(mask, ranks, values=True, axis=1)
    return mask & (counts > 0)


def prefix_starts(codes: Sequence[str], level: int) -> NDArray[np.intp]:
    """Return where each `level`-character prefix starts in the sorted `codes`."""
    prefixes = [code[:level] for code in codes]
    return np.array([i for i, p in enumerate(prefixes) if i == 0 or p != prefixes[i - 1]], dtype=np.intp)


def new_prefix_counts(earlier: Mask, later: Mask, codes: Sequence[str]) -> NDArray[np.int64]:
    """Return |A_k| for k = 1..4: prefixes in the later lists that the earlier lists have not; shape (b, 4)."""
    out = np.zeros((later.shape[0], len(AMPLITUDES)), dtype=np.int64)
    if not codes:
        return out
    for k in range(len(AMPLITUDES)):
        starts = prefix_starts(codes, k + 1)
        now = np.logical_or.reduceat(later, starts, axis=1)
        before = np.logical_or.reduceat(earlier, starts, axis=1)
        out[:, k] = (now & ~before).sum(axis=1)
    return out


def raw_dynamics(earlier: Counts, later: Counts, codes: Sequence[str], top: int = TOP) -> NDArray[np.int64]:
    """Return `D = Σ_k w_k |A_k|` of each row; shape (b,), no unit.

    `earlier` and `later` hold families per main subclass, shape (b, c); `codes` are the c subclasses (four characters,
    mapped to one IPC edition) in ascending order. Source: docs/methods.md, Dynamics and the paper's appendix 1.
    """
    if list(codes) != sorted(codes):
        msg = "raw_dynamics: codes must be in ascending order"
        raise ValueError(msg)
    masks = top_mask(earlier, later, top), top_mask(later, earlier, top)
    raw: NDArray[np.int64] = new_prefix_counts(*masks, codes) @ np.array(AMPLITUDES)
    return raw


def standardise(raw: float, minimum: float, maximum: float) -> float | None:
    """Return `(D − min)/(max − min)`; None when the range is empty (one technology, or all alike), never 0."""
    return (raw - minimum) / (maximum - minimum) if maximum > minimum else None
