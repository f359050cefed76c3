"""A refresh killed with SIGKILL at random moments and resumed ends like an undisturbed one, and asks nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from house import FIRST, ROOT, command, environment, make_workspace, stuckneck, tables

from etl.simulator.corpus import build_corpus
from etl.simulator.office import Office
from warehouse.publish import NoSnapshotError, connect_snapshot, current

KILLS = 30
FIGURES = ("run_indicators", "run_placements", "run_screening", "run_shift", "run_window_top", "run_weights",
           "run_country_methods", "run_certainty", "run_families")  # fmt: skip


@pytest.mark.slow
def test_killed_thirty_times_and_resumed(tmp_path: Path) -> None:
    corpus = build_corpus(families_per_technology=60)
    refresh = ("refresh", "--as-of", str(FIRST))
    budget = "enrichment_requests = 0"
    with Office(corpus) as office:
        calm = make_workspace(tmp_path / "calm", office, harvest=budget)
        done = stuckneck(*refresh, "-w", str(calm.root))
        assert done.returncode == 0, done.stderr
        asked_calmly = len(office.state.requests)

        wild = make_workspace(tmp_path / "wild", office, harvest=budget)
        dice = random.Random(20210531)
        kills = 0
        for _ in range(KILLS * 4):
            process = subprocess.Popen(
                command(*refresh, "-w", str(wild.root)), cwd=ROOT, env=environment(),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            # the first seconds go to starting up: moments are drawn from when there is something to kill
            patience = time.monotonic() + dice.uniform(1.0, 4.0 if kills < KILLS - 5 else 12.0)
            while process.poll() is None and time.monotonic() < patience and kills < KILLS:
                time.sleep(0.02)
            if kills < KILLS and process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                continue
            _, err = process.communicate(timeout=300)
            assert process.returncode == 0, err.decode()
            break
        asked_wildly = len(office.state.requests) - asked_calmly

    con = connect_snapshot(current(wild))
    resumed, runs = con.execute("SELECT max(resumed), count(*) FROM runs").fetchone() or (0, 0)
    assert runs == 1, "a killed refresh is continued, not begun anew"
    assert resumed >= 2  # how many of the kills strike a running refresh depends on how fast the machine is
    pages, distinct = con.execute("SELECT count(*), count(DISTINCT request_key) FROM pages").fetchone() or (0, 0)
    assert pages == distinct, "a page that had landed was fetched again"
    # every kill can lose the one answer in flight, and each start asks for a token of its own
    assert asked_wildly <= asked_calmly + 3 * (kills + 1)
    assert tables(wild, FIGURES) == tables(calm, FIGURES)


def test_nothing_is_published_before_the_first_run_ends(tmp_path: Path) -> None:
    with Office(build_corpus(families_per_technology=60)) as office:
        workspace = make_workspace(tmp_path, office)
    with pytest.raises(NoSnapshotError):
        current(workspace)
