"""Rewriting the core file when too much of it is free space: DuckDB reuses freed blocks but never gives them back.

A merge of all leaves the blocks of the tables it replaced; a merge of what changed fills free ones again.
"""

from __future__ import annotations

import os
import shutil

import duckdb

from warehouse.core import STORAGE_VERSION, Core, keep_within

_WORTH_BYTES = 64 * 1024 * 1024
_WORTH_SHARE = 0.13  # a file of at most 1.15 times what is in it


def free_bytes(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return (bytes in free blocks, bytes in all blocks) of the open database file."""
    row = con.execute(
        "SELECT free_blocks * block_size, total_blocks * block_size FROM pragma_database_size() LIMIT 1"
    ).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def compact(core: Core, *, worth_bytes: int = _WORTH_BYTES, worth_share: float = _WORTH_SHARE) -> int:
    """Rewrite the core file when more than `worth_bytes` and `worth_share` of it are free; return the bytes saved.

    The new file takes the old one's place only when it is whole; a cut, or a disk that is too full, leaves the old.
    """
    core.con.execute("CHECKPOINT")
    free, total = free_bytes(core.con)
    file = core.workspace.core
    room = shutil.disk_usage(file.parent).free
    if free <= worth_bytes or free <= worth_share * total or room < 1.2 * (total - free):
        return 0
    fresh = file.with_suffix(".rewriting")
    fresh.unlink(missing_ok=True)
    before = file.stat().st_size
    try:
        with core.paused():
            con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
            try:
                keep_within(con, core.engine, core.workspace.root)
                con.execute(f"ATTACH '{_quoted(file)}' AS old (READ_ONLY)")
                con.execute(f"ATTACH '{_quoted(fresh)}' AS fresh (STORAGE_VERSION '{STORAGE_VERSION}')")
                con.execute("COPY FROM DATABASE old TO fresh")
            finally:
                con.close()
            with fresh.open("rb") as handle:
                os.fsync(handle.fileno())
            fresh.chmod(file.stat().st_mode)
            fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
        fresh.with_name(fresh.name + ".wal").unlink(missing_ok=True)
    return before - file.stat().st_size


def _quoted(file: os.PathLike[str]) -> str:
    return os.fspath(file).replace("'", "''")
