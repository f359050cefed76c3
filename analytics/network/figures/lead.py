"""Does dependence move before the quadrant does: its trend at each placement day, beside the placement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics.measure.query import Connection
from analytics.network.figures.dependence import dependence_rows
from analytics.network.figures.trend import State, dependence_trend
from analytics.network.graph.graph import CitationGraph

SCHEMA = {
    "as_of": pl.Date,
    "origin": pl.String,
    "foreign_dependence": pl.Float64,
    "coverage": pl.Float64,
    "recent": pl.Float64,
    "before": pl.Float64,
    "change": pl.Float64,
    "state": pl.String,
    "capability": pl.Float64,
    "dynamics": pl.Float64,
    "strategy": pl.String,
    "is_break": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class QuadrantChange:
    """One change of quadrant between two placement dates, and whether dependence had been moving before it.

    `moving` and `since`: falling or rising, without a break, from that placement date up to the last one before the
    change; None where there was no clear change of dependence just before. A break of the series (other settings or
    another query) ends it, and no change of quadrant is read across one.
    """

    on: date
    from_strategy: str
    to_strategy: str
    moving: State | None
    since: date | None


def beside_placements(
    con: Connection, technology: str, until: date, graph_at: Callable[[date], CitationGraph], focal: str
) -> pl.DataFrame:
    """Return one row a year with a placement (its last one, relative frame): columns of `SCHEMA`.

    `is_break`: by other settings or another query than the row before, so that the two cannot be compared. `graph_at`
    builds the network as of a date. A live placement goes before a backfilled one of the same day; ad-hoc ones are left
    out.
    """
    placed = con.execute(
        "SELECT as_of, origin, capability, dynamics, strategy, settings_hash, query_hash FROM matrix_history "
        "WHERE technology_id = $technology AND frame = 'relative' AND origin <> 'adhoc' AND as_of <= $until "
        "ORDER BY as_of, origin = 'live', run_id",
        {"technology": technology, "until": until},
    ).fetchall()
    rows = list({row[0].year: row for row in placed}.values())
    breaks = [before is not None and before[5:] != row[5:] for before, row in zip([None, *rows], rows, strict=False)]
    found = [(*_row(row[:5], graph_at(row[0]), focal), broken) for row, broken in zip(rows, breaks, strict=True)]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _row(placed: tuple[object, ...], graph: CitationGraph, focal: str) -> tuple[object, ...]:
    as_of, origin, capability, dynamics, strategy = placed
    assert isinstance(as_of, date)
    whole, trend = dependence_rows(graph, focal)[0], dependence_trend(graph, focal, as_of)
    figures = (whole.value, whole.coverage, trend.recent.value, trend.before.value, trend.change, trend.state)
    return (as_of, origin, *figures, capability, dynamics, strategy)


def quadrant_changes(table: pl.DataFrame) -> list[QuadrantChange]:
    """Return each change of quadrant in a `beside_placements` table, with the move of dependence just before it."""
    series = table.with_columns(part=pl.col("is_break").fill_null(value=False).cum_sum())
    rows = series.filter(pl.col("strategy").is_not_null()).select("as_of", "strategy", "state", "part").rows()
    found = []
    for at in range(1, len(rows)):
        (_, was, state, part), (on, now, _, same) = rows[at - 1], rows[at]
        if was == now or part != same:
            continue
        first = at - 1
        while first > 0 and rows[first - 1][2:] == (state, part):
            first -= 1
        moving = state if state in {"falling", "rising"} else None
        found.append(QuadrantChange(on, was, now, moving, rows[first][0] if moving else None))
    return found
