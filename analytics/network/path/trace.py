"""What main paths are searched with: the best or strongest step from a family, forwards and back, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from analytics.network.graph.graph import CitationGraph
from analytics.network.graph.segments import IntArray, row_positions
from analytics.network.path.best import BestSteps, best_steps
from analytics.network.path.scaled import TIE, Scaled, ln
from analytics.network.path.spc import path_counts

Edge = tuple[int, int]  # (cited, citing) as positions in the graph


class Tracer:
    """Path searches over scaled search-path counts."""

    def __init__(self, graph: CitationGraph) -> None:
        self.graph = graph
        self.counts = path_counts(graph)
        self.ln_total = self.counts.ln_total
        self._out = graph.out_ptr.data, graph.citing.data
        self._in = graph.in_ptr.data, graph.in_cited.data
        self._levels = list(zip(graph.level_ptr[:-1].tolist(), graph.level_ptr[1:].tolist(), strict=True))

    @cached_property
    def _ahead(self) -> BestSteps:
        graph, counts = self.graph, self.counts
        return best_steps(graph.out_ptr, graph.citing, counts.into, counts.out_of, self._levels[::-1])

    @cached_property
    def _behind(self) -> BestSteps:
        graph, counts = self.graph, self.counts
        return best_steps(graph.in_ptr, graph.in_cited, counts.out_of, counts.into, self._levels)

    def ln_counts(self, edges: Sequence[Edge]) -> list[float]:
        """Natural logarithms of the search-path counts of some citations."""
        ends = np.array(edges, dtype=np.int32).reshape(-1, 2)
        counts = self.counts.edges(ends[:, 0], ends[:, 1])
        return [ln(m, e) for m, e in zip(counts.mantissa.tolist(), counts.exponent.tolist(), strict=True)]

    def start(self, best: bool) -> Edge | None:
        """First citation of the global (`best`) or the local path; None in a graph without an edge."""
        graph = self.graph
        sources: IntArray = np.flatnonzero((np.diff(graph.in_ptr) == 0) & (np.diff(graph.out_ptr) > 0))
        if not sources.size:
            return None
        if best:
            source = int(sources[first_of_best(self._ahead.sums.take(sources))])
            return source, int(self._ahead.step[source])
        position = row_positions(graph.out_ptr, sources)
        edge = position[first_of_best(self.counts.out_of.take(graph.citing[position]))]
        return int(graph.cited[edge]), int(graph.citing[edge])

    def onward(self, node: int, best: bool) -> int | None:
        """Next node of the best or the locally strongest path to a sink; None at a sink."""
        if best:
            return self._step(self._ahead, node)
        return _strongest_near(*self._out, self.counts.out_of, node)

    def back(self, node: int, best: bool) -> int | None:
        """Previous node of the best or the locally strongest path from a source; None at a source."""
        if best:
            return self._step(self._behind, node)
        return _strongest_near(*self._in, self.counts.into, node)

    @staticmethod
    def _step(steps: BestSteps, node: int) -> int | None:
        step = steps.step.item(node)
        return None if step < 0 else step

    def strongest(self, k: int) -> list[Edge]:
        """The k citations with the greatest counts; within a tie the first in the graph."""
        graph, logs = self.graph, self.counts.ln_edges(self.graph)
        if not logs.size:
            return []
        k = min(k, logs.size)
        floor = np.partition(logs, logs.size - k)[logs.size - k]
        near = np.flatnonzero(logs >= floor - 1e-9)  # wider than any rounding of a logarithm: the counts decide
        picked = near[_ranked(self.counts.edges(graph.cited[near], graph.citing[near]), k)]
        return list(zip(graph.cited[picked].tolist(), graph.citing[picked].tolist(), strict=True))


def _ranked(values: Scaled, k: int) -> IntArray:
    """Positions of the k greatest values, greatest first; a run tied with its first in order of position."""
    order = np.lexsort((-values.mantissa, -values.exponent))
    values = values.take(order)
    picked: list[IntArray] = []
    begin = taken = 0
    while taken < k:
        scaled = np.ldexp(values.mantissa[begin:], values.exponent[begin:] - values.exponent[begin])
        end = begin + int(np.count_nonzero(scaled >= scaled[0] * (1.0 - TIE)))
        picked.append(np.sort(order[begin:end])[: k - taken])
        taken += picked[-1].size
        begin = end
    return np.concatenate(picked)


def _strongest_near(rows: memoryview[int], neighbours: memoryview[int], values: Scaled, node: int) -> int | None:
    near = neighbours[rows[node] : rows[node + 1]].tolist()
    if len(near) < 2:
        return near[0] if near else None
    return near[first_of_best(values.take(np.array(near)))]


def first_of_best(values: Scaled) -> int:
    """Position of the first value that ties with the greatest."""
    top = int(values.exponent.max())
    scaled = np.ldexp(values.mantissa, values.exponent - top)
    return int(np.argmax(scaled >= scaled.max() * (1.0 - TIE)))
