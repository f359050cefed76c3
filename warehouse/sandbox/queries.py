"""Other people's SQL: one SELECT, on a published snapshot, in a process of its own that can be killed.

The worker attaches the snapshot read-only, sets memory, thread and temp limits, turns external access off and locks
the configuration; that stops files, ATTACH, COPY, INSTALL and SET. What DuckDB's own limits do not stop
(``repeat('x', 1e9)``, ``lpad``, ``list_transform(range(1e9))``) is stopped by an address-space limit and a kill timer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.sections.operating import Sql


class SqlRefusedError(ValueError):
    """The statement is not one SELECT, or DuckDB refused it; the message is DuckDB's or ours, in one sentence."""


class SqlStoppedError(RuntimeError):
    """The query was stopped at its time or memory limit."""


@dataclass(frozen=True, slots=True)
class SqlResult:
    """Rows of a query (`table`, at most `max_rows`), and whether more were there."""

    table: pl.DataFrame
    truncated: bool


def run_sql(snapshot: Path, statement: str, limits: Sql) -> SqlResult:
    """Run one SELECT on `snapshot` within `limits`.

    Raises SqlRefusedError when it is refused or wrong, SqlStoppedError when it ran into a limit.
    """
    job = json.dumps({
        "snapshot": str(snapshot), "statement": statement, "memory_mb": limits.memory_mb,
        "seconds": limits.seconds, "threads": limits.threads, "max_rows": limits.max_rows,
    })  # fmt: skip
    # -I: neither this folder, nor PYTHONPATH, nor the user's own site can put code into the worker.
    worker = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = worker.communicate(job.encode(), timeout=limits.seconds + 5)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.communicate()
        msg = f"Stopped after {limits.seconds} s (sql.seconds): narrow the query, or raise the limit."
        raise SqlStoppedError(msg) from None
    except BaseException:
        worker.kill()
        worker.communicate()
        raise
    return _result(worker.returncode, out, err, limits)


def _result(code: int, out: bytes, err: bytes, limits: Sql) -> SqlResult:
    note = _last_json(err)
    if code == 0 and note is not None:
        return SqlResult(pl.read_ipc_stream(out), bool(note.get("truncated")))
    if note is not None and note.get("kind") == "refused":
        raise SqlRefusedError(str(note["message"]))
    if note is not None and note.get("kind") == "time":
        msg = f"Stopped after {limits.seconds} s (sql.seconds): narrow the query, or raise the limit."
        raise SqlStoppedError(msg)
    if note is None and b"MemoryError" not in err and code > 0:
        # Not a limit: a fault of the program's own, which must surface.
        raise RuntimeError(err.decode("utf-8", "replace"))
    msg = f"Stopped at the memory limit of {limits.memory_mb} MB (sql.memory_mb): narrow the query, or raise the limit."
    raise SqlStoppedError(msg)


def _last_json(err: bytes) -> dict[str, object] | None:
    for line in reversed(err.decode("utf-8", "replace").splitlines()):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return None
