"""How large answers have been: what the next one may cost of a byte quota."""

from __future__ import annotations

import duckdb


def kind_of(path: str) -> str:
    """Return `path` without the number in it: answers to paths of one kind are about as large."""
    return "/".join(part for part in path.split("/") if "." not in part)


def largest_answers(con: duckdb.DuckDBPyConnection, source: str) -> dict[str, int]:
    """Return the largest answer so far by kind of path: what the next may cost, also right after a restart."""
    rows = con.execute(
        "SELECT json_extract_string(request, '$.path'), max(byte_count) FROM pages WHERE source = ? GROUP BY ALL",
        [source],
    ).fetchall()
    largest: dict[str, int] = {}
    for path, size in rows:
        largest[kind_of(path or "")] = max(size or 0, largest.get(kind_of(path or ""), 0))
    return largest
