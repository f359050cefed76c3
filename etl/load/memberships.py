"""Memberships: which publications satisfy which technology's query (METHODS §1; docs/query-language.md).

A publication belongs when a source returned it for the query and the local evaluation does not refuse it; where the
text at hand cannot decide, the source's word stands and the basis says so. Imported files belong because a person
said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

import sql
from etl.query.ast import Query
from etl.query.document import Document
from etl.query.evaluate import compile_local

IMPORT = "import"
_BATCH = 20_000


def _document(row: tuple[Any, ...]) -> Document:
    number, titles, abstracts, claims, ipc, cpc, applicants, published, filed = row
    return Document(
        titles=titles, abstracts=abstracts, claims=claims, ipc=ipc, cpc=cpc,
        applicants=None if applicants is None else [a for a in applicants if a],
        publication_date=published, filing_date=filed, publication_number=number,
    )  # fmt: skip


def rebuild_memberships(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Fill ``memberships`` and ``family_memberships`` anew; `queries` maps query_hash to the parsed query.

    A hash that is not among `queries` (an older edition's) keeps its hits on the source's word.
    """
    evaluators = {key: compile_local(query) for key, query in queries.items()}
    rows = con.execute(sql.text("marts/hit_documents.sql"))
    verdicts: list[pa.Table] = []
    technologies: list[str] = []
    hashes: list[str] = []
    numbers: list[str] = []
    outcomes: list[bool | None] = []
    last: tuple[str, Document] | None = None
    while batch := list(islice(iter(rows.fetchone, None), _BATCH)):
        for technology, query_hash, *rest in batch:
            number = rest[0]
            if last is None or last[0] != number:
                last = (number, _document(tuple(rest)))
            evaluate = evaluators.get(query_hash)
            technologies.append(technology)
            hashes.append(query_hash)
            numbers.append(number)
            outcomes.append(None if evaluate is None else evaluate(last[1]))
        verdicts.append(pa.table({
            "technology_id": pa.array(technologies, pa.string()), "query_hash": pa.array(hashes, pa.string()),
            "publication_number": pa.array(numbers, pa.string()), "verdict": pa.array(outcomes, pa.bool_()),
        }))  # fmt: skip
        technologies, hashes, numbers, outcomes = [], [], [], []
    con.execute("DELETE FROM memberships")
    if verdicts:
        con.register("verdicts", pa.concat_tables(verdicts))
        con.execute(
            "INSERT INTO memberships SELECT v.technology_id, v.query_hash, v.publication_number, p.family_key,"
            " p.publication_date, CASE WHEN v.verdict THEN 'local' ELSE 'source' END, v.verdict"
            " FROM verdicts AS v JOIN publications AS p ON p.publication_number = v.publication_number"
            " WHERE v.verdict IS DISTINCT FROM false ORDER BY 1, 2, 3"
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE refused_hits AS SELECT technology_id, query_hash, publication_number"
            " FROM verdicts WHERE verdict = false"
        )
        con.unregister("verdicts")
    con.execute(
        "INSERT INTO memberships SELECT DISTINCT h.technology_id, h.query_hash, h.publication_number, p.family_key,"
        " p.publication_date, 'import', NULL::BOOLEAN FROM source_hits AS h"
        " JOIN publications AS p ON p.publication_number = h.publication_number"
        " WHERE h.query_hash = 'import' AND h.withdrawn_run IS NULL ORDER BY 1, 2, 3"
    )
