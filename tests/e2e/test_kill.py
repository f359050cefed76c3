"""A refresh killed with SIGKILL at random moments and resumed ends like an undisturbed one, and asks nothing twice."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from house import FIRST, forked, make_workspace, only, quick, tables

from etl.catalogue.load import load_catalogue
from office.service.office import Office
from tests.corpora import small
from warehouse.publish import NoSnapshotError, connect_snapshot, current

KILLS = int(os.environ.get("STUCKNECK_KILLS", "15"))
# That many come at a moment given by how far the harvest is; the others by time, also after the harvest.
BY_PROGRESS = KILLS * 2 // 3
FIGURES = ("run_indicators", "run_placements", "run_screening", "run_shift", "run_window_top", "run_weights",
           "run_country_methods", "run_certainty", "run_families")  # fmt: skip


def _wait(process: Any, office: Office, requests: int, seconds: float = 1200.0) -> None:
    """Wait until the office has been asked so often, the process has ended, or the time is over."""
    end = time.monotonic() + seconds
    while process.exitcode is None and len(office.state.requests) < requests and time.monotonic() < end:
        time.sleep(0.005)


@pytest.mark.slow
def test_killed_again_and_again_and_resumed(tmp_path: Path) -> None:
    corpus = small()
    refresh = ("refresh", "--as-of", str(FIRST))
    budget = "enrichment_requests = 0"
    with Office(corpus) as office:
        place = "network = false\nbootstrap_draws = 50\n"
        calm = make_workspace(tmp_path / "calm", office, harvest=budget, place=place)
        watched = [t.id for t in load_catalogue(calm.technologies_file).technologies if t.status == "watched"][::3]
        only(calm, *watched)
        done = quick(*refresh, "-w", str(calm.root))
        assert done.returncode == 0, done.stderr
        asked_calmly = len(office.state.requests)

        wild = make_workspace(tmp_path / "wild", office, harvest=budget, place=place)
        only(wild, *watched)
        dice = random.Random(20210531)
        kills = met = 0
        holder = wild.lock.with_suffix(".holder.json")
        for _ in range(KILLS * 4):
            process = forked(*refresh, "-w", str(wild.root), out=tmp_path / "out", err=tmp_path / "err")
            while process.exitcode is None and not holder.exists() and kills < KILLS:
                time.sleep(0.01)  # before the warehouse is held there is nothing to kill
            asked = len(office.state.requests)
            if kills < BY_PROGRESS:
                _wait(process, office, asked + dice.randint(1, 4))
                met += len(office.state.requests) > asked  # a process that has asked has a run
            elif kills < KILLS:
                _wait(process, office, sys.maxsize, dice.uniform(0.05, 1.5))
            if kills < KILLS and process.exitcode is None:
                process.kill()
                process.join()
                assert process.exitcode in {0, -signal.SIGKILL}  # it may just have ended
                kills += 1
                holder.unlink(missing_ok=True)  # a killed writer leaves its note; the lock itself is the system's
                continue
            process.join(timeout=1200)
            assert process.exitcode == 0, (tmp_path / "err").read_text()
            break
        asked_wildly = len(office.state.requests) - asked_calmly

    con = connect_snapshot(current(wild))
    resumed, runs = con.execute("SELECT max(resumed), count(*) FROM runs").fetchone() or (0, 0)
    assert runs == 1, "a killed refresh is continued, not begun again"
    assert kills >= BY_PROGRESS
    print(f"{kills} kills, {resumed} of them met a run")
    assert resumed >= met >= BY_PROGRESS / 2
    pages, distinct = con.execute("SELECT count(*), count(DISTINCT request_key) FROM pages").fetchone() or (0, 0)
    assert pages == distinct, "a page that had landed was fetched again"
    # every kill can lose the one answer in flight, and each start asks for a token of its own
    assert asked_wildly <= asked_calmly + 3 * (kills + 1)
    assert tables(wild, FIGURES) == tables(calm, FIGURES)


def test_nothing_is_published_before_the_first_run_ends(tmp_path: Path) -> None:
    with Office(small()) as office:
        workspace = make_workspace(tmp_path, office)
    with pytest.raises(NoSnapshotError):
        current(workspace)
