"""Bottleneck tables: the level of the condition that each level of the outcome needs.

A cell is a number, ``"NN"`` (not necessary at this outcome level) or ``"NA"`` (the ceiling does not reach it, or no
level of the condition suffices).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.nca.ceilings.model import STEP_CEILINGS, Ceiling, CeilingResult, ConditionResult, Floats, Scope
from analytics.nca.ceilings.orientation import signs
from analytics.nca.ceilings.peers import distinct

Unit = Literal["percentage.range", "percentage.max", "actual", "percentile"]
Cutoff = Literal[0, 1, 2]
Cell = float | Literal["NN", "NA"]

UNITS: tuple[Unit, ...] = ("percentage.range", "percentage.max", "actual", "percentile")
STEPS: Floats = np.linspace(0.0, 100.0, 11)
LEVEL_TOLERANCE = 1e-10
ROUNDING = 1e-12


@dataclass(frozen=True)
class Level:
    """What one outcome level asks for: raw x (None: the ceiling gives none), and whether the ceiling ends below."""

    x: float | None
    beyond: bool


def outcome_levels(result: ConditionResult, unit: Unit, steps: Floats = STEPS) -> Floats:
    """Outcome values of the table's rows, from least to most demanding (falling in corners 3 and 4).

    The rows are the outcome's own, shared by all conditions: a case that lacks this condition still counts.
    """
    share = np.asarray(steps, dtype=np.float64) / 100.0
    low = float(np.nanmin(np.append(result.outcome, result.scope.ymin)))
    high = float(np.nanmax(np.append(result.outcome, result.scope.ymax)))
    if unit == "percentage.max":
        levels = share * high
    elif unit == "percentile":
        levels = np.quantile(result.outcome, share)
    else:
        levels = low + share * (high - low)
    if result.corner in (3, 4):
        levels = levels[::-1]
    return np.asarray(levels, dtype=np.float64)


def bottleneck(
    result: ConditionResult,
    ceiling: Ceiling,
    *,
    x_unit: Unit = "percentage.range",
    y_unit: Unit = "percentage.range",
    cutoff: Cutoff = 0,
    steps: Floats = STEPS,
) -> list[Cell]:
    """One column of the bottleneck table, unrounded, one cell per outcome level.

    ``cutoff``: what to show when the required x lies beyond the scope: 0 "NN"/"NA", 1 the limit, 2 the raw value;
    above the highest peer of a step ceiling, 1 and 2 carry the most demanding level of the table on.
    All cells are "NA" when there are no cases.
    """
    if result.n == 0:
        return ["NA"] * len(steps)
    levels = required(result, result.ceilings[ceiling], outcome_levels(result, y_unit, steps))
    if levels is None:
        return _unbounded(result, x_unit, cutoff, len(steps))
    judged = [_judge(level, result) for level in levels]
    last = result.ceilings[ceiling].peers.x
    carried = _carried(judged, result, float(last[-1]) if len(last) else result.scope.xmax)
    return [_cell(result, one, x_unit, cutoff, carried) for one in judged]


@dataclass(frozen=True)
class Judged:
    """A required x with its verdict inside the scope: a plain level, "NN", or "NA" (``ended``: ceiling is over)."""

    x: float
    verdict: Literal["level", "NN", "NA"]
    ended: bool


def _judge(level: Level, result: ConditionResult) -> Judged:
    if level.x is None or level.beyond:
        return Judged(math.nan, "NA", ended=True)
    mirrored, scope = result.corner in (2, 4), result.scope
    x = _snap(level.x, scope)
    if x < scope.xmin + LEVEL_TOLERANCE:
        return Judged(x, "NA" if mirrored else "NN", ended=mirrored)
    if x > scope.xmax:
        return Judged(x, "NN" if mirrored else "NA", ended=False)
    return Judged(x, "level", ended=False)


def _carried(judged: Sequence[Judged], result: ConditionResult, last_peer: float) -> float:
    """The table's most demanding level, which cut-offs 1 and 2 carry on where the ceiling has ended."""
    xs = [one.x for one in judged if one.verdict == "level"]
    if not xs:
        return last_peer
    return min(xs) if result.corner in (2, 4) else max(xs)


