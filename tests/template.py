"""A warehouse migrated once a session by the program itself, and what begins as a copy of it.

What a test finds is what migrating would have made: every table, view, comment and ledger row. A copied file costs a
twentieth of migrating, an empty database that is filled a seventh.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from warehouse import core, migrate
from warehouse.workspace import PRIVATE_FILE, Workspace


def begin(workspace: Workspace) -> None:
    """Give a new workspace its core file, so that no process has to migrate it; outside the suite do nothing."""


def quiet(workspace: Workspace) -> Workspace:
    """Let runs of a new workspace leave out the report and the networks, which cost more than the rest of a small run.

    For tests that are about neither. The workspace is returned.
    """
    text = workspace.settings_file.read_text(encoding="utf-8")
    for said, instead in (('# formats = ["html"]', "formats = []"), ("# network = true", "network = false")):
        assert said in text
        text = text.replace(said, instead)
    workspace.settings_file.write_text(text, encoding="utf-8")
    return workspace


class Template:
    """The migrated file, made when it is first needed, and what stands in for the program's own functions."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._applied, self._connect = migrate.applied, core.connect

    def applied(self, con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
        """Stand in for `warehouse.migrate.applied`: fill what is empty, then say what it has."""
        if con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,):
            row = con.execute("SELECT current_database()").fetchone()
            assert row is not None
            con.execute(f"ATTACH '{self._made()}' AS migrated_template (READ_ONLY)")
            con.execute(f'COPY FROM DATABASE migrated_template TO "{row[0]}"')
            con.execute("DETACH migrated_template")
        return self._applied(con)

    def connect(self, file: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
        """Stand in for `warehouse.core.connect` where `Core` calls it: a new file is a copy."""
        if not file.exists():
            shutil.copyfile(self._made(), file)
        return self._connect(file, threads=threads)

    def begin(self, workspace: Workspace) -> None:
        """Stand in for `begin`."""
        if not workspace.core.exists():
            shutil.copyfile(self._made(), workspace.core)
            workspace.core.chmod(PRIVATE_FILE)

    def _made(self) -> Path:
        if not self._file.exists():
            with pytest.MonkeyPatch.context() as real, self._connect(self._file) as con:
                real.setattr(migrate, "applied", self._applied)
                migrate.migrate(con)
                migrate.refresh_views(con)
        return self._file
