"""The SQL prompt: history, completion, highlighting, dot-commands (prompt_toolkit)."""

from __future__ import annotations

from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from app.common import err, out
from app.tables import SqlFormat, write_table
from warehouse.process import interruption
from warehouse.publish import connect_snapshot
from warehouse.sandbox.queries import SqlRefusedError, SqlStoppedError, run_sql
from warehouse.sections.operating import Sql
from warehouse.workspace import Workspace

_HELP = """\
.help              this text
.tables            tables and views with what they hold
.columns NAME      columns of one with their meaning
.format NAME       table, json or csv
.output FILE       write the next result to FILE (csv, json, parquet, arrow, xlsx by its ending)
.quit              leave (also Ctrl-D)
Anything else is SQL, ended by ; (one SELECT, on the published snapshot, read-only)."""

_DESCRIBE = {
    ".tables": "SELECT name, comment FROM (SELECT view_name AS name, comment FROM duckdb_views() WHERE NOT internal"
    " UNION ALL SELECT table_name, comment FROM duckdb_tables()) ORDER BY name",
    ".columns": "SELECT column_name, data_type, comment FROM duckdb_columns()"
    " WHERE NOT internal AND table_name = '{}' ORDER BY column_index",
}


def run_prompt(workspace: Workspace, snapshot: Path, limits: Sql) -> None:
    """Read, run and print until the user leaves."""
    con = connect_snapshot(snapshot)
    words = [
        r[0] for r in con.execute("SELECT DISTINCT table_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    ]
    words += [
        r[0] for r in con.execute("SELECT DISTINCT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    ]
    con.close()
    words += ["SELECT", "FROM", "WHERE", "GROUP BY ALL", "ORDER BY", "LIMIT", *_DESCRIBE, ".help", ".format", ".quit"]
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(workspace.root / ".sql_history")),
        completer=WordCompleter(sorted(set(words)), ignore_case=True),
        lexer=PygmentsLexer(SqlLexer),
    )
    out.print(f"{snapshot.name} (read-only). .help for help, Ctrl-D to leave.", markup=False)
    state = _State(snapshot, limits)
    while True:
        try:
            line = _statement(session)
        except EOFError:
            return
        except KeyboardInterrupt:
            interruption.forget()
            continue
        if line in {".quit", ".exit"}:
            return
        state.handle(line)


def _statement(session: PromptSession[str]) -> str:
    text: str = session.prompt("stuckneck> ").strip()
    while text and not text.startswith(".") and not text.endswith(";"):
        text += "\n" + session.prompt("      ...> ").rstrip()
    return text


class _State:
    def __init__(self, snapshot: Path, limits: Sql) -> None:
        self.snapshot = snapshot
        self.limits = limits
        self.format = SqlFormat.table
        self.output: Path | None = None

    def handle(self, line: str) -> None:
        """Obey one line: a dot-command or a statement."""
        word, _, rest = line.partition(" ")
        if not line:
            return
        if word == ".help":
            out.print(_HELP, markup=False)
        elif word == ".format" and rest.strip() in {"table", "json", "csv"}:
            self.format = SqlFormat(rest.strip())
        elif word == ".output" and rest.strip():
            self.output = Path(rest.strip())
        elif word in _DESCRIBE:
            self._run(_DESCRIBE[word].format(rest.strip().replace("'", "''")))
        elif word.startswith("."):
            err.print("Unknown command; .help lists them.", style="red")
        else:
            self._run(line)

    def _run(self, statement: str) -> None:
        try:
            result = run_sql(self.snapshot, statement, self.limits)
        except (SqlRefusedError, SqlStoppedError) as error:
            err.print(str(error), style="red", markup=False)
            return
        how = self.format
        if self.output is not None:
            ending = self.output.suffix.lstrip(".").lower()
            how = SqlFormat(ending) if ending in SqlFormat.__members__ else SqlFormat.csv
        write_table(result.table, how, self.output)
        self.output = None
        if result.truncated:
            err.print(f"Only the first {self.limits.max_rows} rows (sql.max_rows).", style="yellow")
