"""Benchmark of measuring 20 technologies at one date, against naive SQL for the same figures in the same run.

Run: python tests/benchmarks/bench_indicators.py [--families 10000000]   (6 IPC rows and 10 citations per family)

The default of 1 M families takes under a minute; 10 M families, 60 M IPC rows and 100 M citations take a few minutes
and about 10 GB. Data are made on the spot. CPU seconds are of the whole process, two threads. What is timed is
`measure` (from the merged tables to every figure and the families behind it) and the same shares and shift in SQL over
the families of a run (sql/indicators/shares.sql, shift.sql); the naive baseline computes the same figures from `ipc`,
`family_citations` and the families in one statement each, as one would write it first.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))

import sql
from analytics.measure.measure import measure
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

TECHNOLOGIES = 20
AS_OF = date(2021, 6, 1)

CODE = """chr(65 + (hash({seed} * 3) % 8)::INTEGER) || lpad((1 + hash({seed} * 5) % 20)::VARCHAR, 2, '0')
    || chr(66 + (hash({seed} * 7) % 4)::INTEGER)"""
FAMILIES = f"""
INSERT INTO run_families
SELECT 1, 't' || lpad((i % {TECHNOLOGIES})::VARCHAR, 2, '0'), i, 'f' || i,
    CASE WHEN h % 50 = 0 THEN NULL WHEN h % 100 < 45 THEN 1.0 ELSE 0.0 END,
    CASE WHEN h % 100 < 45 THEN 'CN' ELSE 'US' END, 'residence', NULL,
    CASE WHEN h % 31 = 0 THEN NULL ELSE 1 + h % 29 END, h % 5 < 2,
    CASE WHEN h % 23 < 9 THEN 1 WHEN h % 23 < 20 THEN 2 END, code, code, 2001 + h % 21
FROM (
    SELECT i::INTEGER AS i, (hash(i) % 1000003)::INTEGER AS h, {CODE.format(seed="i")} AS code
    FROM range({{n}}) AS r(i)
)
"""
IPC = f"""
INSERT INTO ipc
SELECT 'CN-' || family_key || '-A', family_key, p, code || '21/02', code, code, 'bench'
FROM (
    SELECT family_key, p::INTEGER AS p,
        CASE WHEN p = 1 THEN main_subclass ELSE {CODE.format(seed="(family_key * 7 + p)")} END AS code
    FROM run_families, range(1, 7) AS r(p)
)
"""
CITATIONS = """
INSERT INTO family_citations
SELECT (hash(i) % {n})::INTEGER, (hash(i * 17) % {n})::INTEGER, DATE '2001-01-01' + (hash(i * 19) % 8700)::INTEGER,
    'publication'
FROM range({n} * 10) AS r(i)
"""
MERGED = """
INSERT INTO families BY NAME
SELECT family_key, family_id, true AS is_harvested, 'bench' AS basis, 1 AS members, true AS cited_by_known,
    true AS is_synthetic
FROM run_families;
INSERT INTO family_states BY NAME
SELECT family_key, DATE '2000-01-01' AS valid_from, DATE '9999-12-31' AS valid_to,
    make_date(filing_year::INTEGER, 6, 1) AS filing_date,
    CASE WHEN focal_weight IS NOT NULL THEN country END AS residence_country,
    main_subclass, stated_subclass, claim_count, is_pct, true AS has_patent, false AS has_utility_model
FROM run_families;
INSERT INTO family_memberships BY NAME
SELECT technology_id, 'q' AS query_hash, family_key, DATE '2000-01-01' AS member_from FROM run_families;
"""
NAIVE_SHARES = """
SELECT f.technology_id,
    count(DISTINCT CASE WHEN f.country = 'CN' THEN f.family_key END) / count(DISTINCT f.family_key),
    sum(CASE WHEN f.country = 'CN' THEN c.n END) / sum(c.n),
    sum(CASE WHEN f.country = 'CN' THEN f.claim_count END) / sum(f.claim_count),
    count(DISTINCT CASE WHEN f.country = 'CN' AND f.is_pct THEN f.family_key END)
        / count(DISTINCT CASE WHEN f.is_pct THEN f.family_key END)
FROM run_families AS f
LEFT JOIN (
    SELECT cited_family_key, count(DISTINCT citing_family_key) AS n
    FROM family_citations WHERE cited_on <= DATE '2021-06-01' GROUP BY 1
) AS c ON c.cited_family_key = f.family_key
WHERE f.focal_weight IS NOT NULL GROUP BY 1
"""
NAIVE_SHIFT = """
SELECT f.technology_id, f."window", i.mapped_subclass, count(DISTINCT f.family_key)
FROM run_families AS f INNER JOIN ipc AS i ON i.family_key = f.family_key
WHERE f."window" IS NOT NULL AND i.position = 1 GROUP BY ALL
"""
NAIVE_COUNTS = """
SELECT cited_family_key, count(*) FROM family_citations WHERE cited_on <= DATE '2021-06-01' GROUP BY 1
"""


def cpu(what: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    what()
    return time.process_time() - start


def make(families: int) -> duckdb.DuckDBPyConnection:
    """Return an in-memory warehouse of `families` families after screening, six IPC rows and ten citations each."""
    con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    for name in (
        "0001_core",
        "0021_ipc_subclasses",
        "0028_publication_states",
        "0029_inventor_assignments",
        "0031_grants_in_force",
    ):
        con.execute(sql.text(f"migrations/{name}.sql"))
    for statement in (FAMILIES, IPC, CITATIONS):
        con.execute(statement.format(n=families))
    return con


def report(name: str, ours: float, naive: float) -> None:
    """Print one line."""
    print(f"{name:<28} {ours:7.2f} CPU s   naive {naive:7.2f} CPU s   ratio {naive / ours:6.1f}")


def main() -> None:
    """Print CPU seconds and ratios of the three figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", type=int, default=1_000_000)
    n = parser.parse_args().families
    start = time.perf_counter()
    con = make(n)
    print(f"{n:,} families, {6 * n:,} IPC rows, {10 * n:,} citations made in {time.perf_counter() - start:.0f} s")
    con.execute(MERGED)
    technologies = [(f"t{i:02d}", "q") for i in range(TECHNOLOGIES)]
    settings = Settings(place=Place(screening="open"))
    whole = min(cpu(lambda: measure(con, settings, AS_OF, technologies)) for _ in range(2))
    con.execute("CREATE TEMP VIEW measured_families AS SELECT * EXCLUDE (run_id) FROM run_families WHERE run_id = 1")
    shares, shift = sql.text("indicators/shares.sql"), sql.text("indicators/shift.sql")
    own_shares = min(cpu(lambda: con.execute(shares).fetchall()) for _ in range(3))
    own_shift = min(cpu(lambda: con.execute(shift).fetchall()) for _ in range(3))
    baselines = (NAIVE_SHARES, NAIVE_SHIFT, NAIVE_COUNTS)
    naive = [cpu(lambda query=query: con.execute(query).fetchnumpy()) for query in baselines]
    report("shares (shares.sql)", own_shares, naive[0])
    report("shift (shift.sql)", own_shift, naive[1])
    report("measure, all of it", whole, sum(naive))


if __name__ == "__main__":
    main()
