"""OPS over real HTTP: shapes, limits and errors as recorded; read by the project's own parser."""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
import requests

from etl.catalogue.load import packaged_catalogue
from etl.sources.epo_ops.answers.parse import parse
from etl.sources.epo_ops.query.compile import compile_ops
from office.corpus.corpus import Corpus
from office.plan.model import Publication
from office.service.faults import Faults, Limits
from office.service.hits import search_ops
from office.service.office import Office
from office.service.ops import OpsService

BIBLIO = "/rest-services/published-data/search/biblio"


def login(office: Office) -> requests.Session:
    session = requests.Session()
    form = {"grant_type": "client_credentials"}
    answer = session.post(f"{office.addresses.epo_ops}/auth/accesstoken", auth=("key", "secret"), data=form)
    assert answer.status_code == 200
    assert isinstance(answer.json()["expires_in"], str)  # a string, as the real service gives it
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


@pytest.fixture
def session(office: Office) -> Iterator[requests.Session]:
    with login(office) as opened:
        yield opened


def search(session: requests.Session, office: Office, cql: str, span: str = "1-100") -> requests.Response:
    return session.get(office.addresses.epo_ops + BIBLIO, params={"q": cql}, headers={"X-OPS-Range": span})


def by_number(
    session: requests.Session, office: Office, service: str, one: Publication, *rest: str
) -> requests.Response:
    path = "/".join([f"{one.country}.{one.number}.{one.kind}", *rest])
    return session.get(f"{office.addresses.epo_ops}/rest-services/{service}/publication/docdb/{path}")


def test_pages_hold_every_publication_once(session: requests.Session, office: Office, corpus: Corpus) -> None:
    query = next(t for t in packaged_catalogue().technologies if t.id == "lidar").parsed
    assert query is not None
    cql = compile_ops(query)
    found: list[str] = []
    total = begin = 1
    while begin <= total:
        parsed = parse(search(session, office, cql, f"{begin}-{begin + 99}").content)
        assert not parsed.rejects
        assert not parsed.leftover
        total = parsed.total or 0
        found += [record.publication_number for record in parsed.records]
        begin += 100
    shown = {
        p.key
        for f in corpus.families
        if "lidar" in f.technologies
        for p in f.publications
        if p.on_ops and p.visible(office.clock)
    }
    assert sorted(found) == sorted(shown)


def in_eras(number: str) -> str:
    """A Japanese number of 1989 to 1999 as Japan wrote it: the year of Heisei instead of the Western year."""
    found = re.fullmatch(r"JP-(19[89]\d)(\d{6})-A", number)
    return f"JP-H{int(found[1]) - 1988:02}{found[2]}-A" if found and int(found[1]) >= 1989 else number


def test_records_say_what_the_corpus_holds(session: requests.Session, office: Office, corpus: Corpus) -> None:
    parsed = parse(search(session, office, 'ta="epoxy"').content)
    assert parsed.records
    for record in parsed.records:
        one = corpus.by_key[record.publication_number]
        family = corpus.families[one.family]
        assert record.source_family_id == f"docdb:{family.docdb_id}"
        assert (record.publication_date, record.filing_date) == (one.date, one.filing_date)
        assert record.publication_type == one.type
        assert record.application_number == (
            f"{one.application_country}-{one.application_number}"
            if one.application_kind != "W"
            else record.application_number
        )
        assert record.is_pct is (True if one.country == "WO" else None)  # a search says nothing of the family
        assert (record.ipc or []) == family.ipc
        assert [c[0] for c in record.cites or []] == [in_eras(c.cited) for c in one.cites]
        wanted = [(a.name, a.country if one.residence_stated else None) for a in family.applicants]
        assert [(a[1], a[2]) for a in record.applicants or []] == wanted


def test_date_header_is_the_office_clock_and_answers_are_labelled(session: requests.Session, office: Office) -> None:
    answer = search(session, office, 'ta="lidar"', "1-1")
    assert answer.headers["Date"].startswith("Mon, 31 May 2021")
    assert answer.headers["X-Synthetic"] == "true"
    state = re.fullmatch(r"idle \((\w+=\w+:\d+(?:, )?){5}\)", answer.headers["X-Throttling-Control"])
    assert state is not None
    assert int(answer.headers["X-IndividualQuotaPerHour-Used"]) > 0


def test_range_rules(session: requests.Session, office: Office) -> None:
    url = office.addresses.epo_ops + BIBLIO
    assert len(parse(session.get(url, params={"q": 'ta="lidar"'}).content).records) == 25  # the default page
    assert len(parse(session.get(url, params={"q": 'ta="lidar"', "Range": "1-3"}).content).records) == 3
    assert search(session, office, 'ta="lidar"', "1-101").status_code == 400
    assert search(session, office, 'ta="lidar"', "1995-2001").status_code == 400


