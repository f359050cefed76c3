"""Which records match which query: a pure function over frames, called by either engine.

What matches becomes a hit, as with ``stuckneck import``; whether a publication belongs is then decided on all that any
source states of it (``etl.load.merged.memberships``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from etl.query.ast import Query
from etl.query.batch import evaluate_frame

Queries = Mapping[tuple[str, str], Query]  # (technology or topic, query_hash) → query

HITS = {"technology_id": pl.String, "query_hash": pl.String, "publication_number": pl.String}
# The columns of a record that a query can ask about, and the number a hit is known by.
READ = (
    "publication_number", "titles", "abstracts", "claims_text", "applicants", "ipc", "cpc", "publication_date",
    "filing_date",
)  # fmt: skip

VERDICTS = {**HITS, "verdict": pl.Boolean}
_JUDGED = ("titles", "abstracts", "claims", "ipc", "cpc", "applicants", "publication_date", "filing_date")


def hits(batches: Iterable[pl.DataFrame], queries: Queries) -> Iterator[pl.DataFrame]:
    """Rows of `HITS`: one a technology and record that its query is true of. `batches` have the columns `READ`."""
    asked = {query_hash: query for (_, query_hash), query in queries.items()}
    named = pl.DataFrame(list(queries), schema=["technology_id", "query_hash"], orient="row")
    for batch in batches:
        if batch.height and asked:
            yield _found(batch, asked, named)


def _found(frame: pl.DataFrame, asked: Mapping[str, Query], named: pl.DataFrame) -> pl.DataFrame:
    verdicts = evaluate_frame(asked, _texts(frame)).with_columns(frame["publication_number"])
    found = verdicts.unpivot(index="publication_number", variable_name="query_hash", value_name="verdict")
    matched = found.filter(pl.col("verdict")).join(named, on="query_hash")
    return matched.select(*HITS).unique(maintain_order=True)


def verdicts(batches: Iterable[pl.DataFrame], queries: Mapping[str, Query]) -> Iterator[pl.DataFrame]:
    """Rows of `VERDICTS`: what the query of each row of ``sql/bulk/hit_documents`` says of it (null: undecided)."""
    for batch in batches:
        for part in batch.partition_by("query_hash", maintain_order=True):
            query = queries[part["query_hash"][0]]
            verdict = evaluate_frame({"verdict": query}, part.select(_JUDGED))["verdict"]
            yield part.select(*HITS).with_columns(verdict)


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
