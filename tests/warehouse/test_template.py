"""The warehouse other tests begin with is the one the program makes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.template import Template
from warehouse import migrate
from warehouse.core import connect
from warehouse.workspace import Workspace

CATALOG = (
    "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE NOT internal"
    " ORDER BY ALL",
    "SELECT table_name, comment, sql FROM duckdb_tables() ORDER BY ALL",
    "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
    "SELECT table_name, index_name FROM duckdb_indexes() ORDER BY ALL",
    "SELECT sequence_name FROM duckdb_sequences() ORDER BY ALL",
    "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
    "SELECT version, name, checksum FROM schema_migrations ORDER BY ALL",
    "SELECT checksum FROM schema_views",
)


def catalog(con: duckdb.DuckDBPyConnection) -> list[list[tuple[object, ...]]]:
    return [con.execute(query).fetchall() for query in CATALOG]


def test_a_copy_is_what_migrating_makes(tmp_path: Path) -> None:
    made = connect(tmp_path / "made.duckdb")
    assert len(migrate.migrate(made)) == len(migrate.available())
    assert migrate.refresh_views(made)
    template = Template(tmp_path / "template.duckdb")
    begun = Workspace(tmp_path)
    begun.make_folders()
    template.begin(begun)
    for copy in (
        connect(tmp_path / "filled.duckdb"), duckdb.connect(), template.connect(tmp_path / "copied.duckdb"),
        connect(begun.core),
    ):  # fmt: skip
        template.applied(copy)
        assert catalog(copy) == catalog(made)
        assert migrate.migrate(copy) == []
        assert not migrate.refresh_views(copy)
