"""One set of turned, complete cases to one ceiling's figures (QCA and NCA definitions: METHODS §6)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.nca import area, lines, quality
from analytics.nca.model import STEP_CEILINGS, Ceiling, CeilingResult, Corner, Floats, Line, Peers, Scope
from analytics.nca.orientation import turn, turn_line
from analytics.nca.peers import distinct, fdh_peers, hull_mask

SINGLE_PEER = "one peer only: the corner is not bounded by a line, its zone is 0"
NO_AREA = "condition or outcome is constant: the scope has no area, so there is no effect size"
WRONG_WAY = "the line falls away from this corner: it is not a ceiling here"
NO_LINE = "all cases have the same condition value: no line can be fitted"
TOUCH = 1e-9


@dataclass(frozen=True)
class Boundary:
    """Turned cases with their FDH peers, shared by every ceiling of the condition."""

    x: Floats
    y: Floats
    scope: Scope
    corner: Corner
    peers: NDArray[np.intp]
    px: Floats
    py: Floats
    counts: NDArray[np.int64]
    on_hull: NDArray[np.bool_]
    minimum_slope: float

    @classmethod
    def of(cls, x: Floats, y: Floats, scope: Scope, corner: Corner, *, r_rules: bool) -> "Boundary":
        """Find the peers of turned cases; ``scope`` is the turned scope."""
        peers = fdh_peers(x, y, tolerance=1e-6 if r_rules else 0.0)
        px, py, counts = distinct(x[peers], y[peers])
        minimum = quality.R_MINIMUM_SLOPE if r_rules else 0.0
        return cls(x, y, scope, corner, peers, px, py, counts, hull_mask(px, py, counts), minimum)

    @property
    def single(self) -> bool:
        """Whether there is only one distinct peer."""
        return len(self.px) == 1

    def hull_cases(self) -> NDArray[np.intp]:
        """Positions of the cases on the concave hull."""
        values = set(zip(self.px[self.on_hull].tolist(), self.py[self.on_hull].tolist(), strict=True))
        pairs = zip(self.x[self.peers].tolist(), self.y[self.peers].tolist(), strict=True)
        return self.peers[np.asarray([pair in values for pair in pairs], dtype=np.bool_)]


def fit_line(ceiling: Ceiling, b: Boundary) -> Line | None:
    """The straight ceiling in turned coordinates; None where it is not defined."""
    if ceiling in ("cr_fdh", "cr_vrs", "c_lp") and b.single:
        return None
    if ceiling == "cr_fdh":
        return lines.ols(b.px, b.py, b.counts.astype(np.float64))
    if ceiling == "cr_vrs":
        on = b.on_hull
        return lines.ols(b.px[on], b.py[on], b.counts[on].astype(np.float64))
    if ceiling == "c_lp":
        return lines.c_lp(b.px[b.on_hull], b.py[b.on_hull], float(np.mean(b.x[b.peers])))
    if ceiling == "cols":
        return lines.cols(b.x, b.y)
    if ceiling == "qr":
        return lines.quantile_line(b.x, b.y)
    return lines.ols(b.x, b.y)


def step_zone(ceiling: Ceiling, b: Boundary) -> float:
    """Zone of CE-FDH or CE-VRS."""
    if ceiling == "ce_fdh":
        return area.step_zone(b.px, b.py, b.scope)
    return area.hull_zone(b.px[b.on_hull], b.py[b.on_hull], b.scope)


def evaluate(ceiling: Ceiling, b: Boundary) -> CeilingResult:
    """All figures of one ceiling."""
    if ceiling in STEP_CEILINGS:
        return _step_result(ceiling, b)
    line = fit_line(ceiling, b)
    return _bare_result(ceiling, b) if line is None else _line_result(ceiling, line, b)


def _step_result(ceiling: Ceiling, b: Boundary) -> CeilingResult:
    zone = step_zone(ceiling, b)
    ce_zone = area.step_zone(b.px, b.py, b.scope)
    lost = None
    if b.scope.area > 0 and not (b.single and zone == 0):
        lost = quality.of_steps(float(b.py[0]), float(b.px[-1]), b.scope)
    complexity = len(b.px) if ceiling == "ce_fdh" else int(np.count_nonzero(b.on_hull))
    cases = b.peers if ceiling == "ce_fdh" else b.hull_cases()
    closeness = 100.0 if ceiling == "ce_fdh" else quality.fit(zone, ce_zone)
    return _result(ceiling, b, zone, 0, closeness, None, lost, cases, _note(b, None), complexity)


def _line_result(ceiling: Ceiling, line: Line, b: Boundary) -> CeilingResult:
    right_way = line.slope >= 0
    zone = area.line_zone(line, b.scope) if b.scope.area > 0 else None
    above = quality.cases_above(line, b.x, b.y) if right_way else None
    lost = quality.of_line(line, b.scope, b.minimum_slope) if b.scope.area > 0 else None
    closeness = quality.fit(zone, area.step_zone(b.px, b.py, b.scope))
    cases = _line_peers(ceiling, line, b)
    note = _note(b, None if right_way else WRONG_WAY)
    return _result(ceiling, b, zone, above, closeness, line, lost, cases, note, 1)


def _bare_result(ceiling: Ceiling, b: Boundary) -> CeilingResult:
    """No line: a single peer (zone 0) or a constant condition."""
    none = np.empty(0, dtype=np.intp)
    if ceiling in ("cr_fdh", "cr_vrs"):
        return _result(ceiling, b, 0.0, 0, None, None, None, none, _note(b, SINGLE_PEER), 1)
    if ceiling == "c_lp":
        return _result(ceiling, b, 0.0, None, None, None, None, none, _note(b, SINGLE_PEER), 1)
    return _result(ceiling, b, None, None, None, None, None, none, NO_LINE, 1)


def _line_peers(ceiling: Ceiling, line: Line, b: Boundary) -> NDArray[np.intp]:
    if ceiling == "cr_fdh":
        return b.peers
    if ceiling == "cr_vrs":
        return b.hull_cases()
    if ceiling == "ols":
        return np.empty(0, dtype=np.intp)
    among = b.peers if ceiling == "c_lp" else np.lexsort((b.y, b.x))
    reach = TOUCH * max(b.scope.height, float(np.max(np.abs(b.y))), 1e-300)
    return among[np.abs(b.y[among] - line.at(b.x[among])) <= reach]


def _note(b: Boundary, own: str | None) -> str | None:
    if b.scope.area <= 0:
        return NO_AREA
    return own or (SINGLE_PEER if b.single else None)


def _result(
    ceiling: Ceiling,
    b: Boundary,
    zone: float | None,
    above: int | None,
    closeness: float | None,
    line: Line | None,
    lost: quality.Inefficiency | None,
    cases: NDArray[np.intp],
    note: str | None,
    complexity: int,
) -> CeilingResult:
    own = None if line is None else turn_line(line, b.corner)
    peer_x, peer_y = turn(b.x[cases], b.y[cases], b.corner)
    return CeilingResult(
        ceiling=ceiling,
        ceiling_zone=zone,
        effect_size=zone / b.scope.area if zone is not None and b.scope.area > 0 else None,
        above=above,
        accuracy=None if above is None else quality.accuracy(above, len(b.x)),
        fit=closeness,
        slope=None if own is None else own.slope,
        intercept=None if own is None else own.intercept,
        condition_inefficiency=None if lost is None else lost.condition,
        outcome_inefficiency=None if lost is None else lost.outcome,
        relative_inefficiency=None if lost is None else lost.relative,
        absolute_inefficiency=None if lost is None else lost.absolute,
        complexity=complexity,
        peers=Peers(cases, peer_x, peer_y),
        note=note,
    )
