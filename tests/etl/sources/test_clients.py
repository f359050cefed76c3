"""What the clients make of answers: the recorded error replies of OPS, and the services' rules for waiting."""

from __future__ import annotations

import importlib.util
import random
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from etl.fetch.http import Answer, ParkedError, QueryRefusedError, StoppedError, Then
from etl.sources.epo_ops.client import OpsClient, of_publications, search
from etl.sources.epo_ops.settings import Section as OpsSection
from etl.sources.epo_ops.throttle import Throttle, parse_control
from etl.sources.lens import client as lens
from etl.sources.lens.settings import Section as LensSection

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).with_name("recorded.py"))
recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recorded)

NOW = datetime(2026, 3, 4, 12, 0, 0)
SEARCH = search("ti=battery", 1, 100)
CLAIMS = of_publications("claims", ["CN-101-A"])


def ops() -> OpsClient:
    return OpsClient(OpsSection(), SecretStr("key"), SecretStr("secret"))


def lens_client(**settings: int) -> lens.LensClient:
    return lens.LensClient(LensSection(**settings), SecretStr("token"))


def fault(status: int, code: str, message: str = "Said", **headers: str) -> Answer:
    body = f'<fault xmlns="http://ops.epo.org"><code>{code}</code><message>{message}</message></fault>'
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body.encode())


def replay(file: str) -> Answer:
    exchange = next(e for e in recorded.exchanges() if e["file"] == file)
    headers = {name.title(): value for name, value in exchange["response_headers"].items()}
    return Answer(exchange["status"], headers, recorded.content(f"epo_ops/recorded_http/{file}"))


@recorded.needs_data
def test_recorded_expired_token_is_repeated_with_a_new_one():
    answer = replay("patent_client__family__api_test__test_api__00.xml")
    verdict = ops().judge(SEARCH, answer, NOW)
    assert (verdict.then, verdict.seconds) == (Then.RETRY, 0.0)


@recorded.needs_data
def test_recorded_hourly_quota_parks_for_an_hour():
    with pytest.raises(ParkedError, match="IndividualQuotaPerHour") as caught:
        ops().judge(SEARCH, replay("fhg-imw__epo_rate_limit_exceeded__00.xml"), NOW)
    assert caught.value.resume_after == NOW + timedelta(hours=1)
    assert "2026-03-04 13:00:00 UTC" in str(caught.value)


@recorded.needs_data
def test_recorded_quota_per_minute_waits_a_minute():
    verdict = ops().judge(SEARCH, replay("fhg-imw__epo_rate_limit_exceeded__01.xml"), NOW)
    assert (verdict.then, verdict.seconds) == (Then.RETRY, 60.0)


@recorded.needs_data
@pytest.mark.parametrize("file", ["fhg-imw__all_queries__31.xml", "fhg-imw__patent_application_requests__02.txt"])
def test_recorded_404_with_fault_or_empty_is_no_hits_for_a_search_only(file: str):
    assert ops().judge(SEARCH, replay(file), NOW).then is Then.USE
    assert ops().judge(CLAIMS, replay(file), NOW).then is Then.NOTHING


@recorded.needs_data
def test_recorded_throttling_headers_are_all_understood():
    stated = {e["response_headers"].get("x-throttling-control") for e in recorded.exchanges()} - {None}
    assert {h.split()[0] for h in stated} >= {"idle"}
    for header in stated:
        assert set(parse_control(header)) == {"images", "inpadoc", "other", "retrieval", "search"}


def test_weekly_quota_parks_until_monday():
    answer = fault(403, "403", X_Rejection_Reason="RegisteredQuotaPerWeek")
    with pytest.raises(ParkedError) as caught:
        ops().judge(SEARCH, answer, NOW)
    assert caught.value.resume_after == datetime(2026, 3, 9)


@pytest.mark.parametrize("answer", [fault(403, "CLIENT.RobotDetected"), fault(403, "403", "Developer blocked")])
def test_a_block_stops_and_tells_a_person(answer: Answer):
    with pytest.raises(StoppedError, match="Nothing more is sent"):
        ops().judge(SEARCH, answer, NOW)


def test_limited_resources_ask_for_less_and_retry_after_is_milliseconds():
    verdict = ops().judge(SEARCH, fault(503, "SERVER.LimitedServerResources", Retry_After="60000"), NOW)
    assert (verdict.then, verdict.seconds) == (Then.LESS, 60.0)
    assert ops().judge(SEARCH, fault(503, "SERVER.Maintenance"), NOW).then is Then.RETRY
    assert ops().judge(SEARCH, fault(429, "429", Retry_After="1500"), NOW).seconds == 1.5


@pytest.mark.parametrize(("status", "code"), [(400, "CLIENT.CQL"), (413, "CLIENT.AmbiguousRequest"), (405, "X")])
def test_a_query_the_service_does_not_take_is_shown(status: int, code: str):
    with pytest.raises(QueryRefusedError, match=r"ti=battery.*catalogue check") as caught:
        ops().judge(SEARCH, fault(status, code, "Bad index"), NOW)
    assert code in str(caught.value)
    assert "Bad index" in str(caught.value)


def test_a_token_refused_again_and_again_stops():
    client, answer = ops(), fault(400, "400", "invalid_access_token")
    for _ in range(3):
        assert client.judge(SEARCH, answer, NOW).then is Then.RETRY
    with pytest.raises(StoppedError):
        client.judge(SEARCH, answer, NOW)


HEADER = "busy (images=green:100, search=yellow:{}, retrieval=green:100)"


