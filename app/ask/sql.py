"""`stuckneck sql`: one SELECT on the published snapshot, or a prompt; also while a refresh is running."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.common import JsonOption, WorkspaceOption, err, fail
from app.stamp import newest_stamp
from app.tables import SqlFormat, write_table
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current, path_of
from warehouse.sandbox.queries import SqlResult, run_sql
from warehouse.sections.operating import Sql
from warehouse.workspace import Workspace


def query(snapshot: Path, statement: str, limits: Sql) -> SqlResult:
    """Run one SELECT in the sandbox; say on stderr when rows were cut."""
    result = run_sql(snapshot, statement, limits)
    if result.truncated:
        err.print(f"Only the first {limits.max_rows} rows are shown (sql.max_rows).", style="yellow")
    return result


def sql(
    statement: Annotated[str | None, typer.Argument(metavar="SELECT", help="The query; none: a prompt.")] = None,
    workspace: WorkspaceOption = Path(),
    how: Annotated[SqlFormat, typer.Option("--format", "-f", help="table, json, csv, parquet, arrow, xlsx.")] = (
        SqlFormat.table
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    as_json: JsonOption = False,
    file: Annotated[Path | None, typer.Option("--file", help="Read the query from this file.")] = None,
    snapshot: Annotated[int | None, typer.Option("--snapshot", help="An earlier snapshot's version.")] = None,
    seconds: Annotated[int | None, typer.Option("--seconds", help="Time limit (sql.seconds).")] = None,
    max_rows: Annotated[int | None, typer.Option("--max-rows", help="Rows at the most (sql.max_rows).")] = None,
) -> None:
    """Ask the warehouse in SQL (read-only; DuckDB's dialect)."""
    ws = Workspace.open(workspace)
    limits = load_settings(ws.settings_file).sql
    update = {k: v for k, v in (("seconds", seconds), ("max_rows", max_rows)) if v is not None}
    limits = limits.model_copy(update=update)
    source = current(ws) if snapshot is None else path_of(ws, snapshot)
    if not source.is_file():
        raise fail(f"{source.name}: there is no such snapshot; `stuckneck runs` lists them.")
    if file is not None:
        statement = file.read_text(encoding="utf-8-sig")
    if statement is None and sys.stdin.isatty():
        from app.ask.prompt import run_prompt

        run_prompt(ws, source, limits)
        return
    statement = sys.stdin.read() if statement is None else statement
    table = query(source, statement, limits).table
    write_table(table, SqlFormat.json if as_json else how, output, _stamp(source, statement) if output else "")


def _stamp(source: Path, statement: str) -> str:
    """Return by what the answer was made: the stamp of the newest run, the snapshot, and the hash of the question."""
    with connect_snapshot(source) as con:
        return newest_stamp(con, source.stem, "SELECT " + hashlib.sha256(statement.strip().encode()).hexdigest()[:16])


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("sql")(sql)
