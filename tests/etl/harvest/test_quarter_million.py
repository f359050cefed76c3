"""250 000 documents behind doors at which 3 % of the requests fail in every way there is: all arrive, none twice.

The suite runs a scaled size; ``STUCKNECK_DOCUMENTS=250000 pytest tests/etl/harvest/test_quarter_million.py -s`` the
whole one, and prints what it measured.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl.harvest import HarvestTarget, harvest
from etl.load.pages import load_landed
from etl.query.parser import parse
from etl.simulator.faults import Faults, Limits
from etl.simulator.office import Office
from etl.sources.http import ParkedError
from tests.etl.harvest.quarter_million import LAST, build, furnish
from warehouse.clock import FakeClock, ScaledClock
from warehouse.migrate import migrate
from warehouse.settings import Settings
from warehouse.workspace import Workspace

DOCUMENTS = int(os.environ.get("STUCKNECK_DOCUMENTS", "12000"))
TARGET = HarvestTarget("bearing-steel", parse("ti=synthetic"), "hash")
_KINDS = (
    *("too_many", "quota", "unavailable", "reset", "truncated", "slow", "expired_token", "expired_scroll", "html"),
    *("duplicated_page", "shifted_total"),
)


def faults(*without: str) -> Faults:
    """3 % of the requests, spread evenly over the kinds."""
    kinds = [kind for kind in _KINDS if kind not in without]
    return Faults(seed=11, slow_seconds=0.05, **dict.fromkeys(kinds, 0.03 / len(kinds)))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN"):
        monkeypatch.setenv(name, "synthetic")
    (tmp_path / "stuckneck.toml").write_text("")
    made = Workspace(tmp_path)
    made.make_folders()
    return made


@pytest.fixture
def con(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(workspace.core)) as connection:
        migrate(connection)
        yield connection


def settings(office: Office, lens_per_minute: int) -> Settings:
    doors = office.addresses
    return Settings.model_validate(
        {
            "sources": {
                "epo_ops": {"base_url": doors.epo_ops, "timeout_seconds": 20},
                "lens": {"base_url": doors.lens, "requests_per_minute": lens_per_minute, "timeout_seconds": 20},
            },
            "harvest": {"published_from": "2010-01-01"},
        }
    )


def refusals(office: Office, *statuses: int) -> int:
    return sum(status in statuses for _, _, status in office.state.requests)


@pytest.mark.slow
def test_the_warehouse_equals_the_corpus_and_no_request_goes_over_a_budget(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    corpus, clock, begin = build(DOCUMENTS), FakeClock(), time.monotonic()
    with Office(corpus, clock_date=LAST, faults=faults()) as office:
        furnish(office, monkeypatch)
        while True:
            try:
                harvest(
                    con, workspace, settings(office, 50_000), 1, [TARGET], as_of=LAST, clock=clock,
                    jitter=random.Random(1),
                )  # fmt: skip
                break
            except ParkedError as parked:
                clock.set(parked.resume_after)
        drawn, requests = Counter(office.state.dice.drawn), len(office.state.requests)
        refused = refusals(office, 403, 429)
    harvested = time.monotonic() - begin
    load_landed(con, workspace, 1, now=clock.now())
    loaded = time.monotonic() - begin - harvested
    print(
        f"\n{DOCUMENTS:,} documents at two doors: {requests:,} requests, {sum(drawn.values())} faults ({dict(drawn)}), "
        f"harvested in {harvested:.0f} s, loaded in {loaded:.0f} s"
    )
    assert refused == drawn["too_many"] + drawn["quota"], "every refusal was an injected one"
    held = sorted((p.key, p.date, p.filing_date) for p in corpus.publications)
    for source in ("epo_ops", "lens"):
        stored = con.execute(
            "SELECT publication_number, publication_date, filing_date FROM source_records "
            "WHERE source = ? AND part = 'biblio' AND valid_to IS NULL ORDER BY ALL",
            [source],
        ).fetchall()
        assert stored == held, f"{source}: none missing, none twice, none other"
        hits = con.execute("SELECT publication_number FROM source_hits WHERE source = ?", [source]).fetchall()
        assert sorted(h for (h,) in hits) == [key for key, _, _ in held]
    assert con.execute("SELECT count(*) FROM slices WHERE state NOT IN ('done', 'split')").fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM source_records WHERE valid_to IS NOT NULL").fetchone() == (0,)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "allowed", "minute", "documents"), [("epo_ops", 30, 8.0, 7_000), ("lens", 10, 5.0, 3_500)]
)
def test_the_budgets_are_used(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch,
    source: str, allowed: int, minute: float, documents: int,
):  # fmt: skip
    corpus = build(documents)
    with Office(corpus, clock_date=LAST, faults=faults("quota"), limits=Limits.real(minute)) as office:
        furnish(office, monkeypatch)
        clock = ScaledClock(60 / minute)
        begin = clock.now()
        harvest(
            con, workspace, settings(office, allowed), 1, [TARGET], [source], as_of=LAST, clock=clock,
            jitter=random.Random(1),
        )  # fmt: skip
        minutes = (clock.now() - begin).total_seconds() / 60
        counted = [r for r in office.state.requests if "accesstoken" not in r[1]]
        refused = refusals(office, 403, 429)
        drawn = Counter(office.state.dice.drawn)
    # A window of a minute is free at the beginning; each full one sent after it takes a minute at the least.
    fewest = (len(counted) - 1) // allowed
    share = fewest / minutes
    print(f"\n{source}: {len(counted)} requests in {minutes:.2f} minutes of the service, at best {fewest}: {share:.1%}")
    assert refused <= drawn["too_many"], "no request was made over a budget"
    assert minutes > 2, "long enough for the budget to matter"
    # Compressed time multiplies this machine's own time for a page, which a busy one stretches: the aim is 95 % on an
    # idle one (printed above), what is held here is that nobody waits without need.
    assert share >= 0.75
