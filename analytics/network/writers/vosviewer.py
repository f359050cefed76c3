"""VOSviewer map and network files (tab-separated; manual §"VOSviewer map file" and "VOSviewer network file")."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analytics.network.writers.table import NetworkTable, plain

WEIGHTS = ("families", "forward_citations")


def write_vosviewer(table: NetworkTable, path: Path) -> list[Path]:
    """Write `path`_map.txt and `path`_network.txt.

    VOSviewer's links have no direction: the two directions of a pair are added up. Whole columns named
    `families` or `forward_citations` become weights, `year` a score, `cluster` (positive whole numbers) the
    cluster; an unknown cell stays empty.
    """
    numbered = table.nodes.select("id").with_row_index("number", offset=1)
    map_file, network_file = path.with_name(path.name + "_map.txt"), path.with_name(path.name + "_network.txt")
    _map(table.nodes).write_csv(map_file, separator="\t", quote_style="never")
    _links(table.edges, numbered).write_csv(network_file, separator="\t", include_header=False)
    return [map_file, network_file]


def _map(nodes: pl.DataFrame) -> pl.DataFrame:
    labels = nodes["label"].map_elements(plain, return_dtype=pl.String)
    columns = [pl.int_range(1, pl.len() + 1).alias("id"), labels.alias("label")]
    columns += [pl.col(name) for name in ("cluster",) if name in nodes.columns]
    columns += [pl.col(name).alias(f"weight<{name}>") for name in WEIGHTS if name in nodes.columns]
    columns += [pl.col(name).alias(f"score<{name}>") for name in ("year",) if name in nodes.columns]
    return nodes.select(columns)


def _links(edges: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    ends = edges.select("source", "target", "weight")
    for side in ("source", "target"):
        ends = ends.join(numbered.rename({"id": side, "number": f"{side}_number"}), on=side, how="left")
    pair = ends.select(
        low=pl.min_horizontal("source_number", "target_number"),
        high=pl.max_horizontal("source_number", "target_number"),
        weight="weight",
    )
    return pair.group_by("low", "high").agg(pl.col("weight").sum()).sort("low", "high")
