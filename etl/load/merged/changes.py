"""Which publications say something else than at the merge before, and which have to be merged again with them.

Nobody keeps a list of changes: a digest of what a merge reads of each publication is compared with that of the merge
before, so it does not matter how the records came, went or were undone, nor what was killed in between.
"""

from __future__ import annotations

import duckdb

import sql
from etl.load.merged.inputs import temp_table

_SMALL = 1_000  # publications; below, a share says nothing
_MOST = 0.2  # of the publications: from there on merging all is cheaper

SCRATCH = ("seen_now", "changed_records", "changed_hits", "touched", "changed_links", "reached")


def find_changes(con: duckdb.DuckDBPyConnection, *, dropped: frozenset[str]) -> None:
    """Make the temp tables ``seen_now``, ``changed_records`` and ``changed_hits`` (publication_number).

    `dropped`: query hashes whose hits are judged in another way than before. Needs temp ``page_dates``.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE seen_now AS {sql.text('marts/merge_seen.sql')}")
    for column in ("records", "hits"):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE changed_{column} AS"  # noqa: S608 - our own names
            " SELECT coalesce(n.publication_number, s.publication_number) AS publication_number FROM seen_now AS n"
            " FULL JOIN merge_seen AS s ON s.publication_number = n.publication_number"
            f" WHERE n.{column} IS DISTINCT FROM s.{column}"
        )
    if dropped:
        con.execute(
            "INSERT INTO changed_hits SELECT DISTINCT publication_number FROM source_hits"
            " WHERE list_contains(?, query_hash) AND publication_number NOT IN (FROM changed_hits)",
            [sorted(dropped)],
        )


def keep_seen(con: duckdb.DuckDBPyConnection, *, whole: bool) -> None:
    """Write what this merge has read of each publication."""
    if whole:
        con.execute("DELETE FROM merge_seen")
        con.execute("INSERT INTO merge_seen BY NAME FROM seen_now")
        return
    changed = "(FROM changed_records UNION FROM changed_hits)"
    con.execute(f"DELETE FROM merge_seen WHERE publication_number IN {changed}")  # noqa: S608 - our own text
    con.execute(f"INSERT INTO merge_seen BY NAME FROM seen_now WHERE publication_number IN {changed}")


def find_touched(con: duckdb.DuckDBPyConnection) -> bool:
    """Make temp ``touched``: the changed publications and all that are, were or may come into one family with them.

    Returns whether they are so few that merging them alone is worth it; never where nothing was merged before.
    """
    if not con.execute("SELECT count(*) FROM merge_seen").fetchall()[0][0]:
        return False
    _link_changed(con)
    con.execute("CREATE OR REPLACE TEMP TABLE touched AS FROM changed_records")
    con.execute("CREATE OR REPLACE TEMP TABLE reached AS FROM changed_records")
    known = con.execute("SELECT count(*) FROM seen_now WHERE records IS NOT NULL").fetchall()[0][0]
    while True:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE reached AS WITH tokens AS ("
            " SELECT token FROM merge_links SEMI JOIN reached USING (publication_number)"
            " UNION SELECT token FROM changed_links SEMI JOIN reached USING (publication_number))"
            " SELECT DISTINCT l.publication_number FROM (FROM merge_links UNION ALL FROM changed_links) AS l"
            " SEMI JOIN tokens AS t ON t.token = l.token"
            " ANTI JOIN touched AS k ON k.publication_number = l.publication_number"
        )
        con.execute("INSERT INTO touched FROM reached")
        more, count = con.execute("SELECT (SELECT count(*) FROM reached), (SELECT count(*) FROM touched)").fetchall()[0]
        if count > max(_SMALL, _MOST * known):
            return False
        if more == 0:
            return True


def _link_changed(con: duckdb.DuckDBPyConnection) -> None:
    """Make temp ``changed_links``: the tokens of the changed publications as they are now."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE current_records AS SELECT source, part, publication_number, authority, number,"
        " publication_type, application_number, priorities, source_family_id, family_members FROM source_records"
        " WHERE valid_to IS NULL AND publication_number IN (FROM changed_records)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE nodes AS SELECT publication_number, row_number() OVER () AS node"
        " FROM (SELECT DISTINCT publication_number FROM current_records)"
    )
    links_of(con, "changed_links")
    con.execute("DROP TABLE current_records")


def links_of(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make temp `table` with the tokens of ``current_records``; needs temp ``nodes`` and ``field_ranks``."""
    temp_table(con, "family_tokens")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql.text('marts/merge_links.sql')}")
    con.execute("DROP TABLE family_tokens")
