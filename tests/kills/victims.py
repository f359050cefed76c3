"""What is killed: each operation in a process of its own that ends itself with SIGKILL at the n-th of its own acts.

Acts are files opened, renamed and removed, sockets connected, and statements sent to the warehouse. So a kill comes by
progress and never by time, and a slow machine is killed at the same places as a fast one.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from schedules.upkeep.deep import deep_findings
from tests.schedules.small_house import CREDENTIALS, FIRST
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

_ACTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "shutil.copyfile", "socket.connect"})
_STATEMENTS = frozenset({"execute", "commit", "rollback", "close"})
DAYS, BEGIN = 3, datetime(2021, 5, 31, 12)
FIGURES = ("run_indicators", "run_placements", "run_screening", "run_shift", "run_weights", "run_certainty")


def _command(*words: str) -> None:
    from app.main import main

    sys.argv = ["stuckneck", *words]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise


def _daemon(root: Path) -> None:
    """Live through some days of a daemon, the clock set to each."""
    from schedules.timetable.daemon import Daemon
    from warehouse.clock import FakeClock

    for day in range(DAYS):
        Daemon(Workspace(root), clock=FakeClock(BEGIN + timedelta(days=day)), real=False).wake()


def _page(root: Path) -> None:
    """Open pages of the workbench, and acknowledge an alert in between."""
    from starlette.testclient import TestClient

    from app.web.application import build
    from app.web.site import Site
    from schedules.alerts import queue_request

    site = Site(Workspace(root), is_local=True)
    with TestClient(build(site, hosts=["testserver"])) as browser:
        for path in ("/", "/alerts", "/sql"):
            assert browser.get(path).status_code == 200
            queue_request(Workspace(root), 1, "acknowledged", who="a", now=BEGIN)
    site.snapshots.close()


def _backup(root: Path, beside: Path) -> None:
    """Write the backup again: one that was whole before the kill is in the way, as the command rightly says."""
    (beside / "backup.tar").unlink(missing_ok=True)
    _command("backup", str(beside / "backup.tar"), "-w", str(root))


# Each is done to a workspace; the folder beside it takes what is written elsewhere.
OPERATIONS: dict[str, Callable[[Path, Path], None]] = {
    "refresh": lambda root, _: _command("refresh", "-w", str(root), "--as-of", str(FIRST)),
    "import": lambda root, beside: _command("import", str(beside / "export.csv"), "-t", "lidar", "-w", str(root)),
    "place": lambda root, _: _command("place", "-w", str(root), "--as-of", str(FIRST)),
    "publish": lambda root, _: _command("place", "-w", str(root), "--as-of", str(FIRST)),
    "backup": lambda root, beside: _backup(root, beside),
    "restore": lambda _, beside: _command("restore", str(beside / "kept.tar"), str(beside / "restored")),
    "prune": lambda root, _: _command("prune", "-w", str(root)),
    "daemon": lambda root, _: _daemon(root),
    "page": lambda root, _: _page(root),
}
FROM = {"publish": 0.8}  # share of an operation's acts from which on it is killed: the copy and the pointer come last


def _live(name: str, root: str, beside: str, at: int, counts: str) -> None:
    """Do the operation in this process, and end it at its act number `at` (0: never); write how many there were."""
    os.environ.update(CREDENTIALS)
    for number in (1, 2):
        os.dup2(os.open(f"{counts}.{number}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    acts = 0

    def act() -> None:
        nonlocal acts
        acts += 1
        if acts == at:
            os.kill(os.getpid(), signal.SIGKILL)

    for statement in _STATEMENTS:
        setattr(duckdb.DuckDBPyConnection, statement, _Counted(act, getattr(duckdb.DuckDBPyConnection, statement)))
    sys.addaudithook(lambda event, _: act() if event in _ACTS else None)
    OPERATIONS[name](Path(root), Path(beside))
    Path(counts).write_text(str(acts))


class _Counted:
    """A method of DuckDB's connection, which is an act as soon as it is asked for.

    The method itself is handed out: DuckDB finds the tables that are variables in the frame that calls it. A profiler
    would count as well, and take half of the time.
    """

    def __init__(self, act: Callable[[], None], real: Any) -> None:
        self._act, self._real = act, real

    def __get__(self, con: duckdb.DuckDBPyConnection | None, of: type) -> Any:
        if con is not None:
            self._act()
        return self._real.__get__(con, of)


def do(name: str, root: Path, beside: Path, at: int = 0) -> tuple[int, int]:
    """Do an operation in a process of its own; return (its exit code, how many acts it came to)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    counts = beside / "acts"
    counts.unlink(missing_ok=True)
    process = context.Process(target=_live, args=(name, str(root), str(beside), at, str(counts)))
    process.start()
    process.join()
    return process.exitcode or 0, int(counts.read_text()) if counts.exists() else 0


