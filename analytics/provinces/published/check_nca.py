"""What printed NCA tables determine about each other: CR line and d from the bottleneck table, zone, accuracy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.provinces.published.findings import Finding, Verdict, overlap
from analytics.provinces.published.tables import Printed, Published
from words.language import say

LINE_ERROR = 0.001
"""How far d may be off because the line is fitted through cells of one decimal."""


@dataclass(frozen=True, slots=True)
class CeilingLine:
    """x = at_zero + slope · y in shares of the ranges, fitted through the printed cells.

    `residual` is the greatest distance of a cell in percentage points, `starts` the outcome share where x leaves 0.
    """

    slope: float
    at_zero: float
    residual: float
    starts: float
    effect_size: float


def ceiling_line(levels: list[float], cells: list[Printed | str]) -> CeilingLine | None:
    """Fit the CR line through a column of a bottleneck table in percent of range; None with fewer than two numbers.

    The effect size is the area above the line in the unit square: the mean over y of x, clipped to 0..1.
    """
    points = [(y, c.value) for y, c in zip(levels, cells, strict=True) if isinstance(c, Printed)]
    if len(points) < 2:
        return None
    ys, xs = (np.array(v, dtype=np.float64) / 100.0 for v in zip(*points, strict=True))
    slope, at_zero = (float(v) for v in np.polyfit(ys, xs, 1))
    residual = float(np.abs(at_zero + slope * ys - xs).max()) * 100.0
    return CeilingLine(slope, at_zero, residual, -at_zero / slope if slope else 0.0, _area(slope, at_zero))


def _area(slope: float, at_zero: float) -> float:
    """∫₀¹ clip(at_zero + slope·y, 0, 1) dy, exact: the integrand is linear between its kinks."""
    kinks = [0.0, 1.0] if slope == 0 else [0.0, *sorted({-at_zero / slope, (1.0 - at_zero) / slope}), 1.0]
    ys = np.array([y for y in kinks if 0.0 <= y <= 1.0])
    return float(np.trapezoid(np.clip(at_zero + slope * ys, 0.0, 1.0), ys))


def check_nca(study: Published) -> Iterator[Finding]:
    """Yield what the NCA tables (Tables 2 and 3 of the provincial study) determine."""
    for name, cells in study.bottleneck.items():
        line = ceiling_line(study.levels, cells)
        if line is not None:
            yield _straight(name, line)
            yield _open_rows(study, name, cells, line)
            yield from _effect(study, name, line)
    for name, methods in study.nca.items():
        for method, figures in methods.items():
            yield from _zone(name, method, figures)
            yield from _accuracy(study, name, method, figures)


def _straight(name: str, line: CeilingLine) -> Finding:
    fits = line.residual <= 0.1
    verdict: Verdict = "agrees" if fits else "cannot be true"
    text = f"x = {100 * line.at_zero:.2f} + {line.slope:.4f} y"
    return Finding(
        f"bottleneck {name}", "cells lie on one CR line", verdict, "cells of 1 decimal", text,
        f"{name}: the cells lie within {line.residual:.2f} points of {text} (percent of range).",
        f"{name}：各水平与直线 {text} 相差不超过 {line.residual:.2f} 个百分点。",
    )  # fmt: skip


def _open_rows(study: Published, name: str, cells: list[Printed | str], line: CeilingLine) -> Finding:
    wrong = []
    for level, cell in zip(study.levels, cells, strict=True):
        x = 100.0 * line.at_zero + line.slope * level
        if (cell == "NN") != (x < 0.05) and abs(x) > 0.15:
            wrong.append(f"{level:g} %")
    starts = f"{100 * line.starts:.1f} %"
    tail_en = f"; printed otherwise at {', '.join(wrong)}." if wrong else ", as printed."
    tail_zh = f"，与 {', '.join(wrong)} 行不符。" if wrong else "，与表一致。"
    return Finding(
        f"bottleneck {name}", "NN rows", "cannot be true" if wrong else "agrees", "NN", f"below {starts}",
        f"{name}: not necessary (NN) below {starts} of the outcome{tail_en}",
        f"{name}：结果水平低于 {starts} 时不必要（NN）{tail_zh}",
    )  # fmt: skip


def _effect(study: Published, name: str, line: CeilingLine) -> Iterator[Finding]:
    figures = study.nca.get(name, {}).get("cr", {})
    d, scope, zone = figures.get("effect_size"), figures.get("scope"), figures.get("ceiling_zone")
    if d is not None:
        yield _compared(f"NCA {name} CR d", "d from the bottleneck table's line", d, line.effect_size, LINE_ERROR)
    if scope is not None and zone is not None:
        error = line.effect_size * scope.half + LINE_ERROR
        yield _compared(
            f"NCA {name} CR zone", "zone = d (bottleneck) × scope", zone, line.effect_size * scope.value, error
        )


def _compared(where: str, check: str, given: Printed, value: float, error: float) -> Finding:
    fits = overlap(given.low, given.high, value - error, value + error)
    verdict: Verdict = "agrees" if fits else "differs"
    return Finding(
        where, check, verdict, f"{given.value:g}", f"{value:.4f}",
        f"{where}: {check} gives {value:.4f}, printed {given.value:g}.",
        f"{say(where, 'zh')}：由“{say(check, 'zh')}”得 {value:.4f}，表中为 {given.value:g}。",
    )  # fmt: skip


def _zone(name: str, method: str, figures: dict[str, Printed]) -> Iterator[Finding]:
    d, scope, zone = (figures.get(k) for k in ("effect_size", "scope", "ceiling_zone"))
    if d is None or scope is None or zone is None:
        return
    fits = overlap(zone.low, zone.high, d.low * scope.low, d.high * scope.high)
    where = f"NCA {name} {method.upper()} zone"
    ends = f"{d.low * scope.low:.4f}", f"{d.high * scope.high:.4f}"
    yield Finding(
        where, "zone = d × scope", "agrees" if fits else "cannot be true", f"{zone.value:g}",
        f"{d.value * scope.value:.4f}",
        f"{where}: d × scope is {ends[0]} to {ends[1]}, printed {zone.value:g}.",
        f"{say(where, 'zh')}：d × 范围在 {ends[0]} 与 {ends[1]} 之间，表中为 {zone.value:g}。",
    )  # fmt: skip


def _accuracy(study: Published, name: str, method: str, figures: dict[str, Printed]) -> Iterator[Finding]:
    share = figures.get("accuracy")
    if share is None or study.cases is None:
        return
    count = round(share.value * study.cases / 100.0)
    exact = 100.0 * count / study.cases
    fits = share.low - 1e-9 <= exact <= share.high + 1e-9
    where = f"NCA {name} {method.upper()} accuracy"
    yield Finding(
        where, "accuracy is a count of the cases", "agrees" if fits else "differs", f"{share.value:g} %",
        f"{count}/{study.cases} = {exact:.2f} %",
        f"{where}: {count} of {study.cases} cases are {exact:.2f} %, printed {share.value:g} %.",
        f"{say(where, 'zh')}：{study.cases} 例中的 {count} 例为 {exact:.2f}%，表中为 {share.value:g}%。",
    )  # fmt: skip
