"""Loading: parsed records become rows of ``source_records`` and ``source_hits``, one version per changed record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from etl.frames import STATED_COLUMNS, to_table, writable
from etl.records import Parsed, Reject
from warehouse.frames import Stream, frame_of, registered

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
    """One landed page or file with its records as a frame of ``etl.frames.SCHEMA``."""

    page_id: int
    source: str
    received_at: datetime
    table: pl.DataFrame
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


def _stated_hits(pages: Sequence[PageParsed]) -> pl.DataFrame:
    """The hits that the pages state themselves, as `write_hits` takes them."""
    rows = []
    for page in pages:
        row_of = {record.publication_number: record.row_no for record in page.parsed.records}
        rows += [
            (page.source, technology, query_hash, number, page.page_id, row_of[number])
            for technology, query_hash, number in page.hits
        ]
    kinds = [pl.String] * 4 + [pl.Int32] * 2
    return pl.DataFrame(rows, schema=dict(zip(_HIT, kinds, strict=True)), orient="row")


def load_tables(con: duckdb.DuckDBPyConnection, run_id: int, pages: Sequence[PageTable]) -> LoadCount:
    """Write the tables' records and hits, as `load_pages` does. Call inside a transaction."""
    if not pages:
        return LoadCount()
    incoming = pl.concat([_with_page(page) for page in pages], rechunk=False)
    count = _write_versions(con, run_id, incoming)
    if any(page.technology_id is not None for page in pages):
        is_hit = pl.col("technology_id").is_not_null() & (pl.col("part") == "biblio")
        write_hits(con, run_id, incoming.lazy().filter(is_hit).select(_HIT).collect())
    return count


def _mark_loaded(con: duckdb.DuckDBPyConnection, pages: Sequence[PageParsed]) -> None:
    counts = [(page.page_id, len(page.parsed.records), len(page.parsed.rejects)) for page in pages]
    loaded = pl.DataFrame(counts, schema=dict.fromkeys(("page_id", "records", "rejects"), pl.Int32), orient="row")
    with registered(con, loaded_pages=loaded):
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
    incoming = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"row_no": pl.Int32}, orient="row")
    with registered(con, incoming_rejects=incoming):
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


def _with_page(page: PageTable) -> pl.DataFrame:
    return page.table.with_columns(
        pl.lit(page.source, pl.String).alias("source"),
        pl.lit(page.page_id, pl.Int32).alias("page_id"),
        pl.lit(page.received_at, pl.Datetime("us")).alias("received_at"),
        pl.lit(page.technology_id, pl.String).alias("technology_id"),
        pl.lit(page.query_hash, pl.String).alias("query_hash"),
    )


_STATED = ", ".join(f'"{c}"' for c in STATED_COLUMNS)
_HIT = ["source", "technology_id", "query_hash", "publication_number", "page_id", "row_no"]

# The tables below are named in SQL by the variable that holds them. A registered name would keep them in memory up to
# the end of the transaction, for it is an entry of the catalogue; and a transaction may hold a row group of them.


def _write_versions(con: duckdb.DuckDBPyConnection, run_id: int, incoming: pl.DataFrame) -> LoadCount:
    """Versions are decided on keys and hashes alone; the wide rows are read once, straight into the table."""
    keys = Stream(incoming.select(*_KEY, pl.int_range(pl.len()).alias("position")))  # noqa: F841 - named in SQL
    fresh = frame_of(con.sql(
        "SELECT source, part, publication_number, arg_max(position, (page_id, row_no, position)) AS position"
        " FROM keys GROUP BY ALL"
    ))  # fmt: skip
    stored = _stored(con, Stream(fresh))
    changed = _changed(con, incoming, stored) if stored.height else stored
    if changed.height:
        closed = Stream(changed)  # noqa: F841 - named in SQL
        con.execute("UPDATE source_records AS r SET valid_to = c.received_at FROM closed AS c WHERE r.rowid = c.record")
    unchanged = stored.join(changed, on="position", how="anti")
    positions = fresh.join(unchanged, on="position", how="anti")["position"]
    chosen = incoming if len(positions) == incoming.height else incoming[positions.sort()]
    if chosen.height:
        written = Stream(chosen)  # noqa: F841 - named in SQL
        with in_any_order(con, chosen.height):
            con.execute(
                f"INSERT INTO source_records BY NAME SELECT source, {_STATED}, row_no, page_id, ? AS run_id,"  # noqa: S608
                f" hash({_STATED}) AS content_hash, received_at AS valid_from, NULL AS valid_to FROM written",
                [run_id],
            )
    return LoadCount(new=fresh.height - stored.height, changed=changed.height, unchanged=unchanged.height)


def _stored(con: duckdb.DuckDBPyConnection, fresh: Stream) -> pl.DataFrame:  # noqa: ARG001 - named in SQL
    """Current versions of the records of `fresh`: (record = its rowid, was = its hash, position)."""
    return frame_of(con.sql(
        "SELECT r.rowid AS record, r.content_hash AS was, f.position FROM fresh AS f JOIN source_records AS r"
        " ON r.source = f.source AND r.part = f.part AND r.publication_number = f.publication_number"
        " WHERE r.valid_to IS NULL"
    ))  # fmt: skip


def _changed(con: duckdb.DuckDBPyConnection, incoming: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Those of `stored` whose record says something else now: (record, position, received_at)."""
    restated = Stream(incoming[stored["position"]].hstack(stored))  # noqa: F841 - named in SQL
    return frame_of(con.sql(
        f"SELECT record, position, received_at FROM restated WHERE hash({_STATED}) <> was"  # noqa: S608
    ))  # fmt: skip


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


def write_hits(con: duckdb.DuckDBPyConnection, run_id: int, hits: pl.DataFrame) -> None:
    """Write hits (source, technology_id, query_hash, publication_number, page_id, row_no): the new ones, and that the
    known ones were seen again in this run. Call inside a transaction."""
    given = Stream(hits)  # noqa: F841 - named in SQL
    first = frame_of(con.sql(
        "SELECT source, technology_id, query_hash, publication_number, min(page_id) AS page_id,"
        " arg_min(row_no, page_id) AS row_no FROM given GROUP BY ALL"
    )).with_row_index("position")  # fmt: skip
    fresh = Stream(first)  # noqa: F841 - named in SQL
    found = frame_of(con.sql(
        "SELECT h.rowid AS hit, f.position FROM source_hits AS h JOIN fresh AS f ON h.source = f.source"
        " AND h.technology_id = f.technology_id AND h.query_hash = f.query_hash"
        " AND h.publication_number = f.publication_number"
    ))  # fmt: skip
    if found.height:
        known = Stream(found)  # noqa: F841 - named in SQL
        con.execute(
            "UPDATE source_hits AS h SET withdrawn_run = NULL, last_run = ? FROM known WHERE h.rowid = known.hit",
            [run_id],
        )
    left = first.join(found, on="position", how="anti")
    if left.height:
        unknown = Stream(left)  # noqa: F841 - named in SQL
        con.execute(
            "INSERT INTO source_hits SELECT source, technology_id, query_hash, publication_number, page_id, row_no, ?,"
            " ?, NULL FROM unknown",
            [run_id, run_id],
        )
