"""What is counted at every as-of date, from interval facts: shares' sums, windows, country steps and the funnel.

Each technology has one cell per focal weight: whole numbers, so that no order of summing matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.measure.citations import Basis
from analytics.measure.cube import accumulate, accumulate_changing
from analytics.measure.editions import settle_counts
from analytics.measure.history import History, Ints, Mask
from warehouse.indicators import BY_ID, CITED


@dataclass(frozen=True, slots=True)
class Pieces:
    """Rows of a history that passed screening: `row` of the history, on as-of indexes [start, end).

    `known`: the family's forward citations are known there (a row may give one piece of each kind).
    """

    row: Ints
    start: Ints
    end: Ints
    known: Mask


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything counted under one citation basis, last axis the as-of dates.

    `families`, `classed`: (technologies, weights, dates). `known`, `total`: (indicators, technologies, weights, dates).
    `methods`: (technologies, methods, dates). `windows`: (2, technologies, pairs, dates). `left`, `undecided`:
    (technologies, steps, dates).
    """

    families: Ints
    classed: Ints
    known: Ints
    total: Ints
    methods: Ints
    windows: Ints
    left: Ints
    undecided: Ints


# The axis of the technologies in each table.
_AXIS = {"known": 1, "total": 1, "windows": 1}


def _join(*parts: Pieces) -> Pieces:
    row, start, end, known = (
        np.concatenate([getattr(p, name) for p in parts]) for name in ("row", "start", "end", "known")
    )
    some = start < end
    return Pieces(row[some], start[some], end[some], known[some])


def pieces_of(history: History, basis: Basis, minimum: int, unknown_passes: bool) -> Pieces:
    """Return what passed every step, the citation step (at least `minimum`; 0: no such step) included.

    Citations by edges only grow, so a row passes from one as-of date on: no row is cut more than twice.
    """
    row = np.flatnonzero(history.alive[-1])
    family, start, end = history.family[row], history.start[row], history.end[row]
    known_from = np.clip(basis.known_from[family], start, end)
    passes_from = (
        known_from if minimum == 0 else np.clip(np.maximum(known_from, basis.reaches(minimum)[family]), start, end)
    )
    yes, no = np.ones(len(row), dtype=np.bool_), np.zeros(len(row), dtype=np.bool_)
    counted = Pieces(row, passes_from, end, yes)
    if minimum and not unknown_passes:
        return _join(counted)
    return _join(Pieces(row, start, known_from, no), counted)


def _citations(history: History, basis: Basis, pieces: Pieces, group: Ints, groups: int) -> Ints:
    """Return forward citations received, per group and date: a growing count per family and piece."""
    mine = np.flatnonzero(pieces.known)
    family, start, end = history.family[pieces.row[mine]], pieces.start[mine], pieces.end[mine]
    fixed = basis.fixed[family]
    if (fixed >= 0).any():
        return accumulate(group[mine], groups, start, end, history.dates, np.maximum(fixed, 0))
    low, high = basis.upto(family, start), basis.upto(family, end - 1)
    before = basis.total[np.searchsorted(basis.events, family * history.dates)]
    many = high - low
    offsets = np.cumsum(many) - many
    event = np.arange(int(many.sum())) - np.repeat(offsets - low, many)
    return accumulate_changing(
        group[mine], groups, start, end, history.dates, basis.total[low] - before, basis.total[high] - before,
        np.repeat(group[mine], many), basis.events[event] % history.dates, basis.total[event + 1] - basis.total[event],
    )  # fmt: skip


