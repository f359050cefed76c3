"""The engine for one machine: DuckDB over the Parquet files, and the warehouse's own merge for what a topic needs.

Families are put together over all records, on the few columns that takes. Only the records of families of a topic, and
of families that cite them, are then merged: in a scratch warehouse, by the very merge of every other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path

import duckdb
import polars as pl

from etl.engines.output import TABLES, Output, write_parts
from etl.engines.parse import ROWS, BulkFile, parse_file
from etl.engines.texts import text
from etl.engines.topics import HITS, READ, Queries, hits
from etl.frames import SCHEMA
from etl.load.merged.merge import families_as_loaded, rebuild
from etl.load.write import PageTable, load_tables, write_hits
from warehouse.core import connect, transaction
from warehouse.frames import batches, frame_of, registered
from warehouse.migrate import migrate

BATCH = 20_000  # records evaluated, or loaded, together
_LARGE = 64 << 20  # smaller files are read before a second process has started
_ORDER = {
    "families": "family_key", "family_states": "family_key, valid_from",
    "family_memberships": "technology_id, query_hash, family_key",
    "family_citations": "cited_family_key, citing_family_key", "family_citation_counts": "family_key, source, kind",
}  # fmt: skip
_NOTHING = pl.DataFrame(schema={**SCHEMA, "source": pl.String, "page_id": pl.Int32})


class DuckDBEngine:
    """The engine on this machine; `memory` bounds DuckDB's own memory (``4GB``), None: its default."""

    def __init__(self, out: Output, memory: str | None = None) -> None:
        self._out = out
        self._memory = memory

    def records(self, files: Sequence[BulkFile]) -> None:
        """Parse the files one after another; those of DOCDB that are large by several processes."""
        staged = self._out.work / "rows"
        for file in files:
            path = Path(file.path)
            many = path.is_file() and path.stat().st_size > _LARGE
            rows = parse_file(file, min(os.cpu_count() or 1, 4) if many else 1)
            write_parts(rows, staged, ROWS, str(file.page_id))
        with self._scratch("staged") as con:
            con.execute(f"CREATE VIEW given AS FROM read_parquet('{_quoted(staged)}/*.parquet')")
            for name in ("records", "rejects"):
                self._out.folder(name).mkdir(parents=True, exist_ok=True)
            con.execute(  # our own folders
                "COPY (SELECT * EXCLUDE (reject), authority AS office, year(publication_date) AS year FROM given"  # noqa: S608
                f" WHERE reject IS NULL) TO '{_quoted(self._out.folder('records'))}'"
                " (FORMAT parquet, PARTITION_BY (office, year), OVERWRITE_OR_IGNORE)"
            )
            con.execute(
                "COPY (SELECT page_id, reject FROM given WHERE reject IS NOT NULL ORDER BY place)"  # noqa: S608
                f" TO '{_quoted(self._out.folder('rejects'))}/part-0.parquet' (FORMAT parquet)"
            )

    def hits(self, queries: Queries) -> None:
        """Evaluate batch after batch in this process, on all its cores."""
        with self._scratch("hits") as con:
            self._view_current(con)
            columns = ", ".join(READ)
            documents = con.sql(f"SELECT {columns} FROM current")  # noqa: S608 - our own names
            write_parts(hits(batches(documents, BATCH), queries), self._out.folder("hits"), HITS)

    def tables(self, queries: Queries, *, whole_table: bool = False) -> None:
        """Put families together over all records, then merge what is wanted in a scratch warehouse."""
        with self._scratch("families", migrated=True) as con, self._scratch("merged", migrated=True) as merged:
            self._view_current(con)
            self._register(con)
            self._register(merged)
            con.execute("DROP TABLE source_records")
            con.execute("CREATE VIEW source_records AS SELECT *, NULL::TIMESTAMP AS valid_to FROM current")
            with families_as_loaded(con):
                for name in ("topic_families", "citation_ends", "wanted_families", "wanted_family_of"):
                    con.execute(f"CREATE TEMP TABLE {name} AS {text(name, 'duckdb')}")
                self._load(con.sql(text("wanted_records", "duckdb")), merged)
                if whole_table:
                    self._load(con.sql(text("citing_records", "duckdb")), merged)
            rebuild(merged, {query_hash: query for (_, query_hash), query in queries.items()})
            self._export(merged)

    def counts(self) -> dict[int, tuple[int, int]]:
        """Records and deletions of each file, by its ``page_id``."""
        with self._scratch("counts") as con:
            self._view_current(con)
            rows = con.execute(text("counts_by_file", "duckdb")).fetchall()
        return {page: (records, deletions) for page, records, deletions in rows}

    @contextmanager
    def _scratch(self, name: str, *, migrated: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database in a file of the work folder, gone afterwards; `migrated`: an empty warehouse."""
        self._out.work.mkdir(parents=True, exist_ok=True)
        file = self._out.work / f"{name}.duckdb"
        file.unlink(missing_ok=True)
        con = connect(file)
        try:
            con.execute("SET temp_directory = ?", [str(self._out.work / f"{name}.spilled")])
            con.execute("SET preserve_insertion_order = false")
            if self._memory is not None:
                con.execute("SET memory_limit = ?", [self._memory])
            if migrated:
                migrate(con)
            yield con
        finally:
            con.close()
            file.unlink(missing_ok=True)

    def _view_current(self, con: duckdb.DuckDBPyConnection) -> None:
        files = f"{_quoted(self._out.folder('records'))}/**/*.parquet"
        con.execute(
            f"CREATE VIEW stated AS SELECT * EXCLUDE (office, year) FROM read_parquet('{files}',"  # noqa: S608
            " hive_partitioning = true, hive_types = {'office': VARCHAR, 'year': INTEGER})"
        )
        con.execute(f"CREATE TEMP TABLE latest_places AS {text('latest_places', 'duckdb')}")
        con.execute(f"CREATE TEMP VIEW current AS {text('current_records', 'duckdb')}")

    def _register(self, con: duckdb.DuckDBPyConnection) -> None:
        """The sources, the files and the hits, as a warehouse has them."""
        read = {f"given_{name}": self._out.read(name) for name in ("sources", "pages", "hits")}
        with transaction(con), registered(con, **read):
            con.execute("INSERT INTO sources BY NAME FROM given_sources")
            con.execute(
                "INSERT INTO pages BY NAME SELECT page_id, 1 AS run_id, source, file AS request_key, '{}' AS request,"
                " service_date::TIMESTAMP AS received_at, service_date, 'loaded' AS state FROM given_pages"
            )
            found = con.sql(
                "SELECT 'bulk' AS source, *, 1 AS page_id, 0 AS row_no FROM (SELECT DISTINCT * FROM given_hits)"
            )
            write_hits(con, 1, frame_of(found))

    def _load(self, wanted: duckdb.DuckDBPyRelation, merged: duckdb.DuckDBPyConnection) -> None:
        """Load the wanted records batch after batch, each as records of its file."""
        days = {row["page_id"]: row["service_date"] for row in self._out.read("pages").to_dicts()}
        for batch in batches(wanted, BATCH):
            rows = pl.concat([_NOTHING, batch], how="diagonal_relaxed")
            pages = []
            for mine in rows.sort("page_id", maintain_order=True).partition_by("page_id", maintain_order=True):
                page_id, source = mine["page_id"][0], mine["source"][0]
                stated = mine.select(*SCHEMA).cast(SCHEMA)
                pages.append(PageTable(page_id, source, datetime.combine(days[page_id], time()), stated))
            with transaction(merged):
                load_tables(merged, 1, pages)

    def _export(self, merged: duckdb.DuckDBPyConnection) -> None:
        merged.execute(
            "CREATE TEMP VIEW family_of AS SELECT publication_number, family_key FROM publications"
        )  # of harvested ones: those a query can be true of
        merged.execute(f"CREATE TEMP TABLE topic_families AS {text('topic_families', 'duckdb')}")
        merged.execute("CREATE TEMP VIEW wanted_families AS SELECT family_key FROM families")
        for name in TABLES:
            folder = self._out.folder(name)
            folder.mkdir(parents=True, exist_ok=True)
            merged.execute(
                f"COPY (FROM ({text(f'narrow_{name}', 'duckdb')}) ORDER BY {_ORDER[name]})"
                f" TO '{_quoted(folder)}/part-0.parquet' (FORMAT parquet)"
            )


def _quoted(path: Path) -> str:
    """The path inside a text of SQL; DuckDB takes no parameter there. Its patterns do not reach into it."""
    return str(path.resolve()).replace("'", "''")
