"""Documents at hand and what a query, loosened, says of them: the frame that a sample is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

import sql
from etl.query.ast import Query
from etl.query.batch import evaluate_frame
from etl.sampling.near import one_clause, without_exclusions
from warehouse.frames import batches

_BATCH = 20_000
_FIELDS = ("titles", "abstracts", "claims", "ipc", "cpc", "applicants", "publication_date", "filing_date")
_SHOWN = ("titles", "abstracts", "claims", "ipc", "applicants")
_NAMES = ("unreturned", "excluded", "one_clause")
_VERDICTS = {"family_key": pl.Int32, **dict.fromkeys(_NAMES, pl.Boolean)}


@dataclass(frozen=True, slots=True)
class Document:
    """What a judge is shown of one publication; lists are empty where nothing is known."""

    publication_number: str
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    claims: tuple[str, ...]
    ipc: tuple[str, ...]
    applicants: tuple[str, ...]


def _batches(con: duckdb.DuckDBPyConnection, numbers: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    values: dict[str, Any] = {"numbers": None if numbers is None else list(numbers)}
    for batch in batches(con.sql(sql.text("quality/documents.sql"), params=values), _BATCH):
        if batch.height:
            yield batch


def near_misses(con: duckdb.DuckDBPyConnection, query: Query | None) -> pl.DataFrame:
    """Return family_key, unreturned, excluded, one_clause of families with a publication that any of these holds for.

    `unreturned`: it satisfies the query; `excluded`: it does so once the exclusions are left out; `one_clause`: it
    holds one clause at least. None (imported files only): no row.
    """
    loosened = dict.fromkeys(_NAMES, None) if query is None else _loosened(query)
    asked = {name: one for name, one in loosened.items() if one is not None}
    found = [pl.DataFrame(schema=_VERDICTS)]
    for batch in _batches(con, None) if asked else ():
        verdicts = evaluate_frame(asked, batch.select(_FIELDS))
        held = batch.select(pl.col("family_key").cast(pl.Int32)).with_columns(
            verdicts[name].fill_null(value=False) if name in asked else pl.lit(value=False).alias(name)
            for name in _NAMES
        )
        found.append(held.filter(pl.any_horizontal(_NAMES)))
    return pl.concat(found).group_by("family_key").agg(pl.col(_NAMES).any()).sort("family_key")


def _loosened(query: Query) -> dict[str, Query | None]:
    return {"unreturned": query, "excluded": without_exclusions(query), "one_clause": one_clause(query)}


def documents(con: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> dict[str, Document]:
    """Return the documents of `numbers` that are at hand, by number."""
    out = {}
    for batch in _batches(con, numbers):
        for row in batch.to_dicts():
            texts = (tuple(dict.fromkeys(row[name] or ())) for name in _SHOWN)
            out[row["publication_number"]] = Document(row["publication_number"], *texts)
    return out


def dates_of(con: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> dict[str, date | None]:
    """Return the publication date of each of `numbers`; None unknown."""
    query = "SELECT publication_number, publication_date FROM publications WHERE list_contains(?, publication_number)"
    return dict(con.execute(query, [list(numbers)]).fetchall())
