"""One set of turned, complete cases to one ceiling's figures (QCA and NCA definitions: docs/methods.md, Provinces)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.nca.ceilings import area, lines, quality
from analytics.nca.ceilings.model import STEP_CEILINGS, Ceiling, CeilingResult, Corner, Floats, Line, Peers, Scope
from analytics.nca.ceilings.orientation import turn, turn_line
from analytics.nca.ceilings.peers import R_TOLERANCE, distinct, fdh_peers, hull_mask
from analytics.nca.ceilings.quantile import quantile_line

SINGLE_PEER = "one peer only: the corner is not bounded by a line, its zone is 0"
NO_AREA = "condition or outcome is constant: the scope has no area, so there is no effect size"
WRONG_WAY = "the line falls away from this corner: it is not a ceiling here"
NO_LINE = "all cases have the same condition value: no line can be fitted"
TOUCH = 1e-9
PEER_LINES: frozenset[Ceiling] = frozenset({"cr_fdh", "cr_vrs", "c_lp"})


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
        tolerance = R_TOLERANCE if r_rules else 0.0
        peers = fdh_peers(x, y, tolerance=tolerance)
        px, py, counts = distinct(x[peers], y[peers], tolerance=tolerance)
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
    if ceiling in PEER_LINES:
        return None if b.single else _peer_line(ceiling, b)
    if ceiling == "cols":
        return lines.cols(b.x, b.y)
    return quantile_line(b.x, b.y) if ceiling == "qr" else lines.ols(b.x, b.y)


def _peer_line(ceiling: Ceiling, b: Boundary) -> Line | None:
    if ceiling == "cr_fdh":
        return lines.ols(b.px, b.py, b.counts.astype(np.float64))
    hull_x, hull_y = b.px[b.on_hull], b.py[b.on_hull]
    if ceiling == "cr_vrs":
        return lines.ols(hull_x, hull_y, b.counts[b.on_hull].astype(np.float64))
    return lines.c_lp(hull_x, hull_y, float(np.mean(b.x[b.peers])))


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
    fdh = ceiling == "ce_fdh"
    bounded = b.scope.area > 0 and not (b.single and zone == 0)
    return _result(
        ceiling,
        b,
        peers=b.peers if fdh else b.hull_cases(),
        complexity=len(b.px) if fdh else int(np.count_nonzero(b.on_hull)),
        zone=zone,
        above=0,
        fit=100.0 if fdh else quality.fit(zone, area.step_zone(b.px, b.py, b.scope)),
        lost=quality.of_steps(float(b.py[0]), float(b.px[-1]), b.scope) if bounded else None,
    )


def _line_result(ceiling: Ceiling, line: Line, b: Boundary) -> CeilingResult:
    right_way = line.slope >= 0
    zone = area.line_zone(line, b.scope) if b.scope.area > 0 else None
    return _result(
        ceiling,
        b,
        peers=_line_peers(ceiling, line, b),
        zone=zone,
        above=quality.cases_above(line, b.x, b.y) if right_way else None,
        fit=quality.fit(zone, area.step_zone(b.px, b.py, b.scope)),
        line=line,
        lost=quality.of_line(line, b.scope, b.minimum_slope) if b.scope.area > 0 else None,
        note=None if right_way else WRONG_WAY,
    )


def _bare_result(ceiling: Ceiling, b: Boundary) -> CeilingResult:
    """No line: a single peer (zone 0) or a constant condition."""
    nobody = np.empty(0, dtype=np.intp)
    if ceiling not in PEER_LINES:
        return _result(ceiling, b, peers=nobody, note=NO_LINE)
    return _result(ceiling, b, peers=nobody, zone=0.0, above=None if ceiling == "c_lp" else 0)


def _line_peers(ceiling: Ceiling, line: Line, b: Boundary) -> NDArray[np.intp]:
    if ceiling == "cr_fdh":
        return b.peers
    if ceiling == "cr_vrs":
        return b.hull_cases()
    if ceiling == "ols":
        return np.empty(0, dtype=np.intp)
    among = b.peers if ceiling == "c_lp" else np.lexsort((b.y, b.x))
    reach = TOUCH * max(b.scope.height, float(np.max(np.abs(b.y))))
    return among[np.abs(b.y[among] - line.at(b.x[among])) <= reach]


def _note(b: Boundary, own: str | None) -> str | None:
    if b.scope.area <= 0:
        return NO_AREA
    return own or (SINGLE_PEER if b.single else None)


def _result(
    ceiling: Ceiling,
    b: Boundary,
    *,
    peers: NDArray[np.intp],
    complexity: int = 1,
    zone: float | None = None,
    above: int | None = None,
    fit: float | None = None,
    line: Line | None = None,
    lost: quality.Inefficiency | None = None,
    note: str | None = None,
) -> CeilingResult:
    own = None if line is None else turn_line(line, b.corner)
    return CeilingResult(
        ceiling=ceiling,
        peers=Peers(peers, *turn(b.x[peers], b.y[peers], b.corner)),
        complexity=complexity,
        ceiling_zone=zone,
        effect_size=zone / b.scope.area if zone is not None and b.scope.area > 0 else None,
        above=above,
        accuracy=None if above is None else quality.accuracy(above, len(b.x)),
        fit=fit,
        slope=None if own is None else own.slope,
        intercept=None if own is None else own.intercept,
        condition_inefficiency=None if lost is None else lost.condition,
        outcome_inefficiency=None if lost is None else lost.outcome,
        relative_inefficiency=None if lost is None else lost.relative,
        absolute_inefficiency=None if lost is None else lost.absolute,
        note=_note(b, note),
    )
