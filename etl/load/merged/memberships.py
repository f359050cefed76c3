"""Memberships: which publications satisfy which technology's query (docs/methods.md, Counting; docs/query-language.md).

A publication belongs when a source returned it for the query and the local evaluation does not refuse it; where the
text at hand cannot decide, the source's word holds and the basis says so. Imported files belong because a person
said so.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

import sql
from etl.query.ast import Query
from etl.query.batch import evaluate_frame
from warehouse.frames import batches, registered

IMPORT = "import"
_BATCH = 20_000


_FIELDS = ("titles", "abstracts", "claims", "ipc", "cpc", "applicants", "publication_date", "filing_date")


def _verdicts(batch: pl.DataFrame, queries: Mapping[str, Query]) -> pl.DataFrame:
    """Return technology_id, query_hash, publication_number, verdict (null: undecided) of every row of the batch."""
    parts = []
    for part in batch.partition_by("query_hash", maintain_order=True):
        key = part["query_hash"][0]
        query = queries.get(key)
        verdict = (
            pl.Series("verdict", [None], dtype=pl.Boolean).new_from_index(0, part.height)
            if query is None
            else evaluate_frame({"verdict": query}, part.select(_FIELDS))["verdict"]
        )
        parts.append(part.select("technology_id", "query_hash", "publication_number").with_columns(verdict))
    return pl.concat(parts)


def fill_memberships(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Add to ``memberships`` the hits on publications of ``current_records``; `queries` maps query_hash to the query.

    A hash that is not among `queries` (an older edition's) keeps its hits on the source's word.
    """
    documents = con.sql(sql.text("marts/hit_documents.sql"))
    verdicts = [_verdicts(batch, queries) for batch in batches(documents, _BATCH) if batch.height]
    if verdicts:
        with registered(con, verdicts=pl.concat(verdicts)):
            con.execute(
                "INSERT INTO memberships SELECT v.technology_id, v.query_hash, v.publication_number, p.family_key,"
                " p.publication_date, CASE WHEN v.verdict THEN 'local' ELSE 'source' END, v.verdict"
                " FROM verdicts AS v JOIN publications AS p ON p.publication_number = v.publication_number"
                " WHERE v.verdict IS DISTINCT FROM false ORDER BY 1, 2, 3"
            )
    con.execute(
        "INSERT INTO memberships SELECT DISTINCT h.technology_id, h.query_hash, h.publication_number, p.family_key,"
        " p.publication_date, 'import', NULL::BOOLEAN FROM source_hits AS h"
        " JOIN publications AS p ON p.publication_number = h.publication_number"
        " WHERE h.query_hash = 'import' AND h.withdrawn_run IS NULL"
        " AND h.publication_number IN (SELECT publication_number FROM current_records) ORDER BY 1, 2, 3"
    )
