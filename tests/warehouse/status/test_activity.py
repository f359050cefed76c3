"""What the writer tells of itself: readable while it works, recognised as stale when it was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from warehouse.core import Core, WarehouseBusyError
from warehouse.status import activity, facts
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, time
from pathlib import Path
from warehouse.core import Core
from warehouse.workspace import Workspace
with Core(Workspace(Path(sys.argv[1])), purpose="holding") as core:
    core.tell.run(7, "refresh")
    core.tell.step("harvest")
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    space = Workspace(tmp_path)
    space.make_folders()
    return space


def test_the_writer_tells_and_takes_it_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "EVERY", 0.0)
    assert activity.current(workspace) is None
    with Core(workspace, purpose="a test") as core:
        core.tell.run(3, "refresh")
        core.tell.step("harvest")
        core.progress("harvest lens", 2, 20)
        core.tell.query("chip", 40, 80)
        core.progress("harvest lens", 3, 20)
        found = activity.current(workspace)
        assert found is not None
        assert (found.pid, found.purpose, found.run_id, found.step) == (os.getpid(), "a test", 3, "harvest")
        assert (found.what, found.done, found.total, found.technology_id) == ("harvest lens", 3, 20, "chip")
        assert activity.file_of(workspace).stat().st_mode & 0o777 == 0o600
        core.tell.step("load")
        after = activity.current(workspace)
        assert after is not None
        assert (after.step, after.what, after.done, after.technology_id) == ("load", None, 0, None)
        with pytest.raises(WarehouseBusyError, match=f"process {os.getpid()} has held it since .* UTC for a test"):
            Core(workspace).__enter__()
        assert activity.current(workspace) == after, "a second writer that is turned away leaves no trace"
    assert not activity.file_of(workspace).exists()
    assert [f.name for f in workspace.core.parent.iterdir() if "partial" in f.name] == []


def test_requests_and_quota_come_from_the_warehouse(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "EVERY", 0.0)
    with Core(workspace) as core:
        core.con.execute(
            "INSERT INTO pages (page_id, run_id, slice_id, source, request_key, request, byte_count, received_at,"
            " state) SELECT i, 5, 1, 'lens', i, '{}', 10, now() AT TIME ZONE 'UTC', if(i = 4, 'refused', 'landed')"
            " FROM range(1, 5) AS t(i)"
        )
        core.con.execute("INSERT INTO quota_use VALUES ('lens', 'month', 'requests', '2026-11-01', 4, '2026-11-28')")
        core.tell.run(5, "refresh")
        core.progress("harvest lens", 1, 2)
        found = activity.current(workspace)
    assert found is not None
    assert [(a.source, a.requests, a.bytes, a.refused) for a in found.asked] == [("lens", 4, 40, 1)]
    assert [(u.source, u.period, u.used) for u in found.quota] == [("lens", "month", 4)]


def test_the_note_of_a_killed_writer_is_stale(workspace: Workspace) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    living = activity.current(workspace)
    assert living is not None
    assert (living.pid, living.step) == (process.pid, "harvest")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert activity.stored(workspace) == living, "the file is left behind"
    assert activity.current(workspace) is None
    with Core(workspace):
        assert activity.current(workspace) is not None
    assert activity.stored(workspace) is None


def test_a_process_of_the_same_number_or_another_machine_is_told_apart(workspace: Workspace) -> None:
    with Core(workspace):
        text = activity.file_of(workspace).read_text()
    file = activity.file_of(workspace)
    file.write_text(text)
    assert activity.stored(workspace) is not None
    if activity.process_start(os.getpid()):
        assert activity.current(workspace) is not None, "this very process still lives"
    for change in ({"process_started": "1"}, {"host": "another-machine"}):
        file.write_text(json.dumps(json.loads(text) | change))
        assert activity.current(workspace) is None, "nobody holds the lock"
        with FileLock(str(workspace.lock)):
            assert activity.current(workspace) is not None, "somebody does"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"pid": "x"}', b"\xff\xfe", b"[]"])
def test_a_damaged_file_is_no_file(workspace: Workspace, damage: bytes) -> None:
    for file in (activity.file_of(workspace), facts.file_of(workspace)):
        file.write_bytes(damage)
    assert activity.stored(workspace) is activity.current(workspace) is facts.stored(workspace) is None


def test_a_full_disk_does_not_cost_the_writer_its_work(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.status import files

    def full(_file: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    with Core(workspace) as core:
        core.tell.step("place")
        core.con.execute("CREATE TABLE went_on (a INTEGER)")
    assert facts.stored(workspace) is None
