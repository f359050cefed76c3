"""Measuring at one date or many: shares with coverage and IPC shift of each technology; nothing is written.

One pass over the data serves every date: every fact holds on an interval of dates, so each figure is a difference and
a cumulative sum (`measure.cube`); one date is the case of a single interval. Source: docs/methods.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analytics.measure.cells import Pieces, Tables, by_basis, pieces_of, tables_of
from analytics.measure.citations import EDGES, Basis, choices, load_bases
from analytics.measure.editions import mark_made
from analytics.measure.families import COLUMNS, candidates_at
from analytics.measure.history import History, load_history
from analytics.measure.query import Connection, Technologies, data_label, query_hashes
from analytics.measure.screening import POPULATION, FunnelStep, steps_of
from analytics.measure.shares import Cell, Indicator, shares
from analytics.measure.shift import Shift, Shifts, shifts
from warehouse.settings import Settings

Choices = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One technology at T: families after screening, shares, shift, and how it came about.

    `classed`: families whose main subclass and window date are known, those the shift can count. `countries`: families
    by the step that settled their country. `citation_basis`: None when no basis knows any family.
    """

    technology_id: str
    query_hash: str
    families: int
    indicators: tuple[Indicator, ...]
    shift: Shift
    classed: int
    funnel: tuple[FunnelStep, ...]
    countries: tuple[tuple[str, int], ...]
    citation_basis: str | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """All technologies at T in the order asked, and what they rest on.

    `families`: those behind the figures (families.COLUMNS); `candidates`: those and the ones screening could not decide
    about (COLUMNS and CANDIDATE). `top`, `prefixes`: the top lists and the new prefixes, with
    technology_id and the columns of run_window_top and run_shift. `data_label`: real, synthetic or mixed.
    """

    as_of: date
    technologies: tuple[Measured, ...]
    families: pl.DataFrame
    candidates: pl.DataFrame
    top: pl.DataFrame
    prefixes: pl.DataFrame
    data_label: str


@dataclass(frozen=True, slots=True)
class Series:
    """Every figure of technologies at many dates. `items`: per date, technologies in the order asked.

    `top`, `prefixes`: as in Measurement, with the column `as_of`.
    """

    as_ofs: tuple[date, ...]
    items: tuple[tuple[Measured, ...], ...]
    top: pl.DataFrame
    prefixes: pl.DataFrame
    data_label: str


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was read and counted: the history, each basis with the rows that pass under it, and the basis chosen."""

    history: History
    bases: dict[str, Basis]
    pieces: dict[str, Pieces]
    tables: Tables
    picks: Choices


def _counted(con: Connection, settings: Settings, as_ofs: Sequence[date], technologies: Technologies) -> _Counted:
    policy = settings.policy()
    history = load_history(con, settings, as_ofs, technologies)
    bases = load_bases(con, history, self_citations=settings.place.self_citations)
    picks = choices(history, bases)
    names = sorted({name for row in picks for name in row if name is not None} | {EDGES})
    pieces = {name: pieces_of(history, bases[name], policy.min_citations, policy.unknown_passes) for name in names}
    tables = {name: tables_of(history, bases[name], pieces[name], policy.min_citations) for name in names}
    named = np.array([[name or EDGES for name in row] for row in picks], dtype=object)
    return _Counted(history, bases, pieces, by_basis(tables, {name: named == name for name in names}), picks)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The tables as plain lists, date first, then technology: read item by item, lists are faster than arrays."""

    families: list[Any]
    classed: list[Any]
    known: list[Any]
    total: list[Any]
    methods: list[Any]
    left: list[Any]
    undecided: list[Any]

    @classmethod
    def of(cls, t: Tables) -> _Lists:
        """Return the lists of `t`: per date and technology, then weight (and indicator), method or step."""
        return cls(
            t.families.transpose(2, 0, 1).tolist(),
            t.classed.sum(axis=1).T.tolist(),
            *(a.transpose(3, 1, 2, 0).tolist() for a in (t.known, t.total)),
            *(a.transpose(2, 0, 1).tolist() for a in (t.methods, t.left, t.undecided)),
        )


def _measured(history: History, lists: _Lists, shift: Shifts, steps: list[str], hashes: list[str],
              picks: Choices, index: int) -> tuple[Measured, ...]:  # fmt: skip
    out = []
    for t, name in enumerate(history.technologies):
        rows = zip(history.weights, lists.families[index][t], lists.known[index][t], lists.total[index][t], strict=True)
        cells = [Cell(*row) for row in rows if row[1]]
        methods = zip(history.methods, lists.methods[index][t], strict=True)
        funnel = zip(steps, lists.left[index][t], lists.undecided[index][t], strict=True)
        out.append(
            Measured(
                name,
                hashes[t],
                sum(cell.families for cell in cells),
                shares(cells, history.indicators, picks[t][index]),
                shift.of(t * history.dates + index),
                lists.classed[index][t],
                tuple(FunnelStep(i, step, left, unknown) for i, (step, left, unknown) in enumerate(funnel)),
                tuple(sorted((method, n) for method, n in methods if n)),
                picks[t][index],
            )
        )
    return tuple(out)


def _by_situation(history: History, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of `Shifts` with technology_id and as_of in place of the situation's number."""
    dates = history.dates
    situations = pl.DataFrame(
        {
            "situation": range(len(history.technologies) * dates),
            "technology_id": [name for name in history.technologies for _ in range(dates)],
            "as_of": list(history.as_ofs) * len(history.technologies),
        }
    )
    return rows.join(situations, on="situation", maintain_order="left").drop("situation")


def _series(con: Connection, settings: Settings, counted: _Counted, technologies: Technologies) -> Series:
    history, tables = counted.history, counted.tables
    situations = len(history.technologies) * history.dates
    windows = tables.windows.transpose(0, 1, 3, 2).reshape(2, situations, len(history.pairs))
    shift = shifts(windows, history.pairs, settings.place.top)
    steps = [POPULATION, *(step.name for step in steps_of(settings.policy()))]
    hashes, lists = list(query_hashes(technologies).values()), _Lists.of(tables)
    items = tuple(
        _measured(history, lists, shift, steps, hashes, counted.picks, index) for index in range(history.dates)
    )
    top = _by_situation(history, shift.top)
    prefixes = mark_made(con, _by_situation(history, shift.prefixes), settings.place)
    return Series(history.as_ofs, items, top, prefixes, data_label(con, technologies))


def measure_series(con: Connection, settings: Settings, as_ofs: Sequence[date], technologies: Technologies) -> Series:
    """Return every figure of `technologies` at each of the ascending dates `as_ofs` (at least one), in one pass.

    Reads the merged tables only and writes nothing: works on a snapshot too.
    """
    return _series(con, settings, _counted(con, settings, as_ofs, technologies), technologies)


def measure(con: Connection, settings: Settings, as_of: date, technologies: Technologies) -> Measurement:
    """Return every figure of `technologies` at T, with the families behind them.

    `technologies` are (technology_id, query_hash) pairs. Reads the merged tables only and writes nothing.
    """
    counted = _counted(con, settings, [as_of], technologies)
    series = _series(con, settings, counted, technologies)
    picks = [row[0] for row in counted.picks]
    candidates = candidates_at(counted.history, counted.bases, picks, 0, settings.policy())
    families = candidates.filter("passes").select(COLUMNS)
    top, prefixes = series.top.drop("as_of"), series.prefixes.drop("as_of")
    return Measurement(as_of, series.items[0], families, candidates, top, prefixes, series.data_label)
