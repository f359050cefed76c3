"""Forward citations as of many dates: every way to count, and the one each technology is measured by.

Kinds of count are never mixed inside a technology (docs/methods.md, Capability).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

import sql
from analytics.measure.cube import accumulate
from analytics.measure.history import History, Ints, days_of, index_of
from analytics.measure.query import Connection, frame
from warehouse.frames import batches, frame_of

EDGES = "edges"
_KINDS = {"family_count": 1, "member_sum": 2}
_BATCH = 5_000_000
_DENSE = 1 << 24  # cells of a table of families by dates that is filled rather than sorted: at most 128 MB


def preference(basis: str) -> tuple[int, str]:
    """Return the order among bases of equal coverage: edges, a source's family count, the sum over members, name."""
    return (0 if basis == EDGES else _KINDS.get(basis.rpartition(":")[2], 3), basis)


def choose(known: Mapping[str, int]) -> str | None:
    """Return the basis under which most families of a technology are known; None when none knows any."""
    best = min(known, key=lambda basis: (-known[basis], preference(basis)), default=None)
    return best if best is not None and known[best] > 0 else None


@dataclass(frozen=True, slots=True)
class Basis:
    """One way to count. `known_from`, per family: the as-of index from which its count is known (dates: never).

    Edges: `events` are sorted `family · dates + index`, one per family and date at which citing families come in, and
    `total[p]` the citing families of the first p events. A source's own count: `fixed` per family, events empty.
    """

    name: str
    dates: int
    known_from: Ints
    events: Ints
    total: Ints
    fixed: Ints

    def upto(self, family: Ints, index: Ints) -> Ints:
        """Return the position in `events` just after the last event of `family` at or before as-of `index`."""
        return np.searchsorted(self.events, family * self.dates + index, side="right").astype(np.int64)

    @property
    def starts(self) -> Ints:
        """Position of each family's first event, and the number of events at the end; shape (families + 1,)."""
        bounds = np.arange(len(self.known_from) + 1) * self.dates
        return np.searchsorted(self.events, bounds).astype(np.int64)

    def reaches(self, count: int) -> Ints:
        """Return, per family, from which as-of index its count is at least `count` (dates: never)."""
        starts = self.starts
        at = np.searchsorted(self.total, self.total[starts[:-1]] + count, side="left") - 1
        there = at < starts[1:]
        index = np.full(len(self.known_from), self.dates, dtype=np.int64)
        index[there] = self.events[at[there]] % self.dates
        return np.where(self.fixed >= count, self.known_from, index)

    def counts_at(self, family: Ints, index: int) -> Ints:
        """Return the count of each of `family` at one as-of index, −1 where it is unknown there."""
        first = np.searchsorted(self.events, family * self.dates)
        seen = self.total[self.upto(family, np.full(len(family), index))] - self.total[first]
        count = np.where(self.fixed[family] >= 0, self.fixed[family], seen)
        return np.where(self.known_from[family] <= index, count, -1)


def _local(history: History, wanted: NDArray[np.integer]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the family index of each of the family keys `wanted`, and whether the history has it."""
    keys = history.keys
    table = np.full(int(keys[-1]) + 2 if len(keys) else 1, -1, dtype=np.int64)  # keys are dense integers of a build
    table[keys] = np.arange(len(keys))
    index = table[np.minimum(wanted, len(table) - 1)]
    return index, index >= 0


def _query(name: str, *, self_citations: bool) -> str:
    """Return the text of a query over family_citations, of all or only of those by another holder."""
    text = sql.text(f"indicators/{name}.sql")
    others = f"FROM ({sql.text('indicators/citations_of_others.sql')}) AS family_citations"
    return text if self_citations else text.replace("FROM family_citations", others)


def _batches(con: Connection, history: History, *, self_citations: bool) -> Iterator[Ints]:
    """Yield `family · dates + index` of every citation of the history's families, unsorted."""
    query = _query("forward_citations", self_citations=self_citations)
    for batch in batches(con.sql(query, params={"last": history.as_ofs[-1]}), _BATCH):
        family, there = _local(history, batch.to_series(0).to_numpy())
        days = batch.to_series(1).to_numpy().astype("datetime64[D]")
        yield family[there] * history.dates + index_of(history.as_ofs, days[there])


def _events(con: Connection, history: History, *, self_citations: bool) -> tuple[Ints, Ints]:
    """Return the distinct events in order, and how many citing families each brings."""
    size = len(history.keys) * history.dates
    if size <= _DENSE:  # counting needs no sort: a date alone, or a table of families by months
        counts = np.zeros(size, dtype=np.int64)
        for batch in _batches(con, history, self_citations=self_citations):
            counts += np.bincount(batch, minlength=size)
        events = np.flatnonzero(counts)
        return events, counts[events]
    found = np.concatenate([np.zeros(0, dtype=np.int64), *_batches(con, history, self_citations=self_citations)])
    return np.unique(found, return_counts=True)


def _edges(con: Connection, history: History, *, self_citations: bool) -> Basis:
    families, dates = len(history.keys), history.dates
    complete = np.zeros(families, dtype=np.bool_)
    complete[history.family] = history.cited_by_known
    known_from = np.where(complete, 0, dates)
    undated = frame_of(con.sql(_query("undated_citations", self_citations=self_citations)))
    family, there = _local(history, undated["cited_family_key"].to_numpy())
    since = index_of(history.as_ofs, days_of(undated, "known_from"))
    np.maximum.at(known_from, family[there], since[there])
    events, many = _events(con, history, self_citations=self_citations)
    total = np.concatenate([[0], np.cumsum(many)])
    return Basis(EDGES, dates, known_from, events, total, np.full(families, -1, dtype=np.int64))


def load_bases(con: Connection, history: History, *, self_citations: bool = True) -> dict[str, Basis]:
    """Return every basis that any of the history's families has: edges, and each source's latest own count.

    A count is unknown before its own date, edges where the complete list of citing families is not at hand or holds
    one of unknown date first stated later. Without `self_citations` (of a family by its own holder) only edges can
    tell: a source's count does not say who cites.
    """
    out = {EDGES: _edges(con, history, self_citations=self_citations)}
    if not self_citations:
        return out
    families, dates = len(history.keys), history.dates
    stated = frame(con, "citation_counts").with_columns(basis=pl.concat_str("source", "kind", separator=":"))
    for (name,), rows in sorted(stated.partition_by("basis", as_dict=True).items()):
        family, there = _local(history, rows["family_key"].to_numpy())
        known_from, fixed = np.full(families, dates, dtype=np.int64), np.full(families, -1, dtype=np.int64)
        known_from[family[there]] = index_of(history.as_ofs, days_of(rows, "count_date"))[there]
        fixed[family[there]] = rows["citation_count"].to_numpy()[there]
        nothing = np.zeros(0, dtype=np.int64)
        out[str(name)] = Basis(str(name), dates, known_from, nothing, np.zeros(1, dtype=np.int64), fixed)
    return out


def choices(history: History, bases: dict[str, Basis]) -> list[list[str | None]]:
    """Return the basis of each technology (outer list) at each date.

    Citation edges where they cover a technology's families best, else the one count of one source that does; coverage
    is taken before screening.
    """
    known = {}
    for name, basis in bases.items():
        since = np.clip(basis.known_from[history.family], history.start, history.end)
        known[name] = accumulate(history.technology, len(history.technologies), since, history.end, history.dates)
    return [
        [choose({name: int(table[t, m]) for name, table in known.items()}) for m in range(history.dates)]
        for t in range(len(history.technologies))
    ]
