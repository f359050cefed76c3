"""The process in which one of other people's queries runs (see `warehouse.sandbox`). Reads a job, writes Arrow."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

# Beside DuckDB's own limit: interpreter, libraries, stacks of the threads, Arrow's copy of the result.
_OVERHEAD_MB = 1536
_BATCH_ROWS = 10_000


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


def main() -> None:
    """Run the job on stdin; exit code 0 with Arrow on stdout, else a reason as JSON on stderr."""
    job = json.loads(sys.stdin.buffer.read())
    con = _open(job)
    query = _only_select(con, str(job["statement"]))
    _limit_process(int(job["memory_mb"]), int(job["seconds"]))
    left = int(job["max_rows"])
    room = int(job["memory_mb"]) * 1024 * 1024
    try:
        reader: pa.RecordBatchReader = con.execute(query).to_arrow_reader(_BATCH_ROWS)
        batches: list[pa.RecordBatch] = []
        truncated = False
        for batch in reader:
            if batch.num_rows > left:
                truncated = True
                batches.append(batch.slice(0, left))
                break
            batches.append(batch)
            left -= batch.num_rows
            room -= batch.nbytes
            if room < 0:
                _fail("memory", "memory")
        with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    except duckdb.OutOfMemoryException:
        _fail("memory", "memory")
    except (MemoryError, pa.ArrowMemoryError):
        _fail("memory", "memory")
    except duckdb.Error as error:
        # DuckDB reports some failed allocations as other errors (std::bad_alloc in its message)
        _fail("memory" if "bad_alloc" in str(error) else "refused", str(error))
    except pa.ArrowException as error:
        _fail("refused", str(error))
    sys.stdout.buffer.flush()
    sys.stderr.write("\n" + json.dumps({"kind": "done", "truncated": truncated}) + "\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
