"""Geometry of the pictures that pages draw as SVG: the matrix and lines through time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from app.matrix.labels import Sheet, place_labels

WIDTH, HEIGHT = 860, 620
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 14, 44
# Safe for colour-blind readers (Okabe and Ito); the shape tells the strategies apart as well.
SHAPES = {"assault": "circle", "disrupt": "diamond", "entrench": "square", "position": "triangle"}


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight scale from `low..high` to pixels `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the pixel of `value`."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    def ticks(self, step: float) -> list[tuple[float, float]]:
        """Return (value, pixel) at each multiple of `step` within the scale."""
        first = int(np.ceil(self.low / step - 1e-9))
        last = int(np.floor(self.high / step + 1e-9))
        return [(round(k * step, 6), self.at(k * step)) for k in range(first, last + 1)]


def _within(value: float | None, axis: Axis) -> float | None:
    return None if value is None else axis.at(min(max(value, axis.low), axis.high))


def _span(values: Sequence[float], cut: float, *, zoom: bool) -> tuple[float, float]:
    if not zoom:
        return -0.02, 1.02
    low, high = min([*values, cut]), max([*values, cut])
    room = max(0.05, (high - low) * 0.08)
    return low - room, high + room


def matrix_plot(
    rows: Sequence[dict[str, Any]], cuts: tuple[float, float], names: str, *, zoom: bool = True
) -> dict[str, Any]:
    """Return what the template draws of the matrix: x is D, y is K, in pixels of an 860 × 620 sheet.

    `rows` hold capability, dynamics, their intervals, strategy and the name under `names`; rows without a place are
    left out. `cuts` are those of K and D. Labels are placed beside their points, none over another.
    """
    placed = [r for r in rows if r["strategy"] is not None]
    x0, x1 = _span([r["dynamics"] for r in placed], cuts[1], zoom=zoom)
    y0, y1 = _span([r["capability"] for r in placed], cuts[0], zoom=zoom)
    x, y = Axis(x0, x1, _LEFT, WIDTH - _RIGHT), Axis(y0, y1, HEIGHT - _BOTTOM, _TOP)
    points = []
    for row in placed:
        points.append({
            **{k: row[k] for k in ("technology_id", "strategy", "is_watch", "low_evidence")},
            "unsettled": bool(row.get("unsettled")), "name": row[names], "shape": SHAPES[row["strategy"]],
            "x": x.at(row["dynamics"]), "y": y.at(row["capability"]), "k": row["capability"], "d": row["dynamics"],
            "x_low": _within(row["dynamics_low"], x), "x_high": _within(row["dynamics_high"], x),
            "y_low": _within(row["capability_low"], y), "y_high": _within(row["capability_high"], y),
            "probability": row["probability"],
        })  # fmt: skip
    cut = (x.at(cuts[1]), y.at(cuts[0]))
    marks = tuple((p["x"], p["y"], bool(p["is_watch"]), p["name"]) for p in points)
    for point, (cx, cy) in zip(points, _labels(marks, cut), strict=True):
        point["label_x"], point["label_y"] = round(float(cx), 1), round(float(cy) + 4, 1)
    return {
        "width": WIDTH, "height": HEIGHT, "left": _LEFT, "right": WIDTH - _RIGHT, "top": _TOP,
        "bottom": HEIGHT - _BOTTOM, "cut_x": cut[0], "cut_y": cut[1], "points": points,
        "x_ticks": x.ticks(_step(x1 - x0)), "y_ticks": y.ticks(_step(y1 - y0)),
    }  # fmt: skip


def _step(span: float) -> float:
    return 0.2 if span > 0.9 else 0.1 if span > 0.4 else 0.05


def _text_width(text: str) -> float:
    return sum(12.5 if ord(c) > 0x2E7F else 6.6 for c in text)


@lru_cache(maxsize=128)  # placing twenty labels takes half a second, and a snapshot's places never change
def _labels(marks: tuple[tuple[float, float, bool, str], ...], cut: tuple[float, float]) -> Any:
    if not marks:
        return np.empty((0, 2))
    sheet = Sheet(
        points=np.array([(x, y) for x, y, _, _ in marks], dtype=float),
        radii=np.array([10.0 if is_watch else 7.0 for _, _, is_watch, _ in marks]),
        sizes=np.array([(_text_width(name), 14.0) for _, _, _, name in marks]),
        spots=np.empty((0, 2)), titles=np.empty((0, 4)), cuts=cut,
        bounds=(_LEFT, _TOP, WIDTH - _RIGHT, HEIGHT - _BOTTOM),
    )  # fmt: skip
    return place_labels(sheet)


def track_plot(rows: Sequence[dict[str, Any]], value: str, cut: float, width: int = 520) -> dict[str, Any] | None:
    """Return what the template draws of one figure through time, or None with fewer than two dates.

    `rows` hold as_of and the figure under `value`, with `value`_low and `value`_high where known; a row without the
    figure breaks the line, and so does a row whose `is_break` says that a new series starts.
    """
    known = [r for r in rows if r[value] is not None]
    if len({r["as_of"] for r in known}) < 2:
        return None
    height, left, bottom = 190, 40, 24
    days = [r["as_of"].toordinal() for r in known]
    x = Axis(min(days), max(days), left + 8, width - 12)
    y = Axis(-0.02, 1.02, height - bottom, 8)
    lines: list[list[str]] = [[]]
    for row in rows:
        if row[value] is None or row.get("is_break"):
            lines.append([])
        if row[value] is not None:
            lines[-1].append(f"{x.at(row['as_of'].toordinal())},{y.at(row[value])}")
    return {
        "width": width, "height": height, "left": left, "right": width - 12, "bottom": height - bottom, "top": 8,
        "cut": y.at(cut), "lines": [" ".join(points) for points in lines if len(points) > 1],
        "band": _band(known, value, x, y),
        "dots": [{"x": x.at(r["as_of"].toordinal()), "y": y.at(r[value]), "value": r[value], "as_of": r["as_of"],
                  "strategy": r["strategy"], "shape": SHAPES.get(r["strategy"], "circle")} for r in known],
        "y_ticks": y.ticks(0.25), "x_ticks": _dates(min(r["as_of"] for r in known), max(r["as_of"] for r in known), x),
    }  # fmt: skip


ORDER = (
    "entrench",
    "position",
    "disrupt",
    "assault",
)  # bands from the bottom: low K first


def odds_plot(rows: Sequence[dict[str, Any]], width: int = 520) -> dict[str, Any] | None:
    """Return what the template draws of the four probabilities through time: bands that add up to one.

    `rows` hold as_of and ``p_<strategy>``; rows without them are passed over, and a row whose `is_break` says that a
    new series starts begins a new part. None with fewer than two dates in every part.
    """
    parts: list[list[dict[str, Any]]] = [[]]
    for row in rows:
        if row.get("is_break"):
            parts.append([])
        if row.get("p_assault") is not None:
            parts[-1].append(row)
    drawn = [part for part in parts if len({r["as_of"] for r in part}) > 1]
    if not drawn:
        return None
    height, left, bottom = 190, 40, 24
    days = [r["as_of"] for part in drawn for r in part]
    x = Axis(min(days).toordinal(), max(days).toordinal(), left + 8, width - 12)
    y = Axis(0.0, 1.0, height - bottom, 8)
    return {
        "width": width, "height": height, "left": left, "right": width - 12, "bottom": height - bottom,
        "order": tuple(reversed(ORDER)), "parts": [_bands(part, x, y) for part in drawn],
        "y_ticks": y.ticks(0.25), "x_ticks": _dates(min(days), max(days), x),
    }  # fmt: skip


_BARS, _POINTS = 40, 2000


def result_plot(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> dict[str, Any] | None:
    """Return what the template draws of a query's result: a line over dates, else bars; None where nothing can be.

    The first column of dates or texts is the axis, the first column of numbers the value; unknown values are left out.
    """
    value = next((c for c in columns if any(_is_number(r[c]) for r in rows)), None)
    axis = next((c for c in columns if c != value and any(isinstance(r[c], str | date) for r in rows)), None)
    if value is None or axis is None:
        return None
    known = [(r[axis], float(r[value])) for r in rows if r[axis] is not None and _is_number(r[value])]
    if len(known) < 2:
        return None
    if all(isinstance(at, date) for at, _ in known) and len({at for at, _ in known}) == len(known):
        return _line(sorted(known)[:_POINTS], axis, value)
    low, high = min(0.0, *(v for _, v in known)), max(0.0, *(v for _, v in known))
    x = Axis(low, high if high > low else low + 1.0, 0, 100)
    bars = [{"name": str(at), "value": v, "x": min(x.at(v), x.at(0)), "width": abs(x.at(v) - x.at(0))}
            for at, v in known[:_BARS]]  # fmt: skip
    return {"kind": "bars", "axis": axis, "value": value, "bars": bars, "left_out": len(known) - len(bars)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _line(known: list[tuple[Any, float]], axis: str, value: str) -> dict[str, Any]:
    width, height, left, bottom = 760, 260, 64, 24
    days = [at.toordinal() for at, _ in known]
    low, high = min(0.0, *(v for _, v in known)), max(v for _, v in known)
    x = Axis(min(days), max(days), left + 8, width - 12)
    y = Axis(low, high if high > low else low + 1.0, height - bottom, 10)
    return {
        "kind": "line", "axis": axis, "value": value, "width": width, "height": height, "left": left,
        "right": width - 12, "bottom": height - bottom,
        "points": " ".join(f"{x.at(d)},{y.at(v)}" for d, (_, v) in zip(days, known, strict=True)),
        "y_ticks": [(v, y.at(v)) for v in (y.low, (y.low + y.high) / 2, y.high)],
        "x_ticks": [(str(known[0][0])[:10], x.at(days[0])), (str(known[-1][0])[:10], x.at(days[-1]))],
    }  # fmt: skip


def _bands(rows: Sequence[dict[str, Any]], x: Axis, y: Axis) -> list[tuple[str, str]]:
    """Return (strategy, polygon) of each band, the lowest first."""
    at = [x.at(r["as_of"].toordinal()) for r in rows]
    floor = [0.0] * len(rows)
    found = []
    for name in ORDER:
        top = [low + (r[f"p_{name}"] or 0.0) for low, r in zip(floor, rows, strict=True)]
        upper = [f"{px},{y.at(v)}" for px, v in zip(at, top, strict=True)]
        lower = [f"{px},{y.at(v)}" for px, v in zip(at, floor, strict=True)]
        found.append((name, " ".join([*upper, *reversed(lower)])))
        floor = top
    return found


def _band(rows: Sequence[dict[str, Any]], value: str, x: Axis, y: Axis) -> str:
    ends = [r for r in rows if r.get(f"{value}_low") is not None and r.get(f"{value}_high") is not None]
    if len(ends) < 2:
        return ""
    upper = [f"{x.at(r['as_of'].toordinal())},{_within(r[f'{value}_high'], y)}" for r in ends]
    lower = [f"{x.at(r['as_of'].toordinal())},{_within(r[f'{value}_low'], y)}" for r in reversed(ends)]
    return " ".join([*upper, *lower])


def _dates(first: date, last: date, x: Axis) -> list[tuple[str, float]]:
    return [(day.isoformat(), x.at(day.toordinal())) for day in (first, last)]
