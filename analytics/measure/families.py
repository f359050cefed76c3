"""The families of each technology at one date after screening: what stands behind every figure of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analytics.measure.cells import Pieces
from analytics.measure.citations import EDGES, Basis
from analytics.measure.editions import settled
from analytics.measure.history import History, Ints
from analytics.measure.windows import window_at

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
)


def _of_basis(
    history: History, basis: Basis, pieces: Pieces, picked: np.ndarray[tuple[int], np.dtype[np.bool_]], index: int
) -> tuple[Ints, Ints]:
    """Return the rows that hold at `index` of the technologies `picked`, and their forward citations (−1 unknown)."""
    here = (pieces.start <= index) & (index < pieces.end) & picked[history.technology[pieces.row]]
    row = pieces.row[here]
    return row, basis.counts_at(history.family[row], index)


def families_at(
    history: History, bases: Mapping[str, Basis], pieces: Mapping[str, Pieces], picks: Sequence[str | None], index: int
) -> pl.DataFrame:
    """Return the families after screening at one as-of index: columns COLUMNS, by technology id and family key.

    `picks`: each technology's citation basis there (None: edges, of which none is known).
    """
    named = np.array([name or EDGES for name in picks], dtype=object)
    parts = [_of_basis(history, bases[name], pieces[name], named == name, index) for name in pieces]
    row, cited = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    count = pl.Series("forward_citations", cited, dtype=pl.Int64)
    found = history.rows.with_columns(window_at(history.windows, index))[row].with_columns(
        pl.when(count >= 0).then(count).alias("forward_citations")
    )
    pair = history.pair[row]
    stays = np.append(history.stays[:, index], False)[pair]  # the last: −1, subclass unknown
    found = settled(found, "main_subclass", "stated_subclass", stays)
    return found.select(COLUMNS).sort("technology_id", "family_key")
