"""Harvesting the simulated office over real HTTP: everything arrives once, and nothing is asked twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from etl.catalogue.load import packaged_catalogue
from etl.fetch import landing
from etl.fetch.http import CredentialsMissingError, ParkedError, StoppedError
from etl.harvest import HarvestTarget, Need, advance_cursor, enrich, harvest
from etl.sources.registry import source as source_named
from etl.sources.settings import settings_model
from office.corpus.corpus import Corpus
from office.service.faults import Faults, Limits
from office.service.office import Office
from office.service.ticks import ClockTicks
from tests.corpora import full
from warehouse.clock import FakeClock, SkippingClock, SystemClock
from warehouse.migrate import migrate
from warehouse.settings import Settings
from warehouse.workspace import Workspace

AS_OF = date(2021, 5, 31)
TECHNOLOGIES = ("lithography-machine", "bearing-steel", "battery-separator")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return full()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN"):
        monkeypatch.setenv(name, "synthetic")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "stuckneck.toml").write_text("")
    made = Workspace(tmp_path)
    made.make_folders()
    return made


@pytest.fixture
def con(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(workspace.core)) as connection:
        migrate(connection)
        yield connection


def targets(*names: str) -> list[HarvestTarget]:
    known = {t.id: t for t in packaged_catalogue().technologies}
    return [HarvestTarget(name, known[name].parsed, known[name].query_hash) for name in names or TECHNOLOGIES]


def settings(office: Office, **harvest_settings: object) -> Settings:
    services = office.addresses
    return settings_model().model_validate(
        {
            "sources": {
                "epo_ops": {"base_url": services.epo_ops, "timeout_seconds": 60},
                "lens": {"base_url": services.lens, "requests_per_minute": 100_000, "timeout_seconds": 60},
            },
            "harvest": harvest_settings,
        }
    )


def received(con: duckdb.DuckDBPyConnection, workspace: Workspace, source: str, run_id: int = 1) -> set[str]:
    numbers: set[str] = set()
    for page in landing.pages(con, run_id=run_id, source=source):
        parsed = source_named(source).parse(landing.read(workspace, page.path), page.request, page.status)
        numbers |= {r.publication_number for r in parsed.records}
    return numbers


def held(corpus: Corpus, source: str, technologies: tuple[str, ...] = TECHNOLOGIES) -> set[str]:
    """What the office holds of `technologies`, read from the corpus and not from its services."""
    return {
        p.key
        for family in corpus.families
        for p in family.publications
        if set(family.technologies) & set(technologies)
        and p.visible(AS_OF)
        and (p.on_ops if source == "epo_ops" else p.on_lens)
    }


def asked_twice(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT source, request FROM pages WHERE state <> 'refused' GROUP BY ALL HAVING count(*) > 1"
    ).fetchall()


@pytest.mark.parametrize("source", ["epo_ops", "lens"])
def test_everything_arrives_and_a_second_harvest_of_the_run_asks_nothing(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, source: str
):
    with Office(corpus) as office:
        done = harvest(con, workspace, settings(office), 1, targets(), [source], as_of=AS_OF, clock=SystemClock())
        assert received(con, workspace, source) >= held(corpus, source)
        assert done.sources[source].slices_differ == 0
        assert done.leftover[source] == {}
        again = harvest(con, workspace, settings(office), 1, targets(), [source], as_of=AS_OF, clock=SystemClock())
    assert again.sources[source].requests == 0
    dates = con.execute("SELECT DISTINCT service_date FROM pages").fetchall()
    assert dates == [(AS_OF,)], "the office's clock travels in the Date header"


@pytest.mark.slow
def test_with_faults_of_every_kind_everything_arrives_once(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace
):
    rate = 0.02
    faults = Faults(
        seed=7, too_many=rate, quota=0.01, unavailable=rate, reset=rate, truncated=rate, expired_token=rate,
        expired_scroll=rate, html=rate, duplicated_page=rate, shifted_total=rate, slow=0.01, slow_seconds=0.05,
    )  # fmt: skip
    clock, parked = FakeClock(), 0
    names = tuple(t.id for t in packaged_catalogue().technologies if t.status == "watched")[::2]
    with Office(corpus, faults=faults, limits=Limits(page_max=100, retrievable=2000)) as office:
        small = settings(office)
        small = small.model_copy(
            update={"sources": small.sources.model_copy(
                update={"lens": small.sources.lens.model_copy(update={"page_size": 20})})}
        )  # fmt: skip
        while True:
            try:
                harvest(con, workspace, small, 1, targets(*names), as_of=AS_OF, clock=clock, jitter=random.Random(1))
                break
            except ParkedError as error:
                parked += 1
                clock.set(error.resume_after)
        drawn = office.state.dice.drawn
    assert len(drawn) >= 8
    assert sum(drawn.values()) >= 10
    for source in ("epo_ops", "lens"):
        assert received(con, workspace, source) >= held(corpus, source, names)
    assert con.execute("SELECT count(*) FROM slices WHERE state NOT IN ('done', 'split')").fetchone() == (0,)
    assert asked_twice(con) == []


def test_a_cap_is_met_by_splitting(corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch):
    monkeypatch.setattr("etl.sources.epo_ops.retrieve.CAP", 60)
    monkeypatch.setattr("etl.sources.epo_ops.retrieve.OpsRetriever.cap", 60)
    with Office(corpus, limits=Limits(retrievable=60, ceiling=100)) as office:
        monkeypatch.setattr("etl.fetch.slicing.CEILING", 100)
        harvest(con, workspace, settings(office), 1, targets(), ["epo_ops"], as_of=AS_OF, clock=SystemClock())
    assert received(con, workspace, "epo_ops") >= held(corpus, "epo_ops")
    states = dict(con.execute("SELECT state, count(*) FROM slices GROUP BY ALL").fetchall())
    assert states["split"] > 0
    assert set(states) == {"done", "split"}
    assert con.execute("SELECT max(expected) FROM slices WHERE state = 'done'").fetchone()[0] <= 60


def test_incremental_harvest_begins_a_lag_before_the_cursor(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace
):
    (target,) = targets("bearing-steel")
    with Office(corpus) as office:
        harvest(con, workspace, settings(office), 1, [target], ["lens"], as_of=AS_OF, clock=SystemClock())
        con.execute("BEGIN")
        moved = advance_cursor(
            con, source="lens", technology_id=target.technology_id, query_hash=target.query_hash,
            high_water=date(2021, 5, 20), run_id=1, now=datetime(2021, 6, 1),
        )  # fmt: skip
        con.execute("COMMIT")
        assert moved
        office.advance(date(2022, 5, 31))
        harvest(con, workspace, settings(office), 2, [target], ["lens"], as_of=date(2022, 5, 31), clock=SystemClock())
    spans = con.execute("SELECT DISTINCT published_from, published_to FROM slices WHERE run_id = 2").fetchall()
    assert spans == [(date(2021, 2, 19), date(2022, 5, 31))]
    assert received(con, workspace, "lens", 2)


def test_cursor_is_not_moved_by_an_empty_answer_or_an_unfinished_plan(con: duckdb.DuckDBPyConnection):
    key = {"source": "lens", "technology_id": "t", "query_hash": "h", "run_id": 1, "now": datetime(2026, 1, 1)}
    assert not advance_cursor(con, high_water=None, **key)
    assert advance_cursor(con, high_water=date(2020, 1, 2), **key)
    assert not advance_cursor(con, high_water=date(2020, 1, 1), **key)
    con.execute("INSERT INTO slices VALUES (1,1,'lens','t','h','search',NULL,NULL,NULL,'q',NULL,NULL,'planned',NULL)")
    assert not advance_cursor(con, high_water=date(2021, 1, 1), **key)
    assert con.execute("SELECT high_water FROM cursors").fetchall() == [(date(2020, 1, 2),)]


def test_a_source_that_is_parked_does_not_keep_the_others_waiting(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace
):
    with Office(corpus) as office:
        tight = settings(office)
        ops = tight.sources.epo_ops.model_copy(update={"hourly_bytes": 1})
        tight = tight.model_copy(update={"sources": tight.sources.model_copy(update={"epo_ops": ops})})
        with pytest.raises(ParkedError, match="epo_ops"):
            harvest(con, workspace, tight, 1, targets(), as_of=AS_OF, clock=FakeClock())
    assert received(con, workspace, "lens") >= held(corpus, "lens")


def test_spent_quota_parks_and_is_remembered_across_restarts(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace
):
    clock = FakeClock(datetime(2026, 3, 4, 12, 30))
    with Office(corpus) as office:
        tight = settings(office)
        ops = tight.sources.epo_ops.model_copy(update={"hourly_bytes": 600_000})
        tight = tight.model_copy(update={"sources": tight.sources.model_copy(update={"epo_ops": ops})})
        parked = []
        for _ in range(40):
            try:
                harvest(con, workspace, tight, 1, targets(), ["epo_ops"], as_of=AS_OF, clock=clock)
                break
            except ParkedError as error:
                parked.append(error)
                # A restart before it is time parks again at once, without a request.
                before = len(office.state.requests)
                with pytest.raises(ParkedError):
                    harvest(con, workspace, tight, 1, targets(), ["epo_ops"], as_of=AS_OF, clock=clock)
                assert [r for r in office.state.requests[before:] if "auth" not in r[1]] == []
                clock.set(error.resume_after)
    assert parked
    assert "of 600,000 bytes an hour are used" in str(parked[0])
    assert received(con, workspace, "epo_ops") >= held(corpus, "epo_ops")
    hours = con.execute(
        "SELECT sum(b.byte_count) FROM pages AS a JOIN pages AS b ON b.received_at BETWEEN a.received_at AND "
        "a.received_at + INTERVAL 59 MINUTE GROUP BY a.page_id"
    ).fetchall()
    assert max(h for (h,) in hours) <= 600_000


def test_missing_and_wrong_credentials_say_what_to_do(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    with Office(corpus, ops_credentials=("right", "right"), lens_token="right") as office:
        for source, names in (("epo_ops", "STUCKNECK_OPS_KEY"), ("lens", "STUCKNECK_LENS_TOKEN")):
            with pytest.raises(StoppedError, match=names):
                harvest(con, workspace, settings(office), 1, targets(), [source], as_of=AS_OF, clock=FakeClock())
        monkeypatch.delenv("STUCKNECK_LENS_TOKEN")
        with pytest.raises(CredentialsMissingError, match=r"set STUCKNECK_LENS_TOKEN .*\.env"):
            harvest(con, workspace, settings(office), 1, targets(), ["lens"], as_of=AS_OF, clock=FakeClock())


def test_no_network_parks_with_one_sentence(con: duckdb.DuckDBPyConnection, workspace: Workspace, corpus: Corpus):
    with Office(corpus) as office:
        gone = settings(office)
    clock = FakeClock()
    begin = clock.now()
    with pytest.raises(ParkedError, match=r"lens cannot be reached \(3 attempts: .*continues after"):
        harvest(con, workspace, gone, 1, targets(), ["lens"], as_of=AS_OF, clock=clock)
    assert (clock.now() - begin).total_seconds() < 10


def test_a_network_lost_on_the_way_is_waited_for(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    from etl.fetch.http import TransportError
    from etl.fetch.wire import Wire

    whole, sent = Wire.send, []

    def cut(self, request, headers):
        sent.append(request)
        if 3 <= len(sent) < 8:
            raise TransportError("no whole answer came (ConnectionError)")
        return whole(self, request, headers)

    monkeypatch.setattr(Wire, "send", cut)
    with Office(corpus) as office:
        harvest(con, workspace, settings(office), 1, targets(), ["lens"], as_of=AS_OF, clock=FakeClock())
    assert received(con, workspace, "lens") >= held(corpus, "lens")


def test_enrichment_asks_each_thing_once_within_its_budget(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace
):
    numbers = sorted(held(corpus, "epo_ops", ("bearing-steel",)), key=lambda n: (n[:2] not in ("EP", "WO"), n))[:12]
    needs = [Need(purpose, number) for number in numbers for purpose in ("citing", "claims", "legal", "family")]
    clock = FakeClock()
    with Office(corpus) as office:
        limited = settings(office, enrichment_requests=15)
        first = enrich(con, workspace, limited, 1, as_of=AS_OF, needs=needs, clock=clock)
        assert first.stopped == "the run's budget of enrichment requests is spent"
        assert first.traffic.requests == 15
        asked = {tuple(a) for a in con.execute("SELECT purpose, publication_number FROM enrichments").fetchall()}
        assert len(asked) == con.execute("SELECT count(*) FROM enrichments").fetchone()[0]
        assert len(asked) > 15, "what one request can serve is asked together with the most valuable need"
        left = [n for n in needs if (n.purpose, n.publication_number) not in asked]
        assert len(left) == first.left
        again = enrich(con, workspace, limited, 1, as_of=AS_OF, needs=left, clock=clock)
        assert again.traffic.requests == 0, "the budget is the run's, not the call's"
    parts = {}
    for page in landing.pages(con, run_id=1):
        parsed = source_named("epo_ops").parse(landing.read(workspace, page.path), page.request, page.status)
        for record in parsed.records:
            parts.setdefault(record.part, []).append(record)
    assert {"citing", "legal", "family"} <= set(parts)
    known = {p.key: p for family in corpus.families for p in family.publications}
    for record in parts["citing"]:
        cited = known[record.publication_number]
        citing = {
            p.key
            for p in known.values()
            if p.visible(AS_OF) and p.on_ops and any(c.cited == cited.key for c in p.cites)
        }
        assert {number for number, _ in record.cited_by} >= citing


def test_a_page_that_stays_unreadable_leaves_its_slice_open_and_the_rest_goes_on(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    from office.service.ops import OpsService

    whole, broken = OpsService.answer, []

    def cut(self, method, target, headers, body):
        answer = whole(self, method, target, headers, body)
        if "search/biblio" in target and "bearing" in target:
            broken.append(target)
            answer.body = answer.body[: len(answer.body) // 2]
        return answer

    monkeypatch.setattr(OpsService, "answer", cut)
    with Office(corpus) as office:
        harvest(con, workspace, settings(office), 1, targets(), ["epo_ops"], as_of=AS_OF, clock=FakeClock())
        assert broken
        others = tuple(name for name in TECHNOLOGIES if name != "bearing-steel")
        assert received(con, workspace, "epo_ops") >= held(corpus, "epo_ops", others)
        notes = con.execute("SELECT DISTINCT technology_id, note FROM slices WHERE state = 'differs'").fetchall()
        assert {name for name, _ in notes} == {"bearing-steel"}
        assert all("cut off" in note for _, note in notes)
        monkeypatch.setattr(OpsService, "answer", whole)
        harvest(con, workspace, settings(office), 2, targets(), ["epo_ops"], as_of=AS_OF, clock=FakeClock())
    assert received(con, workspace, "epo_ops", 2) >= held(corpus, "epo_ops", ("bearing-steel",))


@pytest.mark.slow
@pytest.mark.parametrize("source", ["epo_ops", "lens"])
def test_no_request_is_made_over_a_budget(
    corpus: Corpus, con: duckdb.DuckDBPyConnection, workspace: Workspace, source: str
):
    names = tuple(t.id for t in packaged_catalogue().technologies if t.status == "watched")
    clock = SkippingClock()
    with Office(corpus, limits=Limits.real(), ticks=ClockTicks(clock)) as office:
        real = settings(office)
        lens = real.sources.lens.model_copy(update={"requests_per_minute": 10})
        real = real.model_copy(update={"sources": real.sources.model_copy(update={"lens": lens})})
        begin = clock.now()
        done = harvest(con, workspace, real, 1, targets(*names), [source], as_of=AS_OF, clock=clock)
        minutes = (clock.now() - begin).total_seconds() / 60
    assert done.sources[source].requests > 40
    assert minutes > 2, "long enough for the budgets to matter"
    assert con.execute("SELECT DISTINCT status FROM pages WHERE status IN (403, 429, 503)").fetchall() == []
    assert received(con, workspace, source) >= held(corpus, source, names)
