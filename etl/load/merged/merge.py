"""The merged tables from the current source rows: rebuilt whole, or where something changed. Same rows, same tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb

import sql
from etl.load.merged import changes, inputs, touched
from etl.load.merged.basis import Basis, basis_before, basis_now, keep_basis
from etl.load.merged.families import SCRATCH, assign_families, keep_keys, last_key
from etl.load.merged.inputs import temp_table
from etl.load.merged.memberships import fill_memberships
from etl.load.merged.provinces import fill_province_names, fill_provinces
from etl.load.write import in_any_order
from etl.query.ast import Query
from warehouse.core import transaction
from warehouse.process.watchdog import moved

# Every table that a merge writes.
MERGED = (
    "publications", "applicants", "ipc", "legal_events", "families", "family_states", "memberships",
    "family_memberships", "citations", "family_citations", "family_citation_counts", "family_provinces",
    "province_names", "ipc_subclasses", "family_numbers", "family_key_changes", "merge_basis", "merge_seen",
    "merge_links",
)  # fmt: skip
_MARTS = ("legal_events", "families", "family_states", "citations", "family_citations", "family_citation_counts")
_SCRATCH = (*SCRATCH, *inputs.SCRATCH, *changes.SCRATCH, *touched.SCRATCH, "members", "family_tokens")
_VIEWS = ("current_records", "citing_records", "known_numbers", "citing_ends")


def needs_rebuild(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether an upgrade added something to the merged tables that only a rebuild fills."""
    unfilled = (
        "SELECT count(*) > count(publication_states)"
        " OR count(has_legal_event) > 0 AND count(has_inventor_assignment) = 0"
        " OR count(in_force) > 0 AND count(grant_in_force) = 0"
        " FROM family_states"
    )
    return bool(con.execute(unfilled).fetchall()[0][0])


def merge(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> bool:
    """Bring the merged tables up to the current source rows, at a cost that goes with what changed.

    The tables are those that `rebuild` would make. `queries` maps the query_hash of every watched technology and topic
    to its parsed query. One transaction: readers of the core file never see half of it, and a cut leaves the old
    tables. Returns whether only what is touched was merged (`merge_changed`).
    """
    with transaction(con):
        return merge_changed(con, queries)


def rebuild(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Rebuild publications, families, states, memberships and citations from the current source rows; else as `merge`.

    Nothing is taken over from the merge before but the families' keys.
    """
    with transaction(con):
        merge_all(con, queries)


def merge_changed(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> bool:
    """Merge what changed; all where nothing was merged yet, rules or ranks changed, or a fifth is touched.

    Call in a transaction. Returns whether only touched families and changed hits were merged.
    """
    inputs.read_sources(con)
    before, now = basis_before(con), basis_now(con, queries)
    changes.find_changes(con, dropped=before.queries ^ now.queries)
    if before.rules != now.rules or not changes.find_touched(con):
        _rebuild(con, queries, now)
        return False
    touched.merge_touched(con, queries, all_provinces=before.topics != now.topics)
    changes.keep_seen(con, whole=False)
    keep_basis(con, now)
    _end(con)
    return True


def merge_all(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Merge every current record. Call in a transaction."""
    inputs.read_sources(con)
    changes.find_changes(con, dropped=frozenset())
    _rebuild(con, queries, basis_now(con, queries))


@contextmanager
def without_source(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], source: str) -> Iterator[None]:
    """Within the block the merged tables are those of a warehouse that never knew `source`; afterwards as before."""
    con.execute("BEGIN")
    try:
        con.execute("DELETE FROM source_hits WHERE source = ?", [source])
        con.execute("DELETE FROM source_records WHERE source = ?", [source])
        con.execute("DELETE FROM family_numbers")
        merge_all(con, queries)
        yield
    finally:
        con.execute("ROLLBACK")


@contextmanager
def families_as_loaded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Make the temp tables ``current_records`` and ``family_of`` for what is loaded but not merged yet.

    Enrichment asks by family before the merge, so that what it brings is merged with the rest, once a run. The tables
    are dropped at the end; after an error they go with the connection.
    """
    inputs.read_sources(con)
    _all_records(con)
    last_key(con)
    assign_families(con)
    yield
    _end(con)


def _rebuild(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], basis: Basis) -> None:
    rows = con.execute("SELECT count(*) FROM seen_now").fetchall()[0][0]
    with in_any_order(con, rows):
        _fill_all(con, queries)
    changes.keep_seen(con, whole=True)
    keep_basis(con, basis)
    _end(con)


def _fill_all(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    _all_records(con)
    last_key(con)
    assign_families(con)
    keep_keys(con)
    inputs.read_records(con)
    for mart in ("publications", "applicants", "ipc"):
        _fill(con, mart)
    inputs.fill_subclasses(con)
    temp_table(con, "members")
    con.execute("CREATE OR REPLACE TEMP VIEW citing_ends AS SELECT publication_number, node, family_key FROM family_of")
    for mart in _MARTS:
        _fill(con, mart)
    con.execute("DELETE FROM memberships")
    fill_memberships(con, queries)
    _fill(con, "family_memberships")
    con.execute("DELETE FROM family_provinces")
    fill_provinces(con)
    fill_province_names(con)
    con.execute("DELETE FROM merge_links")
    con.execute(f"INSERT INTO merge_links BY NAME {sql.text('marts/merge_links.sql')}")


def _fill(con: duckdb.DuckDBPyConnection, mart: str) -> None:
    """Empty the mart's target table and fill it with its SELECT (``sql/marts/MART.sql``)."""
    moved(about=mart)
    con.execute(f"DELETE FROM {mart}")  # noqa: S608 - mart is one of our own names
    con.execute(f"INSERT INTO {mart} BY NAME {sql.text(f'marts/{mart}.sql')}")


def _all_records(con: duckdb.DuckDBPyConnection) -> None:
    _drop(con)
    con.execute("CREATE OR REPLACE TEMP VIEW current_records AS FROM source_records WHERE valid_to IS NULL")
    con.execute("CREATE OR REPLACE TEMP VIEW citing_records AS FROM current_records")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW known_numbers AS SELECT publication_number FROM current_records"
        " UNION SELECT unnest(family_members) FROM current_records WHERE len(family_members) > 0"
    )
    for mart in ("aliases", "end_numbers"):
        temp_table(con, mart)


def _end(con: duckdb.DuckDBPyConnection) -> None:
    for table in _SCRATCH:
        con.execute(f"DROP TABLE IF EXISTS {table}")
    _drop(con)


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what a merge of all has as views and one of touched families as tables."""
    for kind in ("view", "table"):
        found = con.execute(
            f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE temporary AND list_contains(?, {kind}_name)",  # noqa: S608
            [list(_VIEWS)],
        ).fetchall()
        for (name,) in found:
            con.execute(f"DROP {kind} {name}")
