"""GoogleSQL over the office's nested table: read by sqlglot, run by DuckDB.

sqlglot is needed here alone, by developers: the demo asks other services. What it writes for DuckDB is held to the
local evaluation by a property test, for a translation that is silently wrong would show nowhere else.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from duckdb.func import PythonUDFType

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

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._given: dict[str, Result] = {}
        self._sizes: dict[str, int] = {}
        self._con = duckdb.connect()
        self._con.execute("SET threads = 2")
        text = duckdb.type("VARCHAR")
        self._con.create_function("nfkc", _nfkc, [text], text, type=PythonUDFType.ARROW)
        self._con.register("given", table)
        self._con.execute("CREATE TABLE publications AS SELECT * FROM given")
        self._con.unregister("given")

    def byte_count(self, sql: str) -> int:
        """Return the bytes of the columns `sql` names, which is what BigQuery bills. Raises GoogleSqlError."""
        from sqlglot import exp

        if sql not in self._sizes:
            named = {column.name for column in _parsed(sql).find_all(exp.Column)}
            columns = (name for name in self._table.column_names if name in named)
            self._sizes[sql] = sum(self._table[name].nbytes for name in columns)
        return self._sizes[sql]

    def run(self, sql: str) -> Result:
        """Return what `sql` gives. Raises GoogleSqlError."""
        with self._lock:
            if sql not in self._given:
                self._given[sql] = self._run(_translated(sql))
            return self._given[sql]

    def _run(self, translated: str) -> Result:
        try:
            found = self._con.sql(translated).to_arrow_table()
        except duckdb.Error as error:
            raise GoogleSqlError("invalidQuery", str(error)[:300]) from None
        assert found is not None
        fields = [_field(field.name, field.type) for field in found.schema]
        rows = [{"f": [_cell(row[f["name"]], f) for f in fields]} for row in found.to_pylist()]
        return Result(fields, rows)


def _nfkc(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_normalize(texts, form="NFKC")


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


def _field(name: str, kind: pa.DataType) -> dict[str, Any]:
    mode = "NULLABLE"
    if pa.types.is_list(kind):
        mode, kind = "REPEATED", kind.value_type
    if pa.types.is_struct(kind):
        inner = [_field(field.name, field.type) for field in kind]
        return {"name": name, "type": "RECORD", "mode": mode, "fields": inner}
    word = "BOOLEAN" if pa.types.is_boolean(kind) else "INTEGER" if pa.types.is_integer(kind) else "STRING"
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
