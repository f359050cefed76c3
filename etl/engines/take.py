"""The narrow tables of a bulk run in a warehouse, in the place of a merge of its own records."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import duckdb

from etl.engines.output import TABLES, Output, OutputError, day_of, read_manifest
from etl.engines.texts import text
from etl.fetch import landing
from warehouse.core import transaction

_BULK = "bulk:"


def take(
    con: duckdb.DuckDBPyConnection, run_id: int, out: Output, wanted: Collection[tuple[str, str]], now: datetime
) -> None:
    """Fill the warehouse's families, states, memberships and citations from the folder `out`.

    `wanted` are the (technology, query_hash) pairs that are placed: the tables were made for them. A family of
    the same id keeps the key it had here. Files become rows of ``pages``, their sources of ``sources``. Raises
    OutputError: for a folder that is not whole, tables of other queries, or a warehouse with records of its own.
    """
    manifest = read_manifest(out)
    if con.execute("SELECT 1 FROM source_records LIMIT 1").fetchone():
        msg = (
            f"{out.root}: this workspace has records of its own, and tables of a bulk run take the place of all of"
            " them. Make a workspace for the bulk run: `stuckneck init DIR`."
        )
        raise OutputError(msg)
    _asked_the_same(manifest, out, wanted)
    with transaction(con):
        con.execute("CREATE TEMP TABLE given_families AS SELECT * FROM read_parquet(?)", [_files(out, "families")])
        con.execute(f"CREATE TEMP TABLE kept_keys AS {text('kept_keys', 'duckdb')}")
        for name, keys in TABLES.items():
            _fill(con, name, keys, _files(out, name))
        con.execute("DELETE FROM merge_basis")  # a later merge of records takes nothing over from these tables
        con.execute("DROP TABLE given_families")
        con.execute("DROP TABLE kept_keys")
        _keep_sources(con, out)
        _keep_pages(con, run_id, manifest, now)


def _fill(con: duckdb.DuckDBPyConnection, name: str, keys: Sequence[str], files: Sequence[str]) -> None:
    """Fill one table from its files, in order of its keys, with the families' keys as they are here."""
    renamed = ", ".join(f"{key}_kept.family_key AS {key}" for key in keys)
    joins = " ".join(f"JOIN kept_keys AS {key}_kept ON {key}_kept.given_key = t.{key}" for key in keys)
    con.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names, here and below
    con.execute(
        f"INSERT INTO {name} BY NAME SELECT t.* EXCLUDE ({', '.join(keys)}), {renamed}"  # noqa: S608
        f" FROM read_parquet(?) AS t {joins} ORDER BY ALL",
        [files],
    )


def _files(out: Output, table: str) -> list[str]:
    """The Parquet files of a table. In a list DuckDB takes them as they are named: nothing in a name is a pattern."""
    return [str(file.resolve()) for file in sorted(out.folder(table).rglob("*.parquet"))]


def is_taken(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether the merged tables are those of a bulk run: there are families, and no record they came from."""
    found = con.execute(
        "SELECT EXISTS (FROM families) AND NOT EXISTS (FROM source_records)"
        f" AND EXISTS (FROM pages WHERE starts_with(request_key, '{_BULK}'))"
    ).fetchall()
    return bool(found[0][0])


def refuse_taken(con: duckdb.DuckDBPyConnection) -> None:
    """Raise OutputError where a merge of records would leave nothing of the tables: they are those of a bulk run."""
    if is_taken(con):
        msg = "The tables of this workspace came from a bulk run: `stuckneck place --marts OUT`, the folder it wrote."
        raise OutputError(msg)


def _asked_the_same(manifest: dict[str, Any], out: Output, wanted: Collection[tuple[str, str]]) -> None:
    made = {(row["technology_id"], row["query_hash"]) for row in manifest["queries"]}
    missing = sorted({item for item, query_hash in wanted if (item, query_hash) not in made})
    if missing:
        msg = (
            f"{out.root}: was made before the query of {', '.join(missing[:5])} was as it is now; run"
            " `stuckneck bulk` again with this workspace."
        )
        raise OutputError(msg)


def _keep_sources(con: duckdb.DuckDBPyConnection, out: Output) -> None:
    files = _files(out, "sources")
    con.execute("DELETE FROM sources WHERE source IN (SELECT source FROM read_parquet(?))", [files])
    con.execute("INSERT INTO sources BY NAME SELECT * FROM read_parquet(?)", [files])


def _keep_pages(con: duckdb.DuckDBPyConnection, run_id: int, manifest: dict[str, Any], now: datetime) -> None:
    """A row a file, written once however often its tables are placed."""
    for one in manifest["inputs"]:
        key = f"{_BULK}{one['sha256'][:16]}"
        if con.execute("SELECT 1 FROM pages WHERE request_key = ?", [key]).fetchone():
            continue
        con.execute(
            "INSERT INTO pages (page_id, run_id, source, request_key, request, byte_count, content_sha256, received_at,"
            " service_date, state, record_count, reject_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'loaded', ?, ?)",
            [landing.next_id(con, "pages", "page_id"), run_id, one["kind"], key,
             json.dumps({"file": one["file"]}, ensure_ascii=False), one["bytes"], one["sha256"], now, day_of(manifest),
             one["records"], one["rejects"]],
        )  # fmt: skip
