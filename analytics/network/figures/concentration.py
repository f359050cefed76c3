"""Concentration: how few holders and countries have the families, and who has the most cited ones.

Source: docs/methods.md, Network.
"""

from __future__ import annotations

import math

import numpy as np

from analytics.network.figures.rows import Row, row
from analytics.network.graph.graph import CitationGraph, Labels
from analytics.network.graph.segments import IntArray

TOP_SHARE = 0.1
LEADERS = 4


def concentration_rows(graph: CitationGraph) -> list[Row]:
    """HHI and CR4 of holders and countries over the families for which they are known.

    HHI: sum of squared shares (0 to 1), as sum of squared counts over the square of their sum. CR4: share of
    the four largest.
    """
    rows = []
    for kind, labels in (("holder", graph.nodes.holder), ("country", graph.nodes.country)):
        counts = np.sort(_counts(labels))[::-1]
        total = int(counts.sum())
        common = {"known": total, "units": graph.n_nodes, "outside_share": graph.outside_share}
        rows.append(row(f"{kind}_hhi", None, (int((counts**2).sum()), total**2), **common))
        rows.append(row(f"{kind}_cr4", None, (int(counts[:LEADERS].sum()), total), **common))
    return rows


def _counts(labels: Labels) -> IntArray:
    return np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.names)).astype(np.int64)


def forward_counts(graph: CitationGraph) -> IntArray:
    """Forward citations of each node, from inside the set and from outside, once per citing family."""
    cited, _ = graph.all_inside()
    ahead = graph.outside.inside[~graph.outside.backward]
    counts = np.bincount(np.concatenate([cited, ahead]), minlength=graph.n_nodes)
    return counts.astype(np.int64)


def top_decile(graph: CitationGraph) -> IntArray:
    """Nodes of the top cited decile: the ceil(n / 10) most cited, all that tie with the last, uncited ones never."""
    counts = forward_counts(graph)
    if not counts.size:
        return np.empty(0, dtype=np.int64)
    size = math.ceil(counts.size * TOP_SHARE)
    floor = max(int(np.partition(counts, counts.size - size)[counts.size - size]), 1)
    return np.flatnonzero(counts >= floor)


def decile_rows(graph: CitationGraph) -> list[Row]:
    """Share of the top cited decile held by the lead country, and the ratio of its families to the second's.

    The lead country (the rows' subject) has the most families in the decile; a tie goes to the first by code.
    Without a second country the ratio is unknown.
    """
    top = top_decile(graph)
    labels = graph.nodes.country.take(top)
    counts = _counts(labels)
    order = np.argsort(-counts, kind="stable")
    known = int(counts.sum())
    lead = labels.names[order[0]] if known else None
    first = int(counts[order[0]]) if known else 0
    second = int(counts[order[1]]) if order.size > 1 else 0
    common = {"known": known, "units": top.size, "outside_share": graph.outside_share}
    return [
        row("top_decile_lead_share", lead, (first, known), **common),
        row("top_decile_lead_to_second", lead, (first, second), **common),
    ]
