"""Topological levels of a directed graph: Kahn's algorithm, a whole level at a time.

A citation network of a million families has a few hundred wide levels, where one numpy call per level is
quickest; a chain has a million levels of one node, where the numpy calls alone would take two minutes.
So levels of at most `NARROW` edges are walked in plain Python over memory views of the same arrays: the same
answer either way.
"""

from __future__ import annotations

from array import array

import numpy as np

from analytics.network.graph.segments import IndexArray, IntArray, row_positions

NARROW = 32  # edges (here: nodes) up to which a level is walked in plain Python; measured in docs/network.md


def topological_levels(ptr: IntArray, heads: IndexArray) -> IndexArray:
    """Level of every node (longest path from a source, in edges); -1 for nodes on a loop or behind one.

    `ptr` (n + 1) and `heads` (m) are the compressed out-edges. Level 0 holds the sources.
    """
    n = ptr.size - 1
    level = np.full(n, -1, dtype=np.int32)
    waiting = np.bincount(heads, minlength=n).astype(np.int32)
    frontier = np.flatnonzero(waiting == 0)
    depth = 0
    while frontier.size:
        if frontier.size <= NARROW:
            frontier, depth = _walk_narrow((ptr, heads), waiting, level, frontier.tolist(), depth)
        else:
            level[frontier] = depth
            frontier = _next_wide(ptr, heads, waiting, frontier)
            depth += 1
    return level


def _next_wide(ptr: IntArray, heads: IndexArray, waiting: IndexArray, frontier: IntArray) -> IntArray:
    reached = heads[row_positions(ptr, frontier)]
    if reached.size * 32 > waiting.size:  # one pass over all nodes is cheaper than that many scattered subtractions
        waiting -= np.bincount(reached, minlength=waiting.size).astype(np.int32)
    else:
        np.subtract.at(waiting, reached, 1)
    return np.unique(reached[waiting[reached] == 0]).astype(np.int64)


def _walk_narrow(
    out_edges: tuple[IntArray, IndexArray], waiting: IndexArray, level: IndexArray, frontier: list[int], depth: int
) -> tuple[IntArray, int]:
    """Walk levels in plain Python until one is wide; return that one with its depth."""
    ptr_view, head_view = out_edges[0].data, out_edges[1].data
    waiting_view, level_view = waiting.data, level.data
    while frontier and len(frontier) <= NARROW:
        following: list[int] = []
        for node in frontier:
            level_view[node] = depth
            for head in head_view[ptr_view[node] : ptr_view[node + 1]].tolist():
                left = waiting_view[head] - 1
                waiting_view[head] = left
                if not left:
                    following.append(head)
        frontier = following
        depth += 1
    return np.frombuffer(array("q", frontier), dtype=np.int64) if frontier else np.empty(0, np.int64), depth
