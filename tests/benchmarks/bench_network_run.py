"""What measuring the networks adds to a run: `measure_network` beside `place` on one made warehouse.

``python tests/benchmarks/bench_network_run.py [--technologies 20] [--families 10000]`` (families a technology).
Citations of the made warehouse go to any technology, as few as one in eighty stays inside a set: the harder case for
reading, the easier for paths. IPC and applicants are made in addition.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from made_families import warehouse

import sql
from analytics.matrix.place import place
from analytics.network.measure import NetworkMeasures
from analytics.network.store import measure_network
from warehouse.settings import Settings

AS_OF = date(2021, 5, 31)
MORE = (
    "INSERT INTO publications (publication_number, country, number, publication_date, family_key, family_id, sources,"
    " field_source, is_synthetic, cited_by_known) SELECT 'CN-' || s.family_key || '-A', 'CN', s.family_key,"
    " min(s.valid_from), s.family_key, s.family_key, ['made'], '{}', true, true FROM family_states AS s GROUP BY ALL",
    "INSERT INTO applicants SELECT publication_number, family_key, 1, 'h' || h, 'H' || h, NULL, NULL, 'made'"
    " FROM (SELECT *, (hash(family_key) % 3000)::INTEGER AS h FROM publications)",
    "INSERT INTO ipc SELECT 'CN-' || s.family_key || '-A', s.family_key, p, c || '1/00', c, c, 'made'"
    " FROM (SELECT family_key, p, 'ABCDEFGH'[1 + (hash(family_key, p) % 8)::INTEGER] || '0' ||"
    " ((hash(p, family_key) % 9)::INTEGER) || 'B' AS c FROM (SELECT DISTINCT family_key FROM family_states), "
    "range(1, 4) AS r(p)) AS s",
)


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds and the CPU seconds of one call."""
    start, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - start, time.process_time() - cpu


def main() -> None:
    """Print seconds of both, and the peak memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--technologies", type=int, default=20)
    parser.add_argument("--families", type=int, default=10_000)
    asked = parser.parse_args()
    con = warehouse(asked.technologies, asked.families)
    con.execute(sql.text("migrations/0006_network.sql"))
    for statement in MORE:
        con.execute(statement)
    pairs = [(f"t{i:02d}", "q") for i in range(asked.technologies)]
    total = asked.technologies * asked.families
    print(f"{asked.technologies} technologies, {total:,} families, {10 * total:,} citations")
    placed, placed_cpu = timed(lambda: place(con, 1, Settings(), AS_OF, pairs))
    measured: dict[str, NetworkMeasures] = {}
    took, took_cpu = timed(lambda: measured.update(measure_network(con, 1, Settings(), AS_OF, pairs)))
    inside = sum(one.network.graph.n_edges for one in measured.values())
    outside = sum(len(one.network.graph.outside) for one in measured.values())
    print(f"place (with 1000 bootstrap draws) {placed:.1f} s, {placed_cpu:.1f} CPU s")
    print(f"measure_network {took:.1f} s, {took_cpu:.1f} CPU s; ratio of CPU {took_cpu / placed_cpu:.2f}")
    print(f"{inside:,} citations inside, {outside:,} leave a set")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
