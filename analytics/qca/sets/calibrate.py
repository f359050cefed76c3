"""Direct calibration of raw values into set memberships (Ragin's direct method, QCA's calibrate)."""

from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np

from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Floats

R_IDM = 0.95
"""Membership at the inclusion anchor in R's QCA."""
RAGIN_IDM = exp(3) / (1 + exp(3))
"""Membership at the inclusion anchor in fs/QCA: log-odds of 3."""
R_TRIM = 1e-4
HALF_STEP = 0.001

QuantileType = Literal[2, 6, 7]
HalfRule = Literal["keep", "raise", "lower"]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Full exclusion, crossover and full inclusion, in the raw variable's unit; decreasing for a reversed set.

    Raises QcaError unless they are strictly ordered, either way.
    """

    exclusion: float
    crossover: float
    inclusion: float

    def __post_init__(self) -> None:
        e, c, i = self.exclusion, self.crossover, self.inclusion
        if not (e < c < i or e > c > i):
            raise QcaError(
                f"The calibration anchors {e:g}, {c:g}, {i:g} are not strictly ordered; give exclusion, crossover and "
                "inclusion in rising (or, for a reversed set, falling) order."
            )


def quantile(x: Floats, probability: float, kind: QuantileType = 7) -> float:
    """Sample quantile of R's type 2 (averaged step), 6 (Weibull) or 7 (linear, R's default), missing values left out.

    Hyndman & Fan (1996). Raises QcaError without any value.
    """
    values = np.sort(x[np.isfinite(x)])
    if values.size == 0:
        raise QcaError("There is no value to take a quantile of.")
    method = {2: "averaged_inverted_cdf", 6: "weibull", 7: "linear"}[kind]
    return float(np.quantile(values, probability, method=method))  # type: ignore[call-overload]


def quartile_anchors(x: Floats, kind: QuantileType = 7) -> Anchors:
    """Anchors at the lower quartile, the median and the upper quartile (docs/methods.md, Provinces)."""
    return Anchors(*(quantile(x, p, kind) for p in (0.25, 0.5, 0.75)))


def log_odds(idm: float = R_IDM) -> float:
    """Log-odds of the membership at the inclusion anchor; raises QcaError unless idm is within (0.5, 1)."""
    if not 0.5 < idm < 1:
        raise QcaError("The membership at the inclusion anchor (idm) must lie between 0.5 and 1.")
    return log(idm / (1 - idm))


def calibrate(x: Floats, anchors: Anchors, idm: float = R_IDM, trim: float = R_TRIM) -> Floats:
    """Logistic memberships, each side of the crossover with its own slope; missing stays missing.

    m = 1/(1 + exp(−L(x − c)/(t − c))), L = ln(idm/(1 − idm)), t the inclusion anchor on the inclusion side and the
    exclusion anchor mirrored at c on the other. Below `trim` becomes 0 and above 1 − trim becomes 1 (R's 0.0001; 0
    keeps the tails).
    """
    e, c, i = anchors.exclusion, anchors.crossover, anchors.inclusion
    rising = i > e
    included = x >= c if rising else x <= c
    span = np.where(included, i - c, c - e)
    exponent = np.clip(-log_odds(idm) * (x - c) / span, -700.0, 700.0)
    m: Floats = 1.0 / (1.0 + np.exp(exponent))
    m = np.where(m < trim, 0.0, m)
    return np.where(m > 1.0 - trim, 1.0, m)


def calibrate_linear(x: Floats, anchors: Anchors, below: float = 1.0, above: float = 1.0) -> Floats:
    """Piecewise memberships, linear or a power of the way to the crossover (R's logistic = FALSE)."""
    if below <= 0 or above <= 0:
        raise QcaError("The powers below and above the crossover must be positive.")
    e, c, i = anchors.exclusion, anchors.crossover, anchors.inclusion
    lower = 0.5 * np.clip((x - e) / (c - e), 0.0, 1.0) ** below
    upper = 1.0 - 0.5 * np.clip((i - x) / (i - c), 0.0, 1.0) ** above
    included = x >= c if i > e else x <= c
    return np.where(np.isnan(x), np.nan, np.where(included, upper, lower))


@dataclass(frozen=True, slots=True)
class TwoSided:
    """A bell (left rising, right falling: both must hold) or a valley (left falling, right rising: either suffices).

    R's six thresholds e1, c1, i1, i2, c2, e2 are left = (e1, c1, i1) and right = (e2, c2, i2). Raises QcaError unless
    one side rises and the other falls.
    """

    left: Anchors
    right: Anchors

    def __post_init__(self) -> None:
        if self.is_bell == (self.right.inclusion > self.right.exclusion):
            raise QcaError("A two-sided calibration needs one rising and one falling side.")

    @property
    def is_bell(self) -> bool:
        """Whether the middle is full membership."""
        return self.left.inclusion > self.left.exclusion


def calibrate_two_sided(x: Floats, at: TwoSided) -> Floats:
    """Piecewise linear memberships of a bell or a valley (R's logistic = FALSE with six thresholds)."""
    sides = [calibrate_linear(x, side) for side in (at.left, at.right)]
    return np.minimum(*sides) if at.is_bell else np.maximum(*sides)


def memberships(x: Floats, at: Anchors | TwoSided, idm: float = R_IDM, *, is_linear: bool = False) -> Floats:
    """Memberships of raw values (n,) at the anchors: logistic, or piecewise linear (always when two-sided)."""
    if isinstance(at, TwoSided):
        return calibrate_two_sided(x, at)
    return calibrate_linear(x, at) if is_linear else calibrate(x, at, idm)


def at_half(memberships: Floats) -> tuple[int, ...]:
    """Cases (indices) with a membership of exactly 0.5: neither in nor out, so of no truth table row."""
    return tuple(np.flatnonzero(memberships == 0.5).tolist())


def resolve_half(memberships: Floats, rule: HalfRule = "keep", step: float = HALF_STEP) -> Floats:
    """Memberships of exactly 0.5 left as they are, raised or lowered by `step` (0.001, as is usual in print)."""
    shift = {"keep": 0.0, "raise": step, "lower": -step}[rule]
    return np.where(memberships == 0.5, 0.5 + shift, memberships)
