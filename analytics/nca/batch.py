"""Effect sizes of many permutations of the outcome at once (turned coordinates, empty corner upper left).

Sorting by x is done once; each permutation is a row, its peers are the strict records of the running maximum, and
every ceiling is row-wise arithmetic on the few peers.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.nca.ceilings.ceiling import Boundary, evaluate
from analytics.nca.ceilings.model import Ceiling, Floats, Scope
from analytics.nca.ceilings.peers import R_TOLERANCE, same
from analytics.nca.ceilings.quantile import quantile_lines

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
PEER_CEILINGS: frozenset[Ceiling] = frozenset({"cr_fdh", "ce_vrs", "cr_vrs", "c_lp"})
HULL_CEILINGS: frozenset[Ceiling] = frozenset({"ce_vrs", "cr_vrs", "c_lp"})


@dataclass(frozen=True)
class PeerRows:
    """Peers of each row, padded to the right; ``used`` marks the real ones, ``weight`` how many cases share one."""

    x: Floats
    y: Floats
    weight: Floats
    used: Flags


class EffectBatch:
    """Effect sizes of one condition's permutations. ``order`` sorts the cases by x."""

    def __init__(self, x: Floats, y: Floats, scope: Scope, *, r_rules: bool) -> None:
        self.order = np.argsort(x, kind="stable")
        self.x = x[self.order]
        self.scope = scope
        self.starts = np.flatnonzero(np.diff(self.x, prepend=-np.inf) > 0)
        self.one_by_one = r_rules and (_nearly_equal(x) or _nearly_equal(y))
        self.sizes = np.diff(np.append(self.starts, len(x)))
        self.group_x = self.x[self.starts]
        self.x_ties = len(self.starts) < len(x)
        self.weighted = self.x_ties and len(np.unique(y)) < len(y)

    def effects(self, rows: Floats, ceilings: Sequence[Ceiling]) -> dict[Ceiling, Floats]:
        """d of each row; ``rows``: outcomes (permutations × cases) in ``order``. NaN where there is no ceiling."""
        if self.one_by_one:
            return self._each(rows, ceilings)
        tops = np.maximum.reduceat(rows, self.starts, axis=1) if self.x_ties else rows
        running = np.maximum.accumulate(tops, axis=1)
        zones: dict[Ceiling, Floats] = {}
        peers = self._peers(rows, tops, running) if PEER_CEILINGS & set(ceilings) else None
        hull = hull_rows(peers) if peers is not None and HULL_CEILINGS & set(ceilings) else None
        for name in ceilings:
            if name == "ce_fdh":
                zones[name] = self._step_zone(running)
            elif name == "cr_fdh" and peers is not None:
                zones[name] = self._regression_zone(peers, peers.used)
            elif name == "cr_vrs" and peers is not None and hull is not None:
                zones[name] = self._regression_zone(peers, hull)
            elif name == "ce_vrs" and peers is not None and hull is not None:
                zones[name] = self._hull_zone(peers, hull)
            elif name == "c_lp" and peers is not None and hull is not None:
                zones[name] = self._programme_zone(peers, hull)
            else:
                zones[name] = self._cols_zone(rows) if name == "cols" else self._quantile_zone(rows)
        area = self.scope.area
        return {name: zone / area if area > 0 else np.full(len(rows), np.nan) for name, zone in zones.items()}

    def _each(self, rows: Floats, ceilings: Sequence[Ceiling]) -> dict[Ceiling, Floats]:
        """Values that only R's tolerance makes equal: the walk over the cases itself, row by row."""
        effects = {name: np.full(len(rows), np.nan) for name in ceilings}
        for i, row in enumerate(rows):
            boundary = Boundary.of(self.x, row, self.scope, 1, r_rules=True)
            for name in ceilings:
                effect = evaluate(name, boundary).effect_size
                effects[name][i] = np.nan if effect is None else effect
        return effects

    def _step_zone(self, running: Floats) -> Floats:
        rises = np.diff(running, axis=1, prepend=self.scope.ymin)
        zone = np.einsum("ij,j->i", rises, self.group_x - self.scope.xmin)
        return np.asarray(zone + self.scope.width * (self.scope.ymax - running[:, -1]))

    def _peers(self, rows: Floats, tops: Floats, running: Floats) -> PeerRows:
        record = np.ones(tops.shape, dtype=np.bool_)
        np.greater(running[:, 1:], running[:, :-1], out=record[:, 1:])
        row, column = np.nonzero(record)
        counts = np.bincount(row, minlength=len(rows))
        place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = (len(rows), int(counts.max()))
        x, y, weight = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        x[row, place] = self.group_x[column]
        y[row, place] = top = tops[row, column]
        weight[row, place] = self._shared(rows, row, column, top) if self.weighted else 1.0
        return PeerRows(x, y, weight, weight > 0)

    def _shared(self, rows: Floats, row: Places, group: Places, top: Floats) -> Floats:
        """How many cases of a peer's x group share its y."""
        count = np.zeros(len(row))
        for step in range(int(self.sizes.max())):
            inside = step < self.sizes[group]
            at = self.starts[group[inside]] + step
            count[inside] += rows[row[inside], at] == top[inside]
        return count

    def _regression_zone(self, peers: PeerRows, chosen: Flags) -> Floats:
        weight = np.where(chosen, peers.weight, 0.0)
        total = weight.sum(axis=1)
        mx = (weight * peers.x).sum(axis=1) / total
        my = (weight * peers.y).sum(axis=1) / total
        dx, dy = peers.x - mx[:, None], peers.y - my[:, None]
        sxx = (weight * dx * dx).sum(axis=1)
        single = peers.used.sum(axis=1) == 1
        slope = (weight * dx * dy).sum(axis=1) / np.where(single, 1.0, sxx)
        return np.where(single, 0.0, line_zones(slope, my - slope * mx, self.scope))

    def _hull_zone(self, peers: PeerRows, hull: Flags) -> Floats:
        s = self.scope
        zone = (peers.x[:, 0] - s.xmin) * (peers.y[:, 0] - s.ymin)
        last_x, last_y = peers.x[:, 0].copy(), peers.y[:, 0].copy()
        for k in range(1, peers.x.shape[1]):
            on, x, y = hull[:, k], peers.x[:, k], peers.y[:, k]
            zone += np.where(on, ((x + last_x) / 2.0 - s.xmin) * (y - last_y), 0.0)
            last_x, last_y = np.where(on, x, last_x), np.where(on, y, last_y)
        return np.asarray(zone + s.width * (s.ymax - last_y))

    def _programme_zone(self, peers: PeerRows, hull: Flags) -> Floats:
        mean = (peers.weight * peers.x).sum(axis=1) / peers.weight.sum(axis=1)
        single = peers.used.sum(axis=1) == 1
        index = np.arange(len(mean))
        right = np.argmax(hull & (peers.x >= mean[:, None]), axis=1)
        before = hull & (peers.x < mean[:, None])
        left = before.shape[1] - 1 - np.argmax(before[:, ::-1], axis=1)
        left = np.where(single, 0, left)
        run = np.where(single, 1.0, peers.x[index, right] - peers.x[index, left])
        slope = (peers.y[index, right] - peers.y[index, left]) / run
        intercept = peers.y[index, right] - slope * peers.x[index, right]
        return np.where(single, 0.0, line_zones(slope, intercept, self.scope))

    def _cols_zone(self, rows: Floats) -> Floats:
        centred = self.x - self.x.mean()
        sxx = float(centred @ centred)
        if sxx <= 0:
            return np.full(len(rows), np.nan)
        middle = rows.mean(axis=1)
        rows = rows - middle[:, None]
        slope = np.einsum("ij,j->i", rows, centred) / sxx
        raised = (rows - slope[:, None] * centred).max(axis=1)
        return line_zones(slope, middle + raised - slope * self.x.mean(), self.scope)

    def _quantile_zone(self, rows: Floats) -> Floats:
        return line_zones(*quantile_lines(self.x, rows), self.scope)


