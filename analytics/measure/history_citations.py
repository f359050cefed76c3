"""Forward citations at many as-of dates: every basis as sorted events, and the basis chosen per technology and date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import sql
from analytics.measure.citation_basis import EDGES, choose, stated_counts
from analytics.measure.cube import accumulate
from analytics.measure.history import History, Ints, days_of, index_of
from analytics.measure.query import Connection, frame

_BATCH = 5_000_000


@dataclass(frozen=True, slots=True)
class Basis:
    """One way to count. `known_from`, per family: the as-of index from which its count is known (dates: never).

    Edges: `events` are sorted `family · dates + index`, one per citing family. A source's own count: `fixed` per
    family, events empty.
    """

    name: str
    dates: int
    known_from: Ints
    events: Ints
    starts: Ints
    fixed: Ints

    def upto(self, family: Ints, index: Ints) -> Ints:
        """Return the position in `events` just after the last event of `family` at or before as-of `index`."""
        return np.searchsorted(self.events, family * self.dates + index, side="right").astype(np.int64)

    def reaches(self, count: int) -> Ints:
        """Return, per family, from which as-of index its count is at least `count` (dates: never)."""
        at = self.starts[:-1] + count - 1
        there = at < self.starts[1:]
        index = np.full(len(self.known_from), self.dates, dtype=np.int64)
        index[there] = self.events[at[there]] % self.dates
        return np.where(self.fixed >= count, self.known_from, index)


def _local(history: History, wanted: NDArray[np.integer]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the family index of each of the family keys `wanted`, and whether the history has it."""
    keys = history.keys
    table = np.full(int(keys[-1]) + 2 if len(keys) else 1, -1, dtype=np.int64)  # keys are dense integers of a build
    table[keys] = np.arange(len(keys))
    index = table[np.minimum(wanted, len(table) - 1)]
    return index, index >= 0


def _edge_events(con: Connection, history: History) -> Ints:
    query = sql.text("indicators/forward_citations_dated.sql")
    parts = [np.zeros(0, dtype=np.int64)]
    params = {"last": history.as_ofs[-1]}
    reader: Iterator[pa.RecordBatch] = con.sql(query, params=params).to_arrow_reader(_BATCH)
    for batch in reader:
        family, there = _local(history, batch.column(0).to_numpy(zero_copy_only=False))
        days = batch.column(1).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        parts.append(family[there] * history.dates + index_of(history.as_ofs, days[there]))
    events = np.concatenate(parts)
    if len(history.keys) * history.dates < np.iinfo(np.int32).max:  # half the width sorts in half the time
        events = events.astype(np.int32)
    return np.sort(events).astype(np.int64)


def _edges(con: Connection, history: History) -> Basis:
    families, dates = len(history.keys), history.dates
    complete = np.zeros(families, dtype=np.bool_)
    complete[history.family] = history.cited_by_known
    known_from = np.where(complete, 0, dates)
    undated = frame(con, "undated_citations")
    family, there = _local(history, undated["cited_family_key"].to_numpy())
    since = index_of(history.as_ofs, days_of(undated, "known_from"))
    np.maximum.at(known_from, family[there], since[there])
    events = _edge_events(con, history)
    starts = np.searchsorted(events, np.arange(families + 1) * dates).astype(np.int64)
    return Basis(EDGES, dates, known_from, events, starts, np.full(families, -1, dtype=np.int64))


def load_bases(con: Connection, history: History) -> dict[str, Basis]:
    """Return every basis that any of the history's families has: edges, and each source's own count."""
    out = {EDGES: _edges(con, history)}
    families, dates = len(history.keys), history.dates
    counts = stated_counts(con)
    for (name,), rows in sorted(counts.partition_by("basis", as_dict=True).items()):
        family, there = _local(history, rows["family_key"].to_numpy())
        known_from, fixed = np.full(families, dates, dtype=np.int64), np.full(families, -1, dtype=np.int64)
        known_from[family[there]] = index_of(history.as_ofs, days_of(rows, "count_date"))[there]
        fixed[family[there]] = rows["citation_count"].to_numpy()[there]
        nothing = np.zeros(0, dtype=np.int64)
        out[str(name)] = Basis(str(name), dates, known_from, nothing, np.zeros(families + 1, dtype=np.int64), fixed)
    return out


def choices(history: History, bases: dict[str, Basis]) -> list[list[str | None]]:
    """Return the basis of each technology (outer list) at each date: the rule of `citation_basis.choose`."""
    known = {}
    for name, basis in bases.items():
        since = np.clip(basis.known_from[history.family], history.start, history.end)
        known[name] = accumulate(history.technology, len(history.technologies), since, history.end, history.dates)
    return [
        [choose({name: int(table[t, m]) for name, table in known.items()}) for m in range(history.dates)]
        for t in range(len(history.technologies))
    ]
