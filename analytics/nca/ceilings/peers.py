"""Peers: the cases on the boundary of the empty corner, in turned coordinates (empty corner upper left)."""

import numpy as np
from numpy.typing import NDArray

from analytics.nca.ceilings.model import Floats

R_TOLERANCE = 1e-6


def same(a: float, b: float, tolerance: float) -> bool:
    """Relative equality; ``tolerance`` 0 is exact, 1e-6 is the R package's rule (|a−b| ≤ min(|a|,|b|)·1e-6)."""
    return a == b or abs(a - b) <= min(abs(a), abs(b)) * tolerance


def fdh_peers(x: Floats, y: Floats, *, tolerance: float = 0.0) -> NDArray[np.intp]:
    """Positions of the free-disposal-hull peers, x ascending; exact duplicates of a peer are all kept.

    Walking up x (then y), a case is a peer when its y exceeds the last peer's; at an equal x it replaces it.
    """
    peers: list[int] = []
    for i in np.lexsort((y, x)):
        if not peers:
            peers.append(int(i))
            continue
        last = peers[-1]
        same_x = same(float(x[i]), float(x[last]), tolerance)
        same_y = same(float(y[i]), float(y[last]), tolerance)
        if same_x and same_y:
            peers.append(int(i))
        elif y[i] > y[last] and not same_y:
            while same_x and peers and same(float(x[peers[-1]]), float(x[i]), tolerance):
                peers.pop()
            peers.append(int(i))
    return np.asarray(peers, dtype=np.intp)


def distinct(x: Floats, y: Floats, *, tolerance: float = 0.0) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Distinct peers in order with how often each occurs; under a tolerance the first of equals stands for them."""
    pairs, counts = np.unique(np.column_stack((x, y)), axis=0, return_counts=True)
    if tolerance > 0:
        points = pairs.tolist()
        new = [i == 0 or not all(map(same, p, points[i - 1], (tolerance, tolerance))) for i, p in enumerate(points)]
        starts = np.flatnonzero(new)
        pairs, counts = pairs[starts], np.add.reduceat(counts, starts)
    return pairs[:, 0], pairs[:, 1], counts.astype(np.int64)


def hull_mask(x: Floats, y: Floats, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which distinct FDH peers lie on the upper concave hull (variable returns to scale).

    A peer in the middle of a straight edge stays only if several cases share it: so the R package's figures on
    duplicated (Likert) data have it.
    """
    mask = np.ones(len(x), dtype=np.bool_)
    for i in range(1, len(x) - 1):
        into = (y[i] - y[:i]) / (x[i] - x[:i])
        onward = (y[i + 1 :] - y[i]) / (x[i + 1 :] - x[i])
        gap = float(np.min(into) - np.max(onward))
        flat = abs(gap) <= 1e-12 * float(np.min(into))
        mask[i] = counts[i] > 1 if flat else gap > 0
    return mask
