"""Is a country's foreign dependence changing: the latest filing years against those before.

Source: docs/methods.md, Network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from analytics.network.figures.dependence import backward_citations, node_years
from analytics.network.figures.rows import Row, row
from analytics.network.graph.graph import CitationGraph

SPAN = 5
Z = 1.959963984540054  # 95 %
State = Literal["falling", "rising", "no_clear_change", "unknown"]


@dataclass(frozen=True, slots=True)
class Trend:
    """Foreign dependence over two spans of filing years: the five up to T's year, and the five before.

    `change` is recent minus before with its 95 % interval [`low`, `high`]; None where a span has no citation with a
    known country. The interval takes citations for independent; those of one family are not, so it is rather narrow.
    """

    recent: Row
    before: Row
    change: float | None
    low: float | None
    high: float | None

    @property
    def state(self) -> State:
        """Falling or rising where the interval leaves out 0."""
        if self.low is None or self.high is None:
            return "unknown"
        if self.high < 0:
            return "falling"
        return "rising" if self.low > 0 else "no_clear_change"


def dependence_trend(graph: CitationGraph, focal: str, as_of: date) -> Trend:
    """Compare the foreign dependence of the families filed in the five calendar years up to T with the five before."""
    recent = _pooled(graph, focal, "foreign_dependence_recent", as_of.year - SPAN + 1, as_of.year)
    before = _pooled(graph, focal, "foreign_dependence_before", as_of.year - 2 * SPAN + 1, as_of.year - SPAN)
    change, low, high = difference(
        (recent.numerator or 0, recent.denominator or 0), (before.numerator or 0, before.denominator or 0)
    )
    return Trend(recent, before, change, low, high)


def _pooled(graph: CitationGraph, focal: str, name: str, first: int, last: int) -> Row:
    """Foreign dependence of the focal families filed from year `first` to year `last`, as one figure."""
    citations = backward_citations(graph)
    year = node_years(graph)[citations.citing]
    mine = (citations.citing_country == graph.nodes.country.code_of(focal)) & (year >= first) & (year <= last)
    cited = citations.cited_country[mine]
    known = int(np.count_nonzero(cited >= 0))
    home = int(np.count_nonzero(cited == graph.nodes.country.code_of(focal)))
    parts = (known - home, known)
    return row(name, focal, parts, known=known, units=cited.size, outside_share=graph.outside_share)


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927), 95 %."""
    share, z2 = successes / n, Z * Z / n
    middle, half = share + z2 / 2, Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n))
    return (middle - half) / (1 + z2), (middle + half) / (1 + z2)


def difference(
    first: tuple[float, float], second: tuple[float, float]
) -> tuple[float | None, float | None, float | None]:
    """Difference of two shares (part, whole), first minus second, with Newcombe's hybrid score interval (1998), 95 %.

    All None where either whole is empty.
    """
    if not first[1] or not second[1]:
        return None, None, None
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = wilson(*first), wilson(*second)
    change = p1 - p2
    return change, change - math.hypot(p1 - l1, u2 - p2), change + math.hypot(u1 - p1, p2 - l2)


def trend_rows(trend: Trend) -> list[Row]:
    """Return the trend as figures: both spans, the change, and the ends of its interval."""
    outside, focal = trend.recent.outside_share, trend.recent.subject
    coverages = [row.coverage for row in (trend.recent, trend.before) if row.coverage is not None]
    common = (None, None, min(coverages, default=None), outside)
    return [
        trend.recent,
        trend.before,
        Row("foreign_dependence_change", focal, trend.change, *common),
        Row("foreign_dependence_change_low", focal, trend.low, *common),
        Row("foreign_dependence_change_high", focal, trend.high, *common),
    ]
