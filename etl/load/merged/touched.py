"""Merging only what changed: touched families are computed by the marts' own SQL from their records alone.

A mart reads `publications`, `current_records` and so on by name. While touched families are merged, temp tables of
these names hold their rows alone and stand before the whole tables; what comes out replaces their rows there. So there
is one definition of every table, and what it says of a family cannot depend on how the family came to be merged.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

import sql
from etl.load.merged import citing, inputs
from etl.load.merged.families import assign_families, last_key
from etl.load.merged.inputs import temp_table
from etl.load.merged.memberships import fill_memberships
from etl.load.merged.provinces import fill_provinces
from etl.query.ast import Query

_BY_NUMBER = ("publications", "applicants", "ipc", "legal_events")
_BY_FAMILY = ("families", "family_states", "family_citation_counts")
SCRATCH = ("numbers_now", "numbers_before", "touched_families", "moved_families", *citing.SCRATCH)


def merge_touched(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], *, all_provinces: bool) -> None:
    """Merge the publications of temp ``touched`` and what depends on them, then the changed hits.

    `all_provinces`: settle the province of every family, for the topic list changed. Needs the temp tables that
    `changes` makes.
    """
    whole = _whole(con)
    con.execute("CREATE OR REPLACE TEMP TABLE touched_families (family_key INTEGER)")
    if con.execute("SELECT count(*) FROM touched").fetchall()[0][0]:
        _records_of(con, "touched")
        _number_scope(con)
        citing.find_pairs(con)
        _assign(con, whole)
        _replace(con, whole)
        citing.replace_citations(con)
        _links(con)
    _memberships(con, queries, all_provinces=all_provinces, whole=whole)


def _whole(con: duckdb.DuckDBPyConnection) -> str:
    """Return the schema of the whole tables: `main` alone would be that of the temp tables."""
    return f'"{con.execute("SELECT current_database()").fetchall()[0][0]}".main'


def _records_of(con: duckdb.DuckDBPyConnection, table: str) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE current_records AS FROM source_records AS r"  # noqa: S608 - our own names
        f" WHERE r.valid_to IS NULL AND r.publication_number IN (SELECT publication_number FROM {table})"
    )


def _number_scope(con: duckdb.DuckDBPyConnection) -> None:
    """Make temp ``numbers_now`` (known, by what the touched records say) and ``numbers_before`` (of their families)."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE numbers_now AS SELECT publication_number, bool_or(harvested) AS is_harvested,"
        " bool_or(NOT harvested) AS is_listed FROM (SELECT publication_number, true AS harvested FROM current_records"
        " UNION ALL SELECT unnest(family_members), false FROM current_records WHERE len(family_members) > 0)"
        " GROUP BY publication_number"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE numbers_before AS FROM family_numbers WHERE family_key IN ("
        " SELECT family_key FROM family_numbers WHERE publication_number IN ("
        " SELECT publication_number FROM numbers_now UNION SELECT publication_number FROM touched))"
    )


def _assign(con: duckdb.DuckDBPyConnection, whole: str) -> None:
    """Give the numbers of the scope their families and keys, and write what became of keys."""
    last_key(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE family_numbers AS FROM numbers_before UNION"
        f" FROM {whole}.family_numbers WHERE publication_number IN (FROM vanished)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE end_numbers AS SELECT publication_number FROM ends_now"  # noqa: S608
        f" WHERE publication_number NOT IN (SELECT publication_number FROM {whole}.family_numbers)"
        " OR publication_number IN (SELECT publication_number FROM numbers_before)"
    )
    assign_families(con)
    con.execute(f"INSERT INTO {whole}.family_key_changes BY NAME {sql.text('marts/family_key_changes.sql')}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched_families AS"
        " SELECT family_key FROM family_numbers UNION SELECT family_key FROM family_of"
    )
    con.execute(
        f"DELETE FROM {whole}.family_numbers"  # noqa: S608 - our own names
        " WHERE publication_number IN (SELECT publication_number FROM family_numbers)"
    )
    con.execute(
        f"INSERT INTO {whole}.family_numbers BY NAME"  # noqa: S608 - our own names
        " SELECT publication_number, family_key, is_harvested, is_listed FROM family_of"
    )
    con.execute("DROP TABLE temp.family_numbers")


def _replace(con: duckdb.DuckDBPyConnection, whole: str) -> None:
    """Compute every mart of the touched families and put its rows in the place of theirs."""
    inputs.read_records(con)
    for mart in (*_BY_NUMBER, "members", *_BY_FAMILY):
        temp_table(con, mart)
    scopes = [(_BY_NUMBER, "publication_number", "touched"), (_BY_FAMILY, "family_key", "touched_families")]
    for marts, key, scope in scopes:
        for mart in marts:
            con.execute(f"DELETE FROM {whole}.{mart} WHERE {key} IN (SELECT {key} FROM {scope})")  # noqa: S608
            con.execute(f"INSERT INTO {whole}.{mart} BY NAME FROM temp.{mart}")
            con.execute(f"DROP TABLE temp.{mart}")


def _links(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM merge_links WHERE publication_number IN (SELECT publication_number FROM changed_records)")
    con.execute("INSERT INTO merge_links BY NAME FROM changed_links")


def _memberships(
    con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], *, all_provinces: bool, whole: str
) -> None:
    """Judge the hits of touched publications and the changed hits of others; the families of all of them follow."""
    more = con.execute(
        "INSERT INTO touched FROM changed_hits AS c ANTI JOIN touched AS t USING (publication_number)"
    ).fetchall()[0][0]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved_families AS SELECT family_key FROM touched_families"
        " UNION SELECT family_key FROM publications WHERE publication_number IN (FROM touched)"
    )
    if more or not con.execute("SELECT count(*) FROM touched_families").fetchall()[0][0]:
        _records_of(con, "touched")
        temp_table(con, "several_records")
    con.execute("DELETE FROM memberships WHERE publication_number IN (SELECT publication_number FROM touched)")
    fill_memberships(con, queries)
    of_moved = "family_key IN (SELECT family_key FROM moved_families)"
    con.execute(f"CREATE TEMP TABLE memberships AS FROM {whole}.memberships WHERE {of_moved}")
    con.execute(f"DELETE FROM family_memberships WHERE {of_moved}")  # noqa: S608
    con.execute(f"INSERT INTO family_memberships BY NAME {sql.text('marts/family_memberships.sql')}")
    con.execute("DROP TABLE temp.memberships")
    if all_provinces:
        con.execute("DELETE FROM family_provinces")
        fill_provinces(con)
        return
    con.execute(f"DELETE FROM family_provinces WHERE {of_moved}")  # noqa: S608
    con.execute(f"CREATE TEMP TABLE family_memberships AS FROM {whole}.family_memberships WHERE {of_moved}")
    fill_provinces(con)
    con.execute("DROP TABLE temp.family_memberships")
