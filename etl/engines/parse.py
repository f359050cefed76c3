"""A bulk file as rows of one schema: records, deletions and rejects, read by the same parsers as an import.

The functions know no engine: DuckDB's calls them in this process, Spark's on its executors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from etl.bulk.batches import BulkBatch, stream_tables
from etl.bulk.detect import DOCDB
from etl.bulk.streams import stream_batches
from etl.frames import SCHEMA, writable
from etl.normalise.numbers.canonical import parse_publication_number
from etl.records import PageRefusedError, Reject

# Rows of a file have places one after another, above those of every file given before it.
PLACES = 1 << 40
REFUSED = "file refused"

# A row is a record as ``source_records`` has it, a deletion (`is_withdrawn`) or a reject (`reject`: JSON, else null).
_COLUMNS: dict[str, Any] = {
    "source": pl.String, "page_id": pl.Int32, "place": pl.Int64, **SCHEMA, "is_withdrawn": pl.Boolean,
    "reject": pl.String,
}  # fmt: skip
ROWS = pl.Schema(_COLUMNS)


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file, or folder of tables, to be read: `kind` is a key of ``etl.bulk.detect.SOURCES``, `page_id` from 1."""

    page_id: int
    path: str
    kind: str


def parse_file(file: BulkFile, processes: int = 1) -> Iterator[pl.DataFrame]:
    """Rows of `ROWS` of one bulk file in its order, in batches; DOCDB by up to `processes` processes.

    A file that is not what it claims, or breaks off, ends with a reject whose action is `REFUSED`; what came before it
    stays.
    """
    path, place = Path(file.path), file.page_id * PLACES
    batches = stream_tables(path, None, processes) if file.kind == DOCDB else stream_batches(path, file.kind)
    try:
        for batch in batches:
            for rows in _rows(file, batch, place):
                place += rows.height
                yield rows
    except PageRefusedError as refused:
        last = _rejects([Reject(str(refused), action=REFUSED, file=path.name)])
        yield _filled(file, last, place)


def _rows(file: BulkFile, batch: BulkBatch, place: int) -> Iterator[pl.DataFrame]:
    """Deletions come first: what the same batch states again is there."""
    for rows in (_withdrawn(batch.withdrawn), batch.table, _rejects(batch.rejects)):
        if rows.height:
            filled = _filled(file, rows, place)
            place += filled.height
            yield filled


def _filled(file: BulkFile, rows: pl.DataFrame, place: int) -> pl.DataFrame:
    """`rows` with every column of `ROWS`: what they lack is the file's, counted, or null."""
    known = {
        "source": pl.lit(file.kind),
        "page_id": pl.lit(file.page_id, pl.Int32),
        "place": place + pl.int_range(pl.len(), dtype=pl.Int64),
        "is_withdrawn": pl.lit(value=False),
    }
    stated = {name: pl.col(name) for name in rows.columns}
    columns = ((known | stated).get(name, pl.lit(None, kind)).alias(name) for name, kind in ROWS.items())
    return rows.select(*columns)


def _withdrawn(numbers: Sequence[str]) -> pl.DataFrame:
    offices = [parse_publication_number(number)[0] for number in numbers]
    columns = {"publication_number": numbers, "authority": offices}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        part=pl.lit("biblio"), is_withdrawn=pl.lit(value=True)
    )


def _rejects(rejects: Sequence[Reject]) -> pl.DataFrame:
    texts = [writable(json.dumps(asdict(reject), ensure_ascii=False)) for reject in rejects]
    return pl.DataFrame({"reject": texts}, schema={"reject": pl.String})
