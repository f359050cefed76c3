"""Named tables on Spark: views over texts of SQL, and steps kept as Parquet so that nothing is computed twice.

A step that is kept has no lineage: a worker that is lost costs the step under way, not what came before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

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
