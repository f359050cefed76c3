"""Taking back what one run wrote of one source; what it changed in older rows is put back as it was."""

from __future__ import annotations

import duckdb

_TOUCHED = (
    "SELECT publication_number FROM source_records WHERE run_id = ? AND source = ?"
    " UNION SELECT publication_number FROM source_hits WHERE run_id = ? AND source = ?"
    " UNION SELECT publication_number FROM import_undo WHERE run_id = ? AND source = ?"
)


def remember_hits(con: duckdb.DuckDBPyConnection, run_id: int, source: str, technology_id: str | None = None) -> None:
    """Keep the source's hits (of one technology) as they are before run `run_id` sees them again."""
    con.execute(
        "INSERT INTO import_undo SELECT ?, h.source, h.technology_id, h.query_hash, h.publication_number, h.last_run,"
        " h.withdrawn_run FROM source_hits AS h"
        " WHERE h.source = ? AND h.last_run <> ? AND (h.technology_id = ? OR ? IS NULL) AND NOT EXISTS ("
        "SELECT 1 FROM import_undo AS u WHERE u.run_id = ? AND u.source = h.source AND u.query_hash = h.query_hash"
        " AND u.technology_id = h.technology_id AND u.publication_number = h.publication_number)",
        [run_id, source, run_id, technology_id, technology_id, run_id],
    )


def forget_untouched(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Drop what was kept of hits that run `run_id` did not touch after all."""
    con.execute(
        "DELETE FROM import_undo AS u WHERE u.run_id = ? AND NOT EXISTS (SELECT 1 FROM source_hits AS h"
        " WHERE h.source = u.source AND h.technology_id = u.technology_id AND h.query_hash = u.query_hash"
        " AND h.publication_number = u.publication_number"
        " AND (h.last_run = u.run_id OR h.withdrawn_run IS DISTINCT FROM u.withdrawn_run))",
        [run_id],
    )


def overlap(con: duckdb.DuckDBPyConnection, earlier: int, later: int, source: str) -> bool:
    """Whether two runs wrote or saw a publication of the source in common."""
    row = con.execute(
        f"SELECT 1 FROM ({_TOUCHED}) JOIN ({_TOUCHED}) USING (publication_number) LIMIT 1",  # noqa: S608 - our own text
        [earlier, source] * 3 + [later, source] * 3,
    ).fetchone()
    return row is not None


def roll_back(con: duckdb.DuckDBPyConnection, run_id: int, source: str) -> int:
    """Take back the records, hits and rejects of the run and source; return how many records. No later run may
    have built on them (`overlap`). Call inside a transaction."""
    ends = (
        "SELECT valid_from FROM source_records WHERE run_id = ? AND source = ?"
        " UNION SELECT received_at FROM pages WHERE run_id = ? AND source = ?"
    )
    con.execute(
        f"UPDATE source_records SET valid_to = NULL WHERE source = ? AND run_id <> ? AND valid_to IN ({ends})",  # noqa: S608
        [source, run_id, run_id, source, run_id, source],
    )
    row = con.execute(
        "SELECT count(*) FROM source_records WHERE run_id = ? AND source = ?", [run_id, source]
    ).fetchone()
    con.execute("DELETE FROM source_records WHERE run_id = ? AND source = ?", [run_id, source])
    con.execute("DELETE FROM source_hits WHERE run_id = ? AND source = ?", [run_id, source])
    con.execute(
        "UPDATE source_hits AS h SET last_run = u.last_run, withdrawn_run = u.withdrawn_run FROM import_undo AS u"
        " WHERE u.run_id = ? AND u.source = ? AND h.source = u.source AND h.technology_id = u.technology_id"
        " AND h.query_hash = u.query_hash AND h.publication_number = u.publication_number",
        [run_id, source],
    )
    con.execute("DELETE FROM import_undo WHERE run_id = ? AND source = ?", [run_id, source])
    con.execute(
        "DELETE FROM rejects WHERE run_id = ?"
        " AND page_id IN (SELECT page_id FROM pages WHERE run_id = ? AND source = ?)",
        [run_id, run_id, source],
    )
    return int(row[0]) if row else 0
