"""Polars frames into DuckDB and out of it, through Arrow's C streams: neither needs another library for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl
from arro3.core import RecordBatchReader

from warehouse.process.watchdog import moved


class Stream:
    """A frame as DuckDB reads it at once; a bare frame it would first turn into a table of pyarrow.

    Named in SQL by the variable that holds it, or registered under a name (`registered`). A column without a type, for
    all of it is unknown, is text: DuckDB makes any type of that, and does not read polars' own column of nulls.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        untyped = ((name, kind) for name, kind in frame.schema.items() if _typed(kind) != kind)
        self._frame = frame.with_columns(pl.col(name).cast(_typed(kind)) for name, kind in untyped)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The frame's rows as a capsule, as often as asked."""
        return self._frame.__arrow_c_stream__(requested_schema)


def _typed(kind: Any) -> Any:
    if isinstance(kind, pl.List):
        return pl.List(_typed(kind.inner))
    if isinstance(kind, pl.Struct):
        return pl.Struct({field.name: _typed(field.dtype) for field in kind.fields})
    return pl.String() if kind == pl.Null else kind


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, **frames: pl.DataFrame) -> Iterator[None]:
    """Let SQL read each frame by its name. One that is registered in a transaction is in memory up to its end."""
    for name, frame in frames.items():
        con.register(name, Stream(frame))
    try:
        yield
    finally:
        for name in frames:
            con.unregister(name)


def frame_of(result: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows of `result`. Raises polars' DuplicateError where two of its columns have one name."""
    # By a reader between the two: of what polars itself was handed, DuckDB complains at the end of the process.
    return pl.DataFrame(RecordBatchReader.from_stream(result))


def batches(result: duckdb.DuckDBPyRelation, size: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of `result`, about `size` at a time; while they come, its connection takes no other query.

    However it ends, the result is closed: one left open would refuse also the rollback and the ledger's last word.
    """
    # The relation's own capsule has batches of 131 072 rows, which full texts fill with gigabytes.
    capsule = result._submit("stream", size).arrow_capsule()
    reader = RecordBatchReader.from_arrow_pycapsule(capsule)
    try:
        for batch in reader:
            moved()
            yield pl.DataFrame(batch)
    finally:
        del reader, capsule
