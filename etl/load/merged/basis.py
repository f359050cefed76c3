"""What the merged tables rest on beside the records: the program's rules, the sources' ranks, queries, topic lists.

A changed rule or rank concerns every record, a changed query its hits, a changed topic list the provinces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import duckdb
import polars as pl

_RULES = ("etl.load.merged", "etl.normalise", "etl.query", "sql.marts")
_TOPICS = (
    "SELECT DISTINCT i.technology_id FROM edition_items AS i JOIN editions AS e ON e.edition_id = i.edition_id"
    " WHERE e.kind = 'topics'"
)


@dataclass(frozen=True, slots=True)
class Basis:
    """One state of it; two that are equal give the same tables from the same records."""

    rules: str | None
    queries: frozenset[str]
    topics: frozenset[str]


def basis_now(con: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> Basis:
    """Return what a merge of this moment would rest on."""
    facts = con.execute(
        "SELECT source, is_synthetic, merge_rank, capabilities FROM sources"
        " WHERE source IN (SELECT source FROM source_records WHERE valid_to IS NULL) ORDER BY ALL"
    ).fetchall()
    facts += con.execute("SELECT version, checksum FROM schema_migrations ORDER BY ALL").fetchall()
    digest = hashlib.sha256(f"{_rules()} {facts}".encode()).hexdigest()[:16]
    return Basis(digest, frozenset(queries), frozenset(t for (t,) in con.execute(_TOPICS).fetchall()))


def basis_before(con: duckdb.DuckDBPyConnection) -> Basis:
    """Return what the tables as they are rest on; `rules` is None where nothing was merged yet."""
    held: dict[str, list[str]] = {"rules": [], "query": [], "topic": []}
    for kind, value in con.execute("SELECT kind, value FROM merge_basis").fetchall():
        held[kind].append(value)
    return Basis(next(iter(held["rules"]), None), frozenset(held["query"]), frozenset(held["topic"]))


def keep_basis(con: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Write what the tables rest on now."""
    con.execute("DELETE FROM merge_basis")
    rows = [("rules", basis.rules)]
    rows += [("query", q) for q in sorted(basis.queries)] + [("topic", t) for t in sorted(basis.topics)]
    con.executemany("INSERT INTO merge_basis VALUES (?, ?)", rows)


@cache
def _rules() -> str:
    """Return a digest of the code and data that decide what a record becomes, and of the engines under them."""
    digest = hashlib.sha256(f"{duckdb.__version__} {pl.__version__}".encode())
    for package in _RULES:
        top, _, rest = package.partition(".")
        for name, file in sorted(_below(files(top).joinpath(*rest.split(".")), package)):
            digest.update(f"\0{name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _below(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _below(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".sql", ".toml", ".tsv")):
            yield f"{name}/{entry.name}", entry
