"""Frames into DuckDB and out of it: every type a table has comes back as it went, and batches are of the size asked."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from warehouse.frames import Stream, batches, frame_of, registered

ROWS = pl.DataFrame(
    {
        "number": [1, None], "text": ["中文", None], "day": [date(2021, 5, 31), None],
        "moment": [datetime(2021, 5, 31, 1, 2, 3), None], "is_pct": [True, None], "share": [0.5, None],
        "texts": [[{"lang": "zh", "text": "中"}, {"lang": None, "text": ""}], None], "codes": [[], ["G03F"]],
    },
    schema={
        "number": pl.Int32, "text": pl.String, "day": pl.Date, "moment": pl.Datetime("us"), "is_pct": pl.Boolean,
        "share": pl.Float64, "texts": pl.List(pl.Struct({"lang": pl.String, "text": pl.String})),
        "codes": pl.List(pl.String),
    },
)  # fmt: skip


@pytest.mark.parametrize("rows", [ROWS, ROWS.clear(), pl.concat([ROWS, ROWS], rechunk=False)])
def test_a_frame_comes_back_as_it_went(rows: pl.DataFrame) -> None:
    with duckdb.connect() as con, registered(con, given=rows):
        found = frame_of(con.sql("FROM given"))
        assert found.schema == rows.schema
        assert found.equals(rows)


def test_a_column_of_which_all_is_unknown_fits_any_type() -> None:
    unknown = Stream(pl.DataFrame({"day": [None, None], "held": [{"x": None}, None]}))  # noqa: F841 - named in SQL
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t (day DATE, held STRUCT(x INTEGER))")
        con.execute("INSERT INTO t FROM unknown")
        assert con.execute("SELECT day, held FROM t").fetchall() == [(None, {"x": None}), (None, None)]


def test_batches_are_of_the_size_asked_and_leave_the_connection_free() -> None:
    with duckdb.connect() as con:
        query = "SELECT range AS n, repeat('x', 10) AS text FROM range(50_000)"
        sizes = [batch.height for batch in batches(con.sql(query), 10_000)]
        assert sum(sizes) == 50_000
        assert max(sizes) <= 12_288, "about so many: DuckDB adds whole vectors of 2 048 rows"
        left = batches(con.sql(query), 10_000)
        assert next(left)["n"][0] == 0
        left.close()
        assert con.execute("SELECT 1").fetchall() == [(1,)]


def test_a_name_is_gone_however_the_block_ends() -> None:
    with duckdb.connect() as con:
        with pytest.raises(ZeroDivisionError), registered(con, given=ROWS):
            raise ZeroDivisionError
        with pytest.raises(duckdb.CatalogException):
            con.sql("FROM given")
