"""What every mart reads beside the records: ranks of the sources, dates of pages, folded names, mapped symbols."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import duckdb
import polars as pl

import sql
from etl.normalise.ipc import mapped_subclass, subclass
from etl.normalise.ipc_inventory import subclasses
from etl.normalise.names import fold_name
from etl.normalise.places.countries import ORGANISATIONS
from warehouse.frames import registered

# Fields that have a rank of their own in a source's capabilities ([field_ranks] of source.toml).
RANKED_FIELDS = (
    "publication_type", "publication_date", "application_number", "filing_date", "priorities", "titles", "abstracts",
    "claim_count", "ipc", "citation_count", "legal_status", "applicants",
)  # fmt: skip

_PARTS = ("biblio", "claims", "legal", "family", "citing")
_ANY_SYNTHETIC = (
    "SET VARIABLE any_synthetic = (SELECT coalesce(bool_or(is_synthetic), false) FROM sources"
    " WHERE source IN (SELECT source FROM source_records WHERE valid_to IS NULL))"
)
SCRATCH = ("field_ranks", "page_dates", "several_records", "folded_names", "mapped_symbols")


def temp_table(con: duckdb.DuckDBPyConnection, mart: str) -> None:
    """(Re)create the temp table `mart` from ``sql/marts/MART.sql``."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {mart} AS {sql.text(f'marts/{mart}.sql')}")


def read_sources(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temp tables ``field_ranks`` and ``page_dates``: what is known of sources and pages, not of records."""
    _ranks(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE page_dates AS"
        " SELECT page_id, coalesce(service_date, received_at::DATE) AS service_date FROM pages"
    )
    con.execute(_ANY_SYNTHETIC)
    con.execute("SET VARIABLE no_country = ?", [sorted(ORGANISATIONS)])


def read_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temp tables that are computed from ``current_records``: several_records, folded names and symbols."""
    temp_table(con, "several_records")
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


def _ranks(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table field_ranks: for each source and part one unique rank a field, so that every choice is decided."""
    rows = con.execute("SELECT source, merge_rank, capabilities FROM sources ORDER BY merge_rank, source").fetchall()
    known = {r[0] for r in rows}
    used = [s for (s,) in con.execute("SELECT DISTINCT source FROM source_records").fetchall()]
    rows += [(s, 1000, "{}") for s in sorted(used) if s not in known]
    columns: dict[str, list[object]] = {name: [] for name in ("source", "part", *RANKED_FIELDS)}
    for order, (source, merge_rank, capabilities) in enumerate(rows):
        fields = json.loads(capabilities).get("field_ranks", {})
        for place, part in enumerate(_PARTS):
            columns["source"].append(source)
            columns["part"].append(part)
            for name in RANKED_FIELDS:
                rank = int(fields.get(name, merge_rank))
                columns[name].append(rank * 1_000_000 + order * 10 + place)
    schema = dict.fromkeys(columns, pl.Int64) | {"source": pl.String, "part": pl.String}
    _temp_from(con, "field_ranks", pl.DataFrame(columns, schema=schema))


def _lookup(
    con: duckdb.DuckDBPyConnection, table: str, query: str, columns: Mapping[str, Callable[[str], str]]
) -> None:
    """Temp `table`: each distinct text of `query` with pure functions of it (computed once a distinct value)."""
    texts = [r[0] for r in con.execute(query).fetchall()]
    made = {name: [make(text) for text in texts] for name, make in columns.items()}
    _temp_from(con, table, pl.DataFrame(made, schema=dict.fromkeys(columns, pl.String)))


def _temp_from(con: duckdb.DuckDBPyConnection, table: str, data: pl.DataFrame) -> None:
    with registered(con, computed=data):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM computed")


def fill_subclasses(con: duckdb.DuckDBPyConnection) -> None:
    """Write when each IPC subclass was in force, as this program knows it."""
    known = subclasses()
    columns = {
        "subclass": list(known), "began": [life.began for life in known.values()],
        "ended": pl.Series([life.ended for life in known.values()], dtype=pl.Date),
        "mapped_subclass": [mapped_subclass(code) for code in known],
    }  # fmt: skip
    con.execute("DELETE FROM ipc_subclasses")
    with registered(con, known_subclasses=pl.DataFrame(columns)):
        con.execute("INSERT INTO ipc_subclasses BY NAME FROM known_subclasses")
