"""What a service said for good is not asked again by the same run, also after a kill; what may change is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import PageUnreadableError
from etl.fetch.http import Answer, ParkedError, QueryRefusedError, Request, Then, Verdict
from etl.records import Parsed
from warehouse.clock import FakeClock
from warehouse.migrate import migrate
from warehouse.workspace import Workspace

ASKED = Request("x", "GET", "asked")


class Service:
    """A service that says one thing whatever it is asked."""

    source = "x"
    quotas = ()

    def __init__(self, verdict: Verdict | Exception) -> None:
        self.verdict = verdict
        self.sent = 0
        self.wait = 0.0

    def delay(self, _request: Request, _now: datetime) -> float:
        return self.wait

    def send(self, _request: Request, _now: datetime) -> Answer:
        self.sent += 1
        return Answer(404, {}, b"no")

    def judge(self, _request: Request, _answer: Answer, _now: datetime) -> Verdict:
        if isinstance(self.verdict, Exception):
            raise self.verdict
        return self.verdict

    def close(self) -> None: ...

    def lost(self, _request: Request, _now: datetime) -> None: ...

    def stated(self, _answer: Answer) -> dict[str, int]:
        return {}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.make_folders()
    return made


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    migrate(made)
    return made


def fetcher(con: duckdb.DuckDBPyConnection, workspace: Workspace, service: Service, run_id: int = 1) -> Fetcher:
    """A fetcher as a process that has just started makes it: it knows what the warehouse knows."""
    return Fetcher(con, workspace, service, lambda *_: Parsed(), run_id=run_id, clock=FakeClock())


@pytest.mark.parametrize("then", [Then.EXPIRED, Then.LESS, Then.NOTHING])
def test_a_final_answer_is_remembered_by_its_run(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, then: Then
) -> None:
    service = Service(Verdict(then, reason="said"))
    assert fetcher(con, workspace, service).fetch(ASKED).then is then
    assert fetcher(con, workspace, service).fetch(ASKED).then is then
    assert service.sent == 1
    assert fetcher(con, workspace, service, run_id=2).fetch(ASKED).then is then
    assert service.sent == 2, "another run asks for itself"


def test_a_refused_query_is_remembered_with_its_words(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    service = Service(QueryRefusedError("not this query"))
    for _ in range(2):
        with pytest.raises(QueryRefusedError, match="not this query"):
            fetcher(con, workspace, service).fetch(ASKED)
    assert service.sent == 1


def test_an_error_is_asked_again(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    service = Service(Verdict(Then.RETRY, reason="HTTP 500"))
    for _ in range(2):
        with pytest.raises(PageUnreadableError, match="HTTP 500"):
            fetcher(con, workspace, service).fetch(ASKED)
    assert service.sent == 12
    service.verdict = Verdict(Then.USE)
    assert fetcher(con, workspace, service).fetch(ASKED).then is Then.USE


def test_errors_again_and_again_are_a_service_out_of_order(
    con: duckdb.DuckDBPyConnection, workspace: Workspace
) -> None:
    one = fetcher(con, workspace, Service(Verdict(Then.RETRY, reason="HTTP 500")))
    for number in range(3):
        with pytest.raises(PageUnreadableError):
            one.fetch(Request("x", "GET", f"page{number}"))
    with pytest.raises(ParkedError, match="no usable answer"):
        one.fetch(Request("x", "GET", "page3"))


@pytest.mark.parametrize("seconds", [301.0, 7200.0, 2_678_400.0])
def test_a_long_wait_is_parked_and_not_slept(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, seconds: float
) -> None:
    stated = fetcher(con, workspace, Service(Verdict(Then.RETRY, seconds)))
    with pytest.raises(ParkedError, match="x asks to wait"):
        stated.fetch(ASKED)
    paced = Service(Verdict(Then.USE))
    paced.wait = seconds
    with pytest.raises(ParkedError, match="x asks to wait"):
        fetcher(con, workspace, paced).fetch(ASKED)
    assert paced.sent == 0
