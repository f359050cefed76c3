"""One scan: what it would read is asked first, then the job is started, looked at until it is done, and paged through.

A run that was cut goes on: the job has a name of its own that says what is asked, so it is found again instead of being
paid for again; and pages that have landed are not asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import Fetched, PageUnreadableError
from etl.fetch.http import ParkedError, QueryRefusedError, Then
from etl.fetch.slices import Span
from etl.fetch.slicing import Got
from etl.fetch.source import Edition, Step, Tell
from etl.query.ast import Query
from etl.records import Parsed
from etl.sources.google_bigquery import jobs
from etl.sources.google_bigquery.client import after_failure
from etl.sources.google_bigquery.jobs import Job
from etl.sources.google_bigquery.membership import condition
from etl.sources.google_bigquery.parse import page_token
from etl.sources.google_bigquery.select import select
from etl.sources.google_bigquery.settings import TIB, Section
from warehouse.clock import Clock

_ATTEMPTS = 20  # jobs for one question in one run: those that failed by themselves, or whose rows were lost
_FAILED = 3  # of those, jobs that failed one after another: then the run is parked
_LOST = 3  # of those, jobs that were paid for and whose rows never came
_LOOKS = 240  # at one job in one go: some two hours
_LATER = timedelta(hours=1)
_SLEPT = timedelta(minutes=5)  # a longer wait is not slept but parked
_EMPTY = 3  # pages without a row, one after another
_READABLE = 100  # one row in so many may be unreadable
_GIB = 1 << 30


@dataclass(slots=True)
class _Received:
    """The rows of one job."""

    publications: dict[str, set[str]]  # by query_hash
    rows: int = 0
    unreadable: int = 0
    total: int | None = None
    notes: list[str] = field(default_factory=list)

    def take(self, parsed: Parsed) -> int:
        """Add a page; return how many rows it had."""
        skipped = sum(reject.action == "record skipped" for reject in parsed.rejects)
        if self.total is not None and parsed.total not in (None, self.total):
            self.notes.append(f"the service stated {self.total:,} rows, then {parsed.total:,}")
        self.total = parsed.total if self.total is None else self.total
        self.rows += len(parsed.records) + skipped
        self.unreadable += skipped
        for query_hash, number in parsed.hits:
            if query_hash in self.publications:
                self.publications[query_hash].add(number)
        return len(parsed.records) + skipped

    def got(self) -> dict[str, Got]:
        """Return what came of each query; a note where not everything did."""
        if self.total is None:
            self.notes.append("the service did not state how many rows there are")
        elif self.rows != self.total:
            self.notes.append(f"the service stated {self.total:,} rows, {self.rows:,} came")
        if self.unreadable * _READABLE > self.rows:
            self.notes.append(f"{self.unreadable:,} of {self.rows:,} rows could not be read")
        note = "; ".join(dict.fromkeys(self.notes)) or None
        # Unreadable rows may have been of any query: then not all came, and nothing is taken back.
        return {
            key: Got(found, len(found) + self.unreadable if note is None else None, note=note)
            for key, found in self.publications.items()
        }


class BigQueryScan:
    """One SELECT for all queries."""

    def __init__(self, fetcher: Fetcher, section: Section, clock: Clock) -> None:
        self._fetcher = fetcher
        self._section = section
        self._clock = clock
        self._edition = ""

    def edition(self) -> Edition:
        """Return the table with its last change."""
        fetched = self._fetcher.fetch(jobs.table(self._section), records=False)
        assert fetched.page is not None
        name, day = jobs.edition_day(fetched.content, fetched.page.received_at)
        kept = "" if self._section.claims else ", without claims"
        self._edition = f"{self._section.table} of {name}{kept}"
        return Edition(self._edition, day)

    def compiled(self, query: Query) -> str:
        """Return the condition for `query`."""
        return condition(query)

    def retrieve(self, queries: Mapping[str, Query], span: Span, slice_id: int, tell: Tell) -> Mapping[str, Got]:
        """Ask what it costs, then ask; see `etl.fetch.source.Scan`."""
        section = self._section
        sql = select(queries, section.table, first=span.first, last=span.last, claims=section.claims)
        self._price(sql, slice_id, tell)
        lost = failed = 0
        for attempt in range(1, _ATTEMPTS + 1):
            name = jobs.job_id(sql, section, self._edition, slice_id, attempt)
            before = self._fetcher.traffic.requests
            is_done = self._is_done(name, sql, slice_id)
            if is_done:
                received = _Received({key: set() for key in queries})
                if self._pages(name, slice_id, received, tell):
                    return received.got()
            lost += is_done is not False
            if lost >= _LOST:  # each of them is paid for
                raise PageUnreadableError(f"the rows of {lost} jobs for one question were lost")
            failed += is_done is False and self._fetcher.traffic.requests > before  # not the answers of an earlier go
            if failed >= _FAILED:
                raise ParkedError(self._clock.now() + _LATER, f"BigQuery: {failed} jobs failed one after another.")
        raise PageUnreadableError(f"{_ATTEMPTS} jobs for one question failed or were lost")

    def _price(self, sql: str, slice_id: int, tell: Tell) -> None:
        """Say what the scan reads and costs. Raises QueryRefusedError when it is more than the settings allow."""
        content = self._fetcher.fetch(jobs.dry_run(sql, self._section), slice_id, records=False).content
        size = Job.of(content).byte_count or 0
        price = size / TIB * self._section.price_per_tib
        what = f"{size / _GIB:,.2f} GiB ({price:,.2f} USD at {self._section.price_per_tib:g} a TiB)"
        most = self._section.maximum_bytes_billed
        if size > most:
            raise QueryRefusedError(
                f"BigQuery would read {what}, more than maximum_bytes_billed allows ({most / _GIB:,.2f} GiB); nothing"
                " was started. Raise it in [sources.google_bigquery], or set claims = false there to read less."
            )
        tell(Step(f"google_bigquery reads {what}; the first TiB of a month is free"))

    def _is_done(self, name: str, sql: str, slice_id: int) -> bool | None:
        """Start the job unless it is there, and wait for its end; return whether it has rows; None when it is lost.

        Raises ParkedError, StoppedError, QueryRefusedError as its failure asks for.
        """
        self._fetcher.fetch(jobs.insert(sql, self._section, name), slice_id, records=False)
        ended = self._ended(name, slice_id)
        if ended is None:
            return None
        job, received = ended
        if job.reason is None:
            return True
        again = after_failure(job.reason, job.message, received)
        wait = again - self._clock.now()
        if wait > _SLEPT:
            raise ParkedError(again, f"BigQuery: the job failed ({job.reason}: {job.message}).")
        self._clock.sleep(max(wait.total_seconds(), 0.0))
        return False

    def _ended(self, name: str, slice_id: int) -> tuple[Job, datetime] | None:
        """Return the job when it is done, and when that was heard; None when it is lost."""
        before = self._fetcher.traffic.requests
        for number in count(1):
            fetched = self._fetcher.fetch(jobs.look(name, self._section, number), slice_id, records=False)
            if fetched.then is not Then.USE or fetched.page is None:
                return None
            job = Job.of(fetched.content)
            if job.state == "DONE":
                return job, fetched.page.received_at
            if self._fetcher.traffic.requests - before >= _LOOKS:
                break
        raise ParkedError(self._clock.now() + _LATER, "BigQuery: the job is not done yet; it goes on by itself.")

    def _pages(self, name: str, slice_id: int, received: _Received, tell: Tell) -> bool:
        """Take the job's rows, page by page; return False when they are lost and another job is needed."""
        token: str | None = None
        seen: set[str] = set()
        empty = 0
        while True:
            fetched: Fetched = self._fetcher.fetch(jobs.results(name, self._section, token), slice_id)
            if fetched.then is not Then.USE:
                return False
            empty = 0 if received.take(fetched.parsed) else empty + 1
            tell(Step("rows of google_bigquery", received.rows, received.total or received.rows))
            token = page_token(fetched.content)
            if token is None:
                return True
            if token in seen or empty >= _EMPTY or (received.total is not None and received.rows >= received.total):
                received.notes.append("the service goes on handing out pages although there is nothing new in them")
                return True
            seen.add(token)
