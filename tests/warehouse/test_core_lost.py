"""A core file that is missing, empty, damaged or another workspace's never takes the place of one that published."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from schedules.runs.outcome import BEGIN_AGAIN
from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.core import Core, CoreLostError
from warehouse.publish import current
from warehouse.run import running
from warehouse.workspace import Workspace

NOW = datetime(2022, 1, 1, 3)


def published(folder: Path, now: datetime = NOW) -> Workspace:
    workspace = Workspace(folder)
    with Core(workspace) as core, running(core, "place", FakeClock(now)) as run:
        run.publish()
    return workspace


def test_missing_emptied_cut_or_strange_is_refused_in_a_sentence(tmp_path: Path) -> None:
    workspace = published(tmp_path / "w")
    other = published(tmp_path / "other", datetime(2023, 5, 5))
    whole = workspace.core.read_bytes()
    before = current(workspace).read_bytes()
    for content, sentence in (
        (None, "is missing although snapshot-000001"), (b"", "cannot be opened"),
        (whole[:5000], "cannot be opened"), (b"nonsense" * 2000, "cannot be opened"),
        (other.core.read_bytes(), "another workspace"),
    ):  # fmt: skip
        workspace.core.unlink(missing_ok=True)
        if content is not None:
            workspace.core.write_bytes(content)
        with pytest.raises(CoreLostError, match=sentence), Core(workspace):
            pass
        assert current(workspace).read_bytes() == before
    shutil.copyfile(current(workspace), workspace.core)  # the way out that the sentence names
    with Core(workspace) as core:
        assert ledger.get(core.con, 1).state == "succeeded"


@pytest.mark.parametrize("pointer", [None, b"", b"\xff\xfe", b"snapshot-000009.duckdb\n"])
def test_a_snapshot_that_lost_its_pointer_is_found(tmp_path: Path, pointer: bytes | None) -> None:
    workspace = published(tmp_path)
    file = workspace.snapshots / "current"
    file.unlink()
    if pointer is not None:
        file.write_bytes(pointer)
    assert current(workspace).name == "snapshot-000001.duckdb"


@pytest.mark.parametrize(
    ("error", "continued"), [("OSError: No space left on device", True), ("ZeroDivisionError: x", True),
                             ("AuditError: families", False), ("NothingCameError: no answer", False)],
)  # fmt: skip
def test_a_failed_refresh_is_continued_unless_it_would_come_to_the_same_end(
    tmp_path: Path, error: str, continued: bool
) -> None:
    with Core(Workspace(tmp_path)) as core:
        run = ledger.start(core.con, "refresh", now=NOW)
        ledger.finish(core.con, run.run_id, "failed", now=NOW, message=error)
        ledger.park_failed(core.con, "refresh", None, now=NOW, begin_again=BEGIN_AGAIN)
        assert (ledger.get(core.con, 1).state == "parked") is continued
