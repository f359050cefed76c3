"""The merge ranks of sources, field by field, as the warehouse's merge computes them."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from etl.load.merged.merge import families_as_loaded
from warehouse.migrate import migrate


def field_ranks(sources: pa.Table) -> pa.Table:
    """One row a source and part: a rank for each field, the least first; `sources` has the columns of ``sources``."""
    with duckdb.connect() as con:
        migrate(con)
        con.register("given", sources)
        con.execute("INSERT INTO sources BY NAME FROM given")
        with families_as_loaded(con):
            con.execute("CREATE TABLE ranks AS FROM field_ranks")
        ranks: pa.Table = con.sql("FROM ranks").to_arrow_table()
    return ranks
