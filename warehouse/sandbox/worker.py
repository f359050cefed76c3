"""The process in which one of other people's queries runs (see `warehouse.sandbox`). Reads a job, writes Arrow."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from datetime import date
from typing import Any, NoReturn

import duckdb
import polars as pl
from arro3.core import RecordBatchReader

# Beside DuckDB's own limit: interpreter, libraries, stacks of the threads, the frame's copy of the result.
_OVERHEAD_MB = 1536
_BATCH_ROWS = 10_000
# What a frame has no type for, or another value (UHUGEINT): it comes as text, as DuckDB writes it.
_AS_TEXT = re.compile(r"\b(INTERVAL|UNION|BIT|BIGNUM|VARIANT|UHUGEINT|TIME WITH TIME ZONE|TIME_NS|GEOMETRY)\b")
_FIRST_DAY, _LAST_DAY = pl.lit(date.min), pl.lit(date.max)


def _fail(kind: str, message: str) -> NoReturn:
    sys.stderr.write("\n" + json.dumps({"kind": kind, "message": message}) + "\n")
    sys.stderr.flush()
    os._exit(2)


def _limit_process(memory_mb: int, seconds: int) -> None:
    timer = threading.Timer(seconds, _fail, ("time", "time"))
    timer.daemon = True
    timer.start()
    try:
        import resource
    except ImportError:  # Windows: the kill timer and DuckDB's own limit remain
        return
    size = (memory_mb + _OVERHEAD_MB) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * 8 + 5, seconds * 8 + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _open(job: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:", config={
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        "allow_community_extensions": "false", "python_enable_replacements": "false",
    })  # fmt: skip
    quoted = str(job["snapshot"]).replace("'", "''")
    con.execute(f"ATTACH '{quoted}' AS warehouse (READ_ONLY)")
    con.execute("USE warehouse")
    con.execute(f"SET memory_limit = '{int(job['memory_mb'])}MB'")
    con.execute(f"SET threads = {int(job['threads'])}")
    con.execute("SET temp_directory = ''")
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def _only_select(con: duckdb.DuckDBPyConnection, statement: str) -> str:
    try:
        statements = con.extract_statements(statement)
    except duckdb.Error as error:
        _fail("refused", str(error))
    if len(statements) != 1:
        _fail("refused", f"One SELECT at a time: this is {len(statements)} statements.")
    try:
        kind = statements[0].type
    except ValueError:  # a kind of statement the Python client has no name for
        _fail("refused", "Only SELECT is possible here (the snapshot is read-only).")
    if kind not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        _fail("refused", f"Only SELECT is possible here (the snapshot is read-only); this is {kind.name}.")
    if kind == duckdb.StatementType.EXPLAIN and "analyze" in statement.lower():
        _fail("refused", "EXPLAIN ANALYZE is not possible here; EXPLAIN is.")
    return statements[0].query


def _readable(result: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The same rows with one name a column, and as text what a frame has no type for."""
    names, kinds = result.columns, [str(kind) for kind in result.types]
    if len(set(names)) == len(names) and not any(map(_AS_TEXT.search, kinds)):
        return result
    named = result.project("*")  # of two columns with one name the engine calls the second NAME_1
    quoted = ['"' + name.replace('"', '""') + '"' for name in named.columns]
    shown = (f"{q}::VARCHAR AS {q}" if _AS_TEXT.search(kind) else q for q, kind in zip(quoted, kinds, strict=True))
    return named.project(", ".join(shown))


def _is_of_the_calendar(batch: pl.DataFrame) -> bool:
    """Whether every day and moment lies in the years 1 to 9999, which is all that Python can hold."""
    days = batch.select(pl.col(pl.Date, pl.Datetime))
    dates = days.select(pl.all().cast(pl.Date).is_between(_FIRST_DAY, _LAST_DAY).all())
    return all(dates.row(0)) if days.width else True


def _read(result: duckdb.DuckDBPyRelation, most: int, room: int) -> tuple[pl.DataFrame, bool]:
    """The first `most` rows, and whether there are more; ends the process where they need more than `room` bytes."""
    found: list[pl.DataFrame] = []
    left = most
    for part in RecordBatchReader.from_arrow_pycapsule(result._submit("stream", _BATCH_ROWS).arrow_capsule()):
        batch = pl.DataFrame(part)
        if not _is_of_the_calendar(batch):
            _fail("refused", "A date outside the years 1 to 9999 is no date elsewhere: cast it to VARCHAR.")
        room -= int(batch.estimated_size())
        if room < 0:
            _fail("memory", "memory")
        found.append(batch.head(left))
        if batch.height > left:
            return pl.concat(found), True
        left -= batch.height
    return pl.concat(found) if found else pl.DataFrame(result.limit(0)), False


def main() -> None:
    """Run the job on stdin; exit code 0 with an Arrow stream on stdout, else a reason as JSON on stderr."""
    job = json.loads(sys.stdin.buffer.read())
    con = _open(job)
    query = _only_select(con, str(job["statement"]))
    _limit_process(int(job["memory_mb"]), int(job["seconds"]))
    try:
        result = _readable(con.sql(query))
        rows, truncated = _read(result, int(job["max_rows"]), int(job["memory_mb"]) * 1024 * 1024)
        rows.write_ipc_stream(sys.stdout.buffer)
    except (duckdb.OutOfMemoryException, MemoryError):
        _fail("memory", "memory")
    except duckdb.Error as error:
        # DuckDB reports some failed allocations as other errors (std::bad_alloc in its message)
        _fail("memory" if "bad_alloc" in str(error) else "refused", str(error))
    sys.stdout.buffer.flush()
    sys.stderr.write("\n" + json.dumps({"kind": "done", "truncated": truncated}) + "\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
