"""The families of each technology at one date that screening lets through, or could not decide about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analytics.measure.citations import EDGES, Basis
from analytics.measure.editions import settled
from analytics.measure.history import History, Ints
from analytics.measure.windows import window_at
from warehouse.sections.measuring import Policy

# The columns of run_families (without run_id), in its order.
COLUMNS = (
    "technology_id",
    "family_key",
    "family_id",
    "focal_weight",
    "country",
    "country_method",
    "forward_citations",
    "claim_count",
    "is_pct",
    "window",
    "main_subclass",
    "stated_subclass",
    "filing_year",
    "grant_in_force",
)


# Beside COLUMNS: whether screening let the family through, and whether it could not decide.
CANDIDATE = ("passes", "is_open")


def candidates_at(
    history: History, bases: Mapping[str, Basis], picks: Sequence[str | None], index: int, policy: Policy
) -> pl.DataFrame:
    """Return the families at one as-of index that screening does not refuse: COLUMNS and CANDIDATE, in order.

    By technology id and family id (keys go by when a family came). `picks`: each technology's citation basis there
    (None: edges, of which none is known). An undecided family passes as the policy says (unknown_passes).
    """
    row = np.flatnonzero((history.start <= index) & (index < history.end) & history.possible)
    count = _citations_at(history, bases, picks, row, index)
    unknown, least = count < 0, policy.min_citations
    is_open = ~history.certain[row] | (unknown & (least > 0))
    kept = unknown | (count >= least)
    row, count, is_open = row[kept], count[kept], is_open[kept]
    cited = pl.Series("forward_citations", count, dtype=pl.Int64)
    found = history.rows.with_columns(window_at(history.windows, index))[row].with_columns(
        pl.when(cited >= 0).then(cited).alias("forward_citations"),
        pl.Series("is_open", is_open),
        pl.Series("passes", ~is_open | policy.unknown_passes),
    )
    pair = history.pair[row]
    stays = np.append(history.stays[:, index], False)[pair]  # the last: −1, subclass unknown
    found = settled(found, "main_subclass", "stated_subclass", stays)
    return found.select(*COLUMNS, *CANDIDATE).sort("technology_id", "family_id")


def _citations_at(
    history: History, bases: Mapping[str, Basis], picks: Sequence[str | None], row: Ints, index: int
) -> Ints:
    """Return the forward citations of rows of the history, each by its technology's basis; −1 unknown."""
    named = np.array([name or EDGES for name in picks], dtype=object)[history.technology[row]]
    out = np.full(len(row), -1, dtype=np.int64)
    for name in set(named):
        mine = named == name
        out[mine] = bases[name].counts_at(history.family[row[mine]], index)
    return out
