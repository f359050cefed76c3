"""The scheduled backup: written whole, read again, kept by number, and restored."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from etl.sources.settings import load_settings
from schedules.timetable.due import settle
from schedules.timetable.runner import Pass, run_due
from schedules.timetable.tasks import Tools
from schedules.upkeep import archives as kept
from schedules.upkeep.backup import BackupError, check, restore
from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

START = datetime(2026, 11, 1, 12)


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    root = tmp_path / "监测 1"
    root.mkdir()
    (root / "stuckneck.toml").write_text(
        '[schedule.nightly]\ntask = "backup"\nevery = "1d"\ntime_zone = "UTC"\n[backup]\nkeep = 2\n'
    )
    (root / ".env").write_text("STUCKNECK_LENS_TOKEN=secret-token\n")
    workspace = Workspace(root)
    workspace.make_folders()
    landed = workspace.landing / "ab" / f"{'ab' * 32}.zst"
    landed.parent.mkdir()
    landed.write_bytes(b"as it came")
    with Core(workspace) as core:
        run = ledger.start(core.con, "refresh", now=START)
        core.con.execute("INSERT INTO alert_rule_runs VALUES ('r', 'h', 's', ?, 1, NULL)", [START])
        ledger.finish(core.con, run.run_id, "succeeded", now=START)
        publish(core, 1)
        settle(core.con, load_settings(workspace.settings_file), START)
    return workspace


def nights(space: Workspace, *days: int) -> list[Pass]:
    done = []
    for day in days:
        with Core(space) as core:
            clock = FakeClock(START + timedelta(days=day))
            done.append(run_due(Tools(core, load_settings(space.settings_file), clock)))
    return done


def rows(space: Workspace) -> dict[str, list[tuple[object, ...]]]:
    with Core(space) as core:
        tables = core.con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        return {t: core.con.execute(f'FROM "{t}" ORDER BY ALL').fetchall() for (t,) in tables}


def test_the_newest_are_kept_and_other_files_left_alone(space: Workspace) -> None:
    folder = space.root / "backups"
    first = nights(space, 1)[0].outcomes[0]
    assert (first.state, first.due.task) == ("done", "backup")
    (folder / "mine.tar").write_text("somebody's own")
    (folder / "监测 1-20261102T000000Z.tar.partial").write_text("half")
    nights(space, 2, 3, 4)
    names = sorted(f.name for f in folder.iterdir())
    assert names == ["mine.tar", "监测 1-20261104T120000Z.tar", "监测 1-20261105T120000Z.tar"]
    assert {f.stat().st_mode & 0o777 for f in folder.glob("监测*")} == {0o600}
    assert b"secret-token" not in (folder / names[-1]).read_bytes()


def test_what_was_backed_up_is_restored_whole(space: Workspace, tmp_path: Path) -> None:
    nights(space, 1)
    (archive,) = kept.archives(space, space.root / "backups")
    before = rows(space)
    assert check(archive).files == 3
    restore(archive, tmp_path / "again")
    restored = Workspace(tmp_path / "again")
    after = rows(restored)
    assert {t: r for t, r in after.items() if t not in ("schedule_slots", "schema_views")} == {
        t: r for t, r in before.items() if t not in ("schedule_slots", "schema_views")
    }
    assert (restored.landing / "ab" / f"{'ab' * 32}.zst").read_bytes() == b"as it came"
    with Core(restored) as core:
        found = core.con.execute("SELECT state FROM runs WHERE kind = 'backup'").fetchall()
    assert found == [("succeeded",)], "in the copy the backup is over too: nobody is told that it failed"
    # the slot is marked done after the copy was made; the ledger knows better and the restored workspace agrees
    with Core(restored) as core:
        run_due(Tools(core, load_settings(restored.settings_file), FakeClock(START + timedelta(days=1, minutes=1))))
        slots = core.con.execute("SELECT state, run_id FROM schedule_slots").fetchall()
    assert slots == [("done", 2)]


def test_an_archive_that_cannot_be_read_again_fails_and_costs_no_older_one(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights(space, 1, 2)
    before = kept.archives(space, space.root / "backups")
    whole = kept.backup

    def bad_disk(core: Core, target: Path) -> object:
        done = whole(core, target)
        damaged = bytearray(target.read_bytes())
        at = damaged.index(b"as it came")
        damaged[at] ^= 1
        target.write_bytes(damaged)
        return done

    monkeypatch.setattr(kept, "backup", bad_disk)
    failed = nights(space, 3)[0].outcomes[0]
    assert failed.state == "failed"
    assert failed.fault is None, "no fault of the program"
    assert "missing or was changed" in failed.message
    assert kept.archives(space, space.root / "backups") == before
    with Core(space) as core:
        assert core.con.execute("SELECT state FROM runs WHERE kind = 'backup' ORDER BY run_id").fetchall() == [
            ("succeeded",), ("succeeded",), ("failed",),
        ]  # fmt: skip
        told = core.con.execute("SELECT source FROM alerts WHERE rule = 'task_failing'").fetchall()
    assert told == [("backup",)]


def test_a_warehouse_that_does_not_open_is_found(space: Workspace, tmp_path: Path) -> None:
    with Core(space) as core:
        kept.backup(core, tmp_path / "b.tar")
    assert check(tmp_path / "b.tar").files == 3
    rotten = b"no database"
    with tarfile.open(tmp_path / "rotten.tar", "w") as tar:
        sums = {}
        for name, content in (("stuckneck.toml", b""), ("warehouse/core.duckdb", rotten)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
            sums[name] = hashlib.sha256(content).hexdigest()
        text = json.dumps({"format": 1, "sha256": sums}).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    with pytest.raises(BackupError, match="does not open"):
        check(tmp_path / "rotten.tar")
    assert not list(tmp_path.glob(".checking-*"))
