"""Lives through the simulated year in processes that can be killed: reads orders, forks a child for each.

An order is a line of JSON on stdin: {"root": workspace, "disk_full": bool}. The answers are {"pid": n} and, when the
child is gone, {"ended": status}. The child goes on where the year is (file `week` in the workspace).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import duckdb
import requests

sys.path.insert(0, str(Path(__file__).parent))
from year_plan import DISK_FULL, EDITED_FROM, SUNDAYS, catalogue, moment

from etl.sources.settings import load_settings
from schedules.timetable.runner import run_due
from schedules.timetable.tasks import Tools
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.settings import Settings
from warehouse.workspace import Workspace

DONE, FAILED, BEFORE_DISK_FULL, AFTER_DISK_FULL = 0, 1, 7, 8


def stands_at(root: Path) -> int:
    """Return the week the year is at (-1: the schedules have not been seen yet)."""
    file = root / "week"
    return int(file.read_text()) if file.exists() else -1


def note(root: Path, week: int) -> None:
    partial = root / "week.partial"
    partial.write_text(str(week))
    partial.replace(root / "week")


def live(root: Path, *, disk_full: bool) -> int:
    """Live from where the year is to its end."""
    workspace = Workspace(root)
    settings = load_settings(workspace.settings_file)
    if stands_at(root) < 0:
        with Core(workspace) as core:
            run_due(Tools(core, settings, FakeClock(moment(SUNDAYS[0]) - timedelta(hours=1))))
        note(root, 0)
    for week in range(stands_at(root), len(SUNDAYS)):
        sunday = SUNDAYS[week]
        requests.post(
            settings.sources.lens.base_url + f"/synthetic/clock/{sunday.isoformat()}", timeout=1200
        ).raise_for_status()
        if sunday == DISK_FULL and not (root / "disk-was-full").exists():
            if not disk_full:
                return BEFORE_DISK_FULL
            return _without_disk(workspace, settings, FakeClock(moment(sunday) + timedelta(minutes=10)))
        if sunday >= EDITED_FROM:
            workspace.technologies_file.write_text(catalogue(True), encoding="utf-8")
        _week(workspace, settings, FakeClock(moment(sunday) + timedelta(minutes=10)))
        note(root, week + 1)
    return DONE


def _without_disk(workspace: Workspace, settings: Settings, clock: FakeClock) -> int:
    """Wake up once while no file can be written beyond 1.5 MB, as on a full disk (EFBIG where that says ENOSPC)."""
    (workspace.root / "disk-was-full").write_text("yes")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
    try:
        with Core(workspace) as core:
            outcomes = run_due(Tools(core, settings, clock)).outcomes
        said = "; ".join(f"{o.due.task} {o.state}: {o.message}" for o in outcomes)
    except (OSError, duckdb.Error) as error:
        said = f"{type(error).__name__}: {error}"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    (workspace.root / "disk-full-said").write_text(said)
    return AFTER_DISK_FULL


def _week(workspace: Workspace, settings: Settings, clock: FakeClock) -> None:
    """Wake up at the slot, and again whenever something waits to be tried again before the next Sunday."""
    began = clock.now()
    while True:
        with Core(workspace) as core:
            run_due(Tools(core, settings, clock))
            row = core.con.execute(
                "SELECT min(retry_after) FROM schedule_slots WHERE state = 'due' AND task = 'refresh'"
            ).fetchone()
        if row is None or row[0] is None:
            return
        if row[0] > began + timedelta(days=6):
            msg = "the refresh failed the whole week"
            raise RuntimeError(msg)
        clock.set(row[0] + timedelta(seconds=1))


def _child(order: dict[str, object]) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    log = Path(str(order["root"])) / "log"
    try:
        return live(Path(str(order["root"])), disk_full=bool(order.get("disk_full")))
    except BaseException:
        with log.open("a") as file:
            traceback.print_exc(file=file)
        return FAILED


def main() -> None:
    import_module("tests.warm")  # here, once, what every child would import for itself
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_child(order))
        print(json.dumps({"pid": pid}), flush=True)
        print(json.dumps({"ended": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}), flush=True)


if __name__ == "__main__":
    main()
