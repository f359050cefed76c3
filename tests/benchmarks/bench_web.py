"""Benchmark of the workbench over a million families: a page alone, fifty readers while a writer works, memory.

Run: python tests/benchmarks/bench_web.py [WORKSPACE] [--families 1000000] [--datasette PATH]
WORKSPACE is a demo (default: one is made); its snapshot is copied and its families multiplied, each copy under ids
of its own. Bars: overview < 150 ms, a list < 200 ms, p95 of fifty readers < 1 s, memory < 400 MB. With --datasette, a
Datasette page of the same rows (SQLite, indexed) is measured in the same run.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import duckdb

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from warehouse.publish import current  # noqa: E402
from warehouse.workspace import Workspace  # noqa: E402

LISTS = (
    "/families?technology=chip", "/families?technology=chip&sort=citations&side=focal",
    "/families?technology=chip&page=200",
    "/families?technology=chip&indicator=pct&side=others", "/families?technology=chip&q=system",
)  # fmt: skip
PAGES = ("/", "/technology/chip", "/compare/countries", "/holders", *LISTS)
_COPIES = """
INSERT INTO families SELECT f.* REPLACE (f.family_key + $step * r.i AS family_key,
    f.family_id || '-' || r.i AS family_id)
FROM families AS f, range(1, $copies) AS r(i) WHERE f.is_harvested;
INSERT INTO run_families SELECT f.* REPLACE (f.family_key + $step * r.i AS family_key,
    f.family_id || '-' || r.i AS family_id)
FROM run_families AS f, range(1, $copies) AS r(i);
INSERT INTO publications SELECT p.* REPLACE (p.publication_number || '-' || r.i AS publication_number,
    p.family_key + $step * r.i AS family_key, p.family_id || '-' || r.i AS family_id)
