"""The DuckDB engine gives what a warehouse with all the same records gives for the families of its topics."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from etl.engines.on_duckdb import DuckDBEngine
from etl.engines.output import TABLES, Output, write_manifest, write_pages
from etl.engines.take import take
from tests.etl.engines.made_world import QUERIES, give_records, narrow, warehouse, world, written
from warehouse.core import connect
from warehouse.migrate import migrate


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


def test_a_family_keeps_its_key_when_tables_are_taken_again(tmp_path: Path) -> None:
    con = connect(tmp_path / "core.duckdb", threads=1)
    migrate(con)
    kept: list[dict[str, int]] = []
    for turn, families in enumerate((["b", "d"], ["a", "b", "c", "d"], ["a"], ["a", "e"])):
        out = given_families(tmp_path / str(turn), families)
        take(con, 1, out, [("lidar", "h")], datetime(2026, 1, 1))
        kept.append(dict(con.execute("SELECT family_id, family_key FROM families").fetchall()))
        cited = con.execute("SELECT DISTINCT cited_family_key FROM family_citations").fetchall()
        assert cited == [(kept[-1][families[0]],)]
        # any table that remembers keys: what was given once is never given again
        con.execute(
            "INSERT INTO family_key_changes BY NAME SELECT family_key, 'gone' AS change, 1 AS numbers FROM families"
        )
    first, second, _, last = kept
    assert first == {"b": 0, "d": 1}
    assert second == {"b": 0, "d": 1, "a": 2, "c": 3}
    assert last == {"a": 2, "e": 4}


def given_families(folder: Path, ids: list[str]) -> Output:
    """Tables with nothing but families, the last of which cites the first."""
    out = Output(folder)
    con = connect(folder.parent / "empty.duckdb", threads=1)
    migrate(con)
    for name in TABLES:
        out.write(name, con.sql(f"FROM {name}").to_arrow_table())
    con.close()
    known = {"is_harvested": True, "basis": "single", "members": 1, "cited_by_known": True, "is_synthetic": False}
    out.write("families", pa.Table.from_pylist([{"family_key": n, "family_id": i} | known for n, i in enumerate(ids)]))
    edge = {"cited_family_key": 0, "citing_family_key": len(ids) - 1, "cited_on": date(2020, 1, 1)}
    out.write("family_citations", pa.Table.from_pylist([edge | {"date_basis": "publication"}]))
    write_pages(out, [], [])
    queries = [{"technology_id": "lidar", "query_hash": "h"}]
    write_manifest(out, {"queries": queries, "inputs": [], "exported_on": "2026-01-01"})
    return out
