"""The DuckDB engine gives what a warehouse with all the same records gives for the families of its topics."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.engines.on_duckdb import DuckDBEngine
from etl.engines.output import Output
from tests.etl.engines.made_world import QUERIES, give_records, narrow, warehouse, world, written


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_narrow_tables_are_those_of_a_warehouse_with_every_record(tmp_path: Path, seed: int) -> None:
    pages = world(seed)
    out = Output(tmp_path / "out")
    give_records(out, pages)
    engine = DuckDBEngine(out)
    engine.hits(QUERIES)
    engine.tables(QUERIES)
    expected = narrow(warehouse(tmp_path, pages))
    assert all(expected.values())
    assert written(out) == expected
