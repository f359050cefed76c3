"""Editions of the lists in the warehouse: what was watched when, with which query."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

import duckdb

from etl.catalogue.check import errors_in
from etl.catalogue.load import CatalogueError
from etl.catalogue.models import Catalogue, Technology


@dataclass(frozen=True, slots=True)
class EditionItem:
    """One row of ``edition_items``, without its edition."""

    technology_id: str
    number: int | None
    name_zh: str
    name_en: str
    status: str
    reason: str | None
    query: str | None
    query_hash: str | None
    category: str | None
    parent_id: str | None


_COLUMNS = ", ".join(field.name for field in fields(EditionItem))


def items_of(catalogue: Catalogue) -> list[EditionItem]:
    """Return the rows that `catalogue` makes. Raises CatalogueError when it has errors (`etl.catalogue.check`)."""
    if errors := [finding.message for finding in errors_in(catalogue)]:
        raise CatalogueError("\n".join(errors))
    rows = []
    for item in catalogue.items:
        technology = item if isinstance(item, Technology) else None
        topic = item if not isinstance(item, Technology) else None
        rows.append(
            EditionItem(
                item.id,
                technology.number if technology else None,
                item.name_zh,
                item.name_en,
                item.status,
                technology.reason if technology else None,
                item.query.strip() if item.query else None,
                item.query_hash,
                topic.category if topic else None,
                topic.parent if topic else None,
            )
        )
    return rows


def content_hash(items: list[EditionItem]) -> str:
    """Return the SHA-256 of what the rows mean: their order and how a query is written do not count."""
    content = [asdict(item) | {"query": None} for item in sorted(items, key=lambda item: item.technology_id)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def record_edition(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime, note: str | None = None) -> int:
    """Record `catalogue` as an edition at `now` (UTC) and return its id; equal content is the edition it already is.

    A changed query, status, name or reason makes a new edition; changed comments, order or spelling of a query with
    the same canonical form do not. Raises CatalogueError when the catalogue has errors.
    """
    items = items_of(catalogue)
    digest = content_hash(items)
    known = con.execute(
        "SELECT edition_id FROM editions WHERE kind = ? AND content_hash = ?", [catalogue.kind, digest]
    ).fetchone()
    if known:
        return int(known[0])
    row = con.execute("SELECT coalesce(max(edition_id), 0) + 1 FROM editions").fetchone()
    edition_id = int(row[0]) if row else 1
    stamp = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
    # Items first: an edition that is listed is complete, and what an interrupted attempt left is taken away.
    con.execute("DELETE FROM edition_items WHERE edition_id = ?", [edition_id])
    con.executemany(
        f"INSERT INTO edition_items (edition_id, {_COLUMNS}) VALUES (?{', ?' * len(fields(EditionItem))})",  # noqa: S608
        [[edition_id, *asdict(item).values()] for item in items],
    )
    con.execute(
        "INSERT INTO editions (edition_id, kind, name, content_hash, created_at, note) VALUES (?, ?, ?, ?, ?, ?)",
        [edition_id, catalogue.kind, catalogue.name or f"{stamp:%Y-%m}", digest, stamp, note],
    )
    return edition_id


def items_in(con: duckdb.DuckDBPyConnection, edition_id: int) -> list[EditionItem]:
    """Return the rows of one edition by number and id. Raises LookupError when there is no such edition."""
    if con.execute("SELECT 1 FROM editions WHERE edition_id = ?", [edition_id]).fetchone() is None:
        msg = f"there is no edition {edition_id}; `stuckneck catalogue editions` lists them"
        raise LookupError(msg)
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM edition_items WHERE edition_id = ? ORDER BY number NULLS LAST, technology_id",  # noqa: S608
        [edition_id],
    ).fetchall()
    return [EditionItem(*row) for row in rows]


def watched(con: duckdb.DuckDBPyConnection, edition_id: int) -> list[EditionItem]:
    """Return the watched technologies of one edition in the order of their numbers. Raises LookupError."""
    return [item for item in items_in(con, edition_id) if item.status == "watched"]


def latest_edition(con: duckdb.DuckDBPyConnection, kind: str = "technologies") -> int | None:
    """Return the id of the newest edition of `kind` (technologies or topics), None when there is none."""
    row = con.execute("SELECT max(edition_id) FROM editions WHERE kind = ?", [kind]).fetchone()
    return int(row[0]) if row and row[0] is not None else None
