"""The DuckDB engine gives what a warehouse with all the same records gives for the families of its topics."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from etl.engines.on_duckdb import DuckDBEngine
from etl.engines.output import TABLES, Output, write_manifest, write_pages
from etl.engines.run import bulk_files, run_bulk
from etl.engines.take import take
from tests.etl.engines.made_world import (
    QUERIES,
    give_records,
    give_warehouse,
    narrow,
    queries_of,
    warehouse,
    world,
    written,
)
from warehouse.core import connect
from warehouse.frames import frame_of
from warehouse.migrate import migrate
from warehouse.workspace import Workspace


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


@pytest.mark.slow
def test_the_demo_by_another_way(demo: Path, tmp_path: Path) -> None:
    out = Output(tmp_path / "out")
    shutil.copy(Workspace.open(demo).core, tmp_path / "core.duckdb")
    with duckdb.connect(str(tmp_path / "core.duckdb")) as con:
        give_warehouse(out, con)
        DuckDBEngine(out).tables(queries_of(demo))
        expected = narrow(con)
    assert all(expected.values())
    assert written(out) == expected


def google(number: str, title: str, published: int, *cited: str) -> str:
    cites = [{"publication_number": one} for one in cited]
    texts = [{"text": title, "language": "en"}]
    return json.dumps(
        {"publication_number": number, "publication_date": published, "title_localized": texts, "citation": cites}
    )


@pytest.mark.parametrize("whole", [True, False])
def test_who_cites_is_counted_in_the_whole_table_alone(tmp_path: Path, whole: bool) -> None:
    lines = [
        google("US-1-B1", "Laser", 20100101), google("US-2-B1", "Laser", 20110101),
        google("US-3-B1", "Wheel", 20120101, "US-1-B1"), google("US-4-B1", "Wheel", 20130101, "US-1-B1", "US-3-B1"),
    ]  # fmt: skip
    (tmp_path / "table.json").write_text("\n".join(lines))
    out = Output(tmp_path / "out")
    run_bulk(DuckDBEngine(out), out, bulk_files([tmp_path / "table.json"]), QUERIES, exported_on=date(2024, 1, 1),
             name="duckdb", whole_table=whole)  # fmt: skip
    with duckdb.connect() as con:
        for name in TABLES:
            con.execute(f"CREATE VIEW {name} AS FROM '{out.folder(name)}/*.parquet'")
        known = con.execute("SELECT family_id, cited_by_known FROM families ORDER BY 1").fetchall()
        cited = con.execute("SELECT cited_on FROM family_citations ORDER BY 1").fetchall()
        counts = con.execute(
            "SELECT family_id, citation_count, count_date FROM family_citation_counts JOIN families USING (family_key)"
            " ORDER BY 1"
        ).fetchall()
    assert known == [("US-1-B1", whole), ("US-2-B1", whole), ("US-3-B1", False), ("US-4-B1", False)]
    assert cited == [(date(2012, 1, 1),), (date(2013, 1, 1),)]
    assert counts == ([("US-1-B1", 2, date(2024, 1, 1)), ("US-2-B1", 0, date(2024, 1, 1))] if whole else [])


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
        out.write(name, frame_of(con.sql(f"FROM {name}")))
    con.close()
    known = {"is_harvested": True, "basis": "single", "members": 1, "cited_by_known": True, "is_synthetic": False}
    out.write("families", pl.DataFrame([{"family_key": n, "family_id": i} | known for n, i in enumerate(ids)]))
    edge = {"cited_family_key": 0, "citing_family_key": len(ids) - 1, "cited_on": date(2020, 1, 1)}
    out.write("family_citations", pl.DataFrame([edge | {"date_basis": "publication"}]))
    write_pages(out, [], [])
    queries = [{"technology_id": "lidar", "query_hash": "h"}]
    write_manifest(out, {"queries": queries, "inputs": [], "exported_on": "2026-01-01"})
    return out
