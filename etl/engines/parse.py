"""A bulk file as rows of one Arrow schema: records, deletions and rejects, read by the same parsers as an import.

The functions know no engine: DuckDB's calls them in this process, Spark's on its executors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from etl.arrow import SCHEMA, writable
from etl.bulk.batches import BulkBatch, stream_tables
from etl.bulk.detect import DOCDB
from etl.bulk.streams import stream_batches
from etl.normalise.numbers.canonical import parse_publication_number
from etl.records import PageRefusedError, Reject

# Rows of a file have places one after another, above those of every file given before it.
PLACES = 1 << 40
REFUSED = "file refused"

# A row is a record as ``source_records`` has it, a deletion (`is_withdrawn`) or a reject (`reject`: JSON, else null).
ROWS = pa.schema([
    ("source", pa.string()), ("page_id", pa.int32()), ("place", pa.int64()), *SCHEMA,
    ("is_withdrawn", pa.bool_()), ("reject", pa.string()),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file, or folder of tables, to be read: `kind` is a key of ``etl.bulk.detect.SOURCES``, `page_id` from 1."""

    page_id: int
    path: str
    kind: str


def parse_file(file: BulkFile, processes: int = 1) -> Iterator[pa.RecordBatch]:
    """Rows of `ROWS` of one bulk file in its order, in batches; DOCDB by up to `processes` processes.

    A file that is not what it claims, or breaks off, ends with a reject whose action is `REFUSED`; what came before it
    stays.
    """
    path, place = Path(file.path), file.page_id * PLACES
    batches = stream_tables(path, None, processes) if file.kind == DOCDB else stream_batches(path, file.kind)
    try:
        for batch in batches:
            for rows in _rows(file, batch, place):
                place += rows.num_rows
                yield rows
    except PageRefusedError as refused:
        last = _rejects([Reject(str(refused), action=REFUSED, file=path.name)])
        yield from _filled(file, last, place).to_batches()


def _rows(file: BulkFile, batch: BulkBatch, place: int) -> Iterator[pa.RecordBatch]:
    """Deletions come first: what the same batch states again is there."""
    for rows in (_withdrawn(batch.withdrawn), batch.table, _rejects(batch.rejects)):
        if rows.num_rows:
            filled = _filled(file, rows, place)
            place += filled.num_rows
            yield from filled.combine_chunks().to_batches()


def _filled(file: BulkFile, rows: pa.Table, place: int) -> pa.Table:
    """`rows` with every column of `ROWS`: what they lack is the file's, counted, or null."""
    count = rows.num_rows
    known = {
        "source": pa.repeat(pa.scalar(file.kind), count),
        "page_id": pa.repeat(pa.scalar(file.page_id, pa.int32()), count),
        "place": pa.array(range(place, place + count), pa.int64()),
        "is_withdrawn": pa.repeat(pa.scalar(False), count),
    }
    stated = {name: rows[name] for name in rows.schema.names}
    columns = [(known | stated).get(field.name, pa.nulls(count, field.type)) for field in ROWS]
    return pa.Table.from_arrays(columns, schema=ROWS)


def _withdrawn(numbers: Sequence[str]) -> pa.Table:
    offices = [parse_publication_number(number)[0] for number in numbers]
    return pa.table({
        "part": pa.array(["biblio"] * len(numbers), pa.string()),
        "publication_number": pa.array(numbers, pa.string()),
        "authority": pa.array(offices, pa.string()),
        "is_withdrawn": pa.array([True] * len(numbers), pa.bool_()),
    })  # fmt: skip


def _rejects(rejects: Sequence[Reject]) -> pa.Table:
    texts = [writable(json.dumps(asdict(reject), ensure_ascii=False)) for reject in rejects]
    return pa.table({"reject": pa.array(texts, pa.string())})
