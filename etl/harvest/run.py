"""One harvest: every target at every source, pages landed as they come, resumable after any kill."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from etl.fetch.client import Client
from etl.fetch.cursor import window_start
from etl.fetch.fetch import Fetcher
from etl.fetch.http import CredentialsMissingError, NothingReceivedError, ParkedError
from etl.fetch.progress import HarvestSummary, Report, SourceSummary, silent
from etl.fetch.slices import SliceBook, Span, Target
from etl.fetch.slicing import Slicer
from etl.harvest.scan import Scanner
from etl.harvest.sentinels import ask_sentinels
from etl.query.ast import Query
from etl.sources.registry import enabled_sources, open_source, source
from etl.sources.settings import section_of
from warehouse.clock import Clock, SystemClock
from warehouse.process.watchdog import moved
from warehouse.settings import Settings
from warehouse.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HarvestTarget:
    """One technology or topic and its neutral query."""

    technology_id: str
    query: Query
    query_hash: str


def _harvest_target(
    fetcher: Fetcher,
    book: SliceBook,
    target: HarvestTarget,
    span: Span,
    settings: Settings,
    clock: Clock,
    report: Report,
    summary: SourceSummary,
) -> None:
    moved(about=target.technology_id)
    of = Target(target.technology_id, target.query_hash)
    spans = [book.window(of, span), *book.differing(of)]
    publications: set[str] = set()
    section = section_of(settings, fetcher.source)
    for retriever in source(fetcher.source).retrievers(fetcher, target.query, section, clock):
        slicer = Slicer(fetcher, book, of, retriever, report)
        for part in spans:
            slicer.run(part)
        publications |= slicer.publications
        summary.slices_done += slicer.done
        summary.slices_differ += slicer.differ
        if slicer.refused is not None:
            summary.failed.setdefault(target.technology_id, slicer.refused)
    summary.publications += len(publications)
    summary.targets += 1


def _harvest_source(
    fetcher: Fetcher,
    book: SliceBook,
    targets: Sequence[HarvestTarget],
    as_of: date,
    settings: Settings,
    clock: Clock,
    report: Report,
    counts: SourceSummary,
    run_id: int,
) -> None:
    """Fetch what `targets` ask for from one source: all at once where it can, else each from its cursor on."""
    scan = source(fetcher.source).scan(fetcher, section_of(settings, fetcher.source), clock)
    if scan is not None:
        pairs = [(Target(target.technology_id, target.query_hash), target.query) for target in targets]
        scanner = Scanner(fetcher, book, scan, run_id, report)
        scanner.run(pairs, settings.harvest.published_from, as_of, counts)
        return
    for target in targets:
        start = window_start(
            book.con,
            fetcher.source,
            target.technology_id,
            target.query_hash,
            earliest=settings.harvest.published_from,
            lag_days=settings.harvest.lag_days,
        )
        span = Span(min(start, as_of), as_of)
        _harvest_target(fetcher, book, target, span, settings, clock, report, counts)


def harvest(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    settings: Settings,
    run_id: int,
    targets: Sequence[HarvestTarget],
    sources: Sequence[str] | None = None,
    *,
    as_of: date,
    clock: Clock | None = None,
    progress: Report = silent,
    jitter: random.Random | None = None,
) -> HarvestSummary:
    """Fetch what `targets` ask for, published up to `as_of`, from `sources` (default: those enabled), and land it.

    Each page is committed with its slice as it lands, so a killed run goes on where it was: what has landed in run
    `run_id` is read from disk. `con` is the core file's, outside a transaction. A query one source does not understand
    is noted in the summary and the rest goes on. Raises ParkedError (quota spent, service silent; the other sources
    are harvested first), StoppedError (a person must act), NothingReceivedError (no source gave one usable answer)
    and, when no source at all has credentials, CredentialsMissingError.
    """
    clock = clock or SystemClock()
    summary = HarvestSummary()
    wanted = list(sources) if sources is not None else enabled_sources(settings)
    clients: dict[str, Client] = {}
    for name in wanted:
        try:
            clients[name] = open_source(name, workspace, settings)
        except CredentialsMissingError as error:
            summary.skipped[name] = str(error)
    if not clients and summary.skipped:
        raise CredentialsMissingError(" ".join(summary.skipped.values()))
    parked: list[ParkedError] = []
    for name in (name for name in wanted if name in clients):
        fetcher = Fetcher(con, workspace, clients[name], source(name).parse, run_id=run_id, clock=clock, jitter=jitter)
        counts = summary.sources.setdefault(name, SourceSummary())
        try:
            ask_sentinels(con, fetcher, source(name), settings, run_id=run_id, now=clock.now())
            book = SliceBook(con, run_id, name)
            _harvest_source(fetcher, book, targets, as_of, settings, clock, progress, counts, run_id)
        except ParkedError as error:  # the other sources do not wait for this one
            parked.append(error)
        finally:
            clients[name].close()
            fetcher.summary(counts)
            summary.leftover[name] = dict(fetcher.leftover)
    if parked:
        raise min(parked, key=lambda error: error.resume_after)
    if targets:
        _require_answers(con, run_id, list(clients))
    return summary


def _require_answers(con: duckdb.DuckDBPyConnection, run_id: int, asked: Sequence[str]) -> None:
    """Raise NothingReceivedError when no source of `asked` gave one usable answer in this run."""
    rows = con.execute(
        "SELECT source, bool_or(state <> 'refused') FROM pages WHERE run_id = ? AND list_contains(?, source)"
        " GROUP BY source",
        [run_id, list(asked)],
    ).fetchall()
    if not asked or any(is_usable for _, is_usable in rows):
        return
    why = con.execute(
        "SELECT source, arg_max(note, slice_id) FROM slices WHERE run_id = ? AND state = 'differs'"
        " GROUP BY source ORDER BY source",
        [run_id],
    ).fetchall()
    reasons = "; ".join(f"{name}: {note}" for name, note in why)
    msg = f"No source gave one usable answer, so nothing is placed or published. {reasons}"
    raise NothingReceivedError(msg)
