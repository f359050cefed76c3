"""Where the labels of a scatter are put: beside their points, none over another, over a marker, or over a cut line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GAPS = (4.0, 9.0, 16.0, 26.0, 38.0, 52.0, 68.0)  # from the marker's edge to the label
_ANGLES = 24
_PAD = 1.5
# What one fault costs, in pixels of distance that would be accepted to avoid it.
_LABEL, _MARKER, _LEADER, _TITLE, _LINE = 1000.0, 600.0, 250.0, 400.0, 45.0
_SWEEPS = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a label has to mind, in pixels; boxes are (x0, y0, x1, y1).

    `points` (n, 2) are the labelled markers and `radii` (n,) their sizes with rings, `sizes` (n, 2) the labels'.
    `spots` (m, 2) are small marks without a label (earlier places), `titles` (k, 4) words printed on the sheet,
    `cuts` the position of the vertical and of the horizontal line, `bounds` the box nothing may leave.
    """

    points: Floats
    radii: Floats
    sizes: Floats
    spots: Floats
    titles: Floats
    cuts: tuple[float, float]
    bounds: tuple[float, float, float, float]


def place_labels(sheet: Sheet) -> Floats:
    """Return the centre of each label, (n, 2) in pixels; the same sheet gives the same places.

    Each label in turn takes the cheapest of its candidates against the present places of the others, until nobody
    moves: a local search, deterministic.
    """
    candidates = [_candidates(sheet, i) for i in range(len(sheet.points))]
    fixed = [_fixed_cost(sheet, i, centres) for i, centres in enumerate(candidates)]
    chosen = [int(np.argmin(cost)) for cost in fixed]
    for _ in range(_SWEEPS):
        moved = False
        for i, centres in enumerate(candidates):
            others = [(k, candidates[k][chosen[k]]) for k in range(len(candidates)) if k != i]
            best = int(np.argmin(fixed[i] + _mutual_cost(sheet, i, centres, others)))
            moved, chosen[i] = moved or best != chosen[i], best
        if not moved:
            break
    return np.array([centres[k] for centres, k in zip(candidates, chosen, strict=True)]).reshape(-1, 2)


def boxes(centres: Floats, size: Floats) -> Floats:
    """Boxes of labels of `size` (w, h) around `centres`."""
    half = np.asarray(size) / 2
    return np.hstack([centres - half, centres + half])


def anchor(centre: Floats, size: Floats, point: Floats) -> Floats:
    """Return the point of a label's edge nearest to `point`: where its leader ends."""
    half = np.asarray(size) / 2
    return np.asarray(np.clip(point, centre - half, centre + half))


def _candidates(sheet: Sheet, i: int) -> Floats:
    """Centres so that the label's nearest edge is at each gap from the marker, in every direction, within bounds."""
    half = sheet.sizes[i] / 2
    found = []
    for gap in _GAPS:
        reach = sheet.radii[i] + gap
        for angle in np.arange(_ANGLES) * (2 * np.pi / _ANGLES):
            way = np.array([np.cos(angle), np.sin(angle)])
            # the label slides along the side it is on: full beside the point, centred above and below it
            found.append(sheet.points[i] + way * reach + np.sign(np.round(way, 9)) * half * np.abs(way) ** 0.5)
    centres = np.array(found)
    x0, y0, x1, y1 = sheet.bounds
    low, high = np.array([x0, y0]) + half, np.array([x1, y1]) - half
    return np.asarray(np.clip(centres, low, high))


def _overlap(one: Floats, many: Floats, pad: float = _PAD) -> NDArray[np.bool_]:
    """(c, k): whether each of c boxes overlaps each of k."""
    a, b = one[:, None, :], many[None, :, :]
    return np.asarray(
        (a[..., 0] < b[..., 2] + pad) & (b[..., 0] < a[..., 2] + pad)
        & (a[..., 1] < b[..., 3] + pad) & (b[..., 1] < a[..., 3] + pad)
    )  # fmt: skip


def _marker_boxes(points: Floats, radii: Floats) -> Floats:
    return np.hstack([points - radii[:, None], points + radii[:, None]])


def _leaders(point: Floats, centres: Floats, size: Floats) -> Floats:
    """(c, s, 2): samples along the leader of each candidate, from the label's edge to the point, both ends left out."""
    half = np.asarray(size) / 2
    ends = np.clip(point, centres - half, centres + half)
    share = np.linspace(0.05, 0.95, 12)[None, :, None]
    return np.asarray(ends[:, None, :] * (1 - share) + point * share)


def _crossed(samples: Floats, many: Floats) -> NDArray[np.bool_]:
    """(c, k): whether the leader of each candidate runs through each box."""
    at, box = samples[:, :, None, :], many[None, None, :, :]
    inside: NDArray[np.bool_] = np.logical_and((at >= box[..., :2]).all(axis=-1), (at <= box[..., 2:]).all(axis=-1))
    return np.asarray(inside.any(axis=1))


def _fixed_cost(sheet: Sheet, i: int, centres: Floats) -> Floats:
    """What does not depend on the other labels: markers, titles, cut lines, distance."""
    own = boxes(centres, sheet.sizes[i])
    point = sheet.points[i]
    half = sheet.sizes[i] / 2
    gap = np.hypot(*(np.clip(point, centres - half, centres + half) - point).T)
    markers = _marker_boxes(sheet.points, sheet.radii)
    cost = gap + _MARKER * _overlap(own, markers).sum(axis=1)
    others = np.delete(markers, i, axis=0)
    cost += _LEADER * _crossed(_leaders(point, centres, sheet.sizes[i]), others).sum(axis=1)
    cost += _TITLE * _overlap(own, sheet.titles).sum(axis=1)
    spots = _marker_boxes(sheet.spots, np.full(len(sheet.spots), 3.0))
    cost += _MARKER / 4 * _overlap(own, spots).sum(axis=1)
    x, y = sheet.cuts
    # beside the point before above it, above it before aslant; on the point's own side of a cut
    way = (centres - point) / (np.abs(centres - point) + half)
    cost += 8 * np.abs(way).min(axis=1) + 2 * (np.abs(way[:, 0]) < np.abs(way[:, 1])) + (way[:, 0] < 0)
    cost += _LINE / 2 * (((centres > sheet.cuts) != (point > sheet.cuts)).any(axis=1))
    cost += _LINE * ((own[:, 0] < x) & (own[:, 2] > x)) + _LINE * 2 * ((own[:, 1] < y) & (own[:, 3] > y))
    return np.asarray(cost)


def _mutual_cost(sheet: Sheet, i: int, centres: Floats, others: list[tuple[int, Floats]]) -> Floats:
    """Overlaps with the other labels, and leaders that run through labels."""
    if not others:
        return np.zeros(len(centres))
    own = boxes(centres, sheet.sizes[i])
    theirs = np.vstack([boxes(c[None, :], sheet.sizes[k]) for k, c in others])
    cost = _LABEL * _overlap(own, theirs, 2 * _PAD).sum(axis=1)
    cost = cost + _LEADER * _crossed(_leaders(sheet.points[i], centres, sheet.sizes[i]), theirs).sum(axis=1)
    for k, centre in others:
        theirs_leader = _leaders(sheet.points[k], centre[None, :], sheet.sizes[k])
        cost = cost + _LEADER * _crossed(theirs_leader, own)[0]
    return np.asarray(cost)
