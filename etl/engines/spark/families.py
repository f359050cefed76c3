"""Simple families on Spark, by the rules of ``etl.load.merged.families``: no task has to see all numbers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.engines.spark.tables import Tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TURNS = 60  # a chain of two to the sixtieth publications: never


def assign_families(tables: Tables) -> None:
    """Make ``family_of`` (its key: the least number of the family) and ``citation_ends`` from ``current_records``."""
    tables.keep("aliases")
    tables.keep("citation_ends")
    tables.view("nodes")
    components(tables, "named_components", tables.keep("source_links"))
    tables.view("family_tokens")
    tables.keep("unnamed")
    components(tables, "unnamed_components", tables.keep("unnamed_links"))
    tables.keep("components")
    tables.keep("family_of")


def components(tables: Tables, name: str, links: DataFrame) -> None:
    """Make `name`: every end of `links` (a, b) as `node`, with the least node it is linked to as `label`.

    Each turn takes the least label among the neighbours, then that label's own label: a chain halves with every turn.
    """
    from pyspark.sql import functions as f

    ends = links.select("a", "b")
    both = tables.keep(f"{name}_links", ends.union(ends.select("b", "a")).distinct())
    now = tables.keep(name, both.groupBy(f.col("a").alias("node")).agg(f.least("a", f.min("b")).alias("label")))
    for _ in range(_TURNS):
        near = both.join(now, f.col("b") == f.col("node")).groupBy("a").agg(f.min("label").alias("least"))
        passed = now.join(near, f.col("node") == f.col("a")).select(
            "node", f.col("label").alias("before"), f.least("label", "least").alias("label")
        )
        further = now.select(f.col("node").alias("label"), f.col("label").alias("its"))
        turned = passed.join(further, "label", "left").select(
            "node", "before", f.least("label", f.coalesce("its", "label")).alias("label")
        )
        kept = tables.keep(name, turned)
        now = kept.select("node", "label")
        if kept.filter("before <> label").isEmpty():
            return
    msg = f"{name}: families were not settled after {_TURNS} turns"
    raise RuntimeError(msg)
