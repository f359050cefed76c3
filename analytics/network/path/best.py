"""The best path from every node of an acyclic graph, level by level: the dynamic programme behind global main paths."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.network.graph.levels import NARROW
from analytics.network.graph.segments import FloatArray, IndexArray, IntArray, float_view
from analytics.network.path.scaled import TIE, Scaled


@dataclass(frozen=True, slots=True)
class BestSteps:
    """The neighbour each node's best path goes to (-1 at an end), and the sum of counts along it (0 at an end)."""

    step: IndexArray
    sums: Scaled


def best_steps(
    ptr: IntArray, neighbours: IndexArray, own: Scaled, other: Scaled, levels: Iterable[tuple[int, int]]
) -> BestSteps:
    """Maximise the sum of `own[v] * other[w]` along paths v -> w -> ... to an end.

    `levels` must list a node's neighbours before the node; rows of `neighbours` are ascending, and a tie goes
    to the first.
    """
    best = BestSteps(np.full(ptr.size - 1, -1, dtype=np.int32), Scaled.zeros(ptr.size - 1))
    rows, near = ptr.data, neighbours.data
    views = _Views(
        own=float_view(own.mantissa),
        other=float_view(other.mantissa),
        sums=float_view(best.sums.mantissa),
        own_exponent=own.exponent.data,
        other_exponent=other.exponent.data,
        sums_exponent=best.sums.exponent.data,
        step=best.step.data,
    )
    for low, high in levels:
        if rows[high] - rows[low] <= NARROW:
            for node in range(low, high):
                _narrow(near[rows[node] : rows[node + 1]].tolist(), views, node)
        else:
            _wide((ptr, neighbours), own, other, best, slice(low, high))
    return best


def _wide(rows: tuple[IntArray, IndexArray], own: Scaled, other: Scaled, best: BestSteps, level: slice) -> None:
    ptr, neighbours = rows[0][level.start : level.stop + 1], rows[1]
    degree = np.diff(ptr)
    nodes = np.flatnonzero(degree)
    starts = (ptr[:-1] - ptr[0])[nodes]
    degree = degree[nodes]
    nodes += level.start
    near = neighbours[ptr[0] : ptr[-1]]
    exponent, total = _candidates(np.repeat(nodes, degree), near, own, other, best.sums)
    top = np.maximum.reduceat(exponent, starts)
    exponent -= np.repeat(top, degree)
    values = np.ldexp(total, exponent, out=total)
    greatest = np.maximum.reduceat(values, starts)
    tied = np.flatnonzero(values >= np.repeat(greatest * (1.0 - TIE), degree))
    first = tied[np.searchsorted(tied, starts)]
    best.step[nodes] = near[first]
    mantissa, shift = np.frexp(greatest)
    best.sums.mantissa[nodes] = mantissa
    best.sums.exponent[nodes] = top + shift


def _candidates(
    nodes: IntArray, near: IndexArray, own: Scaled, other: Scaled, sums: Scaled
) -> tuple[IndexArray, FloatArray]:
    """Count of each edge plus the best sum behind it, as (exponent, value under that exponent)."""
    count = own.mantissa[nodes] * other.mantissa[near]
    exponent = own.exponent[nodes] + other.exponent[near]
    behind, behind_exponent = sums.mantissa[near], sums.exponent[near]
    top = np.where(behind > 0.0, np.maximum(exponent, behind_exponent), exponent)
    total = np.ldexp(count, exponent - top) + np.ldexp(behind, behind_exponent - top)
    return top, total


@dataclass(frozen=True, slots=True)
class _Views:
    """Memory views of the arrays, for levels so narrow that a numpy call costs more than the level."""

    own: memoryview[float]
    other: memoryview[float]
    sums: memoryview[float]
    own_exponent: memoryview[int]
    other_exponent: memoryview[int]
    sums_exponent: memoryview[int]
    step: memoryview[int]


def _narrow(near: list[int], at: _Views, node: int) -> None:
    if not near:
        return
    found = [_candidate(at, node, w) for w in near]
    if len(found) == 1:
        greatest, top, at.step[node] = found[0][1], found[0][0], near[0]
    else:
        top = max(exponent for exponent, _ in found)
        values = [math.ldexp(total, exponent - top) for exponent, total in found]
        greatest = max(values)
        floor = greatest * (1.0 - TIE)
        at.step[node] = next(w for value, w in zip(values, near, strict=True) if value >= floor)
    at.sums[node], shift = math.frexp(greatest)
    at.sums_exponent[node] = top + shift


def _candidate(at: _Views, node: int, w: int) -> tuple[int, float]:
    """Count of one edge plus the best sum behind it, as (exponent, value under that exponent)."""
    count, exponent = at.own[node] * at.other[w], at.own_exponent[node] + at.other_exponent[w]
    behind = at.sums[w]
    if not behind:
        return exponent, count
    top = max(exponent, at.sums_exponent[w])
    return top, math.ldexp(count, exponent - top) + math.ldexp(behind, at.sums_exponent[w] - top)
