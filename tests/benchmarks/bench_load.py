"""Loading into `source_records` (the widest table) and merging: rows a second, seconds and memory, beside baselines.

Run: python tests/benchmarks/bench_load.py [--rows 1000000] [--publications 100000 1000000]
ImportTarget: 300 000 rows a second from frame to table, versions and all. Baselines of the same run: a bare
``INSERT … SELECT`` of the same frame into an empty copy of the table, and ``executemany`` of 2 000 of its rows.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from etl.frames import to_table
from etl.load.merged.merge import rebuild
from etl.load.write import PageTable, load_tables
from tests.benchmarks.made_records import records
from warehouse.core import connect, transaction
from warehouse.frames import Stream
from warehouse.migrate import migrate

THREADS = 2
RECEIVED = datetime(2021, 6, 1)
ROWS_BY_HAND = 2_000


def timed(what: Callable[[], Any]) -> tuple[float, float, Any]:
    """(wall seconds, CPU seconds, result)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = what()
    return time.perf_counter() - wall, time.process_time() - cpu, result


@contextmanager
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A fresh core file with one source."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "core.duckdb", threads=THREADS)
        migrate(con)
        con.execute("INSERT INTO sources VALUES ('made', 'made', NULL, true, 10, '{}')")
        yield con
        con.close()


def in_chunks(count: int) -> tuple[pl.DataFrame, float, float]:
    """Records as frames, 20 000 at a time (the harvest's pages are smaller, bulk batches about as large).

    Returns (table, wall seconds, CPU seconds) of the conversion alone.
    """
    tables, wall, cpu = [], 0.0, 0.0
    for chunk in records(count):
        seconds, used, table = timed(lambda chunk=chunk: to_table(chunk))  # type: ignore[misc]
        tables.append(table)
        wall, cpu = wall + seconds, cpu + used
    return pl.concat(tables), wall, cpu


def load(con: duckdb.DuckDBPyConnection, table: pl.DataFrame, page: int, source: str = "made") -> None:
    """Load one frame as one landed page, in its transaction."""
    with transaction(con):
        con.execute(
            "INSERT INTO pages BY NAME SELECT ? AS page_id, 1 AS run_id, 'made' AS source, 'k' AS request_key,"
            " '{}' AS request, ? AS received_at, 'landed' AS state",
            [page, RECEIVED],
        )
        load_tables(con, 1, [PageTable(page, source, RECEIVED, table)])


def bare(con: duckdb.DuckDBPyConnection, table: pl.DataFrame) -> None:
    """The same rows into an empty copy of the table, without versions."""
    con.execute("CREATE OR REPLACE TABLE bare AS FROM source_records LIMIT 0")
    con.register("incoming", Stream(table))
    con.execute(
        "INSERT INTO bare BY NAME SELECT *, 'made' AS source, 1 AS page_id, 1 AS run_id, 0 AS content_hash,"
        " TIMESTAMP '2021-06-01' AS valid_from FROM incoming"
    )
    con.unregister("incoming")


def by_hand(con: duckdb.DuckDBPyConnection, table: pl.DataFrame) -> None:
    """`executemany` of some rows."""
    con.execute("CREATE OR REPLACE TABLE bare AS FROM source_records LIMIT 0")
    columns = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" * table.width)
    rows = [list(row.values()) for row in table.head(ROWS_BY_HAND).to_dicts()]
    con.execute("BEGIN")
    con.executemany(f"INSERT INTO bare ({columns}) VALUES ({marks})", rows)
    con.execute("COMMIT")


def bench_load(count: int) -> None:
    """Print rows a second by stage."""
    table, wall, cpu = in_chunks(count)
    size = table.estimated_size() / count
    print(f"{count:,} records, {size:,.0f} bytes each, {table.width} stated columns, {THREADS} threads")
    print(f"Record to frame:                 {count / wall:10,.0f} rows/s  ({cpu / count * 1e6:.1f} CPU µs a row)")
    with warehouse() as con:
        base, base_cpu, _ = timed(lambda: bare(con, table))
        hand, _, _ = timed(lambda: by_hand(con, table))
        stages = {
            "frame to table, first load": lambda: load(con, table, 1),
            "the same again (unchanged)": lambda: load(con, table, 2),
            "another source's first load": lambda: load(con, table, 3, "other"),
        }
        per_row = base_cpu / count * 1e6
        print(f"bare INSERT … SELECT:            {count / base:10,.0f} rows/s  ({per_row:.1f} CPU µs a row)")
        print(f"executemany ({ROWS_BY_HAND} rows):         {ROWS_BY_HAND / hand:10,.0f} rows/s")
        for name, what in stages.items():
            wall, cpu, _ = timed(what)
            by_hand_times = hand / ROWS_BY_HAND * count / wall
            print(
                f"{name + ':':<32} {count / wall:10,.0f} rows/s  ({cpu / count * 1e6:.1f} CPU µs a row,"
                f" {cpu / base_cpu:.2f} times bare's; {by_hand_times:,.0f} times as fast as executemany)"
            )


def bench_merge(count: int) -> None:
    """Print seconds and memory of a rebuild over `count` publications."""
    with warehouse() as con:
        for page, chunk in enumerate(records(count), 1):
            load(con, to_table(chunk), page)
        con.execute(
            "INSERT INTO source_hits SELECT source, 'technology-' || (row_no % 20), 'q', publication_number, page_id,"
            " row_no, 1, 1, NULL FROM source_records"
        )
        con.execute("CHECKPOINT")
        wall, cpu, _ = timed(lambda: rebuild(con, {}))
        families, citations = (
            con.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in ("families", "family_citations")
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"merge of {count:,} publications: {wall:.1f} s wall, {cpu:.1f} s CPU, peak {peak:,.0f} MB"
            f" ({families:,} families, {citations:,} family citations)"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--publications", type=int, nargs="*", default=[100_000, 1_000_000])
    args = parser.parse_args()
    bench_load(args.rows)
    for count in args.publications:
        bench_merge(count)


if __name__ == "__main__":
    main()
