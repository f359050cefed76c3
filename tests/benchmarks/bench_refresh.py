"""A first merge, and the merge of a refresh with 1 % changed and 1 % new publications: CPU seconds, memory, disk.

Run: python tests/benchmarks/bench_refresh.py [--publications 100000 300000] [--memory MB] [--baseline COMMIT]
The baseline is an earlier commit of this repository, checked out for the time of the run (525abcf: every refresh merged
all; --no-baseline leaves it out). Both get the same Arrow tables, in processes of their own. What this program merged
is compared with a merge of all, table by table.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BASELINE = "525abcf"
THREADS = 2
RECEIVED = datetime(2021, 6, 1)
QUERIES = 20
PAGE = 20_000


def queries() -> dict[str, Any]:
    """Twenty queries of which each publication satisfies some; query_hash → parsed."""
    from etl.query.canonical import query_hash
    from etl.query.parser import parse

    words = ("beam", "wafer", "mask", "stage", "lens", "resist", "pump", "blade", "bearing", "membrane")
    made = [parse(f"ti:{a} OR ab:({a} AND {b})") for a in words for b in words if a < b][:QUERIES]
    return {query_hash(q): q for q in made}


def write_corpus(folder: Path, count: int) -> None:
    """Write what both programs load: the first load, and what a refresh brings, as frames."""
    import polars as pl

    from etl.frames import to_table
    from tests.benchmarks.made_records import records

    more = count // 100
    last: list[Any] = []
    changed: list[Any] = []
    for place, chunk in enumerate(records(count + more, chunk=PAGE)):
        old, new = [r for r in chunk if r.row_no <= count], [r for r in chunk if r.row_no > count]
        if old:
            to_table(old).write_parquet(folder / f"first-{place:04d}.parquet")
        changed += [replace(r, claim_count=(r.claim_count or 0) + 1) for r in islice(old, 0, None, 100)]
        last += new
    pl.concat([to_table(changed), to_table(last)]).write_parquet(folder / "refresh-0000.parquet")


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """The tree of an earlier commit, beside this one and only for the time of the run."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "baseline"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def run(tree: Path, corpus: Path, memory: int | None) -> dict[str, Any]:
    """Run the stages in a process of its own on the program in `tree`; return what it measured."""
    command = [
        sys.executable,
        str(Path(__file__).resolve()),
        "--stages",
        str(corpus),
        *(["--memory", str(memory)] if memory else []),
    ]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(tree)}, cwd=tree, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _merger() -> tuple[Any, bool]:
    try:
        from etl.load.merged.merge import merge
    except ImportError:  # before there was a merge of what changed
        from etl.load.merge import rebuild

        return rebuild, False
    return merge, True


def _load(con: Any, corpus: Path, name: str, run_id: int) -> None:
    import polars as pl

    from etl.load.write import PageTable, load_tables, write_hits
    from warehouse.core import transaction

    known = list(queries())
    speaks_frames = importlib.util.find_spec("warehouse.frames") is not None  # earlier commits took pyarrow's tables
    for place, file in enumerate(sorted(corpus.glob(f"{name}-*.parquet"))):
        page, table = run_id * 10_000 + place, pl.read_parquet(file)
        with transaction(con):
            con.execute(
                "INSERT INTO pages BY NAME SELECT ? AS page_id, ? AS run_id, 'made' AS source, 'k' AS request_key,"
                " '{}' AS request, ? AS received_at, 'landed' AS state",
                [page, run_id, RECEIVED],
            )
            load_tables(con, run_id, [PageTable(page, "made", RECEIVED, table if speaks_frames else table.to_arrow())])
            which = [n % QUERIES for n in table["row_no"].to_list()]
            hits = table.select(
                pl.lit("made").alias("source"),
                pl.Series("technology_id", [f"technology-{n}" for n in which]),
                pl.Series("query_hash", [known[n] for n in which]),
                "publication_number", pl.lit(page, pl.Int32).alias("page_id"), "row_no",
            )  # fmt: skip
            write_hits(con, run_id, hits if speaks_frames else hits.to_arrow())


def _peak(*, reset: bool = False) -> float:
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    line = next(x for x in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def stages(corpus: Path, memory: int | None) -> dict[str, Any]:
    """Load, merge, load what a refresh brings, merge that; what each took. Runs on either program."""
    from warehouse.core import connect
    from warehouse.migrate import migrate

    merge, is_partial = _merger()
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "core.duckdb"
        con = connect(file, threads=THREADS)
        if memory:
            con.execute(f"SET memory_limit = '{memory} MiB'")
        migrate(con)
        con.execute("INSERT INTO sources VALUES ('made', 'made', NULL, true, 10, '{}')")
        for name, run_id in (("first", 1), ("refresh", 2)):
            start = time.process_time()
            _load(con, corpus, name, run_id)
            con.execute("CHECKPOINT")
            _peak(reset=True)
            cpu, wall = time.process_time(), time.perf_counter()
            merge(con, queries())
            con.execute("CHECKPOINT")
            out[name] = {
                "load": cpu - start, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall,
                "peak": _peak(), "file": file.stat().st_size / 1e6,
            }  # fmt: skip
        if is_partial:
            from etl.load.merged.check import check_merge

            out["differ"] = [d.table for d in check_merge(con, queries()) if d.lacking or d.extra]
        con.close()
    return out


def _show(count: int, now: dict[str, Any], before: dict[str, Any] | None, baseline: str) -> None:
    print(f"{count:,} publications, {THREADS} threads")
    for name, what in (("first", "first merge"), ("refresh", "merge of a refresh, 1 % changed and 1 % new")):
        a = now[name]
        line = f"  {what}: {a['cpu']:.1f} CPU s ({a['wall']:.1f} s wall), {a['peak']:,.0f} MB, file {a['file']:,.0f} MB"
        if before is not None:
            b = before[name]
            line += (
                f"; {baseline}: {b['cpu']:.1f} CPU s, {b['peak']:,.0f} MB, file {b['file']:,.0f} MB"
                f" = {b['cpu'] / a['cpu']:.1f} times the CPU"
            )
        print(line)
    print(f"  differs from a merge of all: {', '.join(now['differ']) or 'nothing'}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publications", type=int, nargs="*", default=[100_000])
    parser.add_argument("--memory", type=int, help="memory limit in MB")
    parser.add_argument("--baseline", default=BASELINE)
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--stages", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.stages:
        json.dump(stages(args.stages, args.memory), sys.stdout)
        return
    sys.path.insert(0, str(ROOT))
    for count in args.publications:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder), count)
            now, before = run(ROOT, Path(folder), args.memory), None
            if not args.no_baseline:
                with checkout(args.baseline) as tree:
                    before = run(tree, Path(folder), args.memory)
        _show(count, now, before, args.baseline)


if __name__ == "__main__":
    main()
