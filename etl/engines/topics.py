"""Which records match which query: a pure function over Arrow batches, called by either engine.

What matches becomes a hit, as with ``stuckneck import``; whether a publication belongs is then decided on all that any
source states of it (``etl.load.merged.memberships``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
import pyarrow as pa

from etl.query.ast import Query
from etl.query.batch import evaluate_frame

Queries = Mapping[tuple[str, str], Query]  # (technology or topic, query_hash) → query

HITS = pa.schema([("technology_id", pa.string()), ("query_hash", pa.string()), ("publication_number", pa.string())])
# The columns of a record that a query can ask about, and the number a hit is known by.
READ = (
    "publication_number", "titles", "abstracts", "claims_text", "applicants", "ipc", "cpc", "publication_date",
    "filing_date",
)  # fmt: skip

VERDICTS = pa.schema([*HITS, ("verdict", pa.bool_())])
_JUDGED = ("titles", "abstracts", "claims", "ipc", "cpc", "applicants", "publication_date", "filing_date")


def hits(batches: Iterable[pa.RecordBatch], queries: Queries) -> Iterator[pa.RecordBatch]:
    """Rows of `HITS`: one a technology and record that its query is true of. `batches` have the columns `READ`."""
    asked = {query_hash: query for (_, query_hash), query in queries.items()}
    named = pl.DataFrame(list(queries), schema=["technology_id", "query_hash"], orient="row")
    for batch in batches:
        if batch.num_rows and asked:
            yield from _found(batch, asked, named).to_batches()


def _found(batch: pa.RecordBatch, asked: Mapping[str, Query], named: pl.DataFrame) -> pa.Table:
    frame = pl.DataFrame(pa.Table.from_batches([batch]))
    verdicts = evaluate_frame(asked, _texts(frame)).with_columns(frame["publication_number"])
    found = verdicts.unpivot(index="publication_number", variable_name="query_hash", value_name="verdict")
    matched = found.filter(pl.col("verdict")).join(named, on="query_hash")
    return matched.select(HITS.names).unique().to_arrow().cast(HITS)


def verdicts(batches: Iterable[pa.RecordBatch], queries: Mapping[str, Query]) -> Iterator[pa.RecordBatch]:
    """Rows of `VERDICTS`: what the query of each row of ``sql/bulk/hit_documents`` says of it (null: undecided)."""
    for batch in batches:
        rows = pl.DataFrame(pa.Table.from_batches([batch]))
        for part in rows.partition_by("query_hash", maintain_order=True):
            query = queries[part["query_hash"][0]]
            verdict = evaluate_frame({"verdict": query}, part.select(_JUDGED))["verdict"]
            judged = part.select(HITS.names).with_columns(verdict)
            yield from judged.to_arrow().cast(VERDICTS).to_batches()


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns as `evaluate_frame` takes them: lists of texts, not of texts with their languages."""
    applicants = pl.col("applicants").list.eval(pl.element().struct.field("name")).list.eval(
        pl.element().filter((pl.element() != "").fill_null(value=False))
    )  # fmt: skip
    return frame.select(
        *(pl.col(name).list.eval(pl.element().struct.field("text")) for name in ("titles", "abstracts")),
        pl.when(pl.col("claims_text").is_not_null()).then(pl.concat_list("claims_text")).alias("claims"),
        applicants, "ipc", "cpc", "publication_date", "filing_date",
    )  # fmt: skip
