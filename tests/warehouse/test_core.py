"""The core file, its migrations, views, lock and publishing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import sql
from warehouse.core import Core, WarehouseBusyError, transaction
from warehouse.migrate import MigrationError, available, migrate, refresh_views
from warehouse.publish import NoSnapshotError, connect_snapshot, current, prune, publish, versions
from warehouse.workspace import NotAWorkspaceError, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "stuckneck.toml").write_text("")
    return Workspace(tmp_path)


def test_migrating_twice_changes_nothing(workspace: Workspace) -> None:
    with Core(workspace) as core:
        assert migrate(core.con) == []


def made_from(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("SELECT * FROM schema_views").fetchall()


def rewritten(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Let the program have another SQL file."""
    kept = sql.text
    monkeypatch.setattr(sql, "text", lambda asked: text if asked == name else kept(asked))


def test_views_are_made_once_and_stay(workspace: Workspace) -> None:
    with Core(workspace) as core:
        before = made_from(core.con)
        assert len(before) == 1
        assert not refresh_views(core.con)
    with Core(workspace) as core:
        assert made_from(core.con) == before
        assert core.con.execute("SELECT count(*) FROM matrix_latest").fetchone() == (0,)


def test_a_program_with_another_view_makes_it_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Core(workspace) as core:
        before = made_from(core.con)
    with monkeypatch.context() as changed:
        rewritten(changed, "views/alerts_open.sql", "CREATE OR REPLACE VIEW alerts_open AS SELECT 42 AS answer")
        with Core(workspace) as core:
            assert core.con.execute("FROM alerts_open").fetchall() == [(42,)]
            assert made_from(core.con) != before
    with Core(workspace) as core:  # and the program as it was makes its own again
        assert "answer" not in [column[0] for column in core.con.execute("FROM alerts_open").description]
        assert made_from(core.con)[0][0] == before[0][0]


def test_a_program_with_another_schema_or_duckdb_makes_the_views_anew(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Core(workspace) as core:
        with monkeypatch.context() as changed:
            changed.setattr(duckdb, "__version__", "2.9.9")
            assert refresh_views(core.con)
        assert refresh_views(core.con)
        rewritten(monkeypatch, "migrations/0009_quota_rows.sql", "-- another schema under the views\n")
        assert refresh_views(core.con)


def test_a_view_dropped_by_hand_comes_back(workspace: Workspace) -> None:
    with Core(workspace) as core:
        core.con.execute("DROP VIEW alerts_open")
    with Core(workspace) as core:
        assert core.con.execute("SELECT count(*) FROM alerts_open").fetchone() == (0,)


def test_views_that_fail_halfway_leave_those_before(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Core(workspace) as core:
        before = made_from(core.con)
    rewritten(monkeypatch, "views/alerts.sql", "CREATE OR REPLACE VIEW alerts AS SELECT 42 AS answer")
    with monkeypatch.context() as changed:
        rewritten(changed, "views/screening_funnel.sql", "CREATE OR REPLACE VIEW screening_funnel AS FROM no_such")
        with pytest.raises(duckdb.Error, match="no_such"):
            Core(workspace).__enter__()
        with duckdb.connect(str(workspace.core)) as con:
            assert made_from(con) == before
            assert "answer" not in [column[0] for column in con.execute("FROM alerts").description]
    with Core(workspace) as core:  # the next program that is whole makes them
        assert core.con.execute("FROM alerts").fetchall() == [(42,)]
        assert made_from(core.con) != before


def test_every_table_view_and_column_has_a_comment(workspace: Workspace) -> None:
    with Core(workspace) as core:
        missing = core.con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
            " UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE comment IS NULL AND NOT internal"
            " UNION ALL SELECT table_name, NULL FROM duckdb_tables() WHERE comment IS NULL"
        ).fetchall()
    assert missing == []


def test_a_changed_migration_is_refused(workspace: Workspace) -> None:
    with Core(workspace) as core:
        core.con.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1")
        with pytest.raises(MigrationError, match=r"0001_core\.sql was changed"):
            migrate(core.con)


def test_a_newer_file_is_refused(workspace: Workspace) -> None:
    with Core(workspace) as core:
        core.con.execute("INSERT INTO schema_migrations VALUES (9999, 'future', 'x', now())")
        with pytest.raises(MigrationError, match="upgrade stuckneck"):
            migrate(core.con)


def test_versions_rise_and_none_is_there_twice() -> None:
    versions = [m.version for m in available()]
    assert versions == sorted(set(versions))
    assert sql.names("migrations")


def test_a_second_writer_is_told_who_holds_it(workspace: Workspace) -> None:
    with Core(workspace, purpose="refresh"):
        code = (
            "import sys; from pathlib import Path; from warehouse.core import Core, WarehouseBusyError\n"
            "from warehouse.workspace import Workspace\n"
            "try:\n    Core(Workspace(Path(sys.argv[1]))).__enter__()\n"
            "except WarehouseBusyError as error:\n    print(error); sys.exit(75)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(workspace.root)], capture_output=True, text=True, check=False,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert done.returncode == 75
    assert "for refresh" in done.stdout
    assert "has held it since" in done.stdout
    with Core(workspace):  # and it is free afterwards
        pass


def test_readers_keep_their_snapshot_and_new_ones_see_the_new(workspace: Workspace) -> None:
    with pytest.raises(NoSnapshotError, match="nothing is published"):
        current(workspace)
    with Core(workspace) as core:
        core.con.execute("INSERT INTO cursors VALUES ('lens', 'chip', 'q', DATE '2021-01-01', 1, now())")
        first = publish(core)
        old = connect_snapshot(first)
        core.con.execute("DELETE FROM cursors")
        assert connect_snapshot(current(workspace)).execute("SELECT count(*) FROM cursors").fetchone() == (1,)
        second = publish(core)
    assert current(workspace) == second
    assert old.execute("SELECT count(*) FROM cursors").fetchone() == (1,)
    assert connect_snapshot(second).execute("SELECT count(*) FROM cursors").fetchone() == (0,)


def test_a_copy_that_fails_leaves_the_old_pointer(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Core(workspace) as core:
        first = publish(core)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("warehouse.publish.shutil.copyfile", full)
        with pytest.raises(OSError, match="No space"):
            publish(core)
        assert core.con.execute("SELECT 1").fetchone() == (1,)
    assert current(workspace) == first
    assert [p.name for p in workspace.snapshots.iterdir() if p.suffix == ".partial"] == []


def test_prune_keeps_the_newest_and_the_published(workspace: Workspace) -> None:
    with Core(workspace) as core:
        for _ in range(4):
            publish(core)
    assert len(prune(workspace, 2)) == 2
    assert versions(workspace) == [3, 4]
    assert current(workspace).name == "snapshot-000004.duckdb"


def test_a_failed_transaction_leaves_nothing(workspace: Workspace) -> None:
    with Core(workspace) as core:
        with pytest.raises(duckdb.Error), transaction(core.con):  # noqa: PT012 - the transaction is the subject
            core.con.execute("INSERT INTO cursors VALUES ('lens', 'chip', 'q', DATE '2021-01-01', 1, now())")
            core.con.execute("SELECT * FROM no_such_table")
        assert core.con.execute("SELECT count(*) FROM cursors").fetchone() == (0,)


def test_no_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError, match="stuckneck init"):
        Workspace.open(tmp_path)


def test_busy_error_is_one_sentence(workspace: Workspace) -> None:
    with Core(workspace), pytest.raises(WarehouseBusyError, match=r"^The warehouse is busy: .*meanwhile\.$"):
        Core(workspace).__enter__()