class _Sums:
    """Totals per technology, focal weight and date over the pieces of a history."""

    def __init__(self, history: History, basis: Basis, pieces: Pieces) -> None:
        self.history, self.basis, self.pieces = history, basis, pieces
        kinds = len(history.weights)
        self.groups = len(history.technologies) * kinds
        self.group = history.technology[pieces.row] * kinds + history.weight[pieces.row]
        self.shape = (len(history.technologies), kinds, history.dates)

    def over(self, where: Mask | None = None, amount: Ints | None = None) -> Ints:
        """Return the total of `amount` (default 1) over the pieces in `where` (default all)."""
        p, pick = self.pieces, slice(None) if where is None else where
        some = None if amount is None else amount[pick]
        total = accumulate(self.group[pick], self.groups, p.start[pick], p.end[pick], self.history.dates, some)
        return total.reshape(self.shape)

    def indicator(self, name: str) -> tuple[Ints, Ints]:
        """Return families for which the indicator is known, and its amount over them."""
        if BY_ID[name].column is None:
            families = self.over()
            return families, families
        if name == CITED:
            total = _citations(self.history, self.basis, self.pieces, self.group, self.groups)
            return self.over(self.pieces.known), total.reshape(self.shape)
        amount = self.history.amounts[name][self.pieces.row]
        return self.over(amount >= 0), self.over(amount > 0, amount)


def _windows(history: History, pieces: Pieces) -> Ints:
    """Return families per window, technology, (mapped, stated) main subclass and date."""
    technologies, pairs = len(history.technologies), len(history.pairs)
    out = []
    for opens, closes in history.windows:
        start = np.maximum(pieces.start, opens[pieces.row])
        end = np.minimum(pieces.end, closes[pieces.row])
        some = (start < end) & (history.pair[pieces.row] >= 0)
        group = history.technology[pieces.row[some]] * pairs + history.pair[pieces.row[some]]
        table = accumulate(group, technologies * pairs, start[some], end[some], history.dates)
        out.append(table.reshape(technologies, pairs, history.dates))
    return settle_counts(np.stack(out), history.pairs, history.stays)


def _funnel(history: History, basis: Basis, pieces: Pieces, minimum: int) -> tuple[Ints, Ints]:
    """Return families left after, and undecided at, every step."""
    technologies, dates = len(history.technologies), history.dates

    def rows(mask: Mask, until: Ints) -> Ints:
        return accumulate(history.technology[mask], technologies, history.start[mask], until[mask], dates)

    left = [rows(mask, history.end) for mask in history.alive]
    undecided = [rows(mask, history.end) for mask in history.undecided]
    if minimum:
        open_until = np.clip(basis.known_from[history.family], history.start, history.end)
        group = history.technology[pieces.row]
        left.append(accumulate(group, technologies, pieces.start, pieces.end, dates))
        undecided.append(rows(history.alive[-1], open_until))
    return np.stack(left, axis=1), np.stack(undecided, axis=1)


def tables_of(history: History, basis: Basis, pieces: Pieces, minimum: int) -> Tables:
    """Return everything counted at every date when forward citations are counted by `basis`."""
    methods = len(history.methods)
    group = history.technology[pieces.row] * methods + history.method[pieces.row]
    table = accumulate(group, len(history.technologies) * methods, pieces.start, pieces.end, history.dates)
    sums = _Sums(history, basis, pieces)
    known, total = zip(*(sums.indicator(name) for name in history.indicators), strict=True)
    left, undecided = _funnel(history, basis, pieces, minimum)
    return Tables(
        sums.over(),
        sums.over(history.classed[pieces.row]),
        np.stack(known),
        np.stack(total),
        table.reshape(len(history.technologies), methods, history.dates),
        _windows(history, pieces),
        left,
        undecided,
    )


def by_basis(tables: dict[str, Tables], picked: dict[str, Mask]) -> Tables:
    """Return one set of tables: per technology and date those of its basis; masks have shape (technologies, dates)."""
    first, *others = tables
    out = {name: getattr(tables[first], name).copy() for name in Tables.__slots__}
    for basis in others:
        for name, array in out.items():
            axis = _AXIS.get(name, 0)
            mask = picked[basis]
            wide = mask.reshape((1,) * axis + (mask.shape[0],) + (1,) * (array.ndim - axis - 2) + (mask.shape[1],))
            np.copyto(array, getattr(tables[basis], name), where=wide)
    return Tables(**out)
