"""A year's upkeep: what is kept, what goes, a backup that restores, and a forecast that can be checked by hand."""

from __future__ import annotations

import shutil
import sys
import tarfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_house import CREDENTIALS, FIRST, corpus, small_workspace

from etl.sources.settings import load_settings
from office.service.office import Office
from schedules.runs.place import place_again
from schedules.runs.refresh import harvest_only, refresh
from schedules.upkeep.backup import BackupError, backup, restore
from schedules.upkeep.prune import prune
from schedules.upkeep.space import space_forecast
from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.compact import compact, free_bytes
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current, versions
from warehouse.sections.operating import Retention
from warehouse.settings import Settings
from warehouse.workspace import Workspace

NOW = datetime(2021, 5, 31, 12)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Settings, Office]]:
    """A workspace refreshed once; tests work on copies."""
    patch = pytest.MonkeyPatch()
    for name, value in CREDENTIALS.items():
        patch.setenv(name, value)
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path_factory.mktemp("kept") / "w", office)
        settings = load_settings(workspace.settings_file)
        with Core(workspace) as core:
            refresh(core, settings, clock=FakeClock(NOW), as_of=FIRST)
        yield workspace, settings, office
    patch.undo()


@pytest.fixture
def house(kept: tuple[Workspace, Settings, Office], tmp_path: Path) -> tuple[Workspace, Settings]:
    shutil.copytree(kept[0].root, tmp_path / "copy")
    return Workspace(tmp_path / "copy"), kept[1]


def landed(workspace: Workspace) -> set[Path]:
    return {f.relative_to(workspace.root) for f in workspace.landing.glob("*/*")}


def figures(workspace: Workspace) -> list[tuple[object, ...]]:
    con = connect_snapshot(current(workspace))
    return con.execute("SELECT * FROM run_placements ORDER BY ALL").fetchall()


def test_nothing_young_is_removed(house: tuple[Workspace, Settings]) -> None:
    workspace, settings = house
    before = landed(workspace)
    with Core(workspace) as core:
        done = prune(core, settings, now=NOW + timedelta(days=399))
    assert (done.files, done.versions, done.snapshots) == (0, 0, 0)
    assert landed(workspace) == before


def test_old_landed_bytes_go_and_the_figures_stay(house: tuple[Workspace, Settings]) -> None:
    workspace, settings = house
    before = figures(workspace)
    stray = workspace.landing / "aa" / ("a" * 64 + ".zst")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a cut")
    with Core(workspace) as core:
        done = prune(core, settings, now=NOW + timedelta(days=401))
        assert landed(workspace) == set()
        assert done.file_bytes > 0
        orphans = core.con.execute(
            "SELECT count(*) FROM source_records AS r ANTI JOIN pages AS p ON p.page_id = r.page_id"
        ).fetchone()
        assert orphans == (0,), "a record still says which answer it came from"
        assert prune(core, settings, now=NOW + timedelta(days=401)).files == 0
        place_again(core, settings, clock=FakeClock(NOW), as_of=FIRST)
    after = figures(workspace)
    assert [row[1:] for row in after if row[0] != before[0][0]] == [row[1:] for row in before]


def test_what_an_unfinished_run_has_landed_is_never_removed(
    house: tuple[Workspace, Settings], kept: tuple[Workspace, Settings, Office]
) -> None:
    workspace, settings = house
    kept[2].advance(date(2021, 7, 1))
    with Core(workspace) as core:
        run = harvest_only(core, settings, clock=FakeClock(NOW + timedelta(days=31)), as_of=date(2021, 7, 1)).run_id
        own = {row[0] for row in core.con.execute("SELECT path FROM pages WHERE run_id = ?", [run]).fetchall()}
        assert own
        prune(core, settings, now=NOW + timedelta(days=5000))
        assert {p.as_posix() for p in landed(workspace)} == own
        core.con.execute("UPDATE runs SET state = 'parked' WHERE run_id = ?", [run])
        prune(core, settings, now=NOW + timedelta(days=5000))
        assert {p.as_posix() for p in landed(workspace)} == own


def test_routine_runs_and_superseded_versions_are_bounded(house: tuple[Workspace, Settings]) -> None:
    workspace, settings = house
    with Core(workspace) as core:
        for hours in range(48):
            at = NOW + timedelta(hours=hours)
            run = ledger.start(core.con, "heartbeat", now=at, slot=at)
            ledger.finish(core.con, run.run_id, "succeeded", now=at)
        core.con.execute(
            "INSERT INTO source_records SELECT * REPLACE (? AS valid_to) FROM source_records LIMIT 10", [NOW]
        )
        total = core.con.execute("SELECT count(*) FROM source_records").fetchone()
        done = prune(core, settings, now=NOW + timedelta(days=401))
        assert done.versions == 10
        assert core.con.execute("SELECT count(*) FROM source_records").fetchone() == (total[0] - 10 if total else None,)
        left = core.con.execute("SELECT count(*) FROM runs WHERE kind = 'heartbeat'").fetchone()
        assert left == (1,), "only the newest row of the ledger stays, so that numbers are never given twice"
        assert core.con.execute("SELECT count(*) FROM runs WHERE kind = 'refresh'").fetchone() == (1,)


