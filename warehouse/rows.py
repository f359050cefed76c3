"""Rows of the program's own queries as dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb


def rows(con: duckdb.DuckDBPyConnection, query: str, *values: object, **named: object) -> list[dict[str, Any]]:
    """Run `query` with `values` for its question marks, or `named` ones for its $names; return its rows by column."""
    filled: Mapping[str, object] | list[object] = named or list(values)
    result = con.execute(query, filled) if filled else con.execute(query)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
