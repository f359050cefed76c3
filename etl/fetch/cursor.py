"""How far a query has been harvested. The load moves the cursor, in the transaction of the data; nothing else does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb


def window_start(
    con: duckdb.DuckDBPyConnection, source: str, technology_id: str, query_hash: str, *, earliest: date, lag_days: int
) -> date:
    """Return the first publication date to ask for: `lag_days` before the cursor (late records), or `earliest`.

    A cursor behind the last date that its own run asked for is read as that date.
    """
    row = con.execute(
        "SELECT min(least(c.high_water, s.published_to))"
        " FROM (SELECT max(high_water) AS high_water, max(run_id) AS run_id FROM cursors"
        " WHERE source = $source AND technology_id = $technology AND query_hash = $query) AS c"
        " LEFT JOIN (SELECT run_id, max(published_to) AS published_to FROM slices WHERE source = $source"
        " AND technology_id = $technology AND query_hash = $query AND purpose = 'search' GROUP BY run_id) AS s"
        " ON s.run_id = c.run_id",
        {"source": source, "technology": technology_id, "query": query_hash},
    ).fetchone()
    if row is None or row[0] is None:
        return earliest
    high_water: date = row[0]
    return max(earliest, high_water - timedelta(days=lag_days))


def advance_cursor(
    con: duckdb.DuckDBPyConnection,
    *,
    source: str,
    technology_id: str,
    query_hash: str,
    high_water: date | None,
    run_id: int,
    now: datetime,
) -> bool:
    """Move the cursor to `high_water`, up to which the query is harvested; call inside the load's transaction.

    Returns whether it moved. An empty answer (None) does not move it, nor does an earlier date, nor a run that still
    has slices of this query to fetch (what lies before would be taken for harvested).
    """
    if high_water is None:
        return False
    identity = [source, technology_id, query_hash]
    open_slices = con.execute(
        "SELECT count(*) FROM slices WHERE source = ? AND technology_id = ? AND query_hash = ? AND run_id = ? "
        "AND purpose = 'search' AND state = 'planned'",
        [*identity, run_id],
    ).fetchone()
    current = con.execute(
        "SELECT max(high_water) FROM cursors WHERE source = ? AND technology_id = ? AND query_hash = ?", identity
    ).fetchone()
    if (open_slices and open_slices[0]) or (current and current[0] is not None and current[0] >= high_water):
        return False
    con.execute("DELETE FROM cursors WHERE source = ? AND technology_id = ? AND query_hash = ?", identity)
    con.execute("INSERT INTO cursors VALUES (?, ?, ?, ?, ?, ?)", [*identity, high_water, run_id, now])
    return True