FROM publications AS p, range(1, $copies) AS r(i);
CHECKPOINT
"""


def multiplied(source: Path, folder: Path, families: int) -> Workspace:
    """Copy the workspace with its published snapshot alone, its families multiplied."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("landing", "reports", "*.duckdb*", "*.sha256"))
    file = current(Workspace.open(source))
    target = folder / "snapshots" / file.name
    shutil.copyfile(file, target)
    with duckdb.connect(str(target)) as con:
        [(have, step)] = con.execute("SELECT count(*), max(family_key) + 1 FROM families WHERE is_harvested").fetchall()
        for statement in _COPIES.split(";"):
            values = {"step": step, "copies": families // have + 1} if "$step" in statement else None
            con.execute(statement, values) if values else con.execute(statement)
        [(now,)] = con.execute("SELECT count(*) FROM families WHERE is_harvested").fetchall()
    shutil.copyfile(target, folder / "warehouse" / "core.duckdb")
    print(f"{now:,} families, snapshot {target.stat().st_size / 1e6:.0f} MB")
    return Workspace.open(folder)


def asked(address: str, path: str) -> float:
    """Return the seconds that one GET took, to the last byte."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return time.perf_counter() - start


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alone(address: str, path: str, pid: int, times: int = 15) -> str:
    """Return first and median time of a page asked again and again by one reader, and the server's CPU for each."""
    first, before = asked(address, path), cpu(pid)
    middle = median(asked(address, path) for _ in range(times))
    spent = (cpu(pid) - before) / times
    return f"{path:<58} first {first * 1000:6.0f} ms, then {middle * 1000:5.0f} ms, CPU {spent * 1000:5.0f} ms"


def unseen(address: str, pid: int, times: int = 15) -> str:
    """Return the median time of list pages that nobody asked for before, and the server's CPU for each."""
    before = cpu(pid)
    middle = median(asked(address, f"/families?technology=chip&page={300 + i}") for i in range(times))
    spent = (cpu(pid) - before) / times
    return f"{'list pages nobody asked for before':<58} median {middle * 1000:.0f} ms, CPU {spent * 1000:.0f} ms"


def together(address: str, pages: tuple[str, ...], readers: int = 50, each: int = 4) -> tuple[float, float]:
    """Return median and 95th percentile over `readers` readers at once, each asking `each` pages."""
    found: list[float] = []

    def read(number: int) -> None:
        for i in range(each):
            found.append(asked(address, pages[(number + i) % len(pages)]))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.sort()
    return median(found), found[int(len(found) * 0.95)]


def peak(pid: int) -> float:
    """Return the most resident memory of a process so far, MB (Linux)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) / 1000


def datasette(program: str, workspace: Workspace, folder: Path) -> None:
    """Measure Datasette's page of the same rows."""
    file = folder / "families.db"
    with duckdb.connect(str(current(workspace)), read_only=True) as con, sqlite3.connect(file) as lite:
        rows = con.execute(
            "SELECT rf.technology_id, rf.family_id, f.title, f.first_applicant, rf.country,"
            " CAST(f.filing_date AS VARCHAR), rf.main_subclass, rf.claim_count, rf.forward_citations"
            " FROM run_families AS rf JOIN families AS f USING (family_id)"
            " WHERE rf.run_id = (SELECT max(run_id) FROM matrix_latest)"
        )
        lite.execute(
            "CREATE TABLE families (technology, family_id, title, applicant, country, filed, subclass, claims, cited)"
        )
        while batch := rows.fetchmany(50_000):
            lite.executemany("INSERT INTO families VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
        lite.execute("CREATE INDEX by_technology ON families (technology)")
        lite.execute("CREATE INDEX by_cited ON families (technology, cited)")
    port = 18001
    process = subprocess.Popen(
        [program, str(file), "-p", str(port), "--setting", "sql_time_limit_ms", "60000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                asked(address, "/")
                break
            except OSError:
                time.sleep(0.2)
        pages = ("/families/families?technology=chip", "/families/families?technology=chip&_sort_desc=cited")
        for path in pages:
            print("datasette", alone(address, path, process.pid))
        middle, high = together(address, pages)
        print(
            f"datasette, 50 readers at once: median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms;"
            f" {peak(process.pid):.0f} MB"
        )
    finally:
        process.terminate()
        process.wait()


def served(workspace: Workspace) -> None:
    """Serve the workspace and print what one reader, fifty, and fifty beside a writer meet."""
    root = ["--workspace", str(workspace.root)]
    command = [sys.executable, "-m", "app.main", "serve", *root, "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().strip().rstrip("/")
    try:
        for path in PAGES:
            print(alone(address, path, server.pid))
        print(unseen(address, server.pid))
        print(f"memory after one reader: {peak(server.pid):.0f} MB")
        middle, high = together(address, PAGES)
        print(f"50 readers at once, nothing else: median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms")
        writer = subprocess.Popen(
            [sys.executable, "-m", "app.main", "place", *root], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        time.sleep(3)
        middle, high = together(address, PAGES)
        ran = writer.poll() is None
        lists = tuple(f"/families?technology=chip&page={400 + i}" for i in range(200))
        apart = together(address, lists)
        print(
            f"50 readers while a run writes (still writing: {ran}):"
            f" median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms (bar: 1000)"
        )
        print(f"the same, each a list page nobody saw: median {apart[0] * 1000:.0f} ms, p95 {apart[1] * 1000:.0f} ms")
        print(f"memory, the most: {peak(server.pid):.0f} MB (bar: 400)")
        writer.terminate()
        writer.wait()
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print what was measured beside the bars."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path, nargs="?")
    parser.add_argument("--families", type=int, default=1_000_000)
    parser.add_argument("--datasette", default=shutil.which("datasette"), help="program of Datasette, the baseline")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.workspace is None:
            args.workspace = Path(folder) / "demo"
            made = ["demo", "--families", "60", "--folder", str(args.workspace)]
            subprocess.run([sys.executable, "-m", "app.main", *made], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        workspace = multiplied(args.workspace.resolve(), Path(folder) / "watch", args.families)
        served(workspace)
        if args.datasette:
            datasette(args.datasette, workspace, Path(folder))


if __name__ == "__main__":
    main()
