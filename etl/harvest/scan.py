"""Harvesting a source that answers all queries at once: one slice a query for the record, one for the question.

A scan reads everything whatever is asked of it, so the whole span is asked each time: corrections and new citations of
old publications come with it. Where the data has not changed since a scan that was received and loaded whole, it is not
asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import PageUnreadableError
from etl.fetch.http import QueryRefusedError
from etl.fetch.progress import Progress, Report, SourceSummary
from etl.fetch.slices import SliceBook, Span, Target
from etl.fetch.slicing import Got
from etl.fetch.source import Edition, Scan, Step
from etl.query.ast import Query
from warehouse.core import transaction

# The slice of the question itself: its pages say of each row which queries it satisfies.
EVERY = Target("every technology", "scan")
PURPOSE = "scan"
UNCHANGED = "the data has not changed since it was last received whole"
_SCANNED = """
SELECT 1 FROM slices AS s WHERE s.source = $source AND s.technology_id = $technology AND s.query_hash = $query
AND s.purpose = 'search' AND s.state = 'done' AND s.received IS NOT NULL AND s.compiled_query = $compiled
AND s.published_from <= $first AND s.published_to >= $last AND s.run_id < $run_id
AND NOT EXISTS (SELECT 1 FROM pages AS p WHERE p.run_id = s.run_id AND p.source = s.source AND p.state = 'landed')
LIMIT 1
"""


class Wanted(NamedTuple):
    """One target with its slice of this run."""

    target: Target
    query: Query
    slice_id: int
    state: str
    is_known: bool


class Scanner:
    """Asks one source for all targets of a run."""

    def __init__(self, fetcher: Fetcher, book: SliceBook, scan: Scan, run_id: int, report: Report) -> None:
        self._fetcher = fetcher
        self._book = book
        self._scan = scan
        self._run_id = run_id
        self._report = report

    def run(self, targets: Sequence[tuple[Target, Query]], first: date, as_of: date, summary: SourceSummary) -> None:
        """Receive what `targets` ask for, published from `first` to `as_of`. Raises ParkedError, StoppedError."""
        summary.targets += len(targets)
        try:
            edition = self._scan.edition()
        except (PageUnreadableError, QueryRefusedError) as error:
            edition = Edition("unknown", as_of)
            self._leave(self._plan(targets, edition, first, as_of), error, summary)
            return
        wanted = self._plan(targets, edition, first, as_of)
        if all(one.state != "planned" for one in wanted):
            return
        asked = [one for one in wanted if not one.is_known]
        span = self._book.window(wanted[0].target, Span(min(first, as_of), as_of))
        try:
            got = self._retrieve(asked, span, edition, summary) if asked else {}
        except (PageUnreadableError, QueryRefusedError) as error:
            self._leave(wanted, error, summary)
            return
        self._close(wanted, got, summary)

    def _plan(
        self, targets: Sequence[tuple[Target, Query]], edition: Edition, first: date, as_of: date
    ) -> list[Wanted]:
        """Open a slice for each target, and find out which were received whole from this edition before."""
        found = []
        with transaction(self._book.con):
            for target, query in targets:
                span = self._book.window(target, Span(min(first, as_of), as_of))
                compiled = f"{edition.name}: {self._scan.compiled(query)}"
                known = self._book.con.execute(_SCANNED, {
                    "source": self._fetcher.source, "technology": target.technology_id, "query": target.query_hash,
                    "compiled": compiled, "first": span.first, "last": min(span.last, edition.until),
                    "run_id": self._run_id,
                }).fetchone()  # fmt: skip
                found.append(Wanted(target, query, *self._book.open(target, span, compiled), known is not None))
        return found

    def _retrieve(
        self, asked: Sequence[Wanted], span: Span, edition: Edition, summary: SourceSummary
    ) -> Mapping[str, Got]:
        def tell(step: Step) -> None:
            if step.total is None and step.what not in summary.notes:
                summary.notes.append(step.what)
            self._report(Progress(self._fetcher.source, "", step.done, step.total, step.what))

        slice_id, _ = self._book.open(EVERY, span, edition.name, PURPOSE)
        got = self._scan.retrieve({one.target.query_hash: one.query for one in asked}, span, slice_id, tell)
        self._book.close(slice_id, "done", None, None, "; ".join(summary.notes) or None)
        return got

    def _close(self, wanted: Sequence[Wanted], got: Mapping[str, Got], summary: SourceSummary) -> None:
        """Close all slices together: a run that is cut asks the same question again, or none."""
        publications: set[str] = set()
        with transaction(self._book.con):
            for one in wanted:
                came = got.get(one.target.query_hash)
                if came is None:
                    self._book.close(one.slice_id, "done", None, None, UNCHANGED)
                    continue
                is_whole = came.note is None
                count = len(came.publications)
                self._book.close(one.slice_id, "done" if is_whole else "differs", came.expected, count, came.note)
                summary.slices_done += is_whole
                summary.slices_differ += not is_whole
                publications |= came.publications
        summary.publications += len(publications)
        for one in wanted:
            self._report(Progress(self._fetcher.source, one.target.technology_id, len(publications), None))

    def _leave(
        self, wanted: Sequence[Wanted], error: PageUnreadableError | QueryRefusedError, summary: SourceSummary
    ) -> None:
        """Leave all slices open for the next run, and say why."""
        is_refused = isinstance(error, QueryRefusedError)
        note = f"the query was refused: {error}" if is_refused else f"a page could not be read: {error}"
        with transaction(self._book.con):
            for one in wanted:
                self._book.close(one.slice_id, "differs", None, None, note)
                if is_refused:
                    summary.failed.setdefault(one.target.technology_id, str(error))
        summary.slices_differ += len(wanted)