def test_two_thousand_are_retrievable_and_the_total_has_a_ceiling(corpus: Corpus) -> None:
    with (
        Office(corpus, date(2024, 5, 31), limits=Limits(ceiling=1500, retrievable=300)) as office,
        login(office) as session,
    ):
        parsed = parse(search(session, office, 'pd within "19000101 20991231"').content)
        assert parsed.total == 1500
        assert search(session, office, 'pd within "19000101 20991231"', "201-300").status_code == 200
        assert search(session, office, 'pd within "19000101 20991231"', "301-400").status_code == 400


def test_no_hits_is_404_with_its_fault(session: requests.Session, office: Office) -> None:
    answer = search(session, office, 'ta="no such thing at all"')
    assert answer.status_code == 404
    assert b"SERVER.EntityNotFound" in answer.content
    assert search(session, office, "ta=(").status_code == 400


def test_slices_by_date_and_office_add_up(session: requests.Session, office: Office, corpus: Corpus) -> None:
    whole = search_ops(office.state.ops_index, 'ta="lidar"', office.clock)
    halves = [
        search_ops(office.state.ops_index, f'(ta="lidar") and pd within "{span}"', office.clock)
        for span in ("19000101 20141231", "20150101 20991231")
    ]
    assert len(whole) == sum(map(len, halves)) > 0
    chinese = search_ops(office.state.ops_index, '(ta="lidar") and pd>=20150101 and pn=CN', office.clock)
    assert {p.key for p in chinese} == {p.key for p in halves[1] if p.country == "CN"}


def test_forward_citations_by_ct(session: requests.Session, office: Office, corpus: Corpus) -> None:
    cited = max(
        corpus.by_key.values(),
        key=lambda p: (
            sum(c.cited == p.key for q in corpus.publications for c in q.cites)
            if p.kind == "A" and p.number.endswith("11")
            else -1
        ),
    )
    citing = {
        p.key
        for p in corpus.publications
        if p.on_ops
        and p.visible(office.clock)
        and any(c.cited.rsplit("-", 1)[0] == cited.key.rsplit("-", 1)[0] for c in p.cites)
    }
    answer = search(session, office, f"ct={cited.country}{cited.number}")
    parsed = parse(answer.content, {"cited": cited.key, "path": BIBLIO}, answer.status_code)
    assert {r.publication_number for r in parsed.records if r.part != "citing"} == citing


def test_claims_where_full_text_exists_only(session: requests.Session, office: Office, corpus: Corpus) -> None:
    shown = [p for p in corpus.publications if p.visible(office.clock) and p.on_ops]
    european = next(p for p in shown if p.country == "EP" and p.claims)
    answer = by_number(session, office, "published-data", european, "claims")
    assert parse(answer.content).records[0].claim_count == european.claims
    chinese = next(p for p in shown if p.country == "CN")
    refused = by_number(session, office, "published-data", chinese, "claims")
    assert refused.status_code == 404
    assert b"CLIENT.InvalidCountryCode" in refused.content


def test_legal_family_and_equivalents(session: requests.Session, office: Office, corpus: Corpus) -> None:
    disputed = next(f for f in corpus.families if f.role == "event")
    one = disputed.publications[0]
    records = parse(by_number(session, office, "legal", one).content).records
    shown = {event[2] for r in records if r.part == "legal" for event in r.legal_events or []}
    assert shown & {"assignment", "pledge", "licence", "invalidation"}
    ended = next(f for f in corpus.families if f.role == "inactive").publications[0]
    records = parse(by_number(session, office, "family", ended, "legal").content).records
    state = next(r for r in records if r.part == "legal" and r.publication_number == ended.key)
    assert (state.legal_status, state.lapse_date) == ("inactive", ended.lapse_date)
    several = next(f for f in corpus.families if len([p for p in f.publications if p.visible(office.clock)]) > 2)
    first = several.publications[0]
    family = parse(by_number(session, office, "family", first).content).records
    assert {r.publication_number for r in family} == {p.key for p in several.publications if p.visible(office.clock)}
    assert by_number(session, office, "published-data", first, "equivalents").status_code == 200
    assert by_number(session, office, "published-data", first, "biblio").status_code == 200


def test_expired_token_is_a_400(corpus: Corpus) -> None:
    with Office(corpus, limits=Limits(token_seconds=0.0)) as office, login(office) as session:
        answer = search(session, office, 'ta="lidar"')
        assert answer.status_code == 400
        assert b"<message>invalid_access_token</message>" in answer.content
    with Office(corpus, ops_credentials=("key", "other")) as office:
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{office.addresses.epo_ops}/auth/accesstoken", auth=("key", "secret"), data=form)
        assert answer.status_code == 401


