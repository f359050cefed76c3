"""Running the indicator SQL: files of `sql/indicators` in, polars frames out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

import sql
from warehouse.frames import frame_of, registered

Connection = duckdb.DuckDBPyConnection
Technologies = Sequence[tuple[str, str]]
IMPORT = "import"


def frame(con: Connection, name: str, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Return the rows of ``sql/indicators/NAME.sql`` with `params` bound."""
    return frame_of(con.sql(sql.text(f"indicators/{name}.sql"), params=dict(params or {})))


@contextmanager
def relation(con: Connection, name: str, rows: pl.DataFrame) -> Iterator[None]:
    """Let SQL on `con` read `rows` as the table `name` while the block runs."""
    with registered(con, **{name: rows}):
        yield


@contextmanager
def wanted(con: Connection, technologies: Technologies) -> Iterator[None]:
    """Let SQL read the (technology_id, query_hash) pairs as `wanted_technologies`; repeated pairs count once."""
    rows = pl.DataFrame(
        sorted(set(technologies)), schema={"technology_id": pl.String, "query_hash": pl.String}, orient="row"
    )
    with relation(con, "wanted_technologies", rows):
        yield


def query_hashes(technologies: Technologies) -> dict[str, str]:
    """Return each technology's query hash, in the order given: its first that is a query, else ``import``."""
    out: dict[str, str] = {}
    for technology_id, query_hash in technologies:
        if out.get(technology_id, IMPORT) == IMPORT:
            out[technology_id] = query_hash
    return out


def data_label(con: Connection, technologies: Technologies) -> str:
    """Return real, synthetic or mixed: what the technologies' families are, whatever their date."""
    with wanted(con, technologies):
        synthetic, real = frame(con, "data_label").row(0)
    if synthetic:
        return "mixed" if real else "synthetic"
    return "real"
