"""A provincial study stored under its run, and what changed since the comparable study before (run_province_*)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import duckdb

from analytics.provinces.changes import changes
from analytics.provinces.study import ProvincialStudy, models, shown_model
from analytics.provinces.tables import PREFIX, is_necessary
from analytics.provinces.variables import OUTCOME
from analytics.qca.minimise.core import roles
from analytics.qca.report import Analysis
from analytics.qca.sets.terms import format_term, literals, membership

TABLES = (
    "run_provinces", "run_province_cases", "run_province_nca", "run_province_necessity", "run_province_paths",
    "run_province_members", "run_province_changes",
)  # fmt: skip
Row = tuple[object, ...]


def figure_settings(study: ProvincialStudy) -> dict[str, object]:
    """Return the settings that determine the figures; the years are left out, so that years can be compared."""
    stated = study.settings.model_dump(mode="json")
    for key in ("on_refresh", "outcome_year", "robust_consistency"):
        stated.pop(key)
    return stated


def _hash(settings: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def store_study(con: duckdb.DuckDBPyConnection, run_id: int, study: ProvincialStudy) -> int:
    """Replace the run's rows and return the number of changes found since the study before."""
    for table in TABLES:
        con.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608 - our own names
    _insert(con, "run_provinces", [_header(run_id, study)])
    _insert(con, "run_province_cases", _cases(run_id, study))
    _insert(con, "run_province_nca", _nca(run_id, study))
    for side, done in study.analyses.items():
        _insert(con, "run_province_necessity", _necessity(run_id, side, done, study.settings.necessity))
        _insert(con, "run_province_paths", _paths(run_id, side, done))
        _insert(con, "run_province_members", _members(run_id, side, done))
    found = changes(con, run_id)
    _insert(con, "run_province_changes", found)
    return len(found)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", list(rows))  # noqa: S608


def _header(run_id: int, study: ProvincialStudy) -> Row:
    settings, cases = figure_settings(study), study.cases
    solutions: list[float | None] = []
    for done in study.analyses.values():
        shown = shown_model(done)
        fit = None if shown is None else done.fits[shown[1]].solution
        solutions += [None, None] if fit is None else [fit.consistency, fit.coverage]
    return (
        run_id, cases.topic, cases.outcome_year, cases.conditions_year, len(cases.provinces), cases.families,
        cases.unknown, json.dumps(settings, sort_keys=True), _hash(settings), cases.data_label, *solutions,
        list(study.notes),
    )  # fmt: skip


def _cases(run_id: int, study: ProvincialStudy) -> list[Row]:
    rows: list[Row] = []
    for i, province in enumerate(study.cases.provinces):
        rows.append((run_id, province, OUTCOME, float(study.cases.outcome[i]), float(study.y[i])))
        for j, name in enumerate(study.cases.conditions):
            rows.append((run_id, province, name, float(study.cases.raw[i, j]), float(study.data[i, j])))
    return rows


def _nca(run_id: int, study: ProvincialStudy) -> list[Row]:
    settings = study.settings
    return [
        (
            run_id, name, ceiling, c.effect_size, c.p_value, c.accuracy, result.scope.area, c.ceiling_zone,
            is_necessary(c, settings.nca_effect, settings.nca_p),
        )
        for name, result in study.nca.conditions.items()
        for ceiling, c in result.ceilings.items()
    ]  # fmt: skip


def _necessity(run_id: int, side: str, done: Analysis, cut: float) -> list[Row]:
    return [
        (run_id, side, n, f.consistency, f.coverage, f.ron, None if f.consistency is None else f.consistency > cut)
        for n, f in done.necessity.items()
    ]


def _paths(run_id: int, side: str, done: Analysis) -> list[Row]:
    rows: list[Row] = []
    for order, (name, pair, model) in enumerate(models(done)):
        for i, (term, fit) in enumerate(zip(model, done.fits[model].terms, strict=True), 1):
            split = roles(term, pair.parsimonious_model)
            rows.append((
                run_id, side, name, order == 0, f"{PREFIX[side]}{i}", format_term(done.space, term),
                literals(done.space, split.core), literals(done.space, split.peripheral),
                fit.consistency, fit.pri, fit.coverage, fit.unique_coverage,
            ))  # fmt: skip
    return rows


def _members(run_id: int, side: str, done: Analysis) -> list[Row]:
    shown = shown_model(done)
    rows: list[Row] = []
    for i, term in enumerate(() if shown is None else shown[1], 1):
        grades = membership(done.space, done.data, term)
        rows += [
            (run_id, side, province, f"{PREFIX[side]}{i}", format_term(done.space, term), float(grade))
            for province, grade in zip(done.cases, grades, strict=True)
            if grade > 0.5
        ]
    return rows
