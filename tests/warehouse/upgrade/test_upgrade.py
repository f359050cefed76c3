"""A warehouse of any earlier schema version is brought up to this program's, and keeps its rows."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.core import Core, connect
from warehouse.migrate import MigrationError, available, migrate, refresh_views
from warehouse.workspace import Workspace

FILES = sorted(Path(__file__).parent.glob("schema-*.sql"))


def test_every_version_is_kept() -> None:
    kept = [int(f.stem.removeprefix("schema-")) for f in FILES]
    assert kept == [m.version for m in available()], "run tests/warehouse/upgrade/make_dump.py and keep what it writes"


def schema(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal"
        " AND table_name NOT IN (SELECT view_name FROM duckdb_views()) ORDER BY ALL"
    ).fetchall()


def rows(con: duckdb.DuckDBPyConnection, tables: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: con.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY ALL").fetchall()
        for name, columns in tables.items()
    }


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_upgrade(file: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    old = connect(workspace.core)
    old.execute(file.read_text(encoding="utf-8"))
    tables: dict[str, list[str]] = {}
    for table, column, *_ in schema(old):
        if table not in {"schema_migrations", "schema_views"}:  # what this program writes itself
            tables.setdefault(str(table), []).append(f'"{column}"')
    before = rows(old, tables)
    old.close()
    assert all(len(found) == 2 for found in before.values())

    with Core(workspace) as core:  # what every command does
        assert rows(core.con, tables) == before
        upgraded = schema(core.con)
        applied = core.con.execute("SELECT version FROM schema_migrations ORDER BY 1").fetchall()
        views = {
            row[0] for row in core.con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        }
        assert migrate(core.con) == [], "and it stays so"
    assert applied == [(m.version,) for m in available()]

    new = duckdb.connect()
    migrate(new)
    refresh_views(new)
    assert upgraded == schema(new)
    assert views == {
        row[0] for row in new.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }


def test_a_warehouse_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    con.execute("INSERT INTO schema_migrations VALUES (9999, '9999_future.sql', 'x', now() AT TIME ZONE 'UTC')")
    with pytest.raises(MigrationError, match="upgrade stuckneck"):
        migrate(con)


def test_a_changed_migration_is_refused(tmp_path: Path) -> None:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    con.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1")
    with pytest.raises(MigrationError, match=r"0001_core\.sql was changed"):
        migrate(con)


KILLED = """
import os, signal, sys
from pathlib import Path
from warehouse.core import connect
from warehouse.migrate import migrate
migrate(connect(Path(sys.argv[1])))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_killed_right_after_it_upgraded_leaves_a_warehouse_that_opens(tmp_path: Path) -> None:
    file = tmp_path / "core.duckdb"
    old = connect(file)
    old.execute(FILES[0].read_text(encoding="utf-8"))
    old.close()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -signal.SIGKILL
    con = connect(file)
    assert con.execute("SELECT max(version) FROM schema_migrations").fetchone() == (available()[-1].version,)
    assert con.execute("SELECT current_setting('wal_autocheckpoint')").fetchone() == ("61.0 MiB",)
