"""Loops between families, broken by date and reported.

Families cite each other in a ring when one of them has publications on both sides of another's
(continuations, late search reports). A path cannot be counted through a ring, so every citation that keeps
one closed and runs against time is taken out, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from analytics.network.graph.graph import DateArray
from analytics.network.graph.segments import IndexArray, IntArray

AGAINST_DATE = "against_date"
SAME_DATE = "same_date"
DATE_UNKNOWN = "date_unknown"


@dataclass(frozen=True, slots=True)
class LoopBreaks:
    """Edges to take out (positions, with the reason of each) and the number of rings of families they held together."""

    edges: IntArray
    reason: NDArray[np.str_]
    loops: int


def break_loops(
    tail: IndexArray, head: IndexArray, dates: DateArray, rank: IndexArray, behind: NDArray[np.bool_]
) -> LoopBreaks:
    """Choose the citations that break every loop.

    `tail` (cited) and `head` (citing) are edges, `dates` and `rank` the nodes' dates and places by (date,
    key; unknown dates last), `behind` the nodes that lie on a loop or behind one. Inside a strongly connected
    component the citing family must come later than the cited one; a citation that does not is broken. Every
    such citation lies on a loop, and without them the ranks rise along all that are left, so no loop remains.
    """
    suspects = np.flatnonzero(behind[tail] & behind[head])
    nodes = np.flatnonzero(behind)
    place = np.full(behind.size, -1, dtype=np.int32)
    place[nodes] = np.arange(nodes.size, dtype=np.int32)
    ends = (place[tail[suspects]], place[head[suspects]])
    matrix = sparse.csr_array((np.ones(suspects.size, np.int8), ends), shape=(nodes.size, nodes.size))
    _, component = csgraph.connected_components(matrix, directed=True, connection="strong")
    closed = component[ends[0]] == component[ends[1]]
    backward = closed & (rank[head[suspects]] < rank[tail[suspects]])
    edges = suspects[backward]
    loops = int(np.count_nonzero(np.bincount(component) > 1))
    return LoopBreaks(edges, _reasons(dates[tail[edges]], dates[head[edges]]), loops)


def _reasons(cited: DateArray, citing: DateArray) -> NDArray[np.str_]:
    unknown = np.isnat(cited) | np.isnat(citing)
    return np.where(unknown, DATE_UNKNOWN, np.where(cited == citing, SAME_DATE, AGAINST_DATE))
