"""By what figures were made, in one line: for the properties of every file."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

import duckdb

_NEWEST = """
SELECT r.program_version, p.run_id, p.as_of, s.queries_hash, r.settings_hash, coalesce(p.data_label, r.data_label)
FROM run_placements AS p
JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN applied_settings AS s ON s.run_id = p.run_id
WHERE p.origin = 'live' ORDER BY p.run_id DESC LIMIT 1
"""


def stamp(
    program: str | None, run_id: int, as_of: date, queries: str | None, settings: str | None, label: str
) -> str:  # fmt: skip
    """Return the line: version, run, date, hashes of queries and settings, data label; what a run did not state is ?.

    Its words are names, which are the same in every language.
    """
    return (
        f"stuckneck {program or '?'} · run {run_id} · {as_of} · "
        f"queries {queries or '?'} · settings {settings or '?'} · data {label}"
    )


def newest_stamp(con: duckdb.DuckDBPyConnection, *more: str) -> str:
    """Return the stamp of the newest run of the record and `more`; the program's version where nothing is placed."""
    row = con.execute(_NEWEST).fetchone()
    made = f"stuckneck {version('stuckneck')}" if row is None else stamp(*row)
    return " · ".join((made, *more))
