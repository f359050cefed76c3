"""The table of sources: provenance, licence, merge ranks and what each can feed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import duckdb


def register_source(
    con: duckdb.DuckDBPyConnection,
    source: Mapping[str, Any],
    capabilities: Mapping[str, Any],
    *,
    synthetic: bool,
    field_ranks: Mapping[str, int] | None = None,
) -> None:
    """Write (or renew) one row of ``sources`` from a source.toml's or vendor table's ``[source]`` and so on.

    `source` has key, title, licence and merge_rank; `field_ranks` the merge ranks of single fields. Once a source's
    records are synthetic they stay marked so: a warehouse does not become real by a changed setting.
    """
    con.execute("DELETE FROM sources WHERE source = ? AND NOT (is_synthetic AND NOT ?)", [source["key"], synthetic])
    stated = {"indicators": dict(capabilities), "field_ranks": dict(field_ranks or {})}
    con.execute(
        "INSERT INTO sources SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM sources WHERE source = ?)",
        [source["key"], source["title"], source["licence"], synthetic, source["merge_rank"],
         json.dumps(stated, sort_keys=True), source["key"]],
    )  # fmt: skip
