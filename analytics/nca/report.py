"""A table of cases to an NCA study: every condition against one outcome, with tests and bottleneck tables."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypedDict

import polars as pl

from analytics.nca.analysis import analyse
from analytics.nca.bottleneck import STEPS, Cell, Cutoff, Unit, bottleneck, outcome_levels
from analytics.nca.ceilings.model import (
    DEFAULT_CEILINGS,
    Ceiling,
    CeilingResult,
    ConditionResult,
    Corner,
    Floats,
    Scope,
)
from analytics.nca.permutation import Seeding, permutation_tests, with_p_values
from analytics.nca.power import Power
from warehouse.process.watchdog import moved

PowerTable = dict[str, dict[Ceiling, Power]]  # by condition and ceiling


@dataclass(frozen=True)
class Settings:
    """What was asked of the study; recorded with it."""

    ceilings: tuple[Ceiling, ...] = DEFAULT_CEILINGS
    corner: Corner = 1
    scope: Scope | None = None
    permutations: int = 0
    seed: int = 0
    seeding: Seeding = "numpy"
    r_rules: bool = False
    x_unit: Unit = "percentage.range"
    y_unit: Unit = "percentage.range"
    cutoff: Cutoff = 0


@dataclass(frozen=True)
class BottleneckTable:
    """One ceiling's table: outcome levels in the outcome's unit, one column per condition."""

    outcome: list[float]
    columns: dict[str, list[Cell]]


@dataclass(frozen=True)
class Study:
    """Results by condition and bottleneck tables by ceiling, in the order asked."""

    outcome: str
    settings: Settings
    conditions: dict[str, ConditionResult]
    bottlenecks: dict[Ceiling, BottleneckTable]


class CeilingJson(TypedDict):
    """Published figures of one ceiling; null where undefined."""

    effect_size: float | None
    ceiling_zone: float | None
    accuracy: float | None
    fit: float | None
    slope: float | None
    intercept: float | None
    condition_inefficiency: float | None
    outcome_inefficiency: float | None
    p_value: float | None
    p_accuracy: float | None


class ConditionJson(TypedDict):
    """Published figures of one condition; ``scope`` is the scope's area."""

    n: int
    scope: float | None
    ceilings: dict[str, CeilingJson]


class StudyJson(TypedDict):
    """What ``stuckneck nca --json`` prints."""

    conditions: dict[str, ConditionJson]
    bottleneck: dict[str, dict[str, list[Cell | None]]]


def study(frame: pl.DataFrame, outcome: str, conditions: Sequence[str], settings: Settings | None = None) -> Study:
    """Run NCA on the columns of ``frame`` (numbers; null or NaN is missing, per condition).

    Raises ValueError for a column that is not there or not numeric, and as ``analyse`` and ``permutation_tests``.
    """
    asked = settings or Settings()
    columns = {name: _column(frame, name) for name in (outcome, *conditions)}
    results = {}
    for name in conditions:
        moved(about=name)
        results[name] = _condition(columns[name], columns[outcome], asked)
    tables: dict[Ceiling, BottleneckTable] = {c: _table(results, c, asked) for c in asked.ceilings if c != "ols"}
    return Study(outcome, asked, results, tables)


def _column(frame: pl.DataFrame, name: str) -> Floats:
    if name not in frame.columns:
        raise ValueError(f"no column {name!r}: the table has {', '.join(frame.columns)}")
    if not frame.schema[name].is_numeric():
        raise ValueError(f"column {name!r} is not numeric but {frame.schema[name]}")
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _condition(x: Floats, y: Floats, asked: Settings) -> ConditionResult:
    result = analyse(x, y, ceilings=asked.ceilings, corner=asked.corner, scope=asked.scope, r_rules=asked.r_rules)
    if asked.permutations <= 0:
        return result
    tests = permutation_tests(
        result,
        repetitions=asked.permutations,
        seed=asked.seed,
        seeding=asked.seeding,
        r_rules=asked.r_rules,
    )
    return with_p_values(result, tests)


def _table(results: Mapping[str, ConditionResult], ceiling: Ceiling, asked: Settings) -> BottleneckTable:
    columns = {
        name: bottleneck(result, ceiling, x_unit=asked.x_unit, y_unit=asked.y_unit, cutoff=asked.cutoff)
        for name, result in results.items()
    }
    labels = STEPS.tolist()
    if asked.y_unit == "actual":
        known = [result for result in results.values() if len(result.outcome)]
        labels = outcome_levels(known[0], "actual").tolist() if known else [math.nan] * len(labels)
    return BottleneckTable(labels, columns)


def to_json(done: Study) -> StudyJson:
    """The study as plain JSON values, unrounded; no NaN or infinity."""
    return {
        "conditions": {name: _condition_json(result) for name, result in done.conditions.items()},
        "bottleneck": {ceiling: _table_json(table) for ceiling, table in done.bottlenecks.items()},
    }


def power_json(found: PowerTable) -> dict[str, dict[str, dict[str, float]]]:
    """The power of each condition's tests as plain JSON values."""
    return {name: {ceiling: asdict(one) for ceiling, one in own.items()} for name, own in found.items()}


def _table_json(table: BottleneckTable) -> dict[str, list[Cell | None]]:
    columns: dict[str, list[Cell | None]] = {"outcome": [number(level) for level in table.outcome]}
    for name, column in table.columns.items():
        columns[name] = [_cell(value) for value in column]
    return columns


def _condition_json(result: ConditionResult) -> ConditionJson:
    return {
        "n": result.n,
        "scope": number(result.scope.area),
        "ceilings": {name: _ceiling_json(figures) for name, figures in result.ceilings.items()},
    }


def _ceiling_json(c: CeilingResult) -> CeilingJson:
    return {
        "effect_size": number(c.effect_size),
        "ceiling_zone": number(c.ceiling_zone),
        "accuracy": number(c.accuracy),
        "fit": number(c.fit),
        "slope": number(c.slope),
        "intercept": number(c.intercept),
        "condition_inefficiency": number(c.condition_inefficiency),
        "outcome_inefficiency": number(c.outcome_inefficiency),
        "p_value": number(c.p_value),
        "p_accuracy": number(c.p_accuracy),
    }


def number(value: float | None) -> float | None:
    """A finite float, or None; −0 becomes 0."""
    return None if value is None or not math.isfinite(value) else float(value) + 0.0


def _cell(value: Cell) -> Cell | None:
    return value if isinstance(value, str) else number(value)
