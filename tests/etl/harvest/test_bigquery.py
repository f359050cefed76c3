"""One scan of the simulated office's table answers all queries: priced first, never paid twice, paged, landed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.catalogue.load import packaged_catalogue
from etl.fetch import landing
from etl.fetch.http import CredentialsMissingError, ParkedError, StoppedError
from etl.fetch.wire import Wire
from etl.harvest import HarvestSummary, HarvestTarget, harvest
from etl.load.pages import load_landed
from etl.sources.registry import register
from etl.sources.settings import settings_model
from office.corpus.corpus import Corpus
from office.service.faults import Faults, Limits
from office.service.googlesql import Engine
from office.service.office import Office
from office.service.ticks import ClockTicks
from tests.corpora import small
from tests.etl.sources.service_account import VARIABLE, key
from warehouse.clock import FakeClock, SkippingClock
from warehouse.migrate import migrate
from warehouse.workspace import Workspace

AS_OF, LATER = date(2021, 5, 31), date(2021, 9, 30)
SOURCE = "google_bigquery"
TECHNOLOGIES = ("lithography-machine", "bearing-steel", "battery-separator")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return small()


@pytest.fixture(scope="module")
def engines() -> dict[date, Engine]:
    """The table on each day, made once."""
    return {}


@pytest.fixture
def office(corpus: Corpus, engines: dict[date, Engine], monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Office(corpus) as opened:
        opened.bigquery.engines = engines
        monkeypatch.setenv(VARIABLE, key(opened.addresses.google_bigquery))
        yield opened


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
        register(connection, synthetic=True)
        yield connection


class Harvest:
    """Harvests the office's table and loads what came, run by run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, workspace: Workspace, office: Office) -> None:
        self.con, self.workspace, self.office = con, workspace, office
        self.clock = SkippingClock()
        self.told: list[str] = []

    def __call__(
        self, run_id: int, *names: str, as_of: date = AS_OF, load: bool = True, **settings: object
    ) -> HarvestSummary:
        stated = {"enabled": True, "base_url": self.office.addresses.google_bigquery, "timeout_seconds": 60, **settings}
        made = settings_model().model_validate({"sources": {SOURCE: stated}})
        known = {t.id: t for t in packaged_catalogue().technologies}
        targets = [HarvestTarget(n, known[n].parsed, known[n].query_hash) for n in names or TECHNOLOGIES]
        try:
            return harvest(
                self.con, self.workspace, made, run_id, targets, [SOURCE], as_of=as_of, clock=self.clock,
                progress=lambda step: self.told.append(step.what),
            )  # fmt: skip
        finally:
            if load:
                load_landed(self.con, self.workspace, run_id, now=self.clock.now())

    def hits(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        rows = self.con.execute(
            "SELECT technology_id, publication_number FROM source_hits WHERE source = ? AND withdrawn_run IS NULL",
            [SOURCE],
        ).fetchall()
        for technology, number in rows:
            found.setdefault(technology, set()).add(number)
        return found

    def slices(self, run_id: int) -> list[tuple[str, str, str | None]]:
        return self.con.execute(
            "SELECT technology_id, state, note FROM slices WHERE run_id = ? AND purpose = 'search' ORDER BY 1", [run_id]
        ).fetchall()


@pytest.fixture
def ask(con: duckdb.DuckDBPyConnection, workspace: Workspace, office: Office) -> Harvest:
    return Harvest(con, workspace, office)


def held(corpus: Corpus, on: date, *names: str) -> dict[str, set[str]]:
    """What the corpus holds of each technology, strays left out: the table shows the texts as they are."""
    return {
        name: {
            p.key for f in corpus.families if name in f.technologies and f.role != "stray"
            for p in f.publications if p.visible(on)
        }
        for name in names or TECHNOLOGIES
    }  # fmt: skip


def test_one_job_answers_all_queries(corpus: Corpus, office: Office, ask: Harvest) -> None:
    done = ask(1)
    assert ask.hits() == held(corpus, AS_OF)
    assert len(office.bigquery.billed) == 1, "one job for all"
    assert [(name, state) for name, state, _ in ask.slices(1)] == [(name, "done") for name in sorted(TECHNOLOGIES)]
    assert done.leftover[SOURCE] == {}
    assert done.sources[SOURCE].publications == len(set().union(*ask.hits().values()))
    again = ask(1)
    assert again.sources[SOURCE].requests == 0, "a run that went on asks nothing twice"
    assert ask.con.execute("SELECT count(*) FROM pages WHERE state = 'landed'").fetchone() == (0,)


def test_bytes_and_price_are_told_before_anything_is_started(office: Office, ask: Harvest) -> None:
    done = ask(1, price_per_tib=100_000.0)
    _, size = office.bigquery.billed[0]
    (said,) = done.sources[SOURCE].notes
    assert f"{size / 2**30:,.2f} GiB ({size / 2**40 * 100_000:,.2f} USD at 100000 a TiB)" in said
    assert ask.told.index(said) < ask.told.index("rows of google_bigquery")
    rows = ask.con.execute("SELECT request FROM pages ORDER BY page_id").fetchall()
    asked = [json.loads(request) for (request,) in rows]
    dry = next(n for n, one in enumerate(asked) if one.get("body", {}).get("configuration", {}).get("dryRun"))
    start = next(n for n, one in enumerate(asked) if "jobId" in one.get("body", {}).get("jobReference", {}))
    assert dry < start
    assert asked[start]["body"]["configuration"]["query"]["maximumBytesBilled"] == str(1 << 40)
    assert ask.con.execute("SELECT note FROM slices WHERE purpose = 'scan'").fetchone() == (said,)


def test_more_bytes_than_allowed_are_refused_before_anything_is_started(office: Office, ask: Harvest) -> None:
    done = ask(1, maximum_bytes_billed=1000)
    assert office.bigquery.billed == []
    assert not [path for _, path, _ in office.state.requests if "/queries/" in path]
    why = done.sources[SOURCE].failed["bearing-steel"]
    assert "more than maximum_bytes_billed allows" in why
    assert "nothing was started" in why
    assert {state for _, state, _ in ask.slices(1)} == {"differs"}
    assert ask.hits() == {}
    ask(2)
    assert len(office.bigquery.billed) == 1, "allowed, the next run asks"


def test_bigquerys_own_limit_holds_where_the_dry_run_was_wrong(
    office: Office, ask: Harvest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("office.service.googlesql.Engine.byte_count", lambda *_: next(sizes))
    sizes = iter([10, 10, 2**41])  # of the question that tries the service, of the dry run, of the job
    done = ask(1)
    assert office.bigquery.billed == []
    assert "bytesBilledLimitExceeded" in done.sources[SOURCE].failed["bearing-steel"]


def test_claims_are_left_out_where_they_cost_too_much(office: Office, ask: Harvest) -> None:
    ask(1, claims=False)
    known = "SELECT count(claims_text), count(claim_count), count(*) FROM source_records WHERE valid_to IS NULL"
    assert ask.con.execute(known).fetchone()[:2] == (0, 0)
    ask(2)
    with_claims, counted, records = ask.con.execute(known).fetchone()
    assert 0 < with_claims == counted <= records, "asked for, they are read although the table is the same"
    (_, less), (_, more) = office.bigquery.billed
    assert less < more


def test_nothing_is_asked_while_the_table_is_the_same(corpus: Corpus, office: Office, ask: Harvest) -> None:
    ask(1)
    ask(2, as_of=AS_OF + timedelta(days=3))
    assert len(office.bigquery.billed) == 1
    assert {(state, note) for _, state, note in ask.slices(2)} == {
        ("done", "the data has not changed since it was last received whole")
    }
    ask(3, *TECHNOLOGIES, "lidar")
    assert len(office.bigquery.billed) == 2, "a technology that is new is asked for"
    assert ask.hits() == held(corpus, AS_OF, *TECHNOLOGIES, "lidar")
    office.advance(LATER)
    ask(4, *TECHNOLOGIES, "lidar", as_of=LATER)
    assert len(office.bigquery.billed) == 3
    assert ask.hits() == held(corpus, LATER, *TECHNOLOGIES, "lidar")


def test_a_scan_that_was_never_loaded_counts_for_nothing(office: Office, ask: Harvest) -> None:
    ask(1, load=False)
    ask(2)
    assert len(office.bigquery.billed) == 2


CITED_LATER = """
SELECT count(*) FROM source_records WHERE valid_to IS NULL AND publication_date <= ?
AND len(list_filter(cited_by, lambda c: c."date" > ?)) > 0
"""


def test_citations_of_old_publications_are_renewed(office: Office, ask: Harvest) -> None:
    ask(1)
    before = ask.con.execute(CITED_LATER, [AS_OF, AS_OF]).fetchone()
    office.advance(LATER)
    ask(2, as_of=LATER)
    after = ask.con.execute(CITED_LATER, [AS_OF, AS_OF]).fetchone()
    assert before == (0,)
    assert after[0] > 0


def test_a_page_holds_what_it_holds(ask: Harvest, workspace: Workspace) -> None:
    ask(1, page_size=50)
    landed = list(landing.pages(ask.con, run_id=1, states=("loaded",)))
    pages = [p for p in landed if p.request["path"].startswith("queries/")]
    total = len(set().union(*ask.hits().values()))
    assert len(pages) == -(-total // 50) > 3
    assert sum(len(json.loads(landing.read(workspace, p.path))["rows"]) for p in pages) == total
    states = [p for p in landed if p.request["path"].startswith("jobs/")]
    looks = [json.loads(landing.read(workspace, p.path))["status"]["state"] for p in states]
    assert looks == ["RUNNING", "DONE"]


class Cut(Exception):  # noqa: N818 - what a kill does
    pass


@pytest.mark.parametrize("at", range(1, 9))
def test_cut_anywhere_the_job_is_found_again_and_paid_once(
    corpus: Corpus, office: Office, ask: Harvest, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office has answered the request, and the answer never came: the worst place to be cut at."""
    send, sent = Wire.send, 0

    def cut(*given: Any) -> Any:
        nonlocal sent
        found = send(*given)
        sent += 1
        if sent == at:
            raise Cut
        return found

    monkeypatch.setattr(Wire, "send", cut)
    with pytest.raises(Cut):
        ask(1, page_size=100, load=False)
    assert sent == at
    ask(1, page_size=100)
    assert len(office.bigquery.billed) == 1, "one job, whenever it was cut"
    assert ask.hits() == held(corpus, AS_OF)
    twice = ask.con.execute("SELECT 1 FROM pages WHERE state <> 'refused' GROUP BY request_key HAVING count(*) > 1")
    assert twice.fetchall() == []


def test_rows_that_are_gone_are_asked_for_by_another_job(
    corpus: Corpus, office: Office, ask: Harvest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, served = office.bigquery._rows, 0

    def lose(*given: object) -> object:
        nonlocal served
        served += 1
        if served == 3:
            office.bigquery.forget_rows()
        return rows(*given)

    monkeypatch.setattr(office.bigquery, "_rows", lose)
    ask(1, page_size=100)
    assert [name[-2:] for name, _ in office.bigquery.billed] == ["_1", "_2"]
    assert ask.hits() == held(corpus, AS_OF)
    assert {state for _, state, _ in ask.slices(1)} == {"done"}


def test_a_job_that_is_lost_is_started_anew(corpus: Corpus, office: Office, ask: Harvest, monkeypatch) -> None:
    look, looked = office.bigquery._look, 0

    def lose(job: object) -> object:
        nonlocal looked
        looked += 1
        if looked == 1:
            office.bigquery.forget_jobs()
        return look(job)

    monkeypatch.setattr(office.bigquery, "_look", lose)
    ask(1)
    assert [name[-2:] for name, _ in office.bigquery.billed] == ["_1", "_2"]
    assert ask.hits() == held(corpus, AS_OF)


def test_a_failure_that_passes_is_waited_for_and_the_job_started_again(
    corpus: Corpus, office: Office, ask: Harvest
) -> None:
    office.bigquery.failures = [("backendError", "Retrying may solve the problem"), ("rateLimitExceeded", "slow down")]
    ask(1)
    assert [name[-2:] for name, _ in office.bigquery.billed] == ["_3"]
    assert ask.hits() == held(corpus, AS_OF)


def test_jobs_that_go_on_failing_park_the_run_which_later_goes_on_with_others(
    corpus: Corpus, office: Office, ask: Harvest
) -> None:
    office.bigquery.failures = [("backendError", "Retrying may solve the problem")] * 5
    with pytest.raises(ParkedError, match="3 jobs failed one after another"):
        ask(1)
    assert len(office.bigquery.failures) == 2
    ask(1)
    assert [name[-2:] for name, _ in office.bigquery.billed] == ["_6"], "none of the five is asked for again"
    assert ask.hits() == held(corpus, AS_OF)


def test_after_twenty_jobs_the_question_is_left_to_the_next_run(office: Office, ask: Harvest) -> None:
    office.bigquery.failures = [("backendError", "Retrying may solve the problem")] * 20
    for _ in range(6):
        with pytest.raises(ParkedError):
            ask(1)
    ask(1)
    assert office.bigquery.failures == []
    assert office.bigquery.billed == []
    assert {(state, note) for _, state, note in ask.slices(1)} == {
        ("differs", "a page could not be read: 20 jobs for one question failed or were lost")
    }
    ask(2)
    assert {state for _, state, _ in ask.slices(2)} == {"done"}


@pytest.mark.parametrize(
    ("message", "least", "most"),
    [
        ("Quota exceeded: Your project exceeded quota for free query bytes scanned", 0.0, 32 * 24),
        ("Custom quota exceeded: query usage per day", 0.0, 24.1),
        ("Quota exceeded: too many concurrent queries", 0.9, 1.1),
    ],
)
def test_a_job_that_failed_for_a_quota_parks_the_run_and_is_started_again_afterwards(
    corpus: Corpus, office: Office, ask: Harvest, message: str, least: float, most: float
) -> None:
    ask.clock = FakeClock()
    office.state.ticks = ClockTicks(ask.clock)
    office.bigquery.failures = [("quotaExceeded", message)]
    with pytest.raises(ParkedError, match="quotaExceeded") as parked:
        ask(1)
    hours = (parked.value.resume_after - ask.clock.now()).total_seconds() / 3600
    assert hours <= most
    requests = len(office.state.requests)
    if hours > 0.1:
        assert hours >= least
        with pytest.raises(ParkedError):
            ask(1)
        assert len(office.state.requests) == requests, "nothing is asked before"
    ask.clock.set(max(parked.value.resume_after, ask.clock.now()))
    ask(1)
    assert [name[-2:] for name, _ in office.bigquery.billed] == ["_2"]
    assert ask.hits() == held(corpus, AS_OF)


@pytest.mark.parametrize(("reason", "kind"), [("accessDenied", StoppedError), ("billingNotEnabled", StoppedError)])
def test_what_only_a_person_can_settle_stops(office: Office, ask: Harvest, reason: str, kind: type[Exception]) -> None:
    office.bigquery.failures = [(reason, "Access Denied: Project made-project")]
    with pytest.raises(kind, match=reason):
        ask(1)


def test_a_cancelled_job_is_left_to_the_next_run(corpus: Corpus, office: Office, ask: Harvest) -> None:
    office.bigquery.failures = [("stopped", "Job execution was cancelled: User requested cancellation")]
    done = ask(1)
    assert "cancelled" in done.sources[SOURCE].failed["bearing-steel"]
    ask(2)
    assert ask.hits() == held(corpus, AS_OF)


def test_a_token_that_expires_is_renewed(corpus: Corpus, ask: Harvest, office: Office) -> None:
    ask.clock = FakeClock()
    office.state.ticks = ClockTicks(ask.clock)
    office.state.limits = Limits(token_seconds=31.0, answer_seconds=10.0)
    ask(1, page_size=100)
    assert office.bigquery.tokens > 3
    assert ask.hits() == held(corpus, AS_OF)


def test_faults_of_every_kind_cost_nothing_but_time(
    corpus: Corpus,
    engines: dict[date, Engine],
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rate = 0.06
    faults = Faults(
        seed=11, too_many=rate, quota=0.03, unavailable=rate, reset=rate, truncated=rate, expired_token=rate, html=rate,
        expired_scroll=0.02,
    )  # fmt: skip
    with Office(corpus, faults=faults) as office:
        monkeypatch.setenv(VARIABLE, key(office.addresses.google_bigquery))
        office.bigquery.engines = engines
        ask, parked = Harvest(con, workspace, office), 0
        while True:
            try:
                ask(1, page_size=20)
                break
            except ParkedError as error:
                parked += 1
                assert parked < 30
                ask.clock.sleep(max((error.resume_after - ask.clock.now()).total_seconds(), 0))
        assert sum(office.state.dice.drawn.values()) >= 8
    assert ask.hits() == held(corpus, AS_OF)


@pytest.mark.parametrize(
    ("value", "said"),
    [("/no/such/file.json", "cannot be read"), ("{}", "no key of a service account"), ('{"type": "x"', "no key"),
     (json.dumps({"type": "service_account", "client_email": "a", "project_id": "b", "token_uri": "c",
                  "private_key": "SECRETSECRET"}), "private key cannot be read")],
)  # fmt: skip
def test_a_key_that_is_none_is_said_without_showing_it(
    ask: Harvest, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(CredentialsMissingError, match=said) as error:
        ask(1)
    assert "SECRET" not in str(error.value)


def test_the_key_may_be_a_file(ask: Harvest, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key.json").write_text(key(office.addresses.google_bigquery))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "key.json"))
    ask(1, "bearing-steel")
    assert ask.hits()["bearing-steel"]


def test_no_secret_is_kept_anywhere(ask: Harvest, workspace: Workspace) -> None:
    ask(1, "bearing-steel")
    for page in landing.pages(ask.con, run_id=1, states=("loaded", "refused")):
        kept = json.dumps(page.request) + landing.read(workspace, page.path).decode("utf-8", "replace")
        assert "ya29" not in kept
        assert "PRIVATE KEY" not in kept
