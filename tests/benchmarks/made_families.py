"""Families, states, memberships and citations made on the spot for the benchmarks, in the warehouse's own tables."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import polars as pl

import sql

FAR = date(9999, 12, 31)


def codes(n: int = 320) -> list[str]:
    """Return `n` IPC-like subclasses in order."""
    return sorted(a + b + c for a in "ABCDEFGH" for b in ("01", "02", "21", "61", "63") for c in "BCDFHKLN")[:n]


def warehouse(technologies: int, each: int, citations: int = 10, seed: int = 1) -> duckdb.DuckDBPyConnection:
    """Return an in-memory warehouse with technologies × each families, about 2 states and `citations` each."""
    con = duckdb.connect(config={"threads": 2})
    for name in (
        "0001_core",
        "0021_ipc_subclasses",
        "0028_publication_states",
        "0029_inventor_assignments",
        "0031_grants_in_force",
    ):
        con.execute(sql.text(f"migrations/{name}.sql"))
    rng = np.random.default_rng(seed)
    n = technologies * each
    key = np.arange(n, dtype=np.int32)
    filed = np.datetime64("1999-01-01") + rng.integers(0, 9000, n).astype("timedelta64[D]")
    first = filed + rng.integers(200, 700, n).astype("timedelta64[D]")
    change = first + rng.integers(30, 3000, n).astype("timedelta64[D]")
    all_codes = np.array(codes())
    main = all_codes[np.minimum(rng.exponential(30, n).astype(int), len(all_codes) - 1)]
    focal = rng.random(n) < 0.25 + 0.5 * (key % technologies) / technologies
    country = np.where(focal, "CN", np.array(["US", "JP", "DE", "KR"])[rng.integers(0, 4, n)])
    base = pl.DataFrame({"family_key": key, "filing_date": filed, "priority_date": filed, "valid_from": first})
    state = base.with_columns(
        pl.Series("residence_country", country), pl.lit("CN").alias("office_country"),
        pl.Series("main_subclass", main), pl.Series("stated_subclass", main),
        pl.Series("claim_count", rng.integers(1, 30, n)), pl.Series("is_pct", rng.random(n) < 0.4),
        has_patent=pl.lit(value=True), has_utility_model=pl.lit(value=False), in_force=pl.lit(value=True),
        has_legal_event=pl.Series(rng.random(n) < 0.05), valid_to=pl.Series(change),
    )  # fmt: skip
    later = state.with_columns(
        valid_from=pl.Series(change), valid_to=pl.lit(FAR), in_force=pl.Series(rng.random(n) < 0.6)
    )
    families = base.select(
        "family_key", family_id=pl.col("family_key").cast(pl.String), is_harvested=True, basis=pl.lit("single"),
        members=1, cited_by_known=True, is_synthetic=True,
    )  # fmt: skip
    members = base.select(
        technology_id=pl.Series([f"t{i:02d}" for i in range(technologies)]).gather(key % technologies),
        query_hash=pl.lit("q"), family_key="family_key", member_from="valid_from",
    )  # fmt: skip
    cited = rng.integers(0, n, n * citations).astype(np.int32)
    edges = pl.DataFrame(
        {"cited_family_key": cited, "citing_family_key": rng.integers(0, 4 * n, n * citations).astype(np.int32)}
    ).with_columns(
        cited_on=pl.Series(first[cited] + (rng.exponential(1500, n * citations)).astype("timedelta64[D]")),
        date_basis=pl.lit("publication"),
    )
    for table, rows in (
        ("families", families), ("family_states", pl.concat([state, later])),
        ("family_memberships", members), ("family_citations", edges),
    ):  # fmt: skip
        con.register("made", rows.to_arrow())
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM made")
        con.unregister("made")
    return con
