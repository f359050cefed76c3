"""Every as-of date in one pass: what separate placements would store, for the cost of a few (docs/methods.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analytics.matrix.evaluate import evaluate
from analytics.matrix.frames import FRAMES
from analytics.matrix.place import Origin
from analytics.matrix.rows import RunFigures
from analytics.matrix.store import append, baseline, forget, store, transaction
from analytics.measure.citation_basis import EDGES
from analytics.measure.history import History, load_history
from analytics.measure.history_cells import Tables, chosen, tables_of
from analytics.measure.history_citations import choices, load_bases
from analytics.measure.measure import Measured
from analytics.measure.query import Connection, Technologies, data_label, query_hashes
from analytics.measure.screening import POPULATION, FunnelStep, steps_of
from analytics.measure.shares import Cell, shares
from analytics.measure.shift import Shift
from analytics.measure.shift_batch import ShiftBatch, shift_batch
from warehouse.settings import Settings

Choices = list[list[str | None]]


def _counted(con: Connection, settings: Settings, history: History) -> tuple[Tables, Choices]:
    policy = settings.policy()
    bases = load_bases(con, history)
    picks = choices(history, bases)
    names = sorted({name for row in picks for name in row if name is not None} | {EDGES})
    tables = {name: tables_of(history, bases[name], policy.min_citations, policy.unknown_passes) for name in names}
    named = np.array([[name or EDGES for name in row] for row in picks], dtype=object)
    return chosen(tables, {name: named == name for name in names}), picks


@dataclass(frozen=True, slots=True)
class _Lists:
    """The tables as plain lists, date first, then technology: read item by item, lists are faster than arrays."""

    cells: list[Any]
    methods: list[Any]
    left: list[Any]
    undecided: list[Any]

    @classmethod
    def of(cls, tables: Tables) -> _Lists:
        """Return the lists of `tables`."""
        return cls(
            tables.cells.transpose(3, 1, 2, 0).tolist(),
            *(a.transpose(2, 0, 1).tolist() for a in (tables.methods, tables.left, tables.undecided)),
        )


def _measured(history: History, tables: _Lists, shift: ShiftBatch, steps: list[str], hashes: list[str],
              picks: Choices, index: int) -> tuple[Measured, ...]:  # fmt: skip
    out = []
    for t, name in enumerate(history.technologies):
        rows = zip(history.weights, tables.cells[index][t], strict=True)
        cells = [Cell(w, *row) for w, row in rows if row[0]]
        situation = t * history.dates + index
        before, now = int(shift.earlier[situation]), int(shift.later[situation])
        raw = int(shift.raw[situation]) if before and now else None
        methods = zip(history.methods, tables.methods[index][t], strict=True)
        funnel = zip(steps, tables.left[index][t], tables.undecided[index][t], strict=True)
        out.append(
            Measured(
                name,
                hashes[t],
                sum(cell.families for cell in cells),
                shares(cells, picks[t][index]),
                Shift(raw, before, now, (), ()),
                sum(cell.classed for cell in cells),
                tuple(FunnelStep(i, step, left, unknown) for i, (step, left, unknown) in enumerate(funnel)),
                tuple(sorted((method, n) for method, n in methods if n)),
                picks[t][index],
            )
        )
    return tuple(out)


def _store_shift(con: Connection, history: History, shift: ShiftBatch, run_ids: Sequence[int]) -> None:
    """Write top lists and new prefixes of all runs, straight from their frames."""
    dates = history.dates
    situations = pl.DataFrame(
        {
            "situation": range(len(history.technologies) * dates),
            "technology_id": [name for name in history.technologies for _ in range(dates)],
            "run_id": list(run_ids) * len(history.technologies),
        }
    )
    for table, rows in (("run_window_top", shift.top), ("run_shift", shift.prefixes)):
        append(con, table, rows.join(situations, on="situation").drop("situation"))


def backfill(
    con: Connection,
    runs: Sequence[tuple[int, date]],
    settings: Settings,
    technologies: Technologies,
    *,
    origin: Origin = "backfill",
    frames: Sequence[str] = FRAMES,
) -> list[RunFigures]:
    """Place `technologies` as of every date of `runs` (run_id, T) and store each like a run of its own.

    Equal to `place(con, run_id, settings, T, technologies)` of every date, exactly, apart from run_families and
    run_certainty, which a backfill does not keep. One pass over the data: every fact holds on an interval of dates, so
    each figure is a difference and a cumulative sum (`measure.cube`). Dates may come in any order, each once. An
    unnamed baseline is the first live run's, as for `place`. Raises BaselineError and SettingsError as `place` does.
    """
    ordered = sorted(runs, key=lambda run: run[1])
    as_ofs = [day for _, day in ordered]
    if len(set(as_ofs)) < len(as_ofs):
        msg = "backfill: a date is given twice; each date is placed once"
        raise ValueError(msg)
    if not ordered:
        return []
    with con.cursor() as own:
        history = load_history(own, settings, as_ofs, technologies)
        tables, picks = _counted(own, settings, history)
        situations = len(history.technologies) * history.dates
        by_situation = tables.windows.transpose(0, 1, 3, 2).reshape(2, situations, len(history.pairs))
        shift = shift_batch(by_situation, history.pairs, settings.place.top)
        base = baseline(own, min(run_id for run_id, _ in runs), settings.place.baseline_run)
        label = data_label(own, technologies)
        steps = [POPULATION, *(step.name for step in steps_of(settings.policy()))]
        hashes = list(query_hashes(technologies).values())
        lists, figures = _Lists.of(tables), []
        for index, (run_id, day) in enumerate(ordered):
            items = _measured(history, lists, shift, steps, hashes, picks, index)
            placed = evaluate(items, settings.place, base, frames)
            figures.append(RunFigures(run_id, day, origin, label, items, placed))
        run_ids = [run_id for run_id, _ in ordered]
        with transaction(own):
            store(own, figures)
            _store_shift(own, history, shift, run_ids)
            forget(own, run_ids, ["run_families", "run_certainty"])
    return figures
