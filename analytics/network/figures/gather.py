"""All figures of a citation network in one frame, as the indicator tables and the alert rules want them."""

from __future__ import annotations

import polars as pl

from analytics.network.figures.concentration import concentration_rows, decile_rows
from analytics.network.figures.dependence import dependence_rows, lag_rows
from analytics.network.figures.rows import frame
from analytics.network.graph.graph import CitationGraph


def network_figures(graph: CitationGraph, focal: str = "CN") -> pl.DataFrame:
    """Dependence, lag, concentration and top-decile rows of a graph (columns of `rows.SCHEMA`)."""
    return frame(
        [
            *dependence_rows(graph, focal),
            *lag_rows(graph, focal),
            *concentration_rows(graph),
            *decile_rows(graph),
        ]
    )


def build_report(graph: CitationGraph) -> pl.DataFrame:
    """What went into the graph and what did not: `item`, `count` (families or citations)."""
    left = graph.left
    items = {
        "families": graph.n_nodes,
        "citations_inside": graph.n_edges,
        "citations_outside_backward": int(graph.outside.backward.sum()),
        "citations_outside_forward": int((~graph.outside.backward).sum()),
        "loops": graph.loops,
        "citations_broken_out_of_loops": len(graph.broken),
        "families_published_later": left.later_families,
        "families_undated": left.undated_families,
        "citations_later": left.later_citations,
        "citations_undated": left.undated_citations,
        "citations_of_itself": left.own_citations,
        "citations_unrelated": left.unrelated_citations,
        "citations_repeated": left.repeated_citations,
    }
    return pl.DataFrame({"item": list(items), "count": list(items.values())})


def loop_report(graph: CitationGraph) -> pl.DataFrame:
    """Every citation broken out of a loop: `cited`, `citing` (family keys), `cited_on`, `reason`."""
    broken, keys = graph.broken, pl.Series(graph.nodes.keys)
    return pl.DataFrame(
        {
            "cited": keys.gather(broken.cited),
            "citing": keys.gather(broken.citing),
            "cited_on": broken.cited_on,
            "reason": pl.Series(broken.reason.tolist(), dtype=pl.String),
        }
    ).sort("cited", "citing")
