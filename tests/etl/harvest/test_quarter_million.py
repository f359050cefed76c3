"""250 000 documents behind services at which 3 % of the requests fail in every way there is: all arrive, none twice.

The suite runs a scaled size; ``STUCKNECK_DOCUMENTS=250000 pytest tests/etl/harvest/test_quarter_million.py -s`` the
whole one, and prints what it measured. The office keeps the services' own limits and counts its minutes, hours, tokens
and scrolls by the client's clock, which does not make anybody wait.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from etl.fetch.http import ParkedError
from etl.harvest import HarvestTarget, harvest
from etl.load.pages import load_landed
from etl.query.parser import parse
from etl.sources.settings import settings_model
from office.service.faults import Faults, Limits
from office.service.office import Office
from office.service.ticks import ClockTicks
from tests.etl.harvest.quarter_million import LAST, build, furnish
from warehouse.clock import Clock, FakeClock, SkippingClock
from warehouse.migrate import migrate
from warehouse.settings import Settings
from warehouse.workspace import Workspace

DOCUMENTS = int(os.environ.get("STUCKNECK_DOCUMENTS", "8000"))
TARGET = HarvestTarget("bearing-steel", parse("ti=synthetic"), "hash")
_KINDS = (
    *("too_many", "quota", "unavailable", "reset", "truncated", "slow", "expired_token", "expired_scroll", "html"),
    *("duplicated_page", "shifted_total"),
)


def faults(*without: str) -> Faults:
    """3 % of the requests, spread evenly over the kinds; by this seed a few hundred meet nearly all of them."""
    kinds = [kind for kind in _KINDS if kind not in without]
    return Faults(seed=314, slow_seconds=10, **dict.fromkeys(kinds, 0.03 / len(kinds)))


def open_office(documents: int, clock: Clock, faulty: Faults) -> Office:
    """The services' own limits, by `clock`; an answer takes half a second, a slow one ten more."""
    limits = replace(Limits.real(), answer_seconds=0.5)
    return Office(build(documents), clock_date=LAST, faults=faulty, limits=limits, ticks=ClockTicks(clock))


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


def settings(office: Office, **lens: object) -> Settings:
    services = office.addresses
    return settings_model().model_validate(
        {
            "sources": {
                "epo_ops": {"base_url": services.epo_ops, "timeout_seconds": 60, "sentinels": []},
                "lens": {"base_url": services.lens, "timeout_seconds": 60, "sentinels": [], **lens},
            },
            "harvest": {"published_from": "2010-01-01"},
        }
    )


def refusals(office: Office, *statuses: int) -> int:
    return sum(status in statuses for _, _, status in office.state.requests)


def share_used(office: Office, service: str, allowed: int) -> tuple[int, float]:
    """Return (requests, share of the budget used): of n requests, the last of each full minute's worth counts.

    The first minute's requests may come at once and every later one a minute after the one `allowed` before it: request
    number k * allowed can come k minutes after the first, and no earlier.
    """
    came = [
        at
        for at, (to, path, _) in zip(office.state.arrivals, office.state.requests, strict=True)
        if to == service and "accesstoken" not in path
    ]
    minutes = (len(came) - 1) // allowed
    return len(came), minutes * 60 / (came[minutes * allowed] - came[0])


@pytest.mark.slow
def test_the_warehouse_equals_the_corpus_and_no_request_goes_over_a_budget(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    clock, begin, used = FakeClock(), time.monotonic(), time.process_time()
    started, parked = clock.now(), 0
    with open_office(DOCUMENTS, clock, faults()) as office:
        furnish(office, monkeypatch)
        while True:
            try:
                harvest(con, workspace, settings(office), 1, [TARGET], as_of=LAST, clock=clock, jitter=random.Random(1))
                break
            except ParkedError as error:
                parked += 1
                clock.set(error.resume_after)
        drawn, requests = Counter(office.state.dice.drawn), len(office.state.requests)
        refused = refusals(office, 403, 429)
        corpus = office.state.corpus
    harvested, harvest_cpu = time.monotonic() - begin, time.process_time() - used
    load_landed(con, workspace, 1, now=clock.now())
    loaded, load_cpu = time.monotonic() - begin - harvested, time.process_time() - used - harvest_cpu
    print(
        f"\n{DOCUMENTS:,} documents at two services: {requests:,} requests and {parked} parkings in "
        f"{clock.now() - started} of the services' time, {sum(drawn.values())} faults ({dict(drawn)}); "
        f"harvested in {harvested:.0f} s ({harvest_cpu:.0f} s of processor time with the office's), "
        f"loaded in {loaded:.0f} s ({load_cpu:.0f} s)"
    )
    assert refused == drawn["too_many"] + drawn["quota"], "every refusal was an injected one"
    assert parked, "a spent quota was reported and waited for"
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
    ("source", "service", "allowed", "documents"), [("epo_ops", "ops", 30, 24_000), ("lens", "lens", 10, 4_000)]
)
def test_the_budgets_are_used(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch,
    source: str, service: str, allowed: int, documents: int,
):  # fmt: skip
    """By a clock on which waiting takes no time while work takes what it takes, at the services' own pace."""
    clock = SkippingClock()
    with open_office(documents, clock, faults("quota")) as office:
        furnish(office, monkeypatch)
        begin = clock.now()
        done = harvest(
            con, workspace, settings(office, page_size=20), 1, [TARGET], [source], as_of=LAST, clock=clock,
            jitter=random.Random(1),
        ).sources[source]  # fmt: skip
        took = (clock.now() - begin).total_seconds()
        requests, share = share_used(office, service, allowed)
        refused, drawn = refusals(office, 403, 429), Counter(office.state.dice.drawn)
        slow = 0.5 * len(office.state.requests) + 10 * drawn["slow"]
    own = took - done.waited_seconds - done.backoff_seconds - slow
    print(
        f"\n{source}: {requests} requests in {took / 60:.1f} minutes, {share:.1%} of the budget used. Of the time "
        f"{done.waited_seconds / took:.1%} waiting for the budget, {done.backoff_seconds / took:.1%} for faults to "
        f"pass, {slow / took:.1%} for answers, {own / took:.1%} own work with the office's "
        f"({1000 * own / requests:.0f} ms a request)"
    )
    assert refused <= drawn["too_many"], "no request was made over a budget"
    assert share >= 0.95


def test_a_page_that_came_twice_costs_two_requests_and_not_its_slice_again(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    clock, drawn = FakeClock(), iter(["", "", "", "", "duplicated_page"])
    with open_office(1_500, clock, Faults()) as office:
        furnish(office, monkeypatch)
        monkeypatch.setattr(office.state.dice, "draw", lambda: next(drawn, None) or None)
        harvest(con, workspace, settings(office), 1, [TARGET], ["epo_ops"], as_of=LAST, clock=clock)
        counted = [path for _, path, _ in office.state.requests if "accesstoken" not in path]
    assert con.execute("SELECT state, expected, received FROM slices").fetchall() == [("done", 1_500, 1_500)]
    assert len(counted) == 15 + 2