def test_the_worst_budget_of_the_last_minute_counts_and_missing_services_are_no_error():
    throttle = Throttle()
    throttle.observe(HEADER.format(30), NOW)
    throttle.observe(HEADER.format(5), NOW + timedelta(seconds=1))
    throttle.observe("idle (search=green:30)", NOW + timedelta(seconds=2))
    assert throttle.limit("search", NOW + timedelta(seconds=3)) == 5
    assert throttle.limit("search", NOW + timedelta(seconds=61.5)) == 30
    assert throttle.limit("inpadoc", NOW) == 30  # never stated: what is allowed when overloaded


def test_no_window_of_a_minute_ever_holds_more_than_the_budget():
    throttle, now, sent = Throttle(), NOW, []
    for n in range(200):
        now += timedelta(seconds=throttle.delay("search", now))
        sent.append(now)
        throttle.observe(HEADER.format(30 if n < 100 else 15), now)
        throttle.sent("search", now)
        now += timedelta(seconds=0.05)
    worst = max(sum(start <= t < start + timedelta(seconds=60) for t in sent) for start in sent)
    assert worst <= 30
    late = [t for t in sent if t > sent[100] + timedelta(seconds=60)]
    assert max(sum(start <= t < start + timedelta(seconds=60) for t in late) for start in late) <= 15


def test_budgets_are_used_to_95_percent():
    throttle, now = Throttle(), NOW
    throttle.observe(HEADER.format(30), now)
    for _ in range(300):
        now += timedelta(seconds=throttle.delay("search", now))
        now += timedelta(seconds=0.1)  # the answer takes a while
        throttle.observe(HEADER.format(30), now)
        throttle.sent("search", now)
    assert 300 / ((now - NOW).total_seconds() + 60) * 60 >= 0.95 * 30


def test_a_black_light_blocks_for_the_milliseconds_stated():
    throttle = Throttle()
    throttle.observe("overloaded (inpadoc=black:0, search=green:5)", NOW, 60)
    assert throttle.delay("inpadoc", NOW) == 60
    assert throttle.delay("search", NOW) == 0


def lens_answer(status: int, body: bytes = b'{"message": "Said"}', **headers: str) -> Answer:
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


FIRST = lens.search({"match_all": {}}, 100, {})
NEXT = lens.scroll("abc", {"match_all": {}})


def test_lens_429_waits_as_stated_or_parks_until_the_month_is_renewed():
    client = lens_client()
    answer = lens_answer(429, **{"x_rate_limit_retry_after_seconds": "8", "x_rate_limit_retry_after_millis": "7500"})
    assert client.judge(FIRST, answer, NOW).seconds == 7.5
    spent = {"x_rate_limit_remaining_request_per_month": "0", "x_rate_limit_reset_date": "2026-04-02T00:00:00Z"}
    with pytest.raises(ParkedError) as caught:
        client.judge(FIRST, lens_answer(429, **spent), NOW)
    assert caught.value.resume_after == datetime(2026, 4, 2)
    with pytest.raises(ParkedError) as caught:
        client.judge(FIRST, lens_answer(429, x_rate_limit_remaining_record_per_month="0"), NOW)
    assert caught.value.resume_after == datetime(2026, 4, 1)


@pytest.mark.parametrize("status", [400, 404])
def test_lens_expired_scroll_is_told_from_a_bad_query(status: int):
    assert lens_client().judge(NEXT, lens_answer(status), NOW).then is Then.EXPIRED
    with pytest.raises(QueryRefusedError, match="match_all"):
        lens_client().judge(FIRST, lens_answer(status), NOW)


def test_lens_end_of_scroll_and_refused_token():
    assert lens_client().judge(NEXT, lens_answer(204, b""), NOW).then is Then.USE
    with pytest.raises(StoppedError, match="STUCKNECK_LENS_TOKEN"):
        lens_client().judge(FIRST, lens_answer(401), NOW)


def test_lens_is_asked_evenly_and_who_is_late_catches_up_within_the_budget(monkeypatch: pytest.MonkeyPatch):
    """The service may count a request at any moment until its answer is there; answers and pauses of all lengths."""
    client, now, draw = lens_client(requests_per_minute=10), NOW, random.Random(3)
    monkeypatch.setattr(client, "_wire", SimpleNamespace(send=lambda *_: lens_answer(200)))
    counted, waits = [], []
    for n in range(400):
        wait = client.delay(NEXT, now)
        waits.append(wait)
        now += timedelta(seconds=wait)
        answer = client.send(NEXT, now)
        took = timedelta(seconds=draw.choices([0.3, 0.5, 1, 12], [40, 30, 28, 2])[0])
        counted.append(now + took * draw.random())
        now += took
        client.judge(NEXT, answer, now)
        if n in (100, 200):
            now += timedelta(seconds=45)  # whatever held the client up
    worst = max(sum(start <= t < start + timedelta(seconds=60) for t in counted) for start in counted)
    assert worst <= 10
    assert max(waits) < 36 + 12, "half a minute and one answer: a scroll lives for a minute"
    minutes = (counted[-1] - counted[0]).total_seconds() / 60
    assert 399 / 10 / minutes > 0.9


def test_no_secret_is_in_what_is_kept():
    for request in (SEARCH, CLAIMS, FIRST, NEXT):
        assert "key" not in str(request.landed()).replace("keyword", "")
        assert "Authorization" not in str(request.landed())
        assert "token" not in str(request.landed())
    assert SEARCH.key() == search("ti=battery", 1, 100).key() != search("ti=battery", 1, 50).key()
