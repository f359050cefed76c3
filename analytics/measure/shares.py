"""The four shares of a technology, each with its coverage (docs/methods.md, Unknown is not zero)."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

INDICATORS = ("applications", "citations", "claims", "pct")
INDICATOR_ZH = {"applications": "专利申请数", "citations": "被引次数", "claims": "权利要求数", "pct": "PCT申请数"}


class Cell(NamedTuple):
    """Families of one technology that count for the focal country with the same weight (None: country unknown).

    `*_known` are families, `claims`, `citations`, `pct` totals over the known ones; `classed` are families whose main
    subclass and window date are known. All whole numbers, so that sums do
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
    classed: int = 0


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
    Source: docs/methods.md, Capability (table of indicators).
    """
    known = sum([count for _, count, _ in parts])
    denominator = sum([total for _, _, total in parts])
    numerator = fsum([weight * total for weight, _, total in parts])  # exactly rounded: no order of cells matters
    value = numerator / denominator if denominator else None
    coverage = known / families if families else 0.0
    return Indicator(indicator, value, numerator, denominator, coverage, known, families, basis)


def shares(cells: Sequence[Cell], citation_basis: str | None = None) -> tuple[Indicator, ...]:
    """Return the four shares of one technology, in the order of INDICATORS.

    A family whose country or count is unknown leaves both sides of the ratio (docs/methods.md, Unknown is not zero).
    """
    families = sum([cell.families for cell in cells])
    there = [(cell.focal_weight, cell) for cell in cells if cell.focal_weight is not None]
    return (
        share("applications", [(w, c.families, c.families) for w, c in there], families),
        share("citations", [(w, c.citations_known, c.citations) for w, c in there], families, citation_basis),
        share("claims", [(w, c.claims_known, c.claims) for w, c in there], families),
        share("pct", [(w, c.pct_known, c.pct) for w, c in there], families),
    )
