"""Is what merges of changes alone have left the same as a merge of all? Computed and compared, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from etl.load.merged.merge import MERGED, merge_all, merge_changed
from etl.query.ast import Query


@dataclass(frozen=True, slots=True)
class Difference:
    """A table that is not what a merge of all makes: `lacking` rows only there, `extra` rows only here."""

    table: str
    rows: int
    lacking: int
    extra: int


def check_merge(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> list[Difference]:
    """Return every merged table with how it differs from a merge of all the current source rows.

    What is loaded and not merged yet is merged first, so that only the merging is compared. All in a transaction that
    is undone.
    """
    con.execute("BEGIN")
    try:
        merge_changed(con, queries)
        for table in MERGED:
            con.execute(f"CREATE OR REPLACE TEMP TABLE was_{table} AS SELECT hash(t) AS h FROM {table} AS t")  # noqa: S608
        merge_all(con, queries)
        return [_difference(con, table) for table in MERGED]
    finally:
        con.execute("ROLLBACK")


def _difference(con: duckdb.DuckDBPyConnection, table: str) -> Difference:
    now, was = f"SELECT hash(t) AS h FROM {table} AS t", f"FROM was_{table}"  # noqa: S608 - our own names
    counts = con.execute(
        f"SELECT (SELECT count(*) FROM ({was})), (SELECT count(*) FROM ({now} EXCEPT ALL {was})),"  # noqa: S608
        f" (SELECT count(*) FROM ({was} EXCEPT ALL {now}))"
    ).fetchall()[0]
    return Difference(table, *counts)
