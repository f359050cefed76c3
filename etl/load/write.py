"""Loading: parsed records become rows of ``source_records`` and ``source_hits``, one version per changed record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from etl.load.arrow import STATED_COLUMNS, to_table
from etl.records import Parsed, Reject

_ITEM_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class PageParsed:
    """One landed page with what was read from it; `technology_id` None: its records are no hits of a query."""

    page_id: int
    source: str
    received_at: datetime
    parsed: Parsed
    technology_id: str | None = None
    query_hash: str | None = None


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


def load_pages(con: duckdb.DuckDBPyConnection, run_id: int, pages: Sequence[PageParsed]) -> LoadCount:
    """Write the pages' records, hits and rejects and mark the pages loaded. Call inside a transaction.

    A record equal to the current version of (source, part, publication) makes no new version; a different one
    closes it. Of two statements in one load the later page's (then row's) stands.
    """
    tables = [_with_page(page) for page in pages if page.parsed.records]
    count = LoadCount()
    if tables:
        con.register("incoming", pa.concat_tables(tables))
        try:
            count = _write_versions(con, run_id)
            write_hits(con, run_id)
        finally:
            con.unregister("incoming")
    rejected = 0
    for page in pages:
        rejected += write_rejects(con, run_id, page.source, page.parsed.rejects, page_id=page.page_id)
        con.execute(
            "UPDATE pages SET state = 'loaded', record_count = ?, reject_count = ? WHERE page_id = ?",
            [len(page.parsed.records), len(page.parsed.rejects), page.page_id],
        )
    return count + LoadCount(rejects=rejected)


def refuse_page(con: duckdb.DuckDBPyConnection, run_id: int, page_id: int, source: str, reason: str) -> None:
    """Mark a page as refused as a whole, with its reason among the rejects."""
    write_rejects(con, run_id, source, [Reject(reason)], page_id=page_id)
    con.execute("UPDATE pages SET state = 'refused', record_count = 0, reject_count = 1 WHERE page_id = ?", [page_id])


def write_rejects(
    con: duckdb.DuckDBPyConnection, run_id: int, source: str, rejects: Iterable[Reject], *, page_id: int | None
) -> int:
    """Keep the rejects with their reasons; return how many."""
    rows = [
        (r.file, r.row_no, r.column_name, r.expected, _short(r.found), r.reason, r.action, _short(r.item))
        for r in rejects
    ]
    if not rows:
        return 0
    names = ["file", "row_no", "column_name", "expected", "found", "reason", "action", "item"]
    kinds = [pa.string(), pa.int32(), *[pa.string()] * 6]
    columns = [pa.array(c, type=k) for c, k in zip(zip(*rows, strict=True), kinds, strict=True)]
    con.register("incoming_rejects", pa.Table.from_arrays(columns, names=names))
    try:
        con.execute(
            "INSERT INTO rejects SELECT (SELECT coalesce(max(reject_id), 0) FROM rejects) + row_number() OVER (),"
            " ?, ?, ?, * FROM incoming_rejects",
            [run_id, page_id, source],
        )
    finally:
        con.unregister("incoming_rejects")
    return len(rows)


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _ITEM_LIMIT else text[: _ITEM_LIMIT - 1] + "…"


def _with_page(page: PageParsed) -> pa.Table:
    table = to_table(page.parsed.records)
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


def _write_versions(con: duckdb.DuckDBPyConnection, run_id: int) -> LoadCount:
    stated = ", ".join(f'"{c}"' for c in STATED_COLUMNS)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT *, hash({stated}) AS content_hash FROM incoming"  # noqa: S608
        " QUALIFY row_number() OVER (PARTITION BY source, part, publication_number"
        " ORDER BY page_id DESC, row_no DESC) = 1"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE standing AS SELECT f.source, f.part, f.publication_number,"
        " r.content_hash = f.content_hash AS is_same FROM fresh AS f JOIN source_records AS r"
        " ON r.source = f.source AND r.part = f.part AND r.publication_number = f.publication_number"
        " WHERE r.valid_to IS NULL"
    )
    con.execute(
        "UPDATE source_records AS r SET valid_to = f.received_at FROM fresh AS f, standing AS s"
        " WHERE r.valid_to IS NULL AND NOT s.is_same AND r.source = f.source AND r.part = f.part"
        " AND r.publication_number = f.publication_number AND s.source = f.source AND s.part = f.part"
        " AND s.publication_number = f.publication_number"
    )
    con.execute(
        f"INSERT INTO source_records BY NAME SELECT source, {stated}, row_no, page_id, ? AS run_id,"  # noqa: S608
        " content_hash, received_at AS valid_from, NULL AS valid_to FROM fresh AS f"
        " ANTI JOIN (FROM standing WHERE is_same) AS s USING (source, part, publication_number)",
        [run_id],
    )
    row = con.execute(
        "SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM standing),"
        " (SELECT count(*) FROM standing WHERE is_same)"
    ).fetchone()
    con.execute("DROP TABLE fresh")
    con.execute("DROP TABLE standing")
    assert row is not None
    total, standing, same = row
    return LoadCount(new=total - standing, changed=standing - same, unchanged=same)


def write_hits(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Write the hits of the relation ``incoming``: new ones, and that the known ones were seen again in this run."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh_hits AS SELECT source, technology_id, query_hash, publication_number,"
        " min(page_id) AS page_id, arg_min(row_no, page_id) AS row_no FROM incoming"
        " WHERE technology_id IS NOT NULL AND part = 'biblio' GROUP BY ALL"
    )
    con.execute(
        "UPDATE source_hits AS h SET withdrawn_run = NULL, last_run = ? FROM fresh_hits AS f WHERE h.source = f.source"
        " AND h.technology_id = f.technology_id AND h.query_hash = f.query_hash"
        " AND h.publication_number = f.publication_number",
        [run_id],
    )
    con.execute(
        "INSERT INTO source_hits SELECT source, technology_id, query_hash, publication_number, page_id, row_no, ?, ?,"
        " NULL FROM fresh_hits ANTI JOIN source_hits USING (source, technology_id, query_hash, publication_number)",
        [run_id, run_id],
    )
    con.execute("DROP TABLE fresh_hits")
