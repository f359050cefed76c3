"""The merged tables, rebuilt whole from the current source rows: same source rows, same tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

import sql
from etl.load.merged.families import assign_families, keep_keys, temp_table
from etl.load.merged.memberships import rebuild_memberships
from etl.load.merged.provinces import rebuild_provinces
from etl.normalise.ipc import mapped_subclass, subclass
from etl.normalise.ipc_inventory import subclasses
from etl.normalise.names import fold_name
from etl.normalise.places.countries import ORGANISATIONS
from etl.query.ast import Query
from warehouse.core import transaction

# Fields that have a rank of their own in a source's capabilities ([field_ranks] of source.toml).
RANKED_FIELDS = (
    "publication_type", "publication_date", "application_number", "filing_date", "priorities", "titles", "abstracts",
    "claim_count", "ipc", "citation_count", "legal_status", "applicants",
)  # fmt: skip

_PARTS = ("biblio", "claims", "legal", "family", "citing")

_SCRATCH = (
    "nodes", "aliases", "family_names", "family_keys", "family_of", "several_records", "members", "field_ranks",
    "folded_names", "mapped_symbols", "page_dates",
)  # fmt: skip

_MARTS = ("legal_events", "families", "family_states", "citations", "family_citations", "family_citation_counts")


def _ranks(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table field_ranks: for each source and part one unique rank a field, so that every choice is decided."""
    rows = con.execute("SELECT source, merge_rank, capabilities FROM sources ORDER BY merge_rank, source").fetchall()
    known = {r[0] for r in rows}
    stray = con.execute("SELECT DISTINCT source FROM source_records").fetchall()
    rows += [(s, 1000, "{}") for (s,) in sorted(stray) if s not in known]
    columns: dict[str, list[object]] = {name: [] for name in ("source", "part", *RANKED_FIELDS)}
    for order, (source, merge_rank, capabilities) in enumerate(rows):
        fields = json.loads(capabilities).get("field_ranks", {})
        for place, part in enumerate(_PARTS):
            columns["source"].append(source)
            columns["part"].append(part)
            for name in RANKED_FIELDS:
                rank = int(fields.get(name, merge_rank))
                columns[name].append(rank * 1_000_000 + order * 10 + place)
    con.register("ranks", pa.table({k: pa.array(v) for k, v in columns.items()}))
    con.execute("CREATE OR REPLACE TEMP TABLE field_ranks AS FROM ranks")
    con.unregister("ranks")


def _lookup(
    con: duckdb.DuckDBPyConnection, table: str, query: str, columns: Mapping[str, Callable[[str], str]]
) -> None:
    """Temp `table`: each distinct text of `query` with pure functions of it (computed once a distinct value)."""
    texts = [r[0] for r in con.execute(query).fetchall()]
    data = {name: pa.array([make(t) for t in texts], pa.string()) for name, make in columns.items()}
    con.register("computed", pa.table(data))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM computed")
    con.unregister("computed")


def _fill_subclasses(con: duckdb.DuckDBPyConnection) -> None:
    """Write when each IPC subclass was in force, as this program knows it."""
    known = subclasses()
    columns = {
        "subclass": pa.array(known), "began": pa.array([life.began for life in known.values()]),
        "ended": pa.array([life.ended for life in known.values()], pa.date32()),
        "mapped_subclass": pa.array([mapped_subclass(code) for code in known]),
    }  # fmt: skip
    con.execute("DELETE FROM ipc_subclasses")
    con.register("known_subclasses", pa.table(columns))
    con.execute("INSERT INTO ipc_subclasses BY NAME FROM known_subclasses")
    con.unregister("known_subclasses")


def fill(con: duckdb.DuckDBPyConnection, mart: str) -> None:
    """Empty the mart's target table and fill it with its SELECT (``sql/marts/MART.sql``)."""
    con.execute(f"DELETE FROM {mart}")  # noqa: S608 - mart is one of our own names
    con.execute(f"INSERT INTO {mart} BY NAME {sql.text(f'marts/{mart}.sql')}")


def needs_rebuild(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether an upgrade added something to the merged tables that only a rebuild fills."""
    unfilled = (
        "SELECT count(*) > count(publication_states)"
        " OR count(has_legal_event) > 0 AND count(has_inventor_assignment) = 0"
        " OR count(in_force) > 0 AND count(grant_in_force) = 0"
        " FROM family_states"
    )
    return bool(con.execute(unfilled).fetchall()[0][0])


def rebuild(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Rebuild publications, families, states, memberships and citations from the current source rows.

    `queries` maps the query_hash of every watched technology and topic to its parsed query. One transaction: readers
    of the core file never see half of it, and a cut leaves the old tables.
    """
    with transaction(con):
        _merge(con, queries)


@contextmanager
def without_source(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], source: str) -> Iterator[None]:
    """Within the block the merged tables are those of a warehouse that never knew `source`; afterwards as before."""
    con.execute("BEGIN")
    try:
        con.execute("DELETE FROM source_hits WHERE source = ?", [source])
        con.execute("DELETE FROM source_records WHERE source = ?", [source])
        con.execute("DELETE FROM family_numbers")
        _merge(con, queries)
        yield
    finally:
        con.execute("ROLLBACK")


def _merge(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    _begin(con)
    keep_keys(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE page_dates AS"
        " SELECT page_id, coalesce(service_date, received_at::DATE) AS service_date FROM pages"
    )
    temp_table(con, "several_records")
    con.execute("SET VARIABLE no_country = ?", [sorted(ORGANISATIONS)])
    _lookup(
        con, "folded_names",
        "SELECT DISTINCT name FROM (SELECT unnest(applicants).name AS name FROM current_records)"
        " WHERE name IS NOT NULL",
        {"name": str, "folded_name": fold_name},
    )  # fmt: skip
    _lookup(
        con, "mapped_symbols", "SELECT DISTINCT unnest(ipc) FROM current_records",
        {"symbol": str, "subclass": subclass, "mapped_subclass": mapped_subclass},
    )  # fmt: skip
    for mart in ("publications", "applicants", "ipc"):
        fill(con, mart)
    _fill_subclasses(con)
    temp_table(con, "members")
    for mart in _MARTS:
        fill(con, mart)
    rebuild_memberships(con, queries)
    fill(con, "family_memberships")
    rebuild_provinces(con)
    _end(con)


@contextmanager
def families_as_loaded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Make the temp tables ``current_records`` and ``family_of`` for what is loaded but not merged yet.

    Enrichment asks by family before the merge, so that what it brings is merged with the rest, once a run. The tables
    are dropped at the end; after an error they go with the connection.
    """
    _begin(con)
    yield
    _end(con)


def _begin(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP VIEW current_records AS FROM source_records WHERE valid_to IS NULL")
    _ranks(con)
    assign_families(con)


def _end(con: duckdb.DuckDBPyConnection) -> None:
    for table in _SCRATCH:
        con.execute(f"DROP TABLE IF EXISTS {table}")
    con.execute("DROP VIEW IF EXISTS current_records")
