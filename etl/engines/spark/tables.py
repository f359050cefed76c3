"""Named tables on Spark: views over texts of SQL, and steps kept as Parquet so that nothing is computed twice.

A step that is kept has no lineage: a worker that is lost costs the step under way, not what came before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from etl.engines.texts import text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Batches = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class Tables:
    """Tables by name in one session; what is kept lies in `scratch`, which all workers can read."""

    def __init__(self, spark: SparkSession, scratch: Path) -> None:
        self.spark = spark
        self._scratch = scratch
        self._kept = 0

    def view(self, name: str, of: str | None = None) -> DataFrame:
        """Make `name` the SELECT of ``sql/bulk`` of that name (or of the name `of`); computed where it is read."""
        rows = self.spark.sql(text(of or name, "spark"))
        rows.createOrReplaceTempView(name)
        return rows

    def keep(self, name: str, of: str | DataFrame | None = None) -> DataFrame:
        """Compute `name` now (of a SELECT, or of rows) and read it from then on."""
        rows = self.spark.sql(text(of or name, "spark")) if isinstance(of, str | None) else of
        self._kept += 1
        folder = str(self._scratch / f"{self._kept}-{name}")
        rows.write.parquet(folder)
        return self.read(name, folder)

    def read(self, name: str, folder: str | Path) -> DataFrame:
        """Make `name` the Parquet files of a folder."""
        rows = self.spark.read.parquet(str(folder))
        rows.createOrReplaceTempView(name)
        return rows

    def give(self, name: str, table: pa.Table) -> DataFrame:
        """Make `name` a small table of this process."""
        self._kept += 1
        folder = self._scratch / f"{self._kept}-{name}"
        folder.mkdir(parents=True)
        pq.write_table(table, folder / "part-0.parquet")
        return self.read(name, folder)

    def map(self, name: str, rows: DataFrame, work: Batches, schema: pa.Schema) -> DataFrame:
        """Compute `name` now: `work`, a pure function, over batches of `rows` on the executors."""
        from pyspark.sql.pandas.types import from_arrow_schema

        return self.keep(name, rows.mapInArrow(work, from_arrow_schema(schema)))


def schema_of(columns: Mapping[str, Any]) -> pa.Schema:
    """The columns of a frame as Spark takes them: texts and lists of the common kind, not polars' large ones."""
    given = pl.DataFrame(schema=columns).to_arrow().schema
    return pa.schema([(field.name, _common(field.type)) for field in given])


def _common(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind):
        return pa.list_(_common(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _common(field.type)) for field in kind])
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else kind


def to_batches(frames: Iterable[pl.DataFrame], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The frames as batches of `schema`."""
    for frame in frames:
        yield from frame.to_arrow().cast(schema).combine_chunks().to_batches()
