"""The four shares of a technology, each with its coverage (METHODS §1 "Unknown is not zero", §2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

INDICATORS = ("applications", "citations", "claims", "pct")
INDICATOR_ZH = {"applications": "专利申请数", "citations": "被引次数", "claims": "权利要求数", "pct": "PCT申请数"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Families of one technology that count for the focal country with the same weight (None: country unknown).

    `*_known` are families, `claims`, `citations`, `pct` totals over the known ones. All whole numbers, so that sums do
    not depend on the order in which families come.
    """

    focal_weight: float | None
    families: int
    citations_known: int
    citations: int
    claims_known: int
    claims: int
    pct_known: int
    pct: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One share: `value` = numerator / denominator, None when the denominator is empty; coverage in 0..1."""

    indicator: str
    value: float | None
    numerator: float
    denominator: int
    coverage: float
    known_families: int
    families: int
    basis: str | None = None


def _totals(cell: Cell, indicator: str) -> tuple[int, int]:
    """Return (families known, total) of one indicator in a cell."""
    if indicator == "applications":
        return cell.families, cell.families
    return getattr(cell, f"{indicator}_known"), getattr(cell, indicator)


def share(indicator: str, cells: Sequence[Cell], basis: str | None = None) -> Indicator:
    """Return one share over `cells`: the focal country's total over the global total.

    A family whose country or count is unknown is in neither; coverage is the share of families in both.
    Source: METHODS §2 (table of indicators).
    """
    families = sum(cell.families for cell in cells)
    known = denominator = 0
    parts: list[float] = []
    for cell in cells:
        if cell.focal_weight is None:
            continue
        count, total = _totals(cell, indicator)
        known += count
        denominator += total
        parts.append(cell.focal_weight * total)
    numerator = fsum(parts)  # exactly rounded, so independent of the order of cells
    return Indicator(
        indicator,
        numerator / denominator if denominator else None,
        numerator,
        denominator,
        known / families if families else 0.0,
        known,
        families,
        basis,
    )


def shares(cells: Sequence[Cell], citation_basis: str | None = None) -> tuple[Indicator, ...]:
    """Return the four shares of one technology, in the order of INDICATORS."""
    return tuple(share(name, cells, citation_basis if name == "citations" else None) for name in INDICATORS)
