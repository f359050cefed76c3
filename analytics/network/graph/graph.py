"""The citation graph of a technology as arrays: families are nodes, an edge runs from cited to citing.

Source: docs/methods.md, Network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.network.graph.segments import IndexArray, IntArray

DateArray = NDArray[np.datetime64]
KeyArray = NDArray[Any]  # int64, or object holding str
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """One attribute of the nodes as codes (-1 is unknown) into a sorted tuple of names."""

    codes: IndexArray
    names: tuple[str, ...]

    def code_of(self, name: str) -> int:
        """Code of a name; -2, which no node has, for a name that no node has."""
        return self.names.index(name) if name in self.names else -2

    def name(self, node: int) -> str | None:
        """Name at a node, None where unknown."""
        code = int(self.codes[node])
        return None if code < 0 else self.names[code]

    def take(self, nodes: NDArray[np.integer]) -> Labels:
        """Return the labels of some nodes, in the order asked for."""
        return Labels(self.codes[nodes], self.names)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Families with what is known of each, all arrays of the same length n.

    `keys` are unique; `filed` and `published` are datetime64[D] with NaT for unknown (data with years only
    gives the first of January of each); `member` is False for a family known here but outside the technology
    (its country counts, its node does not).
    """

    keys: KeyArray
    filed: DateArray
    published: DateArray
    country: Labels
    holder: Labels
    member: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.keys.size)

    def take(self, rows: NDArray[np.integer]) -> Nodes:
        """Return some of the nodes, in the order asked for."""
        return Nodes(
            self.keys[rows],
            self.filed[rows],
            self.published[rows],
            self.country.take(rows),
            self.holder.take(rows),
            self.member[rows],
        )

    def dates(self) -> DateArray:
        """Filing date, else publication date, else NaT: the date by which families are put in order."""
        dated: DateArray = np.where(np.isnat(self.filed), self.published, self.filed)
        return dated


@dataclass(frozen=True, slots=True)
class OutsideCitations:
    """Citations with exactly one end in the set.

    `inside` is a node of the graph; `backward` is True when that node cites the outside family; `key` is the
    outside family; `country` and `holder` are codes in the graph's own labels (-1 unknown).
    """

    inside: IndexArray
    backward: NDArray[np.bool_]
    key: KeyArray
    country: IndexArray
    holder: IndexArray

    def __len__(self) -> int:
        return int(self.inside.size)


@dataclass(frozen=True, slots=True)
class BrokenCitations:
    """Citations inside the set taken out of the graph to make it acyclic, each with its reason.

    `cited` and `citing` are nodes of the graph. They are left out of paths only: dependence and flows still
    count them.
    """

    cited: IndexArray
    citing: IndexArray
    cited_on: DateArray
    reason: NDArray[np.str_]

    def __len__(self) -> int:
        return int(self.cited.size)


@dataclass(frozen=True, slots=True)
class Left:
    """What the builder left out, so that no loss is silent: numbers of families and of citation rows."""

    later_families: int
    undated_families: int
    later_citations: int
    undated_citations: int
    own_citations: int
    unrelated_citations: int
    repeated_citations: int


@dataclass(frozen=True, slots=True)
class CitationGraph:
    """An acyclic citation graph: n nodes level by level, m edges.

    Nodes are in topological order: by level (longest path from a source), then date, then key; `level_ptr`
    gives the first node of each level. Edge i runs from node `cited[i]` to node `citing[i]`; edges are sorted
    by cited, then citing, `out_ptr` points at the rows. `in_cited` under `in_ptr` are the same edges by
    citing node. `cited_on` is the earliest date of the citation. `same_holder` is 1, 0, or -1 where a holder
    is unknown.
    """

    nodes: Nodes
    level_ptr: IntArray
    out_ptr: IntArray
    cited: IndexArray
    citing: IndexArray
    in_ptr: IntArray
    in_cited: IndexArray
    cited_on: DateArray
    same_holder: NDArray[np.int8]
    outside: OutsideCitations
    broken: BrokenCitations
    left: Left
    loops: int
    as_of: np.datetime64 | None

    @property
    def n_nodes(self) -> int:
        """Families in the set."""
        return len(self.nodes)

    @property
    def n_edges(self) -> int:
        """Citations inside the set, loops already broken."""
        return int(self.cited.size)

    @property
    def outside_share(self) -> float:
        """Citations with one end outside the set over all citations with an end inside; NaN without citations."""
        total = self.n_edges + len(self.broken) + len(self.outside)
        return len(self.outside) / total if total else float("nan")

    def all_inside(self) -> tuple[IndexArray, IndexArray]:
        """Cited and citing node of every citation inside the set, those broken out of loops included."""
        cited = np.concatenate([self.cited, self.broken.cited])
        return cited, np.concatenate([self.citing, self.broken.citing])
