"""`stuckneck export`: every table and view of the published snapshot as Parquet (or CSV, XLSX)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.common import WorkspaceOption, fail, out
from app.tables import SqlFormat, write_table
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

_NAMES = """
SELECT name FROM (SELECT view_name AS name FROM duckdb_views() WHERE NOT internal UNION ALL SELECT table_name FROM duckdb_tables())
WHERE name NOT IN ('schema_migrations', 'schema_views') ORDER BY name
"""  # noqa: E501


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAMES...]", help="Tables or views (default: all).")] = (
        None
    ),
    workspace: WorkspaceOption = Path(),
    how: Annotated[SqlFormat, typer.Option("--format", "-f", help="parquet, csv, xlsx, arrow or json.")] = (
        SqlFormat.parquet
    ),
) -> None:
    """Write tables and views of the published snapshot to files."""
    if how is SqlFormat.table:
        raise fail("--format table is for the screen; choose parquet, csv, xlsx, arrow or json.")
    con = connect_snapshot(current(Workspace.open(workspace)))
    known = [r[0] for r in con.execute(_NAMES).fetchall()]
    unknown = sorted(set(names or []) - set(known))
    if unknown:
        raise fail(f"No table or view {', '.join(unknown)}; there are: {', '.join(known)}.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        target = folder / f"{name}.{how.value}"
        if how is SqlFormat.parquet:
            # DuckDB writes Parquet itself: nested columns stay nested, memory stays bounded
            quoted = str(target).replace("'", "''")
            con.execute(f"COPY (FROM \"{name}\") TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
            out.print(str(target), markup=False)
        else:
            write_table(con.sql(f'FROM "{name}"').to_arrow_table(), how, target)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("export")(export)
