"""The merge ranks of sources, field by field, as the warehouse's merge computes them."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.load.merged.merge import families_as_loaded
from warehouse.frames import frame_of, registered
from warehouse.migrate import migrate


def field_ranks(sources: pl.DataFrame) -> pl.DataFrame:
    """One row a source and part: a rank for each field, the least first; `sources` has the columns of ``sources``."""
    with duckdb.connect() as con:
        migrate(con)
        with registered(con, given=sources):
            con.execute("INSERT INTO sources BY NAME FROM given")
        with families_as_loaded(con):
            con.execute("CREATE TABLE ranks AS FROM field_ranks")
        return frame_of(con.sql("FROM ranks"))
