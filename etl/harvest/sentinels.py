"""Known publications asked of each source in every run: a service that changes or ends is noticed by that run.

The questions are the publications that the workspace's settings or the source's own list name, else some that the
source gave before; and the fixed search of one row, whose total hardly changes. What came is compared with what is
known (``source.toml``, the records that are loaded) and remembered (``sentinel_memory``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime

import duckdb

from etl.fetch.fetch import Fetcher
from etl.fetch.http import CredentialsMissingError, ParkedError, Request
from etl.fetch.source import AsksKnown, Source
from etl.harvest.compare import (
    FIELDS,
    SEARCH,
    Answered,
    Finding,
    Known,
    differences,
    read_answer,
    renewed,
    stated_fields,
)
from etl.sources.registry import config, enabled_sources, open_source
from etl.sources.registry import source as source_named
from etl.sources.settings import section_of
from warehouse.clock import Clock
from warehouse.core import transaction
from warehouse.settings import Settings
from warehouse.workspace import Workspace

_PICKED = 3  # publications where no list names any


def ask_sentinels(
    con: duckdb.DuckDBPyConnection, fetcher: Fetcher, one: Source, settings: Settings, *, run_id: int, now: datetime
) -> list[Finding]:
    """Ask `one` its known questions, once in this run, and store what came and what differs; return what differs.

    Where a quota is spent the questions that are left wait for the next run.
    """
    if con.execute("SELECT 1 FROM sentinel_answers WHERE run_id = ? AND source = ?", [run_id, one.name]).fetchone():
        return []
    answers: dict[str, Answered] = {}
    for question, request in questions(con, one, settings).items():
        try:
            answers[question] = read_answer(question, fetcher.look(request))
        except ParkedError:
            break
        if answers[question].status is None:  # nothing came at all: the harvest finds out whether it is away
            break
    known = {question: what for question in answers if (what := _known(con, one.name, question)) is not None}
    found = differences(known, answers)
    with transaction(con):
        _store(con, run_id, one.name, answers, found, now)
        for question, answer in answers.items():
            if answer.known is not None:
                _remember(con, run_id, one.name, question, renewed(known.get(question), answer.known, found, question))
    return found


def ask_all(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, settings: Settings, *, run_id: int, clock: Clock
) -> dict[str, str]:
    """Ask every source that is switched on; return source → why it was not asked."""
    skipped: dict[str, str] = {}
    for name in enabled_sources(settings):
        try:
            client = open_source(name, workspace, settings)
        except CredentialsMissingError as error:
            skipped[name] = str(error)
            continue
        one = source_named(name)
        with closing(client):
            fetcher = Fetcher(con, workspace, client, one.parse, run_id=run_id, clock=clock)
            ask_sentinels(con, fetcher, one, settings, run_id=run_id, now=clock.now())
    return skipped


def questions(con: duckdb.DuckDBPyConnection, one: Source, settings: Settings) -> dict[str, Request]:
    """Return what `one` is asked: publication number, or search, → request. None where the settings say so."""
    stated = section_of(settings, one.name).sentinels
    if stated == ():
        return {}
    asked: dict[str, Request] = {}
    if isinstance(one, AsksKnown):
        listed: Sequence[str] = stated or ()
        if not listed and not settings.sources.synthetic:  # the simulated office has no real publication
            listed = list(config(one.name).sentinels)
        asked = {number: one.known(number) for number in listed or _picked(con, one.name)}
    return asked | {SEARCH: one.trial()}


def _picked(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """Return publications the source gave before: those asked for already, else the first loaded that are complete."""
    rows = (
        con.execute(
            "SELECT question FROM sentinel_memory WHERE source = ? AND question <> ? ORDER BY question LIMIT ?",
            [source, SEARCH, _PICKED],
        ).fetchall()
        or con.execute(
            "SELECT publication_number FROM source_records WHERE source = ? AND part = 'biblio' AND valid_to IS NULL"
            " AND kind IS NOT NULL"
            " ORDER BY filing_date IS NULL OR ipc IS NULL OR applicants IS NULL, publication_date, 1 LIMIT ?",
            [source, _PICKED],
        ).fetchall()
    )
    return [row[0] for row in rows]


def _known(con: duckdb.DuckDBPyConnection, source: str, question: str) -> Known | None:
    """Return what is remembered of a question; before it was ever asked, what the records and ``source.toml`` say."""
    row = con.execute(
        "SELECT fields, paths, total FROM sentinel_memory WHERE source = ? AND question = ?", [source, question]
    ).fetchone()
    for_good = config(source).sentinels.get(question, {})
    if row is not None:
        return Known({**json.loads(row[0]), **for_good}, frozenset(row[1]), row[2])
    record = con.execute(
        f"SELECT {', '.join(FIELDS)} FROM source_records WHERE source = ? AND publication_number = ?"  # noqa: S608
        " AND part = 'biblio' AND valid_to IS NULL",
        [source, question],
    ).fetchone()
    loaded = stated_fields(dict(zip(FIELDS, record, strict=True))) if record else {}
    return Known({**loaded, **for_good}) if loaded or for_good else None


def _store(
    con: duckdb.DuckDBPyConnection, run_id: int, source: str, answers: Mapping[str, Answered], found: Sequence[Finding],
    now: datetime,
) -> None:  # fmt: skip
    for question, one in answers.items():
        total = one.known.total if one.known else None
        con.execute(
            "INSERT INTO sentinel_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [run_id, source, question, now, one.outcome, one.status, total, one.note[:500] or None],
        )
    for what in found:
        con.execute(
            "INSERT INTO sentinel_findings VALUES (?, ?, ?, ?, ?, ?, ?)",
            [run_id, source, what.kind, what.question, what.item, what.was, what.found],
        )


def _remember(con: duckdb.DuckDBPyConnection, run_id: int, source: str, question: str, known: Known) -> None:
    con.execute("DELETE FROM sentinel_memory WHERE source = ? AND question = ?", [source, question])
    con.execute(
        "INSERT INTO sentinel_memory VALUES (?, ?, ?, ?, ?, ?)",
        [source, question, json.dumps(dict(known.fields)), sorted(known.paths), known.total, run_id],
    )


def accept(con: duckdb.DuckDBPyConnection, source: str) -> int:
    """Forget what is remembered of a source, so that the next run takes what comes for right; return how much."""
    row = con.execute("SELECT count(*) FROM sentinel_memory WHERE source = ?", [source]).fetchone()
    con.execute("DELETE FROM sentinel_memory WHERE source = ?", [source])
    return int(row[0]) if row else 0
