"""Loading: parsed records become rows of ``source_records`` and ``source_hits``, one version per changed record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.arrow import STATED_COLUMNS, to_table, writable
from etl.records import Parsed, Reject

_ITEM_LIMIT = 4000
_KEY = ["source", "part", "publication_number", "page_id", "row_no"]
ROW_GROUP = 122_880  # rows DuckDB compresses and writes as one


@dataclass(frozen=True, slots=True)
class PageParsed:
    """One landed page with what was read from it; `technology_id` None: its records are no hits of that page's query.

    `hits` (technology, query_hash, publication): what the page itself says, where it served several queries.
    """

    page_id: int
    source: str
    received_at: datetime
    parsed: Parsed
    technology_id: str | None = None
    query_hash: str | None = None
    hits: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class LoadCount:
    """What one load wrote: `new` and `changed` versions, `unchanged` records, `rejects`."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejects: int = 0

    def __add__(self, other: LoadCount) -> LoadCount:
        return LoadCount(
            self.new + other.new, self.changed + other.changed,
            self.unchanged + other.unchanged, self.rejects + other.rejects,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageTable:
    """One landed page or file with its records as an Arrow table of ``etl.arrow.SCHEMA``."""

    page_id: int
    source: str
    received_at: datetime
    table: pa.Table
    technology_id: str | None = None
    query_hash: str | None = None


def load_pages(con: duckdb.DuckDBPyConnection, run_id: int, pages: Sequence[PageParsed]) -> LoadCount:
    """Write the pages' records, hits and rejects and mark the pages loaded. Call inside a transaction.

    A record equal to the current version of (source, part, publication) makes no new version; a different one
    closes it. Of two statements in one load the later page's (then row's) counts.
    """
    tables = [
        PageTable(p.page_id, p.source, p.received_at, to_table(p.parsed.records), p.technology_id, p.query_hash)
        for p in pages
        if p.parsed.records
    ]
    count = load_tables(con, run_id, tables)
    if any(page.hits for page in pages):
        write_hits(con, run_id, _stated_hits(pages))
    rejected = 0
    for page in pages:
        rejected += write_rejects(con, run_id, page.source, page.parsed.rejects, page_id=page.page_id)
    _mark_loaded(con, pages)
    return count + LoadCount(rejects=rejected)


def _stated_hits(pages: Sequence[PageParsed]) -> pa.Table:
    """The hits that the pages state themselves, as `write_hits` takes them."""
    rows = []
    for page in pages:
        row_of = {record.publication_number: record.row_no for record in page.parsed.records}
        rows += [
            (page.source, technology, query_hash, number, page.page_id, row_of[number])
            for technology, query_hash, number in page.hits
        ]
    kinds = [pa.string()] * 4 + [pa.int32()] * 2
    columns = [pa.array(c, type=k) for c, k in zip(zip(*rows, strict=True), kinds, strict=True)]
    return pa.Table.from_arrays(columns, names=_HIT)


def load_tables(con: duckdb.DuckDBPyConnection, run_id: int, pages: Sequence[PageTable]) -> LoadCount:
    """Write the tables' records and hits, as `load_pages` does. Call inside a transaction."""
    if not pages:
        return LoadCount()
    incoming = pa.concat_tables([_with_page(page) for page in pages])
    count = _write_versions(con, run_id, incoming)
    if any(page.technology_id is not None for page in pages):
        is_hit = pc.and_(pc.is_valid(incoming["technology_id"]), pc.equal(incoming["part"], "biblio"))
        write_hits(con, run_id, incoming.select(_HIT).filter(is_hit))
    return count


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


def _mark_loaded(con: duckdb.DuckDBPyConnection, pages: Sequence[PageParsed]) -> None:
    loaded = pa.table({
        "page_id": pa.array([p.page_id for p in pages], pa.int32()),
        "records": pa.array([len(p.parsed.records) for p in pages], pa.int32()),
        "rejects": pa.array([len(p.parsed.rejects) for p in pages], pa.int32()),
    })  # fmt: skip
    with _registered(con, "loaded_pages", loaded):
        con.execute(
            "UPDATE pages AS p SET state = 'loaded', record_count = l.records, reject_count = l.rejects"
            " FROM loaded_pages AS l WHERE l.page_id = p.page_id"
        )


def refuse_page(con: duckdb.DuckDBPyConnection, run_id: int, page_id: int, source: str, reason: str) -> None:
    """Mark a page as refused as a whole, with its reason among the rejects."""
    write_rejects(con, run_id, source, [Reject(reason)], page_id=page_id)
    con.execute("UPDATE pages SET state = 'refused', record_count = 0, reject_count = 1 WHERE page_id = ?", [page_id])


def write_rejects(
    con: duckdb.DuckDBPyConnection, run_id: int, source: str, rejects: Iterable[Reject], *, page_id: int | None
) -> int:
    """Keep the rejects with their reasons; return how many."""
    rows = [
        (_short(r.file), r.row_no, _short(r.column_name), _short(r.expected), _short(r.found), _short(r.reason),
         r.action, _short(r.item))
        for r in rejects
    ]  # fmt: skip
    if not rows:
        return 0
    names = ["file", "row_no", "column_name", "expected", "found", "reason", "action", "item"]
    kinds = [pa.string(), pa.int32(), *[pa.string()] * 6]
    columns = [pa.array(c, type=k) for c, k in zip(zip(*rows, strict=True), kinds, strict=True)]
    with _registered(con, "incoming_rejects", pa.Table.from_arrays(columns, names=names)):
        con.execute(
            "INSERT INTO rejects SELECT (SELECT coalesce(max(reject_id), 0) FROM rejects) + row_number() OVER (),"
            " ?, ?, ?, * FROM incoming_rejects",
            [run_id, page_id, source],
        )
    return len(rows)


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    return writable(text if len(text) <= _ITEM_LIMIT else text[: _ITEM_LIMIT - 1] + "…")


def _with_page(page: PageTable) -> pa.Table:
    table = page.table
    rows = table.num_rows
    for name, value, kind in (
        ("source", page.source, pa.string()),
        ("page_id", page.page_id, pa.int32()),
        ("received_at", page.received_at, pa.timestamp("us")),
        ("technology_id", page.technology_id, pa.string()),
        ("query_hash", page.query_hash, pa.string()),
    ):
        table = table.append_column(name, pa.repeat(pa.scalar(value, type=kind), rows))
    return table


_STATED = ", ".join(f'"{c}"' for c in STATED_COLUMNS)
_HIT = ["source", "technology_id", "query_hash", "publication_number", "page_id", "row_no"]

# The tables below are named in SQL by the variable that holds them. A registered name would keep them in memory up to
# the end of the transaction, for it is an entry of the catalogue; and a transaction may hold a row group of them.


def _write_versions(con: duckdb.DuckDBPyConnection, run_id: int, incoming: pa.Table) -> LoadCount:
    """Versions are decided on keys and hashes alone; the wide rows are read once, straight into the table."""
    keys = incoming.select(_KEY).append_column("position", pa.array(np.arange(incoming.num_rows)))  # noqa: F841 - in SQL
    fresh = con.sql(
        "SELECT source, part, publication_number, arg_max(position, (page_id, row_no, position)) AS position"
        " FROM keys GROUP BY ALL"
    ).to_arrow_table()
    stored = _stored(con, fresh)
    changed = _changed(con, incoming, stored) if stored.num_rows else stored
    if changed.num_rows:
        con.execute(
            "UPDATE source_records AS r SET valid_to = c.received_at FROM changed AS c WHERE r.rowid = c.record"
        )
    unchanged = np.setdiff1d(stored["position"], changed["position"], assume_unique=True)
    positions = np.setdiff1d(fresh["position"], unchanged, assume_unique=True)
    chosen = incoming if len(positions) == incoming.num_rows else incoming.take(pa.array(np.sort(positions)))
    if chosen.num_rows:
        with in_any_order(con, chosen.num_rows):
            con.execute(
                f"INSERT INTO source_records BY NAME SELECT source, {_STATED}, row_no, page_id, ? AS run_id,"  # noqa: S608
                f" hash({_STATED}) AS content_hash, received_at AS valid_from, NULL AS valid_to FROM chosen",
                [run_id],
            )
    return LoadCount(new=fresh.num_rows - stored.num_rows, changed=changed.num_rows, unchanged=len(unchanged))


def _stored(con: duckdb.DuckDBPyConnection, fresh: pa.Table) -> pa.Table:  # noqa: ARG001 - named in SQL
    """Current versions of the records of `fresh`: (record = its rowid, was = its hash, position)."""
    return con.sql(
        "SELECT r.rowid AS record, r.content_hash AS was, f.position FROM fresh AS f JOIN source_records AS r"
        " ON r.source = f.source AND r.part = f.part AND r.publication_number = f.publication_number"
        " WHERE r.valid_to IS NULL"
    ).to_arrow_table()


def _changed(con: duckdb.DuckDBPyConnection, incoming: pa.Table, stored: pa.Table) -> pa.Table:
    """Those of `stored` whose record says something else now: (record, position, received_at)."""
    restated = incoming.take(stored["position"])
    for name in stored.column_names:
        restated = restated.append_column(name, stored[name])
    return con.sql(
        f"SELECT record, position, received_at FROM restated WHERE hash({_STATED}) <> was"  # noqa: S608
    ).to_arrow_table()


@contextmanager
def in_any_order(con: duckdb.DuckDBPyConnection, rows: int) -> Iterator[None]:
    """Let several row groups be written side by side: in insertion order DuckDB writes them one after another.

    Nothing reads the table by position (page and row number say where a record was), and a load of one row group
    has nothing to share out.
    """
    if rows <= ROW_GROUP:
        yield
        return
    con.execute("SET preserve_insertion_order = false")
    try:
        yield
    finally:
        con.execute("RESET preserve_insertion_order")


def write_hits(con: duckdb.DuckDBPyConnection, run_id: int, hits: pa.Table) -> None:  # noqa: ARG001 - named in SQL
    """Write hits (source, technology_id, query_hash, publication_number, page_id, row_no): the new ones, and that the
    known ones were seen again in this run. Call inside a transaction."""
    fresh = con.sql(
        "SELECT source, technology_id, query_hash, publication_number, min(page_id) AS page_id,"
        " arg_min(row_no, page_id) AS row_no FROM hits GROUP BY ALL"
    ).to_arrow_table()
    fresh = fresh.append_column("position", pa.array(np.arange(fresh.num_rows)))
    known = con.sql(
        "SELECT h.rowid AS hit, f.position FROM source_hits AS h JOIN fresh AS f ON h.source = f.source"
        " AND h.technology_id = f.technology_id AND h.query_hash = f.query_hash"
        " AND h.publication_number = f.publication_number"
    ).to_arrow_table()
    if known.num_rows:
        con.execute(
            "UPDATE source_hits AS h SET withdrawn_run = NULL, last_run = ? FROM known WHERE h.rowid = known.hit",
            [run_id],
        )
    unknown = fresh.take(pa.array(np.setdiff1d(fresh["position"], known["position"], assume_unique=True)))
    if unknown.num_rows:
        con.execute(
            "INSERT INTO source_hits SELECT source, technology_id, query_hash, publication_number, page_id, row_no, ?,"
            " ?, NULL FROM unknown",
            [run_id, run_id],
        )
