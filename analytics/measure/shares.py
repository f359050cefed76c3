"""The shares of a technology's capability indicators, each with its coverage.

Source: docs/methods.md, Capability (the table) and Population ("unknown is not zero").
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from warehouse.indicators import CITED


class Cell(NamedTuple):
    """Families of one technology that count for the focal country with the same weight (None: country unknown).

    `known`, `totals`: per indicator the families for which it is known and its amount over them. All whole numbers, so
    that sums do not depend on the order in which families come.
    """

    focal_weight: float | None
    families: int
    known: Sequence[int]
    totals: Sequence[int]


class Indicator(NamedTuple):
    """One share: `value` = numerator / denominator, None when the denominator is empty; coverage in 0..1."""

    indicator: str
    value: float | None
    numerator: float
    denominator: int
    coverage: float
    known_families: int
    families: int
    basis: str | None = None


def share(
    indicator: str, parts: Sequence[tuple[float, int, int]], families: int, basis: str | None = None
) -> Indicator:
    """Return one share from `parts`: (focal weight, families known, total) of the families whose country is known.

    The focal country's total over the global total; coverage is the share of `families` in both.
    """
    known = sum([count for _, count, _ in parts])
    denominator = sum([total for _, _, total in parts])
    numerator = fsum([weight * total for weight, _, total in parts])  # exactly rounded: no order of cells matters
    value = numerator / denominator if denominator else None
    coverage = known / families if families else 0.0
    return Indicator(indicator, value, numerator, denominator, coverage, known, families, basis)


def shares(
    cells: Sequence[Cell], indicators: Sequence[str], citation_basis: str | None = None
) -> tuple[Indicator, ...]:
    """Return the shares of one technology, in the order of `indicators` (that of the cells' `known` and `totals`).

    A family whose country or amount is unknown leaves both sides of the ratio.
    """
    families = sum([cell.families for cell in cells])
    there = [(cell.focal_weight, cell) for cell in cells if cell.focal_weight is not None]
    basis = {CITED: citation_basis}
    return tuple(
        share(name, [(w, c.known[j], c.totals[j]) for w, c in there], families, basis.get(name))
        for j, name in enumerate(indicators)
    )
