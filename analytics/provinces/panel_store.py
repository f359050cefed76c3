"""The study over several years stored under its run (run_province_panel, run_province_panel_cases)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl

from analytics.provinces.panel import PanelStudy
from analytics.provinces.variables import OUTCOME
from analytics.qca.panel import Grouped
from warehouse.frames import registered

Row = tuple[object, ...]
_FIGURES = {
    "run_id": pl.Int32, "outcome": pl.String, "relation": pl.String, "expression": pl.String, "level": pl.String,
    "group_name": pl.String, "consistency": pl.Float64, "coverage": pl.Float64, "distance": pl.Float64,
}  # fmt: skip
_CASES = {
    "run_id": pl.Int32, "province": pl.String, "year": pl.Int16, "variable": pl.String, "value": pl.Float64,
    "membership": pl.Float64,
}  # fmt: skip


def figures(panel: PanelStudy) -> Iterator[Row]:
    """Yield (outcome, relation, expression, level, group, consistency, coverage, distance) of every relation.

    Levels: pooled; between and within as a whole (group None, with the distance); between and within by group.
    """
    for side, rows in panel.rows.items():
        for row in rows:
            key, fit = (side, row.relation, row.expression), row.fit
            yield (*key, "pooled", None, fit.consistency, fit.coverage, None)
            for level, found in (("between", fit.between), ("within", fit.within)):
                yield (*key, level, None, None, None, found.distance)
                yield from _groups((*key, level), found)


def _groups(key: tuple[str, ...], found: Grouped) -> Iterator[Row]:
    for name, consistency, coverage in zip(found.groups, found.consistency, found.coverage, strict=True):
        yield (*key, name, consistency, coverage, None)


def store_panel(con: duckdb.DuckDBPyConnection, run_id: int, panel: PanelStudy) -> None:
    """Replace the run's rows."""
    cases = panel.cases
    columns = [(OUTCOME, cases.outcome, panel.y)]
    columns += [(name, cases.raw[:, j], panel.data[:, j]) for j, name in enumerate(cases.conditions)]
    observed = [
        (run_id, p, y, name, float(raw[i]), float(grade[i]))
        for i, (p, y) in enumerate(zip(cases.provinces, cases.years, strict=True))
        for name, raw, grade in columns
    ]
    found = [(run_id, *row) for row in figures(panel)]
    _replace(con, run_id, "run_province_panel", pl.DataFrame(found, _FIGURES, orient="row"))
    _replace(con, run_id, "run_province_panel_cases", pl.DataFrame(observed, _CASES, orient="row"))


def _replace(con: duckdb.DuckDBPyConnection, run_id: int, table: str, rows: pl.DataFrame) -> None:
    con.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608 - our own names
    with registered(con, panel_rows=rows):
        con.execute(f"INSERT INTO {table} SELECT * FROM panel_rows")  # noqa: S608
