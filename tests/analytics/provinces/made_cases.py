"""The simulated office's provinces as cases, without the harvest that the whole-chain test makes."""

from __future__ import annotations

import numpy as np

from analytics.provinces.cases import Cases
from office.plan.provinces import CONDITIONS, CONDITIONS_YEAR, OUTCOME_YEAR, conditions, outcome_counts, provinces


def made_cases(outcome: dict[str, int] | None = None) -> Cases:
    counts = outcome or outcome_counts()
    table = {(c.province, c.variable): c.value for c in conditions()}
    codes = provinces()
    return Cases(
        codes,
        CONDITIONS,
        np.array([counts[p] for p in codes], dtype=np.float64),
        np.array([[table[p, v] for v in CONDITIONS] for p in codes]),
        "ic-manufacturing",
        OUTCOME_YEAR,
        CONDITIONS_YEAR,
        sum(counts.values()),
        25,
        "synthetic",
    )
