"""Rows of the program's own queries: as dictionaries, or batch after batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.process.watchdog import moved

if TYPE_CHECKING:
    import pyarrow as pa


def rows(con: duckdb.DuckDBPyConnection, query: str, *values: object, **named: object) -> list[dict[str, Any]]:
    """Run `query` with `values` for its question marks, or `named` ones for its $names; return its rows by column."""
    filled: Mapping[str, object] | list[object] = named or list(values)
    result = con.execute(query, filled) if filled else con.execute(query)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def batches(result: duckdb.DuckDBPyRelation, size: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `result`, about `size` at a time; while they come, its connection takes no other query.

    However it ends, the result is closed: one left open would refuse also the rollback and the ledger's last word.
    """
    with result.to_arrow_reader(size) as reader:
        for batch in reader:
            moved()
            yield batch
