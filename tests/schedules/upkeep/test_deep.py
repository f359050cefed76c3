"""`doctor --deep`: whatever is damaged on disk is found and its repair said; what is sound is said to be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.watch.doctor import register
from etl.sources.settings import load_settings
from office.service.office import Office
from schedules.runs.place import place_again
from schedules.runs.refresh import harvest_only, refresh
from schedules.upkeep.deep import deep_findings
from tests.schedules.small_house import CREDENTIALS, FIRST, corpus, small_workspace
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.publish import current, path_of, point_to, pointed, versions
from warehouse.publish import prune as prune_snapshots
from warehouse.workspace import Workspace

NOW = datetime(2021, 5, 31, 12)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace refreshed once and placed once more: two snapshots."""
    patch = pytest.MonkeyPatch()
    for name, value in CREDENTIALS.items():
        patch.setenv(name, value)
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path_factory.mktemp("kept") / "w", office)
        settings = load_settings(workspace.settings_file)
        with Core(workspace) as core:
            refresh(core, settings, clock=FakeClock(NOW), as_of=FIRST)
            place_again(core, settings, clock=FakeClock(NOW), as_of=FIRST)
        yield workspace
    patch.undo()


@pytest.fixture
def workspace(kept: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(kept.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


def found(workspace: Workspace) -> dict[str, tuple[str, str]]:
    return {check: (state, sentence) for check, state, sentence in deep_findings(workspace)}


def failed(workspace: Workspace) -> dict[str, str]:
    return {check: sentence for check, (state, sentence) in found(workspace).items() if state == "fail"}


def spoil(file: Path, begin: float, share: float = 0.02) -> None:
    """Write other bytes over a part of a file, as a failing disk does."""
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(int(size * begin) // 4096 * 4096)
        stream.write(b"\xee" * int(size * share))


def test_what_is_whole_is_said_to_be(workspace: Workspace) -> None:
    said = found(workspace)
    assert {state for state, _ in said.values()} == {"ok"}
    assert set(said) == {"core.duckdb", "pointer", "landing", "snapshot-000001.duckdb", "snapshot-000002.duckdb"}
    assert "its hash is that of its publication" in said["snapshot-000001.duckdb"][1]
    assert "rows read" in said["core.duckdb"][1]


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def nonsense(file: Path) -> None:
    file.write_bytes(b"nonsense" * 1000)


@pytest.mark.parametrize("damage", [cut, nonsense, lambda file: spoil(file, 0.5), lambda file: spoil(file, 0.2)])
def test_a_damaged_snapshot_is_found(workspace: Workspace, damage: Callable[[Path], None]) -> None:
    damage(path_of(workspace, 1))
    sentences = failed(workspace)
    assert set(sentences) == {"snapshot-000001.duckdb"}
    assert "remove it; `stuckneck place` publishes a new one" in sentences["snapshot-000001.duckdb"]


def test_a_damaged_core_is_found(workspace: Workspace) -> None:
    spoil(workspace.core, 0.1, 0.8)
    assert "core.duckdb" in failed(workspace)
    cut(workspace.core)
    assert "restore a backup" in failed(workspace)["core.duckdb"].lower()


def test_a_changed_snapshot_and_one_in_anothers_place_are_found(workspace: Workspace) -> None:
    import duckdb

    with duckdb.connect(str(path_of(workspace, 1))) as con:
        con.execute("UPDATE run_placements SET capability = 0.9")
    assert "was changed after it was published" in failed(workspace)["snapshot-000001.duckdb"]
    shutil.copy(path_of(workspace, 2), path_of(workspace, 1))
    path_of(workspace, 1).with_suffix(".sha256").unlink()
    assert "is a copy of snapshot 2" in failed(workspace)["snapshot-000001.duckdb"]


def test_a_lost_pointer_is_found_and_the_next_run_mends_it(workspace: Workspace) -> None:
    point_to(workspace, path_of(workspace, 1))  # a kill between the snapshot's rename and the pointer's
    sentence = failed(workspace)["pointer"]
    assert "readers are pointed to snapshot-000001.duckdb" in sentence
    assert "`stuckneck place`" in sentence
    (workspace.snapshots / "current").write_bytes(b"\xff\xfe")
    assert "names no snapshot" in failed(workspace)["pointer"]
    assert current(workspace) == path_of(workspace, 2), "readers take the newest meanwhile"
    point_to(workspace, path_of(workspace, 1))
    with Core(workspace) as core:
        from warehouse.run import publish_what_was_cut

        publish_what_was_cut(core)
    assert pointed(workspace) == path_of(workspace, 2)
    assert versions(workspace) == [1, 2], "nothing is published twice"
    assert failed(workspace) == {}


def test_damaged_landed_files_are_counted_and_named(workspace: Workspace) -> None:
    files = sorted(workspace.landing.glob("*/*.zst"))
    cut(files[0])
    files[1].unlink()
    files[2].write_bytes(files[3].read_bytes())
    sentence = failed(workspace)["landing"]
    assert sentence.startswith(f"3 of {len(files)} landed files are damaged or gone")
    assert files[0].name in sentence
    assert "are loaded" in sentence


def harvest_and_stop(workspace: Workspace) -> None:
    """Harvest, and be cut before anything is loaded."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Core(workspace) as core, pytest.MonkeyPatch.context() as patch:
        patch.setattr("schedules.runs.refresh.load_landed", stop)
        harvest_only(core, load_settings(workspace.settings_file), clock=FakeClock(NOW), as_of=FIRST)


def test_landed_files_that_wait_to_be_loaded_are_said_and_asked_for_again(kept: Workspace, tmp_path: Path) -> None:
    count = "SELECT count(*) FROM source_records WHERE valid_to IS NULL"
    with Office(corpus(), FIRST) as office, pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        workspace = small_workspace(tmp_path / "w", office)
        settings = load_settings(workspace.settings_file)
        with pytest.raises(KeyboardInterrupt):
            harvest_and_stop(workspace)
        for file in sorted(workspace.landing.glob("*/*.zst"))[:4]:
            cut(file)
        assert "wait to be loaded" in failed(workspace)["landing"]
        with Core(workspace) as core:
            done = refresh(core, settings, clock=FakeClock(NOW), as_of=FIRST)
            assert "slices_differ" in {a.audit for a in done.audits if a.rows}, "it is said"
            refresh(core, settings, clock=FakeClock(NOW), as_of=FIRST)
            mended = core.con.execute(count).fetchone()
        with Core(kept) as core:
            assert core.con.execute(count).fetchone() == mended


def test_doctor_does_not_crash_over_a_bad_snapshot_and_fails(workspace: Workspace) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    for damage in (nonsense, cut):
        damage(path_of(workspace, 2))
        done = CliRunner().invoke(app, ["doctor", "-w", str(workspace.root), "--offline", "--deep", "--json"])
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        assert done.exit_code == 1
        assert "snapshot-000002.duckdb" in done.stdout


def test_a_pruned_snapshot_takes_its_hash_with_it(workspace: Workspace) -> None:
    prune_snapshots(workspace, 1)
    assert sorted(f.name for f in workspace.snapshots.iterdir()) == [
        "current", "snapshot-000002.duckdb", "snapshot-000002.sha256",
    ]  # fmt: skip
