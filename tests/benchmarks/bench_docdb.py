"""DOCDB files into a warehouse: time against bare libxml2 parsing of the same bytes, memory, two processes against one.

Run: python tests/benchmarks/bench_docdb.py [--megabytes 2048] [--file FILE] [--rounds 3] [--stage STAGE]
Aims: parse and load at 1.4 times bare parsing on one core, under 400 MB, two cores 1.7 times as fast as one. Bare
parsing is ``etree.fromstring`` of the same pieces with the same options. Every stage runs in a process of its own, so
that the memory of one is not that of another; the stages of one core are kept to one core, DuckDB with them.

``load`` is what ``stuckneck import`` does with a file (`import_bulk`): its SHA-256, parsing, versions, hits, commits.
"whole table" keeps every document; "catalogue" keeps what the queries of the shipped catalogue match.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[2]))

from etl.bulk.batches import stream_tables
from etl.bulk.detect import DOCDB
from etl.bulk.docdb import stream_records
from etl.bulk.documents import cut, open_members, read_layout
from etl.catalogue.load import load_catalogue
from etl.exchange.read import PARSER_OPTIONS
from etl.load.bulk.importing import import_bulk
from etl.load.bulk.target import ImportTarget
from etl.query.parser import parse
from tests.benchmarks import made_docdb
from warehouse.core import connect
from warehouse.migrate import migrate

QUERY = {"q": parse('(ti:光刻机 OR ti:"exposure apparatus" OR ti:photolithography) AND (ipc:G03F OR cpc:G03F)')}
# The shipped catalogue's technologies are one publication in a hundred or so; here one in fifty is about them.
TOPICAL_IN = 50
CATALOGUE = Path(__file__).parents[2] / "etl" / "catalogue"


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


def tables(path: Path) -> int:
    """All records as frames, ready to load."""
    return sum(batch.table.height for batch in stream_tables(path))


def filtered(path: Path) -> int:
    """Documents read while only those of one topic become records."""
    return sum(batch.documents for batch in stream_tables(path, QUERY))


def catalogue() -> ImportTarget:
    """The queries of the shipped catalogue."""
    items = [
        item for name in ("technologies.toml", "topics.toml") for item in load_catalogue(CATALOGUE / name).harvested
    ]
    return ImportTarget(
        queries={(i.id, i.query_hash): i.parsed for i in items if i.query_hash and i.parsed is not None}
    )


def whole_table() -> ImportTarget:
    """Every document onto one technology."""
    return ImportTarget("lidar")


PARSING: dict[str, Callable[[Path], int]] = {
    "bare libxml2": bare,
    "records": records,
    "tables": tables,
    "topic stream": filtered,
}
LOADING: dict[str, tuple[int, Callable[[], ImportTarget]]] = {
    "load whole table": (1, whole_table),
    "load catalogue": (1, catalogue),
    "load whole table, 2 cores": (2, whole_table),
    "load catalogue, 2 cores": (2, catalogue),
}


@contextmanager
def stage(name: str, path: Path) -> Iterator[Callable[[], int]]:
    """The stage, on its cores and ready to be timed: making an empty warehouse is no part of loading."""
    cores = LOADING.get(name, (1,))[0]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    if name in PARSING:
        yield lambda: PARSING[name](path)
        return
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "core.duckdb", threads=cores)
        migrate(con)
        target = LOADING[name][1]()

        def load() -> int:
            return import_bulk(con, 1, path, DOCDB, target, now=datetime(2026, 1, 1)).documents

        yield load
        con.close()


def one_stage(name: str, path: Path) -> None:
    """Run a stage here and print: CPU seconds of this process, of its children, wall seconds, MB, documents."""
    with stage(name, path) as what:
        cpu, wall = time.process_time(), time.perf_counter()
        count = what()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(cpu, children.ru_utime + children.ru_stime, wall, (own.ru_maxrss + children.ru_maxrss) / 1024, count)


def run(name: str, path: Path, rounds: int) -> tuple[float, ...]:
    """Run a stage, each time in a process of its own; the best of the rounds by CPU time."""
    command = [sys.executable, __file__, "--stage", name, "--file", str(path)]
    found = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(rounds)]
    return min((tuple(map(float, one.split())) for one in found), key=lambda figures: figures[0] + figures[1])


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=2048)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--stage", choices=[*PARSING, *LOADING])
    parser.add_argument("--rounds", type=int, default=1, help="each stage so often, the best counts")
    args = parser.parse_args()
    if args.stage:
        one_stage(args.stage, args.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = args.file or Path(folder) / "made.xml"
        if args.file is None:
            made_docdb.write(path, args.megabytes, topical_in=TOPICAL_IN)
        print(f"{path.stat().st_size / (1 << 20):,.0f} MB of {'real' if args.file else 'synthetic'} DOCDB")
        base, seen = 0.0, dict[str, tuple[float, float]]()
        for name in (*PARSING, *LOADING):
            cpu, child, wall, peak, count = run(name, path, args.rounds)
            base = base or cpu
            print(f"{name:<26} {cpu:6.2f} + {child:5.2f} CPU s, {wall:6.2f} s, ratio {(cpu + child) / base:.2f}, "
                  f"peak {peak:4.0f} MB  ({count:,.0f} documents)")  # fmt: skip
            seen[name] = (cpu, wall)
            if LOADING.get(name, (1,))[0] == 2:
                one_cpu, one_wall = seen[name.removesuffix(", 2 cores")]
                print(f"{'':<26} two against one: {one_wall / wall:.2f} times by wall (on two idle cores), "
                      f"{one_cpu / max(cpu, child):.2f} by CPU of the busier process")  # fmt: skip


if __name__ == "__main__":
    main()
