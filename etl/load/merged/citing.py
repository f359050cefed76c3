"""Citations of touched publications: which pairs are stated again, by whom, and which numbers they leave behind."""

from __future__ import annotations

import duckdb

import sql
from etl.load.merged.inputs import temp_table

_STEM = "regexp_extract(publication_number, '^[A-Z]{2}-[^-]+')"
_IS_TOUCHED = "(cited_publication IN (FROM touched_ends) OR citing_publication IN (FROM touched_ends))"
SCRATCH = (
    "touched_ends", "flipped", "pairs_before", "pairs_now", "aliases", "vanished", "stated_pairs", "ends_now",
    "moved_pairs",
)  # fmt: skip


def find_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temp tables that say which pairs of publications are stated now and which numbers vanished.

    Every pair with an end among ``touched_ends`` is stated again, from the records of both its ends; all others stay.
    Needs temp ``touched``, ``numbers_now``, ``numbers_before``.
    """
    _find_ends(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE pairs_before AS SELECT rowid AS place, cited_publication, citing_publication,"  # noqa: S608
        f" cited_family_key, citing_family_key FROM citations WHERE {_IS_TOUCHED}"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE citing_records AS"
        " SELECT publication_number, source, page_id, cites, cited_by FROM source_records"
        " WHERE valid_to IS NULL AND publication_number IN (SELECT cited_publication FROM pairs_before"
        " UNION SELECT citing_publication FROM pairs_before UNION FROM touched_ends)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP VIEW known_numbers AS SELECT publication_number FROM family_numbers"
        " WHERE (is_harvested OR is_listed)"
        " AND publication_number NOT IN (SELECT publication_number FROM numbers_before)"
        " UNION ALL SELECT publication_number FROM numbers_now"
    )
    for mart in ("aliases", "stated_pairs"):
        temp_table(con, mart)
    con.execute("CREATE OR REPLACE TEMP TABLE ends_now AS SELECT cited AS publication_number FROM stated_pairs"
                " UNION SELECT citing FROM stated_pairs")  # fmt: skip
    _find_vanished(con)


def _find_ends(con: duckdb.DuckDBPyConnection) -> None:
    """Make temp ``touched_ends``: numbers of touched families, and those a citation without a kind may mean now.

    Such a citation means the least known number: where a number became known or unknown, so may what is meant.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE flipped AS WITH before AS (SELECT publication_number FROM numbers_before"  # noqa: S608
        " WHERE is_harvested OR is_listed), now AS (SELECT publication_number FROM numbers_now)"
        f" SELECT DISTINCT {_STEM} AS stem FROM ((FROM before EXCEPT FROM now) UNION (FROM now EXCEPT FROM before))"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched_ends AS FROM touched UNION SELECT publication_number FROM numbers_now"  # noqa: S608
        " UNION SELECT publication_number FROM numbers_before UNION SELECT publication_number FROM family_numbers"
        f" WHERE {_STEM} IN (SELECT stem FROM flipped WHERE stem <> '')"
        " UNION SELECT stem FROM flipped WHERE stem <> ''"
    )


def _find_vanished(con: duckdb.DuckDBPyConnection) -> None:
    """Make temp ``vanished``: numbers that nobody harvested, lists or cites any more."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE vanished AS WITH candidates AS ("
        " (SELECT cited_publication AS publication_number FROM pairs_before"
        "  UNION SELECT citing_publication FROM pairs_before UNION SELECT publication_number FROM numbers_before)"
        " EXCEPT (FROM ends_now UNION SELECT publication_number FROM numbers_now)"
        "), unknown AS (FROM candidates WHERE publication_number NOT IN ("
        "  SELECT f.publication_number FROM family_numbers AS f"
        "  ANTI JOIN numbers_before AS b ON b.publication_number = f.publication_number"
        "  WHERE f.is_harvested OR f.is_listed)"
        ") FROM unknown EXCEPT ("
        " SELECT c.cited_publication FROM citations AS c"
        " SEMI JOIN unknown AS u ON u.publication_number = c.cited_publication"
        " ANTI JOIN pairs_before AS p ON p.place = c.rowid"
        " UNION SELECT c.citing_publication FROM citations AS c"
        " SEMI JOIN unknown AS u ON u.publication_number = c.citing_publication"
        " ANTI JOIN pairs_before AS p ON p.place = c.rowid)"
    )


def replace_citations(con: duckdb.DuckDBPyConnection) -> None:
    """Put the pairs with a touched end in the place of what they were, and sum up the families they concern."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE citing_ends AS"
        " SELECT f.publication_number, f.family_key, row_number() OVER () AS node"
        " FROM family_numbers AS f SEMI JOIN ends_now AS e USING (publication_number)"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE pairs_now AS FROM ({sql.text('marts/citations.sql')}) WHERE {_IS_TOUCHED}"
    )
    con.execute("DELETE FROM citations WHERE rowid IN (SELECT place FROM pairs_before)")
    con.execute("INSERT INTO citations BY NAME FROM pairs_now")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved_pairs AS SELECT cited_family_key, citing_family_key FROM pairs_before"
        " UNION SELECT cited_family_key, citing_family_key FROM pairs_now"
    )
    of_moved = "(cited_family_key, citing_family_key) IN (FROM moved_pairs)"
    con.execute(f"DELETE FROM family_citations WHERE {of_moved}")  # noqa: S608 - our own text
    summed = sql.text("marts/family_citations.sql").replace(
        "FROM citations", "FROM citations SEMI JOIN moved_pairs USING (cited_family_key, citing_family_key)"
    )
    con.execute(f"INSERT INTO family_citations BY NAME {summed}")