def _unbounded(result: ConditionResult, unit: Unit, cutoff: Cutoff, rows: int) -> list[Cell]:
    """Without a ceiling line nothing is necessary at any level; the raw value is then the harmless limit."""
    if result.corner in (2, 4):
        harmless = Judged(result.scope.xmax, "level" if cutoff else "NN", ended=False)
    else:
        harmless = Judged(result.scope.xmin, "NN", ended=False)
    return [_cell(result, harmless, unit, cutoff, math.nan)] * rows


def required(result: ConditionResult, figures: CeilingResult, levels: Floats) -> list[Level] | None:
    """Raw required x for each outcome value; None when the ceiling has no line at all (single peer)."""
    if figures.ceiling in STEP_CEILINGS:
        return _step_levels(result, figures, levels)
    if figures.slope is None or figures.intercept is None:
        return None
    gaps = levels - figures.intercept
    if figures.slope == 0:
        return [Level(math.copysign(math.inf, g) if g else None, beyond=False) for g in gaps.tolist()]
    return [Level(x, beyond=False) for x in (gaps / figures.slope).tolist()]


def _step_levels(result: ConditionResult, figures: CeilingResult, levels: Floats) -> list[Level]:
    sx, sy = signs(result.corner)
    px, py, _ = distinct(sx * figures.peers.x, sy * figures.peers.y)
    found: list[Level] = []
    for level in (sy * levels).tolist():
        i = int(np.searchsorted(py, level - LEVEL_TOLERANCE, side="right"))
        if i == len(py):
            found.append(Level(None, beyond=True))
            continue
        x = float(px[i])
        if figures.ceiling == "ce_vrs" and i > 0:
            share = (level - py[i - 1]) / (py[i] - py[i - 1])
            x = float(px[i - 1] + share * (px[i] - px[i - 1]))
        found.append(Level(sx * x, beyond=False))
    return found


def _cell(result: ConditionResult, one: Judged, unit: Unit, cutoff: Cutoff, carried: float) -> Cell:
    mirrored, scope = result.corner in (2, 4), result.scope
    if one.verdict == "NA" and cutoff == 0:
        return "NA"
    if unit == "percentile":
        return _percentile(result, one, cutoff, carried)
    if one.verdict == "NN" and (cutoff == 0 or not mirrored):
        return "NN"
    x = carried if one.ended else one.x
    if cutoff == 1:
        x = float(np.clip(x, scope.xmin, scope.xmax))
    return _in_unit(x, scope, unit)


def _snap(x: float, scope: Scope) -> float:
    """A required x that differs from xmax by rounding only is xmax."""
    near = abs(x - scope.xmax) <= ROUNDING * max(abs(scope.xmax), scope.width)
    return scope.xmax if near else x


def _in_unit(x: float, scope: Scope, unit: Unit) -> Cell:
    if not math.isfinite(x):
        return "NA"
    if unit == "actual":
        return x
    if unit == "percentage.max":
        return 100.0 * x / scope.xmax if scope.xmax != 0 else "NA"
    return 100.0 * (x - scope.xmin) / scope.width if scope.width > 0 else "NA"


def cases_unable(result: ConditionResult, x: float) -> int:
    """Cases that do not reach the required level of the condition (in corners 2 and 4: exceed it)."""
    if result.corner in (2, 4):
        return int(np.count_nonzero(result.x > x + LEVEL_TOLERANCE))
    return int(np.count_nonzero(result.x < x - LEVEL_TOLERANCE))


def _percentile(result: ConditionResult, one: Judged, cutoff: Cutoff, carried: float) -> Cell:
    """Share of cases unable to reach x; the R package's plain ecdf where cut-off 1 or 2 shows a limit instead."""
    if one.ended:
        return _ecdf(result, carried)
    x = min(one.x, result.scope.xmax) if cutoff == 1 else one.x
    unable = cases_unable(result, x)
    if unable > 0:
        return 100.0 * unable / result.n
    if cutoff != 2:
        return "NN"
    return 0.0 if one.verdict == "NN" and result.corner in (1, 3) else _ecdf(result, x)


def _ecdf(result: ConditionResult, x: float) -> float:
    return 100.0 * int(np.count_nonzero(result.x <= x)) / result.n


def formatted(cell: Cell, unit: Unit) -> str:
    """A cell as the R package prints it: 1 decimal (actual: 3), tiny values as 0."""
    if isinstance(cell, str):
        return cell
    precision = 3 if unit == "actual" else 1
    return f"{0.0 if abs(cell) < 0.1**precision else cell:.{precision}f}"
