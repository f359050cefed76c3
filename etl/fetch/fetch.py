"""Fetching one request: waits, quotas, retries, landing. What this run has landed before is read, not asked again."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import duckdb

from etl.fetch import landing
from etl.fetch.budgets.ledger import QuotaLedger
from etl.fetch.budgets.sizes import kind_of, largest_answers
from etl.fetch.client import Client, Parser
from etl.fetch.fetched import Fetched, Looked, PageUnreadableError
from etl.fetch.http import Answer, ParkedError, QueryRefusedError, Request, StoppedError, Then, TransportError, Verdict
from etl.fetch.landing import Final, Page
from etl.fetch.progress import SourceSummary, Traffic
from etl.records import PageRefusedError, Parsed
from warehouse.clock import Clock
from warehouse.core import transaction
from warehouse.process.watchdog import moved
from warehouse.workspace import Workspace

ATTEMPTS = 6
# A service that has not answered at all yet is most likely not to be reached: so many attempts, within so many seconds.
_FIRST_ATTEMPTS = 3
_FIRST_SECONDS = 8.0
_LONGEST_WAIT = 60.0
# When a service does not answer at all, the run is parked for this long.
_UNREACHABLE = timedelta(minutes=15)
# A longer wait is not slept but parked: the lock is let go, and the run goes on by itself afterwards.
_LONGEST_SLEEP = 300.0
_REFUSED = "refused"  # verdict of a query the service does not take

# So many unreadable answers in a row are no longer one bad page but a service out of order.
_UNREADABLE_IN_A_ROW = 3


class Fetcher:
    """Fetches for one run and one source; `con` must not be in a transaction: each page is committed as it lands."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        client: Client,
        parser: Parser,
        *,
        run_id: int,
        clock: Clock,
        jitter: random.Random | None = None,
    ) -> None:
        self._con = con
        self._workspace = workspace
        self._client = client
        self._parser = parser
        self._run_id = run_id
        self._clock = clock
        self._jitter = jitter or random.Random()
        self._ledger = QuotaLedger(con, client.source, client.quotas)
        self.traffic = Traffic()
        self._unreadable = 0
        self._answered = False
        self.leftover: Counter[str] = Counter()  # fields of the answers nobody knows, how often
        self._largest = largest_answers(con, client.source)
        states = ("landed", "loaded")
        self._landed = {
            page.request_key: page for page in landing.pages(con, run_id=run_id, source=client.source, states=states)
        }
        self._final = landing.final_answers(con, run_id, client.source)

    @property
    def source(self) -> str:
        """The source asked."""
        return self._client.source

    @property
    def doubtful(self) -> bool:
        """Whether the last answer stayed unreadable, which may be the page's fault or the service's."""
        return self._unreadable > 0

    def summary(self, counts: SourceSummary | None = None) -> SourceSummary:
        """Return `counts` with this fetcher's traffic added."""
        counts = counts or SourceSummary()
        counts.requests += self.traffic.requests
        counts.pages_landed += self.traffic.landed
        counts.pages_reused += self.traffic.reused
        counts.byte_count += self.traffic.byte_count
        counts.waited_seconds += self.traffic.waited_seconds
        counts.backoff_seconds += self.traffic.backoff_seconds
        return counts

    def landed_requests(self) -> list[dict[str, Any]]:
        """Return the requests this run has answers to."""
        return [page.request for page in self._landed.values()]

    def fetch(self, request: Request, slice_id: int | None = None, *, records: bool = True) -> Fetched:
        """Return the answer to `request`, from the landing zone if this run has it; `records`: it has some to load.

        Raises ParkedError (a quota is spent, or the service does not answer), StoppedError, QueryRefusedError, and
        PageUnreadableError when this one answer stays unreadable, or an error, while others were fine.
        """
        if (again := self._final_answer(request) or self._reuse(request)) is not None:
            return again
        reason, unreadable, begin = "", False, self._clock.now()
        for attempt in range(ATTEMPTS):
            self._wait_for_turn(request)
            moved(request=request.words())
            try:
                answer = self._client.send(request, self._clock.now())
            except TransportError as error:
                reason, unreadable = str(error), False
                self._lost(request)
                self._give_up_early(attempt + 1, begin, reason)
                self._back_off(attempt, None)
                continue
            self._answered = True
            verdict, page = self._receive(request, answer, slice_id, "landed" if records else "loaded")
            if verdict.then is Then.RETRY:
                reason, unreadable = verdict.reason, verdict.seconds is None
                self._back_off(attempt, verdict.seconds)
                continue
            if verdict.then is not Then.USE:
                if verdict.seconds:
                    self._back_off(attempt, verdict.seconds)
                return Fetched(verdict.then, page, answer.content, Parsed())
            try:
                parsed = self._parser(answer.content, page.request, answer.status)
            except PageRefusedError as error:
                reason, unreadable = str(error), True
                landing.mark(self._con, page.page_id, "refused")
                self._back_off(attempt, None)
                continue
            self._unreadable = 0
            self._landed[page.request_key] = page
            self.leftover.update(parsed.leftover)
            return Fetched(Then.USE, page, answer.content, parsed)
        self._unreadable += unreadable
        if unreadable and self._unreadable <= _UNREADABLE_IN_A_ROW:
            raise PageUnreadableError(reason)
        raise ParkedError(
            self._clock.now() + _UNREACHABLE,
            f"{self._client.source} gave no usable answer in {ATTEMPTS} attempts; the last time: {reason}.",
        )

    def look(self, request: Request) -> Looked:
        """Return the answer to `request` as it came: asked once in this run, kept, and never loaded.

        Nothing of it counts as an answer of the harvest. Raises ParkedError when a quota is spent.
        """
        page = self._landed.get(request.key())
        if page is not None and page.path is not None:
            with suppress(landing.LandedFileError):
                return self._looked(landing.read(self._workspace, page.path), page)
        self._wait_for_turn(request)
        moved(request=request.words())
        try:
            answer = self._client.send(request, self._clock.now())
        except (TransportError, StoppedError) as error:
            now = self._clock.now()
            self._client.lost(request, now)
            self._ledger.add(now, 0)
            return Looked(None, b"", None, str(error))
        now = self._clock.now()  # budgets count complete answers: an earlier moment would free them too early
        self._answered = True
        with suppress(ParkedError, StoppedError, QueryRefusedError):  # what to make of it the harvest finds out itself
            self._client.judge(request, answer, now)
        page = self._keep(request, answer, None, now, "refused")
        looked = self._looked(answer.content, page)
        if looked.parsed is not None and answer.status == 200:
            landing.mark(self._con, page.page_id, "loaded")
        return looked

    def _looked(self, content: bytes, page: Page) -> Looked:
        try:
            return Looked(page.status, content, self._parser(content, page.request, page.status or 200), "")
        except PageRefusedError as error:
            return Looked(page.status, content, None, str(error))

    def _give_up_early(self, attempts: int, begin: datetime, reason: str) -> None:
        """Raise ParkedError when the service has never answered: no network, a wrong address, a proxy in between."""
        waited = (self._clock.now() - begin).total_seconds()
        if not self._answered and (attempts >= _FIRST_ATTEMPTS or waited >= _FIRST_SECONDS):
            raise ParkedError(
                self._clock.now() + _UNREACHABLE,
                f"{self._client.source} cannot be reached ({attempts} attempts: {reason}); check the network, the "
                "proxy and base_url in stuckneck.toml.",
            )

    def _final_answer(self, request: Request) -> Fetched | None:
        """Return what the service said for good in this run. Raises QueryRefusedError when it refused the query."""
        page, final = self._final.get(request.key(), (None, None))
        if page is None or final is None:
            return None
        if final.verdict == _REFUSED:
            raise QueryRefusedError(final.reason)
        self.traffic.reused += 1
        return Fetched(Then(final.verdict), page, b"", Parsed())

    def _reuse(self, request: Request) -> Fetched | None:
        page = self._landed.get(request.key())
        if page is None or page.path is None:
            return None
        try:
            content = landing.read(self._workspace, page.path)
            parsed = self._parser(content, page.request, page.status or 200)
        except (PageRefusedError, landing.LandedFileError):
            landing.mark(self._con, page.page_id, "refused")
            del self._landed[request.key()]
            return None
        self.traffic.reused += 1
        return Fetched(Then.USE, page, content, parsed)

    def _wait_for_turn(self, request: Request) -> None:
        """Wait for the class's budget; park when a byte or request quota would be passed."""
        expected = self._largest.get(kind_of(request.path), 0)
        spent = self._ledger.resume_after(self._clock.now(), expected)
        if spent is not None:
            raise ParkedError(*spent)
        self._clock.sleep(0)  # a clock that was asked to stop stops here, between two pages
        while (seconds := self._client.delay(request, self._clock.now())) > 0:
            self._park_long_wait(seconds)
            self.traffic.waited_seconds += seconds
            self._clock.sleep(seconds)

    def _park_long_wait(self, seconds: float) -> None:
        """Raise ParkedError for a wait that is too long to sleep through with the workspace locked."""
        if seconds > _LONGEST_SLEEP:
            hours = f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} minutes"
            until = self._clock.now() + timedelta(seconds=seconds)
            raise ParkedError(until, f"{self._client.source} asks to wait {hours}.")

    def _lost(self, request: Request) -> None:
        now = self._clock.now()
        self.traffic.requests += 1
        self._client.lost(request, now)
        self._ledger.add(now, 0)

    def _receive(self, request: Request, answer: Answer, slice_id: int | None, usable: str) -> tuple[Verdict, Page]:
        """Judge and land one answer, in state `usable`; errors are landed too (refused), so that they can be seen."""
        now = self._clock.now()
        traffic, size = self.traffic, len(answer.content)
        traffic.requests += 1
        traffic.byte_count += size
        kind = kind_of(request.path)
        self._largest[kind] = max(size, self._largest.get(kind, 0))
        try:
            verdict = self._client.judge(request, answer, now)
        except QueryRefusedError as error:
            self._keep(request, answer, slice_id, now, "refused", Final(_REFUSED, str(error)))
            raise
        except (ParkedError, StoppedError):
            self._keep(request, answer, slice_id, now, "refused")
            raise
        if verdict.then is Then.USE:
            return verdict, self._keep(request, answer, slice_id, now, usable)
        is_final = verdict.then is not Then.RETRY
        final = Final(verdict.then.value, verdict.reason) if is_final else None
        return verdict, self._keep(request, answer, slice_id, now, "refused", final)

    def _keep(
        self, request: Request, answer: Answer, slice_id: int | None, now: datetime, state: str,
        final: Final | None = None,
    ) -> Page:  # fmt: skip
        with transaction(self._con):
            self._ledger.add(now, len(answer.content), self._client.stated(answer))
            page = landing.land(
                self._con,
                self._workspace,
                request,
                answer,
                run_id=self._run_id,
                slice_id=slice_id,
                now=now,
                state=state,
                final=final,
            )
        if final is not None:
            self._final[page.request_key] = page, final
        self.traffic.landed += state != "refused"
        return page

    def _back_off(self, attempt: int, seconds: float | None) -> None:
        if seconds is None:
            seconds = min(_LONGEST_WAIT, 2.0**attempt) * self._jitter.uniform(0.5, 1.5)
        self._park_long_wait(seconds)
        self.traffic.backoff_seconds += seconds
        self._clock.sleep(seconds)
