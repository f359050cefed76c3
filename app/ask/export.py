"""`stuckneck export`: a data package of the published snapshot, as Parquet, CSV, XLSX, Arrow or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from app.ask.package import Exported, describe
from app.common import JsonOption, WorkspaceOption, err, fail, out, print_json
from app.matrix.head import latest
from app.tables import SqlFormat, write_book, write_table
from warehouse.frames import frame_of
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

_NAMES = """
SELECT name, is_view FROM (
    SELECT view_name AS name, true AS is_view FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT table_name, false FROM duckdb_tables()
) WHERE name NOT IN ('schema_migrations', 'schema_views') ORDER BY name
"""
# Views about the program's own work, not about technologies.
_OPERATION = frozenset({"alerts", "alerts_open", "deliveries", "harvest_log", "sentinels"})


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAMES...]", help="Tables or views (default: the analysts' views).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    how: Annotated[SqlFormat, typer.Option("--format", "-f", help="parquet, csv, xlsx, arrow or json.")] = (
        SqlFormat.parquet
    ),
    everything: Annotated[bool, typer.Option("--all", help="Every table and view.")] = False,
    one_workbook: Annotated[
        bool, typer.Option("--one-workbook", help="One workbook, a sheet a table, instead of a file a table.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a data package: views of the published snapshot, their dictionary, licences, versions and checksums.

    Beside the files are datapackage.json (Frictionless), README.md, dictionary.csv and SHA256SUMS.
    """
    if how is SqlFormat.table:
        raise fail("--format table is for the screen; choose parquet, csv, xlsx, arrow or json.")
    snapshot = current(Workspace.open(workspace))
    con = connect_snapshot(snapshot)
    known = dict(con.execute(_NAMES).fetchall())
    unknown = sorted(set(names or []) - set(known))
    if unknown:
        raise fail(f"No table or view {', '.join(unknown)}; there are: {', '.join(known)}.")
    chosen = names or [name for name, is_view in known.items() if everything or (is_view and name not in _OPERATION)]
    folder.mkdir(parents=True, exist_ok=True)
    head = latest(con)
    stamp = head.stamp if head else ""
    written = _one_book(con, folder, chosen, stamp) if one_workbook else _files(con, folder, chosen, how, stamp)
    files = [*dict.fromkeys(e.file for e in written), *describe(con, snapshot.stem, folder, written)]
    if as_json:
        print_json([{"table": e.name, "file": str(e.file), "rows": e.rows} for e in written])
        return
    for file in files:
        out.print(str(file), soft_wrap=True)


def _files(
    con: duckdb.DuckDBPyConnection, folder: Path, names: Sequence[str], how: SqlFormat, stamp: str
) -> list[Exported]:
    """Write a file a table."""
    written = []
    for name in names:
        target = folder / f"{name}.{how.value}"
        if how is SqlFormat.parquet:
            # DuckDB writes Parquet itself: nested columns stay nested, memory stays bounded
            quoted, made = str(target).replace("'", "''"), stamp.replace("'", "''")
            options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{stuckneck: '{made}'}}"
            counted = con.execute(f"COPY (FROM \"{name}\") TO '{quoted}' ({options})").fetchone()
            written.append(Exported(name, target, int(counted[0]) if counted else 0))
        else:
            table = frame_of(con.sql(f'FROM "{name}"'))
            write_table(table, how, target, stamp)
            written.append(Exported(name, target, table.height))
    return written


def _one_book(con: duckdb.DuckDBPyConnection, folder: Path, names: Sequence[str], stamp: str) -> list[Exported]:
    """Write one workbook with a sheet a table."""
    target = folder / "stuckneck.xlsx"
    tables = {name: frame_of(con.sql(f'FROM "{name}"')) for name in names}
    with target.open("wb") as stream:
        write_book(tables, stream, stamp)
    err.print(f"{target}: {len(tables)} sheets")
    return [Exported(name, target, table.height, sheet=name) for name, table in tables.items()]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("export")(export)
