"""Descriptive statistics and anchors of raw variables (the provincial study's Table 1)."""

from dataclasses import dataclass

import numpy as np

from analytics.qca.sets.calibrate import QuantileType, quantile
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Floats


@dataclass(frozen=True, slots=True)
class Description:
    """One variable, in its own unit; `sd` has n − 1 in its denominator and is None for a single value."""

    n: int
    missing: int
    minimum: float
    maximum: float
    mean: float
    sd: float | None
    lower_quartile: float
    median: float
    upper_quartile: float


def describe(x: Floats, kind: QuantileType = 7) -> Description:
    """Describe the known values of x (n,); raises QcaError when all are missing."""
    known = x[np.isfinite(x)]
    if known.size == 0:
        raise QcaError("The variable has no known value.")
    lower, median, upper = (quantile(known, p, kind) for p in (0.25, 0.5, 0.75))
    return Description(
        n=int(known.size),
        missing=int(x.size - known.size),
        minimum=float(known.min()),
        maximum=float(known.max()),
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
    )