def test_quota_is_a_403_with_its_reason_and_without_throttle_header(corpus: Corpus) -> None:
    with Office(corpus, limits=Limits(hourly_bytes=1)) as office, login(office) as session:
        assert search(session, office, 'ta="lidar"', "1-1").status_code == 200
        answer = search(session, office, 'ta="lidar"', "1-1")
        assert answer.status_code == 403
        assert answer.headers["X-Rejection-Reason"] == "IndividualQuotaPerHour"
        assert "X-Throttling-Control" not in answer.headers


def test_a_class_that_is_used_up_turns_black(corpus: Corpus) -> None:
    with Office(corpus, limits=Limits(search=3)) as office, login(office) as session:
        colours = [
            search(session, office, 'ta="lidar"', "1-1").headers["X-Throttling-Control"].rpartition("search=")[2]
            for _ in range(3)
        ]
        assert [c.split(":")[0] for c in colours] == ["green", "yellow", "black"]
        answer = search(session, office, 'ta="lidar"', "1-1")
        assert answer.status_code == 403
        assert int(answer.headers["Retry-After"]) > 1000  # milliseconds


def test_clock_shows_what_is_published_and_withdraws_what_is_withdrawn(corpus: Corpus) -> None:
    with Office(corpus) as office, login(office) as session:
        before = parse(search(session, office, 'ta="lidar"', "1-1").content).total or 0
        withdrawn = next(p for p in corpus.publications if p.withdrawn_on)
        corrected = next(p for p in corpus.publications if p.corrected_on)
        assert by_number(session, office, "published-data", withdrawn, "biblio").status_code == 200
        assert b"(corrected)" not in by_number(session, office, "published-data", corrected, "biblio").content
        office.advance(date(2022, 5, 31))
        after = parse(search(session, office, 'ta="lidar"', "1-1").content).total or 0
        assert after > before
        assert by_number(session, office, "published-data", withdrawn, "biblio").status_code == 404
        assert b"(corrected)" in by_number(session, office, "published-data", corrected, "biblio").content
        with pytest.raises(ValueError, match="cannot go back"):
            office.advance(date(2021, 1, 1))
        moved = requests.post(f"{office.addresses.lens}/synthetic/clock/2022-06-30")
        assert moved.text == "2022-06-30"
        assert office.clock == date(2022, 6, 30)


def test_faults_strike_by_seed_and_spare_the_retry(corpus: Corpus) -> None:
    faults = Faults(seed=7, quota=0.1, unavailable=0.1, truncated=0.1, reset=0.1, html=0.1, too_many=0.1)

    def run() -> list[int | str]:
        shown: list[int | str] = []
        with Office(corpus, faults=faults) as office, login(office) as session:
            for _ in range(40):
                try:
                    answer = search(session, office, 'ta="lidar"', "1-2")
                    is_html = answer.headers["Content-Type"] == "text/html"
                    shown.append("html" if is_html else answer.status_code)
                except requests.RequestException as error:
                    shown.append("cut" if "IncompleteRead" in str(error) else "reset")
        return shown

    first = run()
    assert first == run()
    assert set(first) == {200, 403, 429, 503, "html", "cut", "reset"}
    assert all(a == 200 or b == 200 for a, b in pairwise(first))


def test_duplicated_pages_and_shifted_totals(corpus: Corpus) -> None:
    with Office(corpus, faults=Faults(duplicated_page=1.0, spare_retry=False)) as office, login(office) as session:
        pages = [parse(search(session, office, 'ta="lidar"', span).content) for span in ("1-100", "101-200")]
        assert pages[0].records[0] == pages[1].records[0]
    with Office(corpus, faults=Faults(shifted_total=1.0, spare_retry=False)) as office, login(office) as session:
        assert parse(search(session, office, 'ta="lidar"').content).total == (pages[0].total or 0) + 7


def test_a_client_that_was_killed_is_no_matter_and_a_mistake_of_the_office_is_reported(
    corpus: Corpus, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(office: Office) -> None:
        """Begin a request and cut the connection with a reset, as the system does for a killed process."""
        port = urlsplit(office.addresses.lens).port
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.sendall(b"POST /patent/search HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
            time.sleep(0.1)

    with Office(corpus) as office:
        leave(office)
        time.sleep(0.1)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(OpsService, "answer", lambda *_: 1 / 0)
    with Office(corpus) as office, pytest.raises(requests.ConnectionError):
        requests.get(f"{office.addresses.epo_ops}/rest-services/x", timeout=600)
    assert "ZeroDivisionError" in capfd.readouterr().err
