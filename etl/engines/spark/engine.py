"""The engine on Spark: the steps of ``etl.engines.engine`` as jobs of one session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

import polars as pl
import pyarrow as pa

from etl.engines.output import TABLES, Output
from etl.engines.parse import ROWS, BulkFile, parse_file
from etl.engines.ranks import field_ranks
from etl.engines.spark.families import assign_families
from etl.engines.spark.tables import Batches, Tables, schema_of, to_batches
from etl.engines.topics import HITS, READ, VERDICTS, Queries, hits, verdicts
from etl.normalise.ipc import mapped_subclass, subclass
from etl.normalise.names import fold_name
from etl.normalise.places.countries import ORGANISATIONS
from etl.query.ast import Query

_FILES = pa.schema([("page_id", pa.int32()), ("path", pa.string()), ("kind", pa.string())])
_FOLDED = pa.schema([("name", pa.string()), ("folded_name", pa.string())])
_MAPPED = pa.schema([("symbol", pa.string()), ("subclass", pa.string()), ("mapped_subclass", pa.string())])


class SparkEngine:
    """The engine on the session of `tables`; files and folder lie where every worker can reach them."""

    def __init__(self, out: Output, tables: Tables) -> None:
        self._out = out
        self._tables = tables
        self._is_current = False

    def records(self, files: Sequence[BulkFile]) -> None:
        """Parse each file in a task of its own."""
        given = self._tables.give("files", pa.Table.from_pylist([asdict(file) for file in files], schema=_FILES))
        rows = self._tables.map("given", given.repartition(len(files)), _parse, schema_of(ROWS))
        stated = rows.filter("reject IS NULL").drop("reject")
        dated = stated.selectExpr("*", "authority AS office", "year(publication_date) AS year")
        dated.write.partitionBy("office", "year").parquet(str(self._out.folder("records")))
        rejects = rows.filter("reject IS NOT NULL").orderBy("place").select("page_id", "reject")
        rejects.coalesce(1).write.parquet(str(self._out.folder("rejects")))

    def hits(self, queries: Queries) -> None:
        """Evaluate on the executors, batch after batch."""
        self._current()
        records = self._tables.spark.table("current_records").select(*READ)
        found = self._tables.map("hits", records, _hits(dict(queries)), schema_of(HITS))
        found.write.parquet(str(self._out.folder("hits")))

    def tables(self, queries: Queries, *, whole_table: bool = False) -> None:
        """Put families together over all records, then make the narrow tables of those that are wanted."""
        tables = self._tables
        self._current()
        for name in ("sources", "pages"):
            tables.read(name, self._out.folder(name))
        tables.read("source_hits", self._out.folder("hits"))
        tables.give("field_ranks", field_ranks(self._out.read("sources")).to_arrow())
        tables.give("no_country", pa.table({"codes": [sorted(ORGANISATIONS)]}))
        assign_families(tables)
        for name in ("topic_families", "wanted_families", "wanted_family_of"):
            tables.keep(name)
        wanted = tables.view("wanted_records")
        if whole_table:
            wanted = wanted.unionByName(tables.view("citing_records"), allowMissingColumns=True)
        tables.keep("current_records", wanted)
        keyed = tables.keep("family_of", of="keyed_family_of")
        for name in ("topic_families", "wanted_families"):  # by the keys the tables have
            old = tables.spark.table(name).withColumnRenamed("family_key", "label")
            tables.keep(name, keyed.select("label", "family_key").distinct().join(old, "label", "leftsemi"))
        self._members()
        self._write(queries)

    def counts(self) -> dict[int, tuple[int, int]]:
        """Records and deletions of each file, by its ``page_id``."""
        self._current()
        rows = self._tables.view("counts_by_file").collect()
        return {row["page_id"]: (row["records"], row["deletions"]) for row in rows}

    def _current(self) -> None:
        """Make ``stated`` and, once, ``current_records``."""
        if not self._is_current:
            self._tables.read("stated", self._out.folder("records"))
            self._tables.view("latest_places")
            self._tables.keep("current_records")
            self._is_current = True

    def _members(self) -> None:
        tables = self._tables
        tables.keep("publications")
        tables.view("applicants")
        names = tables.spark.sql('SELECT DISTINCT "name" FROM applicants WHERE "name" IS NOT NULL')
        tables.map("folded_names", names, _fold, _FOLDED)
        symbols = tables.spark.table("publications").selectExpr("main_ipc AS symbol").filter("symbol IS NOT NULL")
        tables.map("mapped_symbols", symbols.distinct(), _map, _MAPPED)
        tables.keep("members")
        tables.view("legal_events")

    def _write(self, queries: Queries) -> None:
        """The narrow tables, each as the SELECT of its name limits it."""
        tables = self._tables
        asked = {query_hash: query for (_, query_hash), query in queries.items()}
        tables.map("verdicts", tables.view("hit_documents"), _verdicts(asked), schema_of(VERDICTS))
        self._narrow("families")
        for name in ("members", "legal_events"):  # states are those of the families of a topic
            topical = tables.spark.table(name).join(tables.spark.table("topic_families"), "family_key", "leftsemi")
            topical.createOrReplaceTempView(name)
        for name in TABLES.keys() - {"families"}:
            self._narrow(name)

    def _narrow(self, name: str) -> None:
        self._tables.view(name)
        self._tables.view(f"narrow_{name}").write.parquet(str(self._out.folder(name)))


def _parse(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for row in batch.to_pylist():
            yield from to_batches(parse_file(BulkFile(**row)), schema_of(ROWS))


def _hits(queries: Queries) -> Batches:
    return lambda batches: to_batches(hits(_frames(batches), queries), schema_of(HITS))


def _verdicts(queries: Mapping[str, Query]) -> Batches:
    return lambda batches: to_batches(verdicts(_frames(batches), queries), schema_of(VERDICTS))


def _frames(batches: Iterable[pa.RecordBatch]) -> Iterator[pl.DataFrame]:
    return (pl.DataFrame(pa.Table.from_batches([batch])) for batch in batches)


def _fold(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        names = batch["name"].to_pylist()
        yield pa.record_batch([pa.array(names), pa.array([fold_name(name) for name in names])], schema=_FOLDED)


def _map(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        symbols = batch["symbol"].to_pylist()
        columns = [symbols, [subclass(s) for s in symbols], [mapped_subclass(s) for s in symbols]]
        yield pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=_MAPPED)