def test_snapshots_are_kept_by_policy(house: tuple[Workspace, Settings]) -> None:
    workspace, settings = house
    settings = settings.model_copy(update={"retention": Retention(snapshots=2)})
    with Core(workspace) as core:
        for _ in range(3):
            place_again(core, settings, clock=FakeClock(NOW), as_of=FIRST)
        assert prune(core, settings, now=NOW).snapshots == 2
    assert versions(workspace) == [3, 4]


def test_free_blocks_are_given_back(house: tuple[Workspace, Settings]) -> None:
    workspace, _ = house
    with Core(workspace) as core:
        core.con.execute("CREATE TABLE filler AS SELECT hash(range) AS h, hash(range + 1) AS g FROM range(2_000_000)")
        core.con.execute("CHECKPOINT")
        core.con.execute("CREATE TABLE behind AS SELECT hash(range + 2) AS h FROM range(200_000)")
        core.con.execute("CHECKPOINT")
        core.con.execute("DROP TABLE filler")
        core.con.execute("CHECKPOINT")
        free, _ = free_bytes(core.con)
        assert free > 10_000_000
        counted = "SELECT count(*), count(comment) FROM duckdb_columns() WHERE NOT internal"
        before = (core.con.execute(counted).fetchone(), core.con.execute("FROM runs").fetchall())
        assert compact(core) == 0, "not worth it"
        saved = compact(core, worth_bytes=1_000_000)
        assert saved > 10_000_000
        assert (core.con.execute(counted).fetchone(), core.con.execute("FROM runs").fetchall()) == before
    assert not list(workspace.core.parent.glob("*.rewriting*"))


def test_backup_restores_whole(house: tuple[Workspace, Settings], tmp_path: Path) -> None:
    workspace, settings = house
    (workspace.root / ".env").write_text("STUCKNECK_LENS_TOKEN=secret-token\n")
    with Core(workspace) as core:
        done = backup(core, tmp_path / "b.tar")
        assert core.con.execute("SELECT 1").fetchone() == (1,), "the warehouse is open again"
        with pytest.raises(BackupError, match="exists already"):
            backup(core, tmp_path / "b.tar")
    assert b"secret-token" not in (tmp_path / "b.tar").read_bytes()
    again = restore(tmp_path / "b.tar", tmp_path / "restored")
    assert again.files == done.files
    restored = Workspace(tmp_path / "restored")
    assert landed(restored) == landed(workspace)
    assert figures(restored) == figures(workspace)
    with Core(restored) as core:
        place_again(core, settings, clock=FakeClock(NOW), as_of=FIRST)
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b.tar", tmp_path / "restored")


def test_damaged_and_hostile_archives_are_refused(house: tuple[Workspace, Settings], tmp_path: Path) -> None:
    workspace, _ = house
    with Core(workspace) as core:
        backup(core, tmp_path / "b.tar")
    whole = (tmp_path / "b.tar").read_bytes()
    at = whole.index(b"[sources]")
    (tmp_path / "changed.tar").write_bytes(whole[:at] + b"[SOURCES]" + whole[at + 9 :])
    (tmp_path / "short.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.tar").write_text("this is no archive")
    for name in ("changed", "short", "text"):
        with pytest.raises(BackupError):
            restore(tmp_path / f"{name}.tar", tmp_path / name)
        assert not (tmp_path / name / "stuckneck.toml").exists()
    for name, kind in (
        ("../out.toml", tarfile.REGTYPE),
        ("landing/link", tarfile.SYMTYPE),
        ("/etc/x", tarfile.REGTYPE),
    ):
        with tarfile.open(tmp_path / "evil.tar", "w") as tar:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        with pytest.raises(BackupError, match="no backup holds"):
            restore(tmp_path / "evil.tar", tmp_path / "evil")
    assert not (tmp_path / "out.toml").exists()


def test_forecast_can_be_checked_by_hand(house: tuple[Workspace, Settings]) -> None:
    workspace, settings = house
    first = space_forecast(workspace, settings, free=10**9)
    assert first.per_day is None
    assert "after two runs" in first.sentence
    with Core(workspace) as core:
        core.con.execute("CREATE TABLE more AS SELECT hash(range) AS h, hash(range + 1) AS g FROM range(500_000)")
        place_again(core, settings, clock=FakeClock(NOW + timedelta(days=10)), as_of=date(2021, 6, 10))
    sizes = [f.stat().st_size for f in sorted(workspace.snapshots.glob("*.duckdb"))]
    grown = (sizes[1] - sizes[0]) / 10
    found = space_forecast(workspace, settings, free=10**10)
    keep = settings.retention.snapshots
    assert found.per_day == pytest.approx(grown * (1 + keep), rel=0.01)  # nothing landed since the first harvest
    assert found.days_left == pytest.approx((10**10 - (keep - 2) * found.core) / found.per_day, rel=0.01)
    assert space_forecast(workspace, settings, free=0).days_left == 0
