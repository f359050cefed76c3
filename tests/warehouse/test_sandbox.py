"""Other people's SQL answers on the snapshot and can do nothing else: hostile statements and what each gets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from warehouse.core import Core
from warehouse.publish import publish
from warehouse.sandbox.queries import SqlRefusedError, SqlStoppedError, run_sql
from warehouse.sections.operating import Sql
from warehouse.workspace import Workspace

LIMITS = Sql(memory_mb=256, seconds=5, threads=2)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    (root / "stuckneck.toml").write_text("")
    (root / "secret.csv").write_text("key\nhunter2\n")
    with Core(Workspace(root)) as core:
        core.con.execute("INSERT INTO cursors VALUES ('lens', 'chip', 'q', DATE '2021-01-01', 1, now())")
        return publish(core)


REFUSED = """
INSERT INTO cursors SELECT * FROM cursors
UPDATE cursors SET source = 'x'
DELETE FROM cursors
TRUNCATE cursors
DROP TABLE cursors
DROP VIEW matrix_latest
CREATE TABLE x AS SELECT 1
CREATE VIEW x AS SELECT 1
CREATE TEMP TABLE x AS SELECT 1
CREATE SCHEMA x
CREATE SEQUENCE s
CREATE TYPE t AS ENUM ('a')
CREATE MACRO m(a) AS a
CREATE FUNCTION m(a) AS a
CREATE INDEX i ON cursors (source)
CREATE SECRET s (TYPE S3, KEY_ID 'a', SECRET 'b')
ALTER TABLE cursors ADD COLUMN x INTEGER
COMMENT ON TABLE cursors IS 'x'
ATTACH '{folder}/other.duckdb'
ATTACH ':memory:' AS other
DETACH warehouse
USE memory
COPY cursors TO '{folder}/out.csv'
COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT parquet)
COPY cursors FROM '{folder}/secret.csv'
COPY FROM DATABASE warehouse TO memory
EXPORT DATABASE '{folder}/out'
IMPORT DATABASE '{folder}/out'
INSTALL httpfs
LOAD httpfs
FORCE INSTALL spatial FROM community
UPDATE EXTENSIONS
SET memory_limit = '100GB'
SET threads = 64
SET enable_external_access = true
SET lock_configuration = false
RESET memory_limit
SET VARIABLE a = 1
PRAGMA memory_limit='100GB'
PRAGMA database_list
PRAGMA enable_profiling
CALL pragma_version()
CHECKPOINT
VACUUM
ANALYZE
BEGIN
COMMIT
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
MERGE INTO cursors USING (SELECT 1 AS a) AS s ON false WHEN NOT MATCHED THEN INSERT DEFAULT VALUES
EXPLAIN ANALYZE SELECT 1
SELECT 1; SELECT 2
SELECT 1; DROP TABLE cursors
SELECT * FROM '{folder}/secret.csv'
SELECT * FROM read_csv('{folder}/secret.csv')
SELECT * FROM read_csv_auto('{folder}/secret.csv')
SELECT * FROM read_text('{folder}/secret.csv')
SELECT * FROM read_blob('{folder}/secret.csv')
SELECT * FROM read_json('{folder}/secret.csv')
SELECT * FROM read_parquet('{folder}/x.parquet')
SELECT * FROM parquet_metadata('{folder}/x.parquet')
SELECT * FROM sniff_csv('{folder}/secret.csv')
SELECT * FROM glob('{folder}/*')
SELECT * FROM 'https://example.org/x.csv'
SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')
SELECT * FROM query('DROP TABLE cursors')
SELECT * FROM no_such_table
SELECT sqlite_scan('a', 'b')
SELECT getvariable_no(1)
WITH x AS (DELETE FROM cursors RETURNING *) SELECT * FROM x
SELECT length(repeat(repeat('x', 1000000), 100000))
selec 1
""".strip().splitlines()

STOPPED = """
SELECT repeat('x', 1000000000)
SELECT lpad('x', 1000000000, 'y')
SELECT rpad('x', 2000000000, 'y')
SELECT len(list_transform(range(1000000000), lambda x: x + 1))
SELECT list_sort(range(1000000000))
SELECT string_agg(repeat('x', 1000000)) FROM range(1000000)
SELECT count(*) FROM range(100000000) a, range(100000000) b
SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
SELECT * FROM range(10000000000) ORDER BY random()
SELECT array_agg(range) FROM range(10000000000)
""".strip().splitlines()


@pytest.mark.parametrize("statement", REFUSED)
def test_refused(snapshot: Path, statement: str) -> None:
    folder = snapshot.parent.parent
    before = sorted(p.name for p in folder.rglob("*"))
    with pytest.raises(SqlRefusedError) as caught:
        run_sql(snapshot, statement.replace("{folder}", str(folder)), LIMITS)
    assert "hunter2" not in str(caught.value)
    assert sorted(p.name for p in folder.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("statement", STOPPED)
def test_stopped(snapshot: Path, statement: str) -> None:
    """Each would go on for hours or take all memory: that it ends at all is the promise."""
    with pytest.raises(SqlStoppedError, match=r"sql\.(seconds|memory_mb)"):
        run_sql(snapshot, statement, LIMITS)


def test_environment_is_out_of_reach(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUCKNECK_LENS_TOKEN", "hunter2")
    with pytest.raises(SqlRefusedError):
        run_sql(snapshot, "SELECT getenv('STUCKNECK_LENS_TOKEN')", LIMITS)


def test_answers(snapshot: Path) -> None:
    result = run_sql(snapshot, "SELECT source, high_water FROM cursors", LIMITS)
    assert result.table.to_dicts()[0]["source"] == "lens"
    assert not result.truncated


def test_more_rows_than_allowed_are_cut_and_said(snapshot: Path) -> None:
    result = run_sql(snapshot, "SELECT * FROM range(100)", LIMITS.model_copy(update={"max_rows": 10}))
    assert result.table.height == 10
    assert result.truncated


@pytest.mark.parametrize(
    "statement", ["SHOW TABLES", "DESCRIBE cursors", "SUMMARIZE cursors", "FROM cursors", "EXPLAIN SELECT 1"]
)
def test_looking_around_is_possible(snapshot: Path, statement: str) -> None:
    assert run_sql(snapshot, statement, LIMITS).table.height >= 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT 1 AS a, 2 AS a, 'x' AS b", {"a": 1, "a_1": 2, "b": "x"}),
        ("SELECT INTERVAL 1 DAY AS i, '101'::BIT AS bits", {"i": "1 day", "bits": "101"}),
        ("SELECT union_value(k := 1) AS u", {"u": "1"}),
        ("SELECT 340282366920938463463374607431768211455::UHUGEINT AS n", {"n": str(2**128 - 1)}),
        ("SELECT [INTERVAL 1 DAY] AS days, NULL AS nothing", {"days": "[1 day]", "nothing": None}),
        ("SELECT DATE '2021-05-31' AS day, {'a': [1]} AS s", {"day": date(2021, 5, 31), "s": {"a": [1]}}),
    ],
)  # fmt: skip
def test_what_a_frame_has_no_type_for_comes_as_text(
    snapshot: Path, statement: str, expected: dict[str, object]
) -> None:  # fmt: skip
    assert run_sql(snapshot, statement, LIMITS).table.to_dicts() == [expected]


@pytest.mark.parametrize("day", ["DATE 'infinity'", "DATE '20000-01-01'", "TIMESTAMP '-infinity'"])
def test_a_date_beyond_the_calendar_is_refused_in_a_sentence(snapshot: Path, day: str) -> None:
    with pytest.raises(SqlRefusedError, match="outside the years 1 to 9999"):
        run_sql(snapshot, f"SELECT {day} AS day", LIMITS)


def test_no_rows_still_have_columns_of_their_types(snapshot: Path) -> None:
    table = run_sql(snapshot, "SELECT source, high_water FROM cursors WHERE false", LIMITS).table
    assert dict(table.schema) == {"source": pl.String, "high_water": pl.Date}
