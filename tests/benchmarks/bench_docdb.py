"""DOCDB files to records: time against bare libxml2 parsing of the same bytes, memory, two processes against one.

Run: python tests/benchmarks/bench_docdb.py [--megabytes 2048] [--file FILE]
Aims: 1.4 times bare parsing on one core, under 400 MB, two cores 1.7 times as fast as one. Bare parsing is
``etree.fromstring`` of the same pieces with the same options; both are timed in turn, in CPU time of this process.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[2]))

from etl.bulk.batches import stream_tables
from etl.bulk.docdb import stream_records
from etl.bulk.documents import cut, open_members, read_layout
from etl.query.parser import parse
from etl.sources.exchange import PARSER_OPTIONS
from tests.benchmarks import made_docdb

QUERY = {"q": parse('(ti:光刻机 OR ti:"exposure apparatus" OR ti:photolithography) AND (ipc:G03F OR cpc:G03F)')}


def bare(path: Path) -> int:
    """Parse every piece and throw the tree away."""
    count = 0
    for member in open_members(path):
        layout, first = read_layout(member)
        for piece in cut(member, layout, first):
            root = etree.fromstring(layout.opening + piece.data + layout.closing, etree.XMLParser(**PARSER_OPTIONS))
            count += len(root)
    return count


def records(path: Path) -> int:
    """All records."""
    return sum(len(batch.records) for batch in stream_records(path))


def filtered(path: Path) -> int:
    """Documents read while only those of a topic become records."""
    return sum(batch.documents for batch in stream_tables(path, QUERY))


def tables(path: Path, processes: int) -> int:
    """All records as Arrow tables, ready to load."""
    return sum(batch.table.num_rows for batch in stream_tables(path, processes=processes))


def timed(what: Callable[[], int]) -> tuple[float, float, int]:
    """(CPU seconds of this process, wall seconds, result)."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = what()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=2048)
    parser.add_argument("--file", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = args.file or Path(folder) / "made.xml"
        if args.file is None:
            made_docdb.write(path, args.megabytes)
        print(f"{path.stat().st_size / (1 << 20):,.0f} MB of {'real' if args.file else 'synthetic'} DOCDB")
        base, _, count = timed(lambda: bare(path))
        print(f"bare libxml2:      {base:7.2f} CPU s  ({count:,} documents)")
        for name, what in (("records", records), ("topic stream", filtered)):
            cpu, _, found = timed(lambda what=what: what(path))  # type: ignore[misc]
            print(f"{name + ':':<18} {cpu:7.2f} CPU s  ratio {cpu / base:.2f}  ({found:,})")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory:       {peak:7.0f} MB (aim < 400)")
        cpu, one, _ = timed(lambda: tables(path, 1))
        before = children()
        parent, two, _ = timed(lambda: tables(path, 2))
        child = children() - before
        print(f"tables, 1 process: {one:7.2f} s wall, {cpu:.2f} CPU s")
        print(f"        2:         {two:7.2f} s wall, {parent:.2f} + {child:.2f} CPU s")
        print(f"two against one:   {one / two:7.2f} times by wall (aim 1.7, on two idle cores); by CPU of the busier "
              f"process {cpu / max(parent, child):.2f} times")  # fmt: skip


if __name__ == "__main__":
    main()
