"""A cluster on loopback, one worker of which is killed in the middle: the tables are those DuckDB makes.

Run: python -m tests.etl.engines.cluster [--workspace demo] [--size 400] [--seed 1] [--kill STEP]. Records are those of
a workspace, or of a made world. Not part of the suite: it starts a master, two workers, two executors and a driver, and
takes minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyspark

from etl.engines.engine import Engine
from etl.engines.on_duckdb import DuckDBEngine
from etl.engines.output import TABLES, Output
from etl.engines.spark.engine import SparkEngine
from etl.engines.spark.session import session
from etl.engines.spark.tables import Tables
from etl.engines.topics import Queries
from tests.etl.engines.made_world import QUERIES, give_records, give_warehouse, queries_of, world
from tests.etl.engines.test_on_spark import SMALL, rows
from warehouse.workspace import Workspace

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


def port() -> int:
    """A free port of loopback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A master and two workers of one core, each in a session of its own; all are ended afterwards."""
    number, env = port(), os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "SPARK_DAEMON_MEMORY": "256m",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }  # fmt: skip
    address = f"spark://127.0.0.1:{number}"
    begun = [
        start(["master.Master", "--host", "127.0.0.1", "--port", str(number), "--webui-port", "0"], env, folder / "m")
    ]
    try:
        time.sleep(10)
        for n in range(2):
            words = [
                "worker.Worker",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--webui-port",
                "0",
                "--work-dir",
                str(folder / f"w{n}"),
            ]
            begun.append(start([*words, address], env, folder / f"{n}"))
        yield address, begun[1:]
    finally:
        for process in begun:
            end(process)


def start(words: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A daemon of Spark's, leader of its own process group."""
    command = [str(SPARK_CLASS), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
    with log.with_suffix(".log").open("wb") as said:
        return subprocess.Popen(command, env=env, stdout=said, stderr=said, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a daemon and what it started (its executor among them), as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Killing(Tables):
    """Tables that kill a worker when a step has been kept."""

    def arm(self, step: str, worker: subprocess.Popen[bytes]) -> None:
        """Kill `worker` behind the first step of this name."""
        self._step, self._worker = step, worker

    def keep(self, name: str, of: object = None) -> object:  # type: ignore[override]
        kept = super().keep(name, of)  # type: ignore[arg-type]
        if name == self._step and self._worker.poll() is None:
            end(self._worker)
            print(f"killed a worker and its executor behind {name}", flush=True)
        return kept


def give(out: Output, workspace: Path | None, seed: int, size: int) -> None:
    """Give an engine the records of the workspace, or of a made world."""
    if workspace is None:
        give_records(out, world(seed, size))
        return
    with duckdb.connect(str(Workspace.open(workspace).core), read_only=True) as con:
        give_warehouse(out, con)


def run(engine: Engine, queries: Queries, *, found: bool) -> None:
    """Make the tables; `found`: the hits are there already."""
    if not found:
        engine.hits(queries)
    engine.tables(queries, whole_table=True)


def main() -> int:
    """Run it; 0 when every row is the same."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--size", type=int, default=400)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kill", default="unnamed")
    asked.add_argument("--workspace", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outs = {engine: Output(folder / engine) for engine in ("duckdb", "spark")}
        queries = QUERIES if given.workspace is None else queries_of(given.workspace)
        for out in outs.values():
            give(out, given.workspace, given.seed, given.size)
        run(DuckDBEngine(outs["duckdb"]), queries, found=given.workspace is not None)
        begun = time.monotonic()
        settings = SMALL | {
            "spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        }  # fmt: skip
        with cluster(folder) as (address, workers), session(address, settings) as spark:
            tables = Killing(spark, folder / "kept")
            tables.arm(given.kill, workers[0])
            run(SparkEngine(outs["spark"], tables), queries, found=given.workspace is not None)
        print(f"{time.monotonic() - begun:.0f} s wall with a worker killed", flush=True)
        found = {table: (rows(outs["duckdb"], table), rows(outs["spark"], table)) for table in TABLES}
        for table, (one, other) in found.items():
            print(f"{table}: {len(one)} rows, {'equal' if one == other else 'DIFFERENT'}")
        return int(any(one != other or not one for one, other in found.values()))


if __name__ == "__main__":
    sys.exit(main())
