"""The printed figures the corpus is built to (Yu et al. 2023, Table 2), and counts whose ratios come nearest."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Row:
    """One technology of Table 2: four shares of the focal country, and new prefixes at the four IPC levels."""

    number: int
    technology: str
    name_zh: str
    name_en: str
    applications: float
    citations: float
    claims: float
    pct: float
    new_sections: int
    new_tens: int
    new_units: int
    new_subclasses: int


@cache
def rows() -> tuple[Row, ...]:
    """Return the 20 rows in the paper's order."""
    text = files("office").joinpath("data/table2.csv").read_text(encoding="utf-8")
    found = []
    for line in csv.DictReader(text.splitlines()):
        a, c, m, p = (float(line[f"{name}_share"]) for name in ("applications", "citations", "claims", "pct"))
        new = [int(line[name]) for name in ("new_sections", "new_class_tens", "new_class_units", "new_subclasses")]
        names = line["technology"], line["name_zh"], line["name_en"].strip()
        found.append(Row(int(line["number"]), *names, a, c, m, p, new[0], new[1], new[2], new[3]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """Families after screening and how many are the focal country's; the same for PCT families."""

    families: int
    focal: int
    pct: int
    pct_focal: int


def nearest(share: float, denominators: range) -> tuple[int, int]:
    """Return (numerator, denominator) whose ratio is nearest to `share`; the smaller denominator on a tie."""
    best = min(denominators, key=lambda d: (round(abs(round(share * d) / d - share), 9), d))
    return round(share * best), best


def counts(row: Row, about: int) -> Counts:
    """Return counts of about `about` families that meet the applications and PCT shares as nearly as possible."""
    focal, families = nearest(row.applications, range(about, about + max(10, about // 5) + 1))
    low, high = max(6, families // 6), max(12, families * 9 // 20)
    fitting = [
        d for d in range(low, high + 1) if round(row.pct * d) <= focal and d - round(row.pct * d) <= families - focal
    ]
    best = min(fitting, key=lambda d: (round(abs(round(row.pct * d) / d - row.pct), 9), d))
    return Counts(families, focal, best, round(row.pct * best))
