"""GoogleSQL over the office's nested table: read by sqlglot, run by DuckDB.

sqlglot is needed here alone, by developers: the demo asks other services. What it writes for DuckDB is held to the
local evaluation by a property test, for a translation that is silently wrong would show nowhere else.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from warehouse.frames import Stream, frame_of

TABLE = "patents-public-data.patents.publications"


class GoogleSqlError(ValueError):
    """The SELECT is not one the service takes; `reason` is BigQuery's word for it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Result:
    """What a SELECT gave: BigQuery's schema and its rows, as REST writes them."""

    fields: list[dict[str, Any]]
    rows: list[dict[str, Any]]


class Engine:
    """Runs SELECTs over one state of the table; one that was asked before is answered from what it gave then."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._given: dict[str, Result] = {}
        self._sizes: dict[str, int] = {}
        self._con = duckdb.connect()
        self._con.execute("SET threads = 2")
        text = duckdb.type("VARCHAR")
        self._con.create_function("nfkc", _nfkc, [text], text)
        self._con.register("given", Stream(table))
        self._con.execute("CREATE TABLE publications AS SELECT * FROM given")
        self._con.unregister("given")

    def byte_count(self, sql: str) -> int:
        """Return the bytes of the columns `sql` names, which is what BigQuery bills. Raises GoogleSqlError."""
        from sqlglot import exp

        if sql not in self._sizes:
            named = {column.name for column in _parsed(sql).find_all(exp.Column)}
            columns = (name for name in self._table.columns if name in named)
            self._sizes[sql] = sum(int(self._table[name].estimated_size()) for name in columns)
        return self._sizes[sql]

    def run(self, sql: str) -> Result:
        """Return what `sql` gives. Raises GoogleSqlError."""
        with self._lock:
            if sql not in self._given:
                self._given[sql] = self._run(_translated(sql))
            return self._given[sql]

    def _run(self, translated: str) -> Result:
        try:
            found = frame_of(self._con.sql(translated))
        except duckdb.Error as error:
            raise GoogleSqlError("invalidQuery", str(error)[:300]) from None
        fields = [_field(name, kind) for name, kind in found.schema.items()]
        rows = [{"f": [_cell(row[f["name"]], f) for f in fields]} for row in found.iter_rows(named=True)]
        return Result(fields, rows)


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _parsed(sql: str) -> Any:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, dialect="bigquery")
    except SqlglotError as error:
        raise GoogleSqlError("invalidQuery", f"Syntax error: {str(error)[:200]}") from None
    if not isinstance(tree, exp.Select):
        raise GoogleSqlError("invalidQuery", "Only SELECT is answered here")
    return tree


def _translated(sql: str) -> str:
    from sqlglot import exp

    tree = _parsed(sql)
    for table in list(tree.find_all(exp.Table)):
        if not table.db:
            continue  # a WITH query
        if f"{table.catalog}.{table.db}.{table.name}" != TABLE:
            raise GoogleSqlError("notFound", f"Not found: Table {table.catalog}:{table.db}.{table.name}")
        table.set("catalog", None)
        table.set("db", None)
    for call in list(tree.find_all(exp.Normalize)):
        call.replace(exp.func("nfkc", call.this))
    return str(tree.sql("duckdb"))


def _field(name: str, kind: Any) -> dict[str, Any]:
    mode = "NULLABLE"
    if isinstance(kind, pl.List):
        mode, kind = "REPEATED", kind.inner
    if isinstance(kind, pl.Struct):
        inner = [_field(field.name, field.dtype) for field in kind.fields]
        return {"name": name, "type": "RECORD", "mode": mode, "fields": inner}
    word = "BOOLEAN" if kind == pl.Boolean else "INTEGER" if kind.is_integer() else "STRING"
    return {"name": name, "type": word, "mode": mode}


def _cell(value: Any, field: dict[str, Any]) -> dict[str, Any]:
    if field["mode"] == "REPEATED":
        return {"v": [{"v": _value(one, field)} for one in value or []]}
    return {"v": _value(value, field)}


def _value(value: Any, field: dict[str, Any]) -> Any:
    if value is None:
        return None
    if field["type"] == "RECORD":
        return {"f": [_cell(value[inner["name"]], inner) for inner in field["fields"]]}
    return str(value).lower() if isinstance(value, bool) else str(value)
