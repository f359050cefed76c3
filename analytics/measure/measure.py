"""Measuring at one date: shares with coverage and IPC shift of each technology, nothing written (docs/methods.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics.measure.population import Population, population
from analytics.measure.query import Connection, Technologies, data_label, frame, query_hashes, relation
from analytics.measure.screening import FunnelStep, empty_funnel
from analytics.measure.shares import Cell, Indicator, shares
from analytics.measure.shift import Shift, shift_of
from warehouse.settings import Settings


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
    """All technologies at T in the order asked, the families behind them (population.COLUMNS) and the data label."""

    as_of: date
    technologies: tuple[Measured, ...]
    families: pl.DataFrame
    data_label: str


def _grouped(rows: pl.DataFrame, key: str = "technology_id") -> dict[str, list[tuple[object, ...]]]:
    out: dict[str, list[tuple[object, ...]]] = {}
    for technology, *rest in rows.select(key, pl.exclude(key)).iter_rows():
        out.setdefault(technology, []).append(tuple(rest))
    return out


def _figures(con: Connection, families: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    with relation(con, "measured_families", families):
        return frame(con, "shares"), frame(con, "shift"), frame(con, "country_methods")


def cells_of(rows: Sequence[tuple[object, ...]]) -> list[Cell]:
    """Return the cells of one technology from rows of ``shares.sql`` (technology_id left out)."""
    return [Cell(None if row[0] is None else float(row[0]), *(int(v) for v in row[1:])) for row in rows]  # type: ignore[arg-type, call-overload]


def assemble(
    con: Connection, settings: Settings, population_at: Population, technologies: Technologies
) -> tuple[Measured, ...]:
    """Return the figures of each technology from its families, by the SQL of sql/indicators."""
    share_rows, shift_rows, method_rows = (_grouped(t) for t in _figures(con, population_at.families))
    nothing = empty_funnel(settings.policy())
    out = []
    for technology, query_hash in query_hashes(technologies).items():
        cells = cells_of(share_rows.get(technology, []))
        basis = population_at.bases.get(technology)
        pairs = {(str(m), str(s)): (int(a), int(b)) for m, s, a, b in shift_rows.get(technology, [])}  # type: ignore[call-overload]
        methods = sorted((str(m), int(n)) for m, n in method_rows.get(technology, []))  # type: ignore[call-overload]
        out.append(
            Measured(
                technology,
                query_hash,
                sum(cell.families for cell in cells),
                shares(cells, basis),
                shift_of(pairs, settings.place.top),
                sum(cell.classed for cell in cells),
                tuple(population_at.funnels.get(technology, nothing)),
                tuple(methods),
                basis,
            )
        )
    return tuple(out)


def measure(con: Connection, settings: Settings, as_of: date, technologies: Technologies) -> Measurement:
    """Return every figure of `technologies` at T; `technologies` are (technology_id, query_hash) pairs.

    Reads the merged tables only and writes nothing: works on a snapshot too.
    """
    found = population(con, settings, as_of, technologies)
    figures = assemble(con, settings, found, technologies)
    return Measurement(as_of, figures, found.families, data_label(con, technologies))
