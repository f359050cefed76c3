"""Enrichment on a budget: what a search does not give is asked for by publication, the most valuable first."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

import duckdb

import sql
from etl.fetch.fetch import Fetcher
from etl.fetch.http import CredentialsMissingError, ParkedError
from etl.fetch.progress import Progress, Report, SourceSummary, silent
from etl.fetch.slices import SliceBook, Span, Target
from etl.fetch.source import Source
from etl.sources.registry import enabled_sources, open_source, source
from warehouse.clock import Clock, SystemClock
from warehouse.settings import Settings
from warehouse.workspace import Workspace

# Pages of these slices are no hits of any technology's query.
NO_TECHNOLOGY = Target("enrichment", "enrichment")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing worth asking: `purpose` is citing, claims, legal or family; `value` ranks it (enrichment/needs.sql)."""

    purpose: str
    publication_number: str
    value: float = 0.0


@dataclass(slots=True)
class EnrichmentSummary:
    """What was asked: `landed` answers, `nothing` where the service has none; `left` needs stay for later runs."""

    landed: int = 0
    nothing: int = 0
    left: int = 0
    stopped: str | None = None
    traffic: SourceSummary = field(default_factory=SourceSummary)


def find_needs(con: duckdb.DuckDBPyConnection, source_name: str, run_id: int) -> list[Need]:
    """Return what is worth asking a source, most valuable first, without what it was asked before.

    Needs the temp tables of `etl.load.merged.merge.families_as_loaded`.
    """
    rows = con.execute(sql.text("enrichment/needs.sql"), {"source": source_name, "run": run_id}).fetchall()
    return [Need(*row) for row in rows]


class _Enricher:
    """Asks one source, and writes down what was asked."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, fetcher: Fetcher, asked: Source, run_id: int, as_of: date, clock: Clock
    ) -> None:
        self._con = con
        self._source = asked.name
        asker = asked.asker(fetcher, self._note)
        assert asker is not None
        self.asker = asker
        self._landed = 0
        self._run_id = run_id
        self._clock = clock
        book = SliceBook(con, run_id, asked.name)
        span = Span(as_of, as_of)
        self._slices = {p: book.open(NO_TECHNOLOGY, span, p, p)[0] for p in asked.purposes}
        self._book = book

    def ask(self, needs: Sequence[Need]) -> int:
        """Ask for needs of one purpose, note which were asked, and return how many of them something came for."""
        purpose, before = needs[0].purpose, self._landed
        self.asker.ask(purpose, [need.publication_number for need in needs], self._slices[purpose])
        return self._landed - before

    def _note(self, purpose: str, outcomes: Mapping[str, str]) -> None:
        now = self._clock.now()
        if not outcomes:
            return
        values = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(outcomes))
        rows = ((self._source, purpose, number, self._run_id, outcome, now) for number, outcome in outcomes.items())
        self._con.execute(f"INSERT INTO enrichments VALUES {values}", list(chain.from_iterable(rows)))  # noqa: S608
        self._landed += sum(outcome == "landed" for outcome in outcomes.values())

    def close(self) -> None:
        """Mark the slices done."""
        for slice_id in self._slices.values():
            self._book.close(slice_id, "done", None, None)


def enrich(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    settings: Settings,
    run_id: int,
    *,
    as_of: date,
    needs: Sequence[Need] | None = None,
    clock: Clock | None = None,
    progress: Report = silent,
    jitter: random.Random | None = None,
) -> EnrichmentSummary:
    """Ask for what the families need (default: `find_needs`), at most ``harvest.enrichment_requests`` requests a run.

    Call when the records are loaded; load and merge afterwards. Each answer is committed as it lands and noted in
    ``enrichments``, so nothing is asked twice, also after a kill. A spent quota ends it (`stopped` says why): placing
    does not wait for enrichment. Raises StoppedError when a person must act.
    """
    summary = EnrichmentSummary()
    clock = clock or SystemClock()
    asked = [one for one in map(source, enabled_sources(settings)) if one.purposes]
    if not asked or settings.harvest.enrichment_requests == 0:
        summary.stopped = "enrichment is switched off in the settings"
        return summary
    spent = con.execute(
        "SELECT count(*) FROM pages AS p JOIN slices AS s USING (slice_id) WHERE p.run_id = ? AND s.technology_id = ?",
        [run_id, NO_TECHNOLOGY.technology_id],
    ).fetchone()
    budget = settings.harvest.enrichment_requests - (spent[0] if spent else 0)
    for one in asked:
        try:
            client = open_source(one.name, workspace, settings)
        except CredentialsMissingError as error:
            summary.stopped = str(error)
            continue
        wanted = [
            n for n in (find_needs(con, one.name, run_id) if needs is None else needs) if n.purpose in one.purposes
        ]
        fetcher = Fetcher(con, workspace, client, one.parse, run_id=run_id, clock=clock, jitter=jitter)
        with closing(client):
            enricher = _Enricher(con, fetcher, one, run_id, as_of, clock)
            _ask_all(enricher, fetcher, wanted, budget, summary, progress)
        enricher.close()
        budget -= fetcher.traffic.requests
        fetcher.summary(summary.traffic)
    return summary


def _ask_all(
    enricher: _Enricher, fetcher: Fetcher, wanted: list[Need], budget: int, summary: EnrichmentSummary, report: Report
) -> None:
    """Ask for the most valuable need, and with it for the next most valuable ones that the same request can serve."""
    waiting, before = dict.fromkeys(wanted), summary.left
    while waiting:
        summary.left = before + len(waiting)
        if fetcher.traffic.requests >= budget:
            summary.stopped = "the run's budget of enrichment requests is spent"
            return
        purpose = next(iter(waiting)).purpose
        alike = (need for need in waiting if need.purpose == purpose)
        together = list(islice(alike, enricher.asker.size(purpose, budget - fetcher.traffic.requests)))
        try:
            landed = enricher.ask(together)
        except ParkedError as parked:
            summary.stopped = str(parked)
            return
        for need in together:
            del waiting[need]
        summary.landed += landed
        summary.nothing += len(together) - landed
        report(Progress(fetcher.source, f"enrichment: {purpose}", len(wanted) - len(waiting), len(wanted)))
    summary.left = before
