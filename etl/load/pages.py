"""Loading what was harvested: landed pages → records, in order, a batch of pages a transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from etl.fetch import landing
from etl.fetch.cursor import advance_cursor
from etl.fetch.landing import Page
from etl.load.withdraw import withdraw
from etl.load.write import LoadCount, PageParsed, load_pages, refuse_page
from etl.records import PageRefusedError, Parsed
from etl.sources.registry import source as source_named
from warehouse.core import transaction
from warehouse.process.watchdog import moved
from warehouse.workspace import Workspace

# A batch looks through what is stored for what it brings, so large ones cost less in all; about 6 KB a record.
_RECORDS = 5_000
_PAGES = 100


def load_landed(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    run_id: int,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> LoadCount:
    """Parse and load every page of the run that has landed and is not loaded yet.

    A page that is not what it claims is refused with its reason and the rest goes on. The cursors move in the
    transaction of the last batch: data and cursor move together or not at all.
    """
    total = LoadCount()
    plan = _Plan.of(con, run_id)
    waiting = deque(landing.pages(con, run_id=run_id))
    while waiting:
        before = len(waiting)
        with transaction(con):
            total += load_pages(con, run_id, _next_batch(con, workspace, run_id, waiting, plan))
            if not waiting:
                withdraw(con, run_id)
                _advance(con, run_id, now)
        moved()
        progress(before - len(waiting))
    return total


@dataclass(frozen=True, slots=True)
class _Plan:
    """The slices of a run by number: (technology, query_hash, purpose); and the technologies of each query."""

    slices: dict[int, tuple[str, str, str]]
    technologies: dict[tuple[str, str], list[str]]  # (source, query_hash) → technologies it was asked for

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, run_id: int) -> _Plan:
        rows = con.execute(
            "SELECT slice_id, source, technology_id, query_hash, purpose FROM slices WHERE run_id = ? ORDER BY ALL",
            [run_id],
        ).fetchall()
        plan = cls({}, {})
        for slice_id, source, technology, query_hash, purpose in rows:
            plan.slices[slice_id] = (technology, query_hash, purpose)
            if purpose == "search" and technology not in plan.technologies.setdefault((source, query_hash), []):
                plan.technologies[source, query_hash].append(technology)
        return plan

    def hits(self, source: str, parsed: Parsed) -> list[tuple[str, str, str]]:
        """Return (technology, query_hash, publication) of an answer that says which queries a record satisfies."""
        return [
            (technology, query_hash, number)
            for query_hash, number in parsed.hits
            for technology in self.technologies.get((source, query_hash), ())
        ]


def _next_batch(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, waiting: deque[Page], plan: _Plan
) -> list[PageParsed]:
    """Take pages off `waiting` and read them; those that cannot be read are refused."""
    batch: list[PageParsed] = []
    held = 0
    while waiting and held < _RECORDS and len(batch) < _PAGES:
        page = waiting.popleft()
        assert page.path is not None
        try:
            content = landing.read(workspace, page.path)
            parsed = source_named(page.source).parse(content, page.request, page.status or 200)
        except (PageRefusedError, landing.LandedFileError) as error:
            refuse_page(con, run_id, page.page_id, page.source, str(error))
            _open_again(con, page.slice_id, str(error))
            continue
        technology, query_hash, purpose = plan.slices.get(page.slice_id or -1, (None, None, None))
        hit = purpose == "search"
        batch.append(PageParsed(
            page.page_id, page.source, page.received_at, parsed,
            technology if hit else None, query_hash if hit else None, plan.hits(page.source, parsed),
        ))  # fmt: skip
        held += len(parsed.records)
    return batch


def _open_again(con: duckdb.DuckDBPyConnection, slice_id: int | None, why: str) -> None:
    """Let the next run ask for a slice again of which a page was lost between harvest and load.

    A page that served all queries of a source opens all of its slices in the run.
    """
    con.execute(
        "UPDATE slices AS s SET state = 'differs', note = $why FROM slices AS of_page"
        " WHERE of_page.slice_id = $slice AND s.purpose = 'search' AND (s.slice_id = of_page.slice_id"
        " OR (of_page.purpose = 'scan' AND s.run_id = of_page.run_id AND s.source = of_page.source))",
        {"why": why, "slice": slice_id},
    )


def _advance(con: duckdb.DuckDBPyConnection, run_id: int, now: datetime) -> None:
    """Move the cursor of every query of the run to the latest date that two of its publications reach.

    One record alone may claim any date; and nothing counts that lies behind the last date asked for.
    """
    rows = con.execute(
        "WITH asked AS (SELECT source, technology_id, query_hash, max(published_to) AS until FROM slices"
        " WHERE run_id = $run_id AND purpose = 'search' GROUP BY ALL)"
        " SELECT h.source, h.technology_id, h.query_hash, max(r.publication_date, 2)[2] FROM source_hits AS h"
        " JOIN asked AS a ON a.source = h.source AND a.technology_id = h.technology_id AND a.query_hash = h.query_hash"
        " JOIN source_records AS r ON r.source = h.source AND r.publication_number = h.publication_number"
        " AND r.part = 'biblio' AND r.valid_to IS NULL AND r.publication_date <= a.until"
        " WHERE h.last_run = $run_id AND h.query_hash <> 'import' GROUP BY ALL",
        {"run_id": run_id},
    ).fetchall()
    for source, technology_id, query_hash, high_water in rows:
        advance_cursor(
            con, source=source, technology_id=technology_id, query_hash=query_hash,
            high_water=high_water, run_id=run_id, now=now,
        )  # fmt: skip
