"""Search-path counts on arrays (docs/methods.md, Network): how many source-to-sink paths run through each citation.

Hummon and Doreian (1989) proposed the weight, Batagelj (2003) the linear-time count used here: with `into[v]`
paths from any source to v and `out_of[v]` paths from v to any sink, the citation v -> w lies on `into[v] *
out_of[w]` of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.network.graph.graph import CitationGraph
from analytics.network.graph.levels import NARROW
from analytics.network.graph.segments import FloatArray, IndexArray, IntArray, float_view
from analytics.network.path.scaled import Scaled, ln


@dataclass(frozen=True, slots=True)
class PathCounts:
    """Paths into and out of each node (n each), and the ln of all source-to-sink paths (-inf without an edge)."""

    into: Scaled
    out_of: Scaled
    ln_total: float

    def edges(self, cited: IndexArray, citing: IndexArray) -> Scaled:
        """Search-path counts of some edges."""
        mantissa, shift = np.frexp(self.into.mantissa[cited] * self.out_of.mantissa[citing])
        return Scaled(mantissa, self.into.exponent[cited] + self.out_of.exponent[citing] + shift)

    def ln_edges(self, graph: CitationGraph) -> FloatArray:
        """Natural logarithm of every edge's search-path count, in the graph's edge order (m)."""
        into, out_of = self.into.ln(), self.out_of.ln()
        weights: FloatArray = into[graph.cited] + out_of[graph.citing]
        return weights


def path_counts(graph: CitationGraph) -> PathCounts:
    """Count the paths of an acyclic graph whose nodes are sorted by level."""
    levels = list(zip(graph.level_ptr[:-1].tolist(), graph.level_ptr[1:].tolist(), strict=True))
    into = _sweep(graph.in_ptr, graph.in_cited, levels)
    out_of = _sweep(graph.out_ptr, graph.citing, reversed(levels))
    return PathCounts(into, out_of, _ln_total(graph, out_of))


def _ln_total(graph: CitationGraph, out_of: Scaled) -> float:
    starts = (np.diff(graph.in_ptr) == 0) & (np.diff(graph.out_ptr) > 0)
    if not starts.any():
        return -math.inf
    top = int(out_of.exponent[starts].max())
    total = math.fsum(np.ldexp(out_of.mantissa[starts], out_of.exponent[starts] - top).tolist())
    mantissa, shift = math.frexp(total)
    return ln(mantissa, top + shift)


def _sweep(ptr: IntArray, neighbours: IndexArray, levels: Iterable[tuple[int, int]]) -> Scaled:
    """Give each node the sum over its neighbours, one where it has none, level after level."""
    counts = Scaled.ones(ptr.size - 1)
    rows, near = ptr.data, neighbours.data
    mantissa, exponent = float_view(counts.mantissa), counts.exponent.data
    for low, high in levels:
        if rows[high] - rows[low] <= NARROW:
            for node in range(low, high):
                _add_narrow(near[rows[node] : rows[node + 1]].tolist(), mantissa, exponent, node)
        else:
            _add_wide(ptr, neighbours, counts, low, high)
    return counts


def _add_wide(ptr: IntArray, neighbours: IndexArray, counts: Scaled, low: int, high: int) -> None:
    begin, end = ptr[low], ptr[high]
    degree = np.diff(ptr[low : high + 1])
    filled = degree > 0
    starts = (ptr[low:high] - begin)[filled]
    near = neighbours[begin:end]
    exponent = counts.exponent[near]
    top = np.maximum.reduceat(exponent, starts)
    exponent -= np.repeat(top, degree[filled])
    sums = np.add.reduceat(np.ldexp(counts.mantissa[near], exponent), starts)
    mantissa, shift = np.frexp(sums)
    nodes = np.flatnonzero(filled) + low
    counts.mantissa[nodes] = mantissa
    counts.exponent[nodes] = top + shift


def _add_narrow(near: list[int], mantissa: memoryview[float], exponent: memoryview[int], node: int) -> None:
    if len(near) == 1:
        mantissa[node] = mantissa[near[0]]
        exponent[node] = exponent[near[0]]
    elif near:
        top = max(exponent[other] for other in near)
        total = sum(math.ldexp(mantissa[other], exponent[other] - top) for other in near)
        mantissa[node], shift = math.frexp(total)
        exponent[node] = top + shift
