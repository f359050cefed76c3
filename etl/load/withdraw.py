"""Taking back hits that a source no longer returns: only on positive evidence, for a service may be out of order.

A hit is missing when every slice of the run that covers its publication date was received whole and readable, as many
as the service stated, and it did not come. A few missing ones are taken back at once: records are corrected and
deleted every week. Where many are missing at once they stay, the slice is opened again, and they are taken back when a
later run says the same.
"""

from __future__ import annotations

import duckdb

_FEW = 20  # one in so many of the slice's known hits
_ONE = 10  # of so many known hits one alone may be missing

_MISSING = """
CREATE OR REPLACE TEMP TABLE missing_now AS
WITH leaf AS (
    SELECT *, state = 'done' AND received = expected AS is_whole FROM slices
    WHERE run_id = $run_id AND purpose = 'search' AND state <> 'split' AND published_from IS NOT NULL
), covered AS (
    SELECT
        h.source, h.technology_id, h.query_hash, h.publication_number, h.last_run,
        min(s.slice_id) AS slice_id, bool_and(s.is_whole) AS is_whole
    FROM source_hits AS h
    JOIN source_records AS r ON r.source = h.source AND r.publication_number = h.publication_number
        AND r.part = 'biblio' AND r.valid_to IS NULL
    JOIN leaf AS s ON s.source = h.source AND s.technology_id = h.technology_id AND s.query_hash = h.query_hash
        AND r.publication_date BETWEEN s.published_from AND s.published_to
        AND (s.office IS NULL OR s.office = r.authority)
    WHERE h.withdrawn_run IS NULL
    GROUP BY ALL
), counted AS (
    SELECT *, count(*) OVER by_slice AS known, count(*) FILTER (last_run < $run_id) OVER by_slice AS missing
    FROM covered WHERE is_whole WINDOW by_slice AS (PARTITION BY source, technology_id, query_hash, slice_id)
)
SELECT
    c.*,
    c.missing * $few <= c.known OR (c.missing = 1 AND c.known >= $one) OR m.run_id IS NOT NULL AS is_believed
FROM counted AS c
LEFT JOIN missing_hits AS m ON m.source = c.source AND m.technology_id = c.technology_id
    AND m.query_hash = c.query_hash AND m.publication_number = c.publication_number AND m.run_id < $run_id
WHERE c.last_run < $run_id
"""
_SAME = (
    "m.source = n.source AND m.technology_id = n.technology_id AND m.query_hash = n.query_hash"
    " AND m.publication_number = n.publication_number"
)


def withdraw(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Mark the hits that the sources of this run have taken back, and keep in mind those that are only missing.

    Call inside the transaction that loads the run's last pages.
    """
    con.execute(_MISSING, {"run_id": run_id, "few": _FEW, "one": _ONE})
    con.execute(
        "UPDATE source_hits AS m SET withdrawn_run = ? FROM missing_now AS n"  # noqa: S608
        f" WHERE n.is_believed AND {_SAME}",
        [run_id],
    )
    con.execute(f"DELETE FROM missing_hits AS m USING missing_now AS n WHERE n.is_believed AND {_SAME}")  # noqa: S608
    con.execute(  # what came again was never gone
        f"DELETE FROM missing_hits AS m USING source_hits AS n WHERE n.last_run = ? AND {_SAME}",  # noqa: S608
        [run_id],
    )
    con.execute(
        "INSERT INTO missing_hits SELECT source, technology_id, query_hash, publication_number, ? FROM missing_now AS n"  # noqa: S608
        f" WHERE NOT is_believed AND NOT EXISTS (SELECT 1 FROM missing_hits AS m WHERE {_SAME})",
        [run_id],
    )
    con.execute(
        "UPDATE slices AS s SET state = 'differs', note = n.missing || ' of ' || n.known || ' publications known before"
        " did not come; they are kept until a later run says the same'"
        " FROM (SELECT DISTINCT slice_id, missing, known FROM missing_now WHERE NOT is_believed) AS n"
        " WHERE n.slice_id = s.slice_id"
    )
    con.execute("DROP TABLE missing_now")