@dataclass
class Killed:
    """One operation killed again and again: kills that struck, and what is wrong afterwards."""

    name: str
    kills: int = 0
    wrong: list[str] = field(default_factory=list)


def figures(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Return the figures of the latest run that is published, and the records and hits behind them."""
    con = connect_snapshot(current(workspace))
    last = "(SELECT max(run_id) FROM run_placements)"
    found = {
        name: con.execute(f"SELECT * EXCLUDE (run_id) FROM {name} WHERE run_id = {last} ORDER BY ALL").fetchall()
        for name in FIGURES
    }
    found["records"] = con.execute(
        "SELECT source, part, publication_number, content_hash FROM source_records WHERE valid_to IS NULL ORDER BY ALL"
    ).fetchall()
    found["hits"] = con.execute(
        "SELECT source, technology_id, publication_number FROM source_hits WHERE withdrawn_run IS NULL ORDER BY ALL"
    ).fetchall()
    con.close()
    return found


def undisturbed(name: str, base: Path) -> tuple[Path, int]:
    """Return a copy of `base` to which `name` was done without a kill, beside it, and how many acts it came to.

    It is made once: what comes of an operation is the same every time. Raises AssertionError when it fails.
    """
    calm = base.with_name(f"{base.name}-{name}")
    if not calm.exists():
        shutil.copytree(base, calm)
        code, acts = do(name, calm / "w", calm)
        assert acts, f"undisturbed it ended with {code}: {(calm / 'acts.2').read_text()[-500:]}"
        if name == "backup":
            restore(calm)
        (calm / "undisturbed").write_text(str(acts))
    return calm, int((calm / "undisturbed").read_text())


def restore(beside: Path) -> None:
    """Restore the backup that was made in the folder, as what the backup holds can be looked at."""
    shutil.copy(beside / "backup.tar", beside / "kept.tar")
    code, _ = do("restore", beside / "w", beside)
    assert not code, (beside / "acts.2").read_text()[-500:]


def kill_again_and_again(name: str, base: Path, folder: Path, kills: int, dice: random.Random) -> Killed:
    """Do `name` killed `kills` times on a copy of `base`, and hold what comes to that of an undisturbed copy."""
    done = Killed(name)
    calm, acts = undisturbed(name, base)
    wild = folder / "wild"
    shutil.copytree(base, wild)
    for _ in range(4 * kills):
        if done.kills == kills:
            break
        code, came_to = do(name, wild / "w", wild, dice.randint(max(1, int(acts * FROM.get(name, 0))), acts))
        done.kills += code == -signal.SIGKILL
        acts = came_to or acts  # a continued run has less to do, and ended before its turn
        done.wrong += _between(name, wild)
    code, _ = do(name, wild / "w", wild)
    if code:
        done.wrong.append(f"in the end it ended with {code}: {(wild / 'acts.2').read_text()[-500:]}")
        return done
    done.wrong += _afterwards(name, calm, wild)
    return done


def _between(name: str, beside: Path) -> list[str]:
    """What a kill has left that it must not leave."""
    if name == "restore" and (beside / "restored").exists():
        if (beside / "restored" / "stuckneck.toml").exists():
            with Core(Workspace(beside / "restored")):
                pass  # it opens
        shutil.rmtree(beside / "restored")
    if name == "backup" and (beside / "backup.tar").exists():
        with tarfile.open(beside / "backup.tar") as archive:
            archive.getmembers()  # whole under its name, or not there
    return []


def _afterwards(name: str, calm: Path, wild: Path) -> list[str]:
    wrong = []
    if name == "backup":
        restore(wild)
    at = "restored" if name in {"backup", "restore"} else "w"
    one, other = Workspace(calm / at), Workspace(wild / at)
    before, after = figures(one), figures(other)
    wrong += [f"{table} differs" for table in before if before[table] != after[table]]
    wrong += [f"{check}: {sentence}" for check, state, sentence in deep_findings(other) if state != "ok"]
    with Core(other) as core:
        count = core.con.execute(
            "SELECT count(*) FROM (SELECT run_id, request_key FROM pages WHERE state <> 'refused'"
            " AND request_key IS NOT NULL GROUP BY ALL HAVING count(*) > 1)"
        ).fetchone()
        if count and count[0]:
            wrong.append(f"{count[0]} keys answered twice")
        slots = core.con.execute(
            "SELECT count(*), count(DISTINCT (schedule, slot)), count(*) FILTER (state NOT IN ('done', 'merged'))"
            " FROM schedule_slots"
        ).fetchone()
        if slots and (slots[0] != slots[1] or slots[2]):
            wrong.append(f"slots: {slots}")
    return wrong
