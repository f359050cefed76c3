"""Records of a set of PATSTAT tables, in batches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from etl.patstat.record import Reader, Row
from etl.patstat.stage import stage
from etl.patstat.tables import table_files
from etl.records import PageRefusedError, Parsed

BATCH = 2000  # publications
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_PARTS = ("priorities", "applicants", "ipc", "cpc", "titles", "abstracts", "events", "citations")


def read_tables(path: Path, after: int = 0) -> Iterator[tuple[Parsed, int]]:
    """Batches of one import (a folder, an archive or a file), each with the ordinal of its last publication.

    Publications are in the order of their applications' ids; those up to ordinal `after` are passed over. The first
    batch says which rows of the tables become nothing. Raises PageRefusedError when no table has publications.
    """
    files = table_files(path)
    with tempfile.TemporaryDirectory(prefix="patstat-") as name:
        folder = Path(name)
        (folder / "unpacked").mkdir()
        con = duckdb.connect(folder / "tables.duckdb", config=_OFFLINE | {"temp_directory": str(folder / "spilled")})
        try:
            rejects = stage(con, files, folder / "unpacked")
            total = con.execute("SELECT count(*) FROM publications").fetchall()[0][0]
            if not total:
                tables = ", ".join(sorted({file.table for file in files})) or "none"
                raise PageRefusedError(
                    f"{path.name}: no publication number in these tables ({tables}); a record needs tls211 with"
                    " publn_auth and publn_nr. Put the tables into one folder and import the folder."
                )
            for start in range(after, total, BATCH):
                batch = _batch(con, start + 1, start + BATCH)
                if start == 0:  # said once, with the first publications
                    batch.rejects = rejects + batch.rejects
                yield batch, min(start + BATCH, total)
        finally:
            con.close()


def _batch(con: duckdb.DuckDBPyConnection, first: int, last: int) -> Parsed:
    publications = _rows(
        con, "SELECT * FROM publications WHERE ordinal BETWEEN ? AND ? ORDER BY ordinal", [first, last]
    )
    ids = [row["appln_id"] for row in publications if row["appln_id"] is not None]
    within = [min(ids, default=0), max(ids, default=0)]
    applications = {
        row["appln_id"]: row for row in _rows(con, "SELECT * FROM applications WHERE appln_id BETWEEN ? AND ?", within)
    }
    parts = {name: _by_application(con, name, within) for name in _PARTS}
    parsed = Parsed()
    reader = Reader(parsed.rejects)
    for publication in publications:
        own = {name: rows.get(publication["appln_id"], []) for name, rows in parts.items()}
        record = reader.record(publication, applications.get(publication["appln_id"]), own)
        if record is not None:
            parsed.records.append(record)
    return parsed


def _by_application(con: duckdb.DuckDBPyConnection, table: str, within: list[int]) -> dict[int, list[Row]]:
    """Rows of a table for a range of applications, in the order the table was made in."""
    found: dict[int, list[Row]] = {}
    for row in _rows(con, f"SELECT * FROM {table} WHERE appln_id BETWEEN ? AND ? ORDER BY rowid", within):  # noqa: S608
        found.setdefault(row["appln_id"], []).append(row)
    return found


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: list[int]) -> list[Row]:
    found: list[Row] = con.sql(query, params=values).to_dicts()
    return found
