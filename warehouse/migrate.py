"""Schema migrations: numbered SQL files applied once each, in order, with their checksums remembered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

import sql


class MigrationError(RuntimeError):
    """The file was written by a newer program, or a migration already applied has changed since."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file, e.g. ``0001_core.sql``."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, first 16 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


# The ledger of the migrations was made before comments were kept with tables: they are added like the views.
_OWN_COMMENTS = (
    "COMMENT ON TABLE schema_migrations IS 'Migrations this warehouse has, one row each. 已执行的迁移。'",
    "COMMENT ON COLUMN schema_migrations.version IS 'Number of the migration. 迁移序号'",
    "COMMENT ON COLUMN schema_migrations.name IS 'File under sql/migrations. 迁移文件'",
    "COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of its text, first 16 hex digits. 文件校验值'",
    "COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied, UTC. 执行时间'",
)


def available() -> list[Migration]:
    """Return the packaged migrations, ascending by version."""
    return [Migration(int(n[:4]), n, sql.text(f"migrations/{n}")) for n in sql.names("migrations")]


def applied(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Return version → (name, checksum) of what this database has; empty for a new one."""
    exists = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_migrations'").fetchone()
    if not exists:
        return {}
    rows = con.execute("SELECT version, name, checksum FROM schema_migrations").fetchall()
    return {version: (name, checksum) for version, name, checksum in rows}


def migrate(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring the database up to the packaged schema and return the names of the migrations applied now.

    Each runs in a transaction of its own. Raises MigrationError when the database is newer than this program
    or when a migration it has differs from the packaged one.
    """
    have = applied(con)
    known = {m.version: m for m in available()}
    newer = sorted(set(have) - set(known))
    if newer:
        msg = f"The warehouse has schema version {newer[-1]}, this program knows {max(known)}: upgrade stuckneck."
        raise MigrationError(msg)
    done = []
    for version, migration in sorted(known.items()):
        if version in have:
            if have[version][1] != migration.checksum:
                msg = f"Migration {migration.name} was changed after it was applied here; restore the released file."
                raise MigrationError(msg)
            continue
        con.execute("BEGIN")
        con.execute(migration.text)
        con.execute(
            "INSERT INTO schema_migrations VALUES (?, ?, ?, now() AT TIME ZONE 'UTC')",
            [version, migration.name, migration.checksum],
        )
        con.execute("COMMIT")
        done.append(migration.name)
    return done


def refresh_views(con: duckdb.DuckDBPyConnection) -> None:
    """(Re)create the views for people from ``sql/views`` (they hold no data, so they are simply replaced)."""
    con.execute("BEGIN")
    for name in sql.names("views"):
        con.execute(sql.text(f"views/{name}"))
    for statement in _OWN_COMMENTS:
        con.execute(statement)
    con.execute("COMMIT")
