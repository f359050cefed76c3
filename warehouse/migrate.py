"""Schema migrations: numbered SQL files applied once each, in order, with their checksums remembered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

import sql

# A checkpoint compresses again the whole row group of the latest rows: not after every load.
WAL_CHECKPOINT = "64MB"


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

    Each runs in a transaction of its own; those of a new file in one, so that it is checkpointed once. Raises
    MigrationError when the database is newer than this program or a migration it has differs from the packaged one.
    """
    have = applied(con)
    known = {m.version: m for m in available()}
    newer = sorted(set(have) - set(known))
    if newer:
        msg = f"The warehouse has schema version {newer[-1]}, this program knows {max(known)}: upgrade stuckneck."
        raise MigrationError(msg)
    for version, (_, checksum) in have.items():
        if known[version].checksum != checksum:
            msg = f"Migration {known[version].name} was changed after it was applied here; restore the released file."
            raise MigrationError(msg)
    missing = [known[version] for version in sorted(set(known) - set(have))]
    if not missing:
        return []
    # DuckDB 2.0 cannot replay an ALTER TABLE … USING function(…) from its log: a kill would leave a file that does
    # not open. Checkpointed at the commit, a migration never waits in the log.
    con.execute("SET wal_autocheckpoint = '0KB'")
    for together in [[one] for one in missing] if have else [missing]:
        con.execute("BEGIN")
        for migration in together:
            con.execute(migration.text)
            con.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?, now() AT TIME ZONE 'UTC')",
                [migration.version, migration.name, migration.checksum],
            )
        con.execute("COMMIT")
    con.execute(f"SET wal_autocheckpoint = '{WAL_CHECKPOINT}'")
    return [migration.name for migration in missing]


def views_checksum() -> str:
    """Return what the views of this program are made from: their SQL, the schema under them, DuckDB's version.

    First 16 hex digits of a SHA-256. DuckDB binds a view when it is made, so a changed table needs new views as well.
    """
    parts = [duckdb.__version__, *(f"{m.version} {m.checksum}" for m in available())]
    parts += [f"{name}\n{sql.text(f'views/{name}')}" for name in sql.names("views")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def refresh_views(con: duckdb.DuckDBPyConnection) -> bool:
    """Recreate the views for people from ``sql/views``, unless the migrated file has them; say whether it was done.

    They and the checksum of what they were made from are written in one transaction: both are there or neither.
    """
    checksum = views_checksum()
    if con.execute("SELECT checksum FROM schema_views").fetchall() == [(checksum,)] and _views_are_there(con):
        return False
    con.execute("BEGIN")
    for name in sql.names("views"):
        con.execute(sql.text(f"views/{name}"))
    con.execute("DELETE FROM schema_views")
    con.execute("INSERT INTO schema_views VALUES (?, now() AT TIME ZONE 'UTC')", [checksum])
    con.execute("COMMIT")
    return True


def _views_are_there(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether every view has its name in the file: somebody may have dropped one by hand."""
    found = {row[0] for row in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    return {name.removesuffix(".sql") for name in sql.names("views")} <= found
