"""Cells of every technology at every as-of date from interval facts: the sums that `shares.sql` makes for one date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.measure.cube import accumulate, accumulate_changing
from analytics.measure.history import History, Ints, Mask
from analytics.measure.history_citations import Basis

# The columns of shares.sql after focal_weight, in its order.
CELL_COLUMNS = ("families", "citations_known", "citations", "claims_known", "claims", "pct_known", "pct", "classed")


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

    `cells`: (columns, technologies, weights, dates). `methods`: (technologies, methods, dates). `windows`: (2,
    technologies, pairs, dates). `left`, `undecided`: (technologies, steps, dates).
    """

    cells: Ints
    methods: Ints
    windows: Ints
    left: Ints
    undecided: Ints


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
    first = basis.starts[family]
    many = high - low
    offsets = np.cumsum(many) - many
    event = np.arange(int(many.sum())) - np.repeat(offsets - low, many)
    return accumulate_changing(
        group[mine], groups, start, end, history.dates, low - first, high - first,
        np.repeat(group[mine], many), basis.events[event] % history.dates,
    )  # fmt: skip


def _cells(history: History, basis: Basis, pieces: Pieces) -> Ints:
    """Return the columns of shares.sql for every technology, focal weight and date."""
    kinds, dates = len(history.weights), history.dates
    groups = len(history.technologies) * kinds
    group = history.technology[pieces.row] * kinds + history.weight[pieces.row]

    def total(where: Mask | None = None, amount: Ints | None = None) -> Ints:
        pick = slice(None) if where is None else where
        some = None if amount is None else amount[pick]
        return accumulate(group[pick], groups, pieces.start[pick], pieces.end[pick], dates, some)

    claims, pct = history.claims[pieces.row], history.pct[pieces.row]
    columns = [
        total(),
        total(pieces.known),
        _citations(history, basis, pieces, group, groups),
        total(claims >= 0),
        total(claims >= 0, claims),
        total(pct >= 0),
        total(pct == 1),
        total(history.classed[pieces.row]),
    ]
    return np.stack(columns).reshape(len(CELL_COLUMNS), len(history.technologies), kinds, dates)


def _windows(history: History, pieces: Pieces) -> Ints:
    """Return families per window, technology, (mapped, stated) main subclass and date."""
    technologies, pairs = len(history.technologies), len(history.pairs)
    out = []
    for _, opens, closes in history.windows:
        start = np.maximum(pieces.start, opens[pieces.row])
        end = np.minimum(pieces.end, closes[pieces.row])
        some = (start < end) & (history.pair[pieces.row] >= 0)
        group = history.technology[pieces.row[some]] * pairs + history.pair[pieces.row[some]]
        table = accumulate(group, technologies * pairs, start[some], end[some], history.dates)
        out.append(table.reshape(technologies, pairs, history.dates))
    return np.stack(out)


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


def tables_of(history: History, basis: Basis, minimum: int, unknown_passes: bool) -> Tables:
    """Return everything counted at every date when forward citations are counted by `basis`."""
    pieces = pieces_of(history, basis, minimum, unknown_passes)
    methods = len(history.methods)
    group = history.technology[pieces.row] * methods + history.method[pieces.row]
    table = accumulate(group, len(history.technologies) * methods, pieces.start, pieces.end, history.dates)
    left, undecided = _funnel(history, basis, pieces, minimum)
    return Tables(
        _cells(history, basis, pieces),
        table.reshape(len(history.technologies), methods, history.dates),
        _windows(history, pieces),
        left,
        undecided,
    )


def chosen(tables: dict[str, Tables], picked: dict[str, Mask]) -> Tables:
    """Return one set of tables: per technology and date those of its basis; masks have shape (technologies, dates)."""
    first, *others = tables
    out = {name: getattr(tables[first], name).copy() for name in Tables.__slots__}
    for basis in others:
        mask = picked[basis]
        for name, array in out.items():
            axis = 0 if name in ("methods", "left", "undecided") else 1
            wide = mask[:, None, :] if axis == 0 else mask[None, :, None, :]
            np.copyto(array, getattr(tables[basis], name), where=wide)
    return Tables(**out)
