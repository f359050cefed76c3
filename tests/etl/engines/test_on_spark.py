"""Spark gives the very rows DuckDB gives, keys and all; every file of indicators is Spark SQL too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

import sql
from analytics.matrix.place import place
from etl.bulk.detect import DOCDB, GOOGLE
from etl.engines.engine import Engine
from etl.engines.on_duckdb import DuckDBEngine
from etl.engines.output import TABLES, Output
from etl.engines.parse import BulkFile
from etl.engines.spark.session import missing, session
from tests.etl.engines.made_world import QUERIES, give_records, warehouse, world
from tests.etl.engines.test_parse import DOCDB_FILE, GOOGLE_ROWS
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LACKS = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(LACKS is not None, reason=LACKS or "")]
# Hundreds of tiny jobs: what costs is planning and compiling them, so there is one task a job, interpreted.
SMALL = {
    "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.files.openCostInBytes": "0", "spark.driver.memory": "1g",
}  # fmt: skip
DAY = date(2021, 6, 1)
# What indicators are asked with, and what they read that is no table of the warehouse.
PARAMETERS: dict[str, Any] = {
    "run_id": 1, "first": DAY, "last": DAY, "as_of": DAY, "by_filing": True, "earlier_from": date(2010, 1, 1),
    "earlier_to": date(2014, 12, 31), "later_from": date(2015, 1, 1), "later_to": DAY,
}  # fmt: skip
READ = ("families", "family_states", "family_memberships", "family_citations", "family_citation_counts", "memberships",
        "publications", "source_hits", "ipc_subclasses", "run_families", "run_indicators", "run_placements",
        "run_screening")  # fmt: skip


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with session("local[2]", SMALL) as opened:
        yield opened


def rows(out: Output, name: str) -> list[str]:
    read = f"read_parquet('{out.folder(name)}/**/*.parquet', hive_partitioning = true)"
    with duckdb.connect() as con:
        columns = sorted(row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall())
        shown = ", ".join(f'"{column}"' for column in columns)
        found = con.execute(f"SELECT to_json(x)::VARCHAR FROM (SELECT {shown} FROM {read}) AS x").fetchall()
    return sorted(row[0] for row in found)


def test_both_engines_give_the_same_rows(tmp_path: Path, spark: SparkSession) -> None:
    from etl.engines.spark.engine import SparkEngine
    from etl.engines.spark.tables import Tables

    outs = {name: Output(tmp_path / name) for name in ("duckdb", "spark")}
    pages = world(0)
    for out in outs.values():
        give_records(out, pages)
    for engine in (DuckDBEngine(outs["duckdb"]), SparkEngine(outs["spark"], Tables(spark, tmp_path / "scratch"))):
        engine.hits(QUERIES)
        engine.tables(QUERIES, whole_table=True)
    for name in TABLES:
        found = rows(outs["duckdb"], name)
        assert found
        assert rows(outs["spark"], name) == found


def test_executors_parse_what_this_process_parses(tmp_path: Path, spark: SparkSession) -> None:
    from etl.engines.spark.engine import SparkEngine
    from etl.engines.spark.tables import Tables

    (tmp_path / "docdb.xml").write_text(DOCDB_FILE)
    (tmp_path / "google.json").write_text("\n".join(json.dumps(row) for row in GOOGLE_ROWS))
    (tmp_path / "cut.xml").write_text(DOCDB_FILE[:-60])
    files = [BulkFile(n, str(tmp_path / name), kind) for n, (name, kind) in enumerate(
        [("docdb.xml", DOCDB), ("google.json", GOOGLE), ("cut.xml", DOCDB)], 1
    )]  # fmt: skip
    found = {}
    for name in ("duckdb", "spark"):
        out = Output(tmp_path / name)
        engine: Engine = (
            DuckDBEngine(out) if name == "duckdb" else SparkEngine(out, Tables(spark, tmp_path / "scratch"))
        )
        engine.records(files)
        found[name] = (rows(out, "records"), rows(out, "rejects"), engine.counts())
    assert found["duckdb"] == found["spark"]
    assert found["spark"][2] == {1: (1, 1), 2: (1, 0)}
    assert {json.loads(str(json.loads(row)["reject"]))["file"] for row in found["spark"][1]} >= {"cut.xml"}


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A warehouse of the made world with one placement."""
    con = warehouse(tmp_path_factory.mktemp("placed"), world(0))
    con.execute("INSERT INTO runs BY NAME SELECT 1 AS run_id, 'place' AS kind, 'running' AS state, ? AS started_at",
                [datetime(2021, 6, 1)])  # fmt: skip
    place(con, 1, Settings(), DAY, list(QUERIES))
    con.register(
        "wanted_technologies", pa.Table.from_pylist([{"technology_id": t, "query_hash": h} for t, h in QUERIES])
    )
    con.execute("CREATE TEMP VIEW measured_families AS FROM run_families WHERE run_id = 1")
    return con


def test_every_indicator_runs_on_spark_and_agrees(
    placed: duckdb.DuckDBPyConnection, spark: SparkSession, tmp_path: Path
) -> None:
    for table in (*READ, "wanted_technologies", "measured_families"):
        placed.execute(f"COPY (FROM {table}) TO '{tmp_path}/{table}.parquet'")
        spark.read.parquet(f"{tmp_path}/{table}.parquet").createOrReplaceTempView(table)
    differ, empty = {}, set()
    for name in sql.names("indicators"):
        text = sql.text(f"indicators/{name}")
        asked = {key: value for key, value in PARAMETERS.items() if f"${key}" in text}
        expected = placed.execute(text, asked).fetchall()
        found = [tuple(row) for row in spark.sql(re.sub(r"\$(\w+)", r":\1", text), args=asked).collect()]
        if plain(found) != plain(expected):
            differ[name] = (plain(found)[:3], plain(expected)[:3])
        if not expected:
            empty.add(name)
    assert differ == {}
    assert empty == set()


def plain(found: list[tuple[Any, ...]]) -> list[str]:
    """Rows in one order, as texts: nested values as they are, whole numbers alike whatever type counted them."""
    return sorted(repr(tuple(_value(value) for value in row)) for row in found)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(one) for one in value]
    if hasattr(value, "asDict"):
        return value.asDict()
    return int(value) if type(value).__name__ == "Decimal" and value == int(value) else value
