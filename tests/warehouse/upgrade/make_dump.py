"""Writes `schema-NNNN.sql`: a warehouse of one schema version with rows in every table, as SQL without migrations.

Run it when a version is released, and keep the file: `python tests/warehouse/upgrade/make_dump.py` writes those that
are missing, `--all` rewrites all (only before a release: afterwards the files are the record of what was out there).
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[3]))

from warehouse.migrate import Migration, available

HERE = Path(__file__).parent
ROWS = 2


def literal(kind: str, table: str, column: str, row: int) -> str:
    """Return an SQL literal of a DuckDB type: different in each row, the same in every dump."""
    if kind.endswith("[]"):
        return f"CAST([] AS {kind})" if row % 2 else f"CAST([{literal(kind[:-2], table, column, row)}] AS {kind})"
    if kind.startswith("STRUCT("):
        return f"CAST(NULL AS {kind})"
    plain = {
        "VARCHAR": f"'{table}.{column} {row} 芯片'",
        "JSON": f"""'{{"row": {row}}}'""",
        "BOOLEAN": "true" if row % 2 else "false",
        "DATE": f"DATE '2021-05-{row:02d}'",
        "TIMESTAMP": f"TIMESTAMP '2021-05-{row:02d} 03:00:00'",
        "DOUBLE": f"{row}.5",
        "FLOAT": f"{row}.5",
    }
    return plain.get(kind, str(row))


def dump(migrations: list[Migration]) -> str:
    """Return the SQL of a warehouse to which exactly `migrations` were applied."""
    con = duckdb.connect()
    for one in migrations:
        con.execute(one.text)
    lines = [f"-- Schema version {migrations[-1].version}, written by make_dump.py; not to be edited."]
    tables = con.execute("SELECT table_name, sql FROM duckdb_tables() ORDER BY table_oid").fetchall()
    for table, statement in tables:
        lines.append(statement)
        columns = con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
        ).fetchall()
        if table == "schema_migrations":
            lines += [
                f"INSERT INTO {table} VALUES ({m.version}, '{m.name}', '{m.checksum}', TIMESTAMP '2021-05-31');"
                for m in migrations
            ]
            continue
        for row in range(1, ROWS + 1):
            values = ", ".join(literal(kind, table, column, row) for column, kind in columns)
            lines.append(f"INSERT INTO {table} VALUES ({values});")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the missing files, or all with --all."""
    every = available()
    for count, last in enumerate(every, start=1):
        file = HERE / f"schema-{last.version:04d}.sql"
        if "--all" in sys.argv or not file.exists():
            file.write_text(dump(every[:count]), encoding="utf-8")
            print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main()
