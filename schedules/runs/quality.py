"""Judging a query: drawing a sample, taking verdicts and seeds, estimating, correcting the latest run, publishing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import duckdb
import polars as pl

from analytics.matrix.store import append
from analytics.measure.windows import bounds
from analytics.quality import store
from analytics.quality.corrected_run import correct_run
from analytics.quality.draw import HIT, Sample, draw, sides, windows
from analytics.quality.intervals import NO, YES
from analytics.quality.terms import Proposal, proposals
from etl.catalogue.models import Technology, Topic
from etl.sampling.documents import documents, near_misses
from etl.sampling.words import terms_in, terms_of
from schedules.runs.lists import begin
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.run import running
from warehouse.settings import Settings

IMPORT = "import"
Verdicts = Mapping[int, Mapping[int, tuple[str, str | None]]]


class NothingToSampleError(LookupError):
    """The technology has no family to judge; the message says what to do."""


def hash_of(item: Technology | Topic) -> str:
    """Return the hash of the item's query; ``import`` for one that has only imported files."""
    return item.query_hash or IMPORT


def draw_sample(
    core: Core, settings: Settings, item: Technology | Topic, number: int, seed: int, now: datetime
) -> tuple[int, Sample]:
    """Draw about `number` families of hits and near misses of a query, store the sample and return it.

    Raises NothingToSampleError where nothing belongs to the technology under its present query.
    """
    con, place = core.con, settings.place
    found = store.frame(con, item.id, hash_of(item), near_misses(con, item.parsed))
    if not (found["kind"] == HIT).any():
        msg = (
            f"{item.id} has no family under its present query; `stuckneck refresh` harvests it, `stuckneck import` "
            "takes files, then draw the sample."
        )
        raise NothingToSampleError(msg)
    day = f"{place.window_date}_date"
    whole = windows(sides(found, place.focal_country), bounds(place, now.date()), day)
    sample = draw(whole, number, seed)
    sample_id = store.store_sample(
        con, item.id, hash_of(item), sample, seed=seed, focal=place.focal_country, now=now
    )  # fmt: skip
    return sample_id, sample


def judge(core: Core, settings: Settings, verdicts: Verdicts, judge_name: str, *, clock: Clock) -> list[str]:
    """Store what a judge says of samples that are known, estimate again, publish; return the technologies judged."""
    begin(core, clock.now())
    for sample_id, said in sorted(verdicts.items()):
        store.store_verdicts(core.con, sample_id, judge_name, said, clock.now())
    heads = [head for sample_id in sorted(verdicts) if (head := store.head_of(core.con, sample_id))]
    pairs = sorted({(head.technology_id, head.query_hash) for head in heads})
    publish_estimates(core, settings, pairs, clock=clock)
    return [technology for technology, _ in pairs]


def publish_estimates(core: Core, settings: Settings, pairs: Sequence[tuple[str, str]], *, clock: Clock) -> None:
    """Estimate again for (technology, query) pairs, correct the latest run of the record, publish a snapshot."""
    queries = begin(core, clock.now()).queries()
    with running(core, "judge", clock) as run:
        con = core.con
        for technology, query_hash in pairs:
            estimate(con, settings, technology, query_hash, clock.now())
            known = terms_in(queries.get(query_hash))
            _store_terms(con, technology, query_hash, _proposals(con, technology, query_hash, known))
        [(latest,)] = con.execute("SELECT max(run_id) FROM run_placements WHERE origin = 'live'").fetchall()
        if latest is not None:
            correct_run(con, latest, settings.place)
        run.message = f"quality of {', '.join(technology for technology, _ in pairs)} estimated"
        run.publish()


def estimate(
    con: duckdb.DuckDBPyConnection, settings: Settings, technology: str, query_hash: str, now: datetime
) -> None:
    """Renew the stored estimates of one query."""
    found = store.estimates_of(con, technology, query_hash, settings.place.focal_country)
    store.store_estimates(con, technology, query_hash, found, now)


def estimate_run(con: duckdb.DuckDBPyConnection, settings: Settings, run_id: int, now: datetime) -> None:
    """Renew the estimates of every query of a run, and write its corrected shares and odds beside it."""
    for technology, query_hash in con.execute(
        "SELECT DISTINCT technology_id, query_hash FROM run_placements WHERE run_id = ? AND query_hash IS NOT NULL"
        " ORDER BY 1",
        [run_id],
    ).fetchall():
        estimate(con, settings, technology, query_hash, now)
    correct_run(con, run_id, settings.place)


def _proposals(
    con: duckdb.DuckDBPyConnection, technology: str, query_hash: str, known: Collection[tuple[str, str]]
) -> list[Proposal]:
    """Return terms that the newest judged sample speaks for."""
    head = store.latest_judged(con, technology, query_hash)
    if head is None:
        return []
    numbers = dict(
        con.execute(
            "SELECT item, publication_number FROM quality_items WHERE sample_id = ?", [head.sample_id]
        ).fetchall()
    )
    texts = documents(con, sorted(set(numbers.values())))
    groups: dict[tuple[bool, str], dict[str, set[tuple[str, str]]]] = {}
    for at, item in enumerate(store.items_of(con, head.sample_id), 1):
        document = texts.get(numbers[at])
        if document is not None and item.verdict in (YES, NO):
            groups.setdefault((item.kind == HIT, item.verdict), {})[numbers[at]] = terms_of(document)
    hits, near = ((groups.get((is_hit, YES), {}), groups.get((is_hit, NO), {})) for is_hit in (True, False))
    found = [*proposals("exclude", hits[1], hits[0]), *proposals("add", near[0], near[1], known)]
    return found or proposals("explore", hits[0], near[1], known)


def _store_terms(con: duckdb.DuckDBPyConnection, technology: str, query_hash: str, found: Sequence[Proposal]) -> None:
    rows = [
        {
            "technology_id": technology, "query_hash": query_hash, "proposal": one.proposal, "field": one.field,
            "term": one.term, "inside": one.inside, "inside_total": one.inside_total, "outside": one.outside,
            "outside_total": one.outside_total, "log_odds": one.log_odds, "z": one.z, "examples": list(one.examples),
        }
        for one in found
    ]  # fmt: skip
    with transaction(con):
        con.execute("DELETE FROM quality_terms WHERE technology_id = ? AND query_hash = ?", [technology, query_hash])
        append(con, "quality_terms", pl.DataFrame(rows, infer_schema_length=None))
