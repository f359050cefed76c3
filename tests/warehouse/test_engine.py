"""`[engine]`: what the writing process may use of the machine holds on every connection it opens."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Engine, Runs, SettingsError, opening_settings
from warehouse.workspace import Workspace


def workspace(root: Path, text: str) -> Workspace:
    (root / "stuckneck.toml").write_text(text, encoding="utf-8")
    return Workspace(root)


def in_force(core: Core) -> tuple[object, ...]:
    found = core.con.execute(
        "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory'),"
        " current_setting('max_temp_directory_size')"
    ).fetchone()
    assert found is not None
    return found


def test_the_limits_hold_also_after_the_file_was_closed_for_a_snapshot(tmp_path: Path):
    text = '[engine]\nmemory_mb = 512\nthreads = 1\nspill = "the writer\'s"\nspill_gb = 3\n[sources.any]\nkey = 1\n'
    expected = ("512.0 MiB", 1, str(tmp_path / "the writer's"), "2.7 GiB")
    with Core(workspace(tmp_path, text)) as core:
        assert in_force(core) == expected
        with core.paused():
            pass
        assert in_force(core) == expected


def test_what_memory_cannot_hold_is_spilt_to_that_folder_and_gone_afterwards(tmp_path: Path):
    with Core(workspace(tmp_path, "[engine]\nmemory_mb = 256\nthreads = 1\n")) as core:
        core.con.execute("CREATE TEMP TABLE much AS SELECT i, md5(i::VARCHAR) AS t FROM range(9000000) AS r(i)")
        spilt = list((tmp_path / "warehouse" / "spill").iterdir())
        assert core.con.execute("SELECT count(*), max(t) > '' FROM much").fetchone() == (9_000_000, True)
    assert spilt
    folder = tmp_path / "warehouse" / "spill"
    assert not folder.exists() or not list(folder.iterdir())


def test_without_the_section_the_machine_is_the_limit(tmp_path: Path):
    assert opening_settings(workspace(tmp_path, "lang = 'zh'\n").settings_file) == (Engine(), Runs())
    assert opening_settings(tmp_path / "none.toml") == (Engine(), Runs())


@pytest.mark.parametrize(("text", "said"), [
    ("[engine]\nmemory = 2048\n", "unknown key 'engine.memory'; did you mean 'memory_mb'?"),
    ("[engine]\nmemory_mb = 1\n", "stuckneck.toml: engine.memory_mb: "),
])  # fmt: skip
def test_a_wrong_limit_is_said_before_anything_is_opened(tmp_path: Path, text: str, said: str):
    with pytest.raises(SettingsError) as error:
        Core(workspace(tmp_path, text))
    assert said in str(error.value)
    assert not (tmp_path / "warehouse").exists()


def test_a_snapshot_does_not_carry_the_space_of_what_was_dropped(tmp_path: Path):
    with Core(workspace(tmp_path, "[engine]\nthreads = 1\n")) as core:
        core.con.execute("CREATE TABLE dropped AS SELECT hash(i) AS h FROM range(12000000) AS r(i)")
        core.con.execute("CREATE TABLE kept AS SELECT hash(i) AS h FROM range(100000) AS r(i)")
        core.con.execute("CHECKPOINT")
        core.con.execute("DROP TABLE dropped")
        core.con.execute("CHECKPOINT")
        assert core.workspace.core.stat().st_size > 80_000_000
        clock = FakeClock(datetime(2021, 5, 31))
        with running(core, "place", clock, as_of=date(2021, 5, 31), settings={}) as run:
            run.publish()
        snapshot = core.workspace.newest_snapshot()
        assert snapshot is not None
        assert snapshot.stat().st_size < 20_000_000
        assert core.con.execute("SELECT count(*), sum(h) > 0 FROM kept").fetchone() == (100_000, True)
