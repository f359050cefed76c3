"""Files imported into a warehouse of their own, for tests of what they are measured as."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.exports.read import read_export
from etl.load.merged.merge import rebuild
from etl.load.register import register_source
from etl.load.write import PageParsed, load_pages
from etl.records import Parsed
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

SHARED = Path(__file__).parents[3] / ".." / "shared"
CASES, DATA = SHARED / "cases", SHARED / "data"


def warehouse(folder: Path, *files: Path, exported_on: date = date(2024, 6, 1)) -> duckdb.DuckDBPyConnection:
    """Return a warehouse in `folder` with the export `files` loaded and merged."""
    con = connect(folder / "core.duckdb")
    migrate(con)
    for page, file in enumerate(files, 1):
        read = read_export(file)
        with transaction(con):
            register_source(con, read.vendor.source.model_dump(), dict(read.vendor.capabilities), synthetic=False)
        load(con, read.kind, read.parsed, page, exported_on)
    rebuild(con, {})
    return con


def load(con: duckdb.DuckDBPyConnection, source: str, parsed: Parsed, page: int, day: date) -> None:
    """Load `parsed` as page number `page` of `source`, received on `day`."""
    received = datetime(day.year, day.month, day.day)
    con.execute(
        "INSERT INTO pages BY NAME SELECT ? AS page_id, 1 AS run_id, ? AS source, 'k' AS request_key, '{}' AS request,"
        " ? AS received_at, ?::DATE AS service_date, 'landed' AS state",
        [page, source, received, day],
    )
    with transaction(con):
        load_pages(con, 1, [PageParsed(page, source, received, parsed)])
