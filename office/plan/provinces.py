"""The synthetic 28 provinces: conditions of 2021 and patent counts of 2022 with a planted configuration.

Nothing here describes a real province: the names only give the invented figures a place. Planted, and to be recovered
from the counts of manufacturing families by province (docs/methods.md, Provinces, one-year lag, quartile anchors):

- the only intermediate and the only parsimonious solution for a high outcome is
  ``digital_technology*market_environment + organizational_agglomeration*industrial_coordination*government_support``;
- rd_intensity is in no path, yet necessary in degree: no province reaches the highest counts without it (NCA, CE-FDH on
  calibrated data, effect size at least 0.1).
"""

from __future__ import annotations

import random
from typing import NamedTuple

SOURCE = "synthetic: simulated patent office, not real data"
CONDITIONS_YEAR, OUTCOME_YEAR = 2021, 2022
CONDITIONS = (
    "digital_technology",
    "rd_intensity",
    "organizational_agglomeration",
    "industrial_coordination",
    "market_environment",
    "government_support",
)
SOLUTION = (
    ("digital_technology", "market_environment"),
    ("organizational_agglomeration", "industrial_coordination", "government_support"),
)
NECESSARY = ("rd_intensity",)
# Lowest and highest raw value of each condition, in the units of K's Table 1 (ratios; the market index has points).
_RANGES = ((0.18, 0.80), (0.007, 0.065), (0.002, 0.193), (1.75, 5.90), (5.40, 12.40), (0.007, 0.062))
# Presence of the six conditions, province by province; the first fourteen are high in the outcome.
_DESIGN: tuple[tuple[str, str], ...] = (
    ("110000", "100010"), ("120000", "001101"), ("310000", "110011"), ("320000", "110010"), ("330000", "100010"),
    ("440000", "110110"), ("340000", "011101"), ("350000", "011111"), ("370000", "111010"), ("420000", "011101"),
    ("430000", "111101"), ("510000", "100110"), ("610000", "011101"), ("210000", "100110"), ("130000", "000111"),
    ("140000", "011011"), ("150000", "011110"), ("220000", "110101"), ("230000", "101001"), ("360000", "101100"),
    ("410000", "000000"), ("450000", "001001"), ("460000", "011000"), ("500000", "101001"), ("520000", "000001"),
    ("530000", "010010"), ("620000", "000010"), ("630000", "100100"),
)  # fmt: skip
HIGH = 14


class Condition(NamedTuple):
    """One cell of the conditions table: `province` is the GB/T 2260 code."""

    province: str
    year: int
    variable: str
    value: float
    source: str


def provinces() -> tuple[str, ...]:
    """Return the 28 provinces' GB/T 2260 codes."""
    return tuple(code for code, _ in _DESIGN)


def conditions() -> list[Condition]:
    """Return the synthetic conditions table: 28 provinces × six conditions, year 2021."""
    rng = random.Random("synthetic provinces: conditions")
    rows = []
    for at, (code, present) in enumerate(_DESIGN):
        modest = at < HIGH and present[1] == "0"
        for flag, name, (low, high) in zip(present, CONDITIONS, _RANGES, strict=True):
            # Two clusters, so that quartile anchors put every province clearly in or out.
            start, width = (0.0, 0.2) if flag == "0" else (0.65, 0.15 if modest else 0.35)
            place = start + width * rng.random()
            rows.append(Condition(code, CONDITIONS_YEAR, name, round(low + place * (high - low), 4), SOURCE))
    return rows


def outcome_counts() -> dict[str, int]:
    """Return the planted number of manufacturing families by province in 2022."""
    rng = random.Random("synthetic provinces: outcome")
    counts = {}
    for at, (code, present) in enumerate(_DESIGN):
        if at >= HIGH:
            counts[code] = rng.randint(3, 8)
        else:
            counts[code] = rng.randint(32, 46) if present[1] == "1" else rng.randint(25, 27)
    return counts
