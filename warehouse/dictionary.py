"""The data dictionary: every table, view and column with the database's own comments.

``python -m warehouse.dictionary > docs/data-dictionary.md`` rewrites it (`make docs` does this for all pages).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache

import duckdb

import sql
from warehouse.migrate import migrate, refresh_views

_HEAD = """\
# Data dictionary 数据字典

Generated from the database's own comments by `python -m warehouse.dictionary`; do not edit by hand.
本页由数据库自身的注释生成，请勿手工修改。

NULL means unknown, never zero. Dates are calendar dates; timestamps are UTC. Publication numbers have the form
`CC-NUMBER-KIND`.
`data_label` is `real`, `synthetic` or `mixed`. The same text is in the database: `stuckneck sql` then `.help`, or
`FROM duckdb_columns()`. Worked questions: [sql-cookbook.md](sql-cookbook.md).
空值表示未知，从不表示零。
"""
_RELATIONS = """
SELECT view_name AS name, 'view' AS kind, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
UNION ALL
SELECT table_name, 'table', comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
ORDER BY kind DESC, name
"""
_COLUMNS = """
SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
ORDER BY table_name, column_index
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, DuckDB type and meaning (None: the database has no comment)."""

    name: str
    data_type: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """One table or view (`kind`), with its meaning, what one row of it is (views) and its columns."""

    name: str
    kind: str
    comment: str | None
    grain: str | None
    columns: tuple[Column, ...]


def _grains() -> dict[str, str]:
    """Return what one row is, by view, from the line `-- grain:` of its file."""
    found = {}
    for file in sql.names("views"):
        line = re.search(r"^-- grain: *(.+)$", sql.text(f"views/{file}"), re.MULTILINE)
        if line:
            found[file.removesuffix(".sql")] = line.group(1)
    return found


@cache
def relations() -> tuple[Relation, ...]:
    """Return all views (first) and tables of an empty warehouse of the newest schema."""
    con = duckdb.connect(":memory:")
    try:
        migrate(con)
        refresh_views(con)
        columns: dict[str, list[Column]] = {}
        for table, *rest in con.execute(_COLUMNS).fetchall():
            columns.setdefault(table, []).append(Column(*rest))
        grains = _grains()
        return tuple(
            Relation(name, kind, comment, grains.get(name) if kind == "view" else None, tuple(columns[name]))
            for name, kind, comment in con.execute(_RELATIONS).fetchall()
        )
    finally:
        con.close()


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


def _section(relation: Relation) -> list[str]:
    lines = ["", f"### {relation.name}", "", relation.comment or ""]
    if relation.grain:
        lines.append(f"One row: {relation.grain.removeprefix('one row per ')}.")
    lines += ["", "| column | type | meaning |", "|---|---|---|"]
    return lines + [f"| `{c.name}` | `{_cell(c.data_type)}` | {_cell(c.comment)} |" for c in relation.columns]


def render() -> str:
    """Return docs/data-dictionary.md."""
    views = [r for r in relations() if r.kind == "view"]
    tables = [r for r in relations() if r.kind == "table"]
    lines = [_HEAD]
    for title, group in (("Views for people 视图", views), ("Tables 表", tables)):
        lines += [f"## {title}", "", "| name | what it holds |", "|---|---|"]
        lines += [f"| [{r.name}](#{r.name}) | {_cell(r.comment)} |" for r in group]
        for relation in group:
            lines += _section(relation)
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