def _nearly_equal(values: Floats) -> bool:
    """Whether some values differ, but by no more than R's tolerance."""
    levels = np.unique(values).tolist()
    return any(same(a, b, R_TOLERANCE) for a, b in itertools.pairwise(levels))


def line_zones(slope: Floats, intercept: Floats, scope: Scope) -> Floats:
    """Row-wise ``area.line_zone``; NaN for falling lines."""
    level = slope == 0
    steep = np.where(level, 1.0, slope)
    enters = np.clip((scope.ymin - intercept) / steep, scope.xmin, scope.xmax)
    leaves = np.clip((scope.ymax - intercept) / steep, scope.xmin, scope.xmax)
    gap = (scope.ymax - intercept) - slope * (enters + leaves) / 2.0
    zone = scope.height * (enters - scope.xmin) + (leaves - enters) * gap
    flat = scope.width * np.clip(scope.ymax - intercept, 0.0, scope.height)
    return np.where(slope < 0, np.nan, np.where(level, flat, zone))


def hull_rows(peers: PeerRows) -> Flags:
    """Which peers of each row lie on the upper concave hull (as ``peers.hull_mask``)."""
    hull = peers.used.copy()
    width = peers.x.shape[1]
    for i in range(1, width - 1):
        inside = peers.used[:, i + 1]
        into = np.full(len(hull), np.inf)
        for j in range(i):
            into = np.fmin(into, _slope(peers, j, i))
        onward = np.full(len(hull), -np.inf)
        for j in range(i + 1, width):
            onward = np.where(peers.used[:, j], np.fmax(onward, _slope(peers, i, j)), onward)
        gap = into - onward
        flat = np.abs(gap) <= 1e-12 * into
        keep = np.where(flat, peers.weight[:, i] > 1, gap > 0)
        hull[:, i] = np.where(inside, keep, hull[:, i])
    return hull


def _slope(peers: PeerRows, i: int, j: int) -> Floats:
    run = peers.x[:, j] - peers.x[:, i]
    return (peers.y[:, j] - peers.y[:, i]) / np.where(run == 0, 1.0, run)
