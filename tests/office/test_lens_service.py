"""Lens over real HTTP: paging, scroll, limits; its records are read by the project's own parser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import requests

from etl.catalogue.load import packaged_catalogue
from etl.sources.lens.compile import compile_lens
from etl.sources.lens.parse import parse
from etl.sources.lens.query_json import evaluate_lens
from office.corpus.corpus import Corpus, packaged_queries, packaged_topics
from office.service.faults import Faults, Limits
from office.service.hits import Index, search_lens
from office.service.lens_record import lens_id
from office.service.office import Office
from office.service.postings import lens_terms

LIDAR = next(t for t in packaged_catalogue().technologies if t.id == "lidar").parsed


def ask(office: Office, body: dict[str, Any], token: str = "synthetic") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{office.addresses.lens}/patent/search", json=body, headers=headers)


def lidar(**more: Any) -> dict[str, Any]:
    assert LIDAR is not None
    return {"query": compile_lens(LIDAR), **more}


def test_scroll_goes_through_everything_once_and_ends_with_204(office: Office, corpus: Corpus) -> None:
    answer = ask(office, lidar(size=70, scroll="1m"))
    found, names = [], []
    while answer.status_code == 200:
        parsed = parse(answer.content)
        assert not parsed.rejects
        assert not parsed.leftover
        found += [r.publication_number for r in parsed.records]
        names.append(answer.json()["scroll_id"])
        answer = ask(office, {"scroll_id": names[-1], "scroll": "1m"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(set(names)) == len(names)  # the id changes with every page
    shown = {
        p.key
        for f in corpus.families
        if "lidar" in f.technologies
        for p in f.publications
        if p.on_lens and p.visible(office.clock)
    }
    assert sorted(found) == sorted(shown)
    assert ask(office, {"scroll_id": names[0], "scroll": "1m"}).status_code == 404  # used before


def test_records_say_what_the_corpus_holds(office: Office, corpus: Corpus) -> None:
    citing: dict[str, set[str]] = {}
    for one in corpus.publications:
        if one.on_lens and one.visible(office.clock):
            for citation in one.cites:
                citing.setdefault(citation.cited, set()).add(one.key)
    records = parse(ask(office, lidar(size=500)).content).records
    assert len(records) > 100
    for record in records:
        one = corpus.by_key[record.publication_number]
        family = corpus.families[one.family]
        assert record.claim_count == one.claims
        assert {number for number, _ in record.cited_by or []} == citing.get(one.key, set())
        assert record.cited_by is not None
        lapsed = one.lapse_date is not None and one.lapse_date <= office.clock
        assert (record.legal_status == "inactive", record.lapse_date) == (lapsed, one.lapse_date if lapsed else None)
        listed = [p for p in family.publications if p.visible(office.clock) and p.on_lens]
        assert (record.publication_type, record.is_pct) == (one.type, any(p.country == "WO" for p in listed))
        assert set(record.family_members or ()) == {
            p.key for p in family.publications if p.visible(office.clock) and p.on_lens
        }
        residence = [a[2] for a in record.applicants or []]
        assert residence == [None if one.country == "CN" else a.country for a in family.applicants]


def test_keys_without_a_value_are_left_out_never_null(office: Office) -> None:
    def walk(value: Any) -> None:
        assert value is not None
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    answer = ask(office, lidar(size=100))
    walk(answer.json())
    assert answer.headers["Date"].startswith("Mon, 31 May 2021")
    assert answer.headers["X-Synthetic"] == "true"


def test_paging_window_size_and_fields(office: Office) -> None:
    first, second = (ask(office, lidar(size=10, **{"from": at})).json()["data"] for at in (0, 10))
    assert not {r["lens_id"] for r in first} & {r["lens_id"] for r in second}
    assert len(ask(office, lidar()).json()["data"]) == 20
    assert ask(office, lidar(size=501)).status_code == 400
    assert ask(office, lidar(size=100, **{"from": 9_950})).status_code == 400
    assert ask(office, {"query": {"nonsense": {}}}).status_code == 400
    assert ask(office, {"size": 3}).status_code == 400
    some = ask(office, lidar(size=1, include=["biblio.invention_title", "date_published"])).json()["data"][0]
    assert set(some) == {"lens_id", "biblio", "date_published"}
    assert set(some["biblio"]) == {"invention_title"}
    assert "claims" not in ask(office, lidar(size=1, exclude=["claims"])).json()["data"][0]


def test_slices_by_date_and_office(office: Office) -> None:
    assert LIDAR is not None
    whole = search_lens(office.state.lens_index, compile_lens(LIDAR), office.clock)
    part = search_lens(
        office.state.lens_index, compile_lens(LIDAR, date(2015, 1, 1), date(2018, 12, 31), "CN"), office.clock
    )
    assert {p.key for p in part} == {p.key for p in whole if p.country == "CN" and 2015 <= p.date.year <= 2018}


def test_token_and_rate_limit(corpus: Corpus) -> None:
    with Office(corpus, limits=Limits(lens=2), lens_token="right") as office:
        assert ask(office, lidar(), token="").status_code == 401
        assert ask(office, lidar(), token="wrong").status_code == 401
        left = [ask(office, lidar(), "right").headers["x-rate-limit-remaining-request-per-minute"] for _ in range(2)]
        assert left == ["1", "0"]
        answer = ask(office, lidar(), "right")
        assert answer.status_code == 429
        assert int(answer.headers["x-rate-limit-retry-after-millis"]) > 1000
        assert int(answer.headers["x-rate-limit-retry-after-seconds"]) >= 1


def test_scroll_expires(corpus: Corpus) -> None:
    with Office(corpus, limits=Limits(scroll_seconds=0.0)) as office:
        name = ask(office, lidar(size=10, scroll="1m")).json()["scroll_id"]
        assert ask(office, {"scroll_id": name, "scroll": "1m"}).status_code == 404
    with Office(corpus, faults=Faults(expired_scroll=1.0, spare_retry=False)) as office:
        name = ask(office, lidar(size=10, scroll="1m")).json()["scroll_id"]
        assert ask(office, {"scroll_id": name, "scroll": "1m"}).status_code == 404


def test_time_may_be_compressed() -> None:
    real = Limits.real(minute=0.6)
    assert (real.search, real.lens, real.inpadoc) == (30, 10, 60)
    assert real.token_seconds == pytest.approx(11.99)
    assert real.scroll_seconds == pytest.approx(0.6)


def test_lens_ids_are_invented() -> None:
    assert lens_id("CN-900000001-A").startswith("999-")
    assert lens_id("CN-900000001-A") != lens_id("CN-900000001-B")


def test_narrowing_a_query_by_its_terms_loses_nothing(corpus: Corpus) -> None:
    index = Index(corpus, "lens")
    queries = [*packaged_queries().values(), *(t.parsed for t in packaged_topics() if t.parsed is not None)]
    documents = [index.document(one) for one in index.publications[::9] if one.visible(date.max)]  # each costs time
    read = {d.publication_number for d in documents}
    looked_at = 0
    for query in queries:
        compiled = compile_lens(query)
        satisfied = [d.publication_number for d in documents if evaluate_lens(compiled, d)]
        assert satisfied
        assert sorted({p.key for p in search_lens(index, compiled, date.max)} & read) == sorted(satisfied)
        looked_at += len(list(index.postings.candidates(lens_terms(compiled))))
    assert looked_at < len(queries) * index.postings.size / 4


def test_terms_of_a_boolean_query() -> None:
    steel, wood = {"match_phrase": {"title": "steel"}}, {"match_phrase": {"title": "wood"}}
    text = [("text", "steel"), ("text", "wood")]
    assert lens_terms({"bool": {"must": [steel], "filter": [wood]}}) == ("all", text)
    assert lens_terms({"bool": {"should": [steel, wood]}}) == ("all", [("any", text)])
    assert lens_terms({"bool": {"must": [steel], "should": [wood], "must_not": [wood]}}) == ("all", text[:1])
    assert lens_terms({"bool": {"should": [steel, {"match_all": {}}]}}) is None
    assert lens_terms({"bool": {"must_not": [steel]}}) is None
