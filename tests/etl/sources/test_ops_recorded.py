"""The recorded answers of OPS against expectations read by hand from the XML; all others: records or a reason."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl.records import PageRefusedError, Record
from etl.sources.epo_ops.answers.parse import parse

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).with_name("recorded.py"))
recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recorded)
pytestmark = recorded.needs_data

HTTP = "epo_ops/recorded_http/patent_client__published__"


def record(name: str, part: str = "biblio", index: int = 0) -> Record:
    parsed = parse(recorded.content(name))
    assert parsed.leftover == {}
    assert parsed.rejects == []
    return [r for r in parsed.records if r.part == part][index]


def check(found: Record, **expected: Any) -> None:
    stated = {name for name in found.__slots__ if getattr(found, name) is not None}
    wrong = {name: getattr(found, name) for name, value in expected.items() if getattr(found, name) != value}
    assert wrong == {}
    assert stated <= set(expected) | {"titles", "abstracts", "part", "row_no"}, "a field is stated that nobody expected"


def test_biblio_of_an_ep_application():
    found = record("epo_ops/patent-dev/get_biblio.xml")
    check(
        found,
        publication_number="EP-2400812-A1",
        authority="EP",
        number="2400812",
        kind="A1",
        publication_type="application",
        publication_date=date(2011, 12, 28),
        application_number="EP-10167109",
        filing_date=date(2010, 6, 24),
        priority_date=date(2010, 6, 24),
        priorities=[("EP-10167109", date(2010, 6, 24))],
        source_family_id="docdb:43088294",
        ipc=["H04W84/20"],
        cpc=["H04W84/20", "H04W88/04"],
        applicants=[(1, "9SOLUTIONS OY", "FI", None)],
        cites=[
            ("WO-0254790-A2", "national-search-report", "A"),
            ("US-2003060222-A1", "national-search-report", "A"),
            ("WO-0367954-A2", "national-search-report", "A"),
            ("US-2004097263-A1", "national-search-report", "A"),
            ("US-2004136338-A1", "national-search-report", "Y,A"),
            ("EP-1542377-A2", "national-search-report", "Y,A"),
        ],
        is_pct=None,
    )
    assert ("en", "BLUETOOTH NETWORKING") in found.titles
    assert [language for language, _ in found.titles] == ["de", "fr", "en"]
    assert found.abstracts[0][1].startswith("An apparatus enabling establishment of a Bluetooth mesh network")


def test_biblio_of_a_japanese_application_without_applicants_or_title():
    check(
        record(f"{HTTP}manager_test__TestPublished.test_issue_41__00.xml"),
        publication_number="JP-2005533465-A",
        authority="JP",
        number="2005533465",
        kind="A",
        publication_type="application",
        publication_date=date(2005, 11, 4),
        application_number="JP-2005505120",
        filing_date=date(2003, 7, 11),
        priority_date=date(2002, 7, 15),
        priorities=[
            ("US-39636302P", date(2002, 7, 15)),
            ("US-29132002", date(2002, 11, 8)),
            ("WO-US2003021714", date(2003, 7, 11)),
        ],
        source_family_id="docdb:30117972",
        ipc=[
            *("G06T9/00", "H03M7/30", "H04B1/66", "H04N7/26"),
            *("H04N7/36", "H04N7/46", "H04N7/50", "H04N19/94"),
        ],
        cpc=[
            *("G06T9/005", "H04N19/13", "H04N19/132", "H04N19/176", "H04N19/40", "H04N19/43", "H04N19/46"),
            *("H04N19/50", "H04N19/503", "H04N19/51", "H04N19/513", "H04N19/577", "H04N19/587", "H04N19/61"),
            *("H04N19/91", "H04N21/4305", "H04N19/44"),
        ],
        cites=[
            ("JP-2004048632-A", "national-examination", None),
            ("JP-2004088737-A", "national-examination", None),
        ],
        is_pct=True,
    )


def test_biblio_of_an_international_application():
    found = record(f"{HTTP}manager_test__TestPublished.test_get_biblio_from_wo__00.xml")
    check(
        found,
        publication_number="WO-2009085664-A2",
        authority="WO",
        number="2009085664",
        kind="A2",
        publication_type="application",
        publication_date=date(2009, 7, 9),
        application_number="WO-US2008086599",
        filing_date=date(2008, 12, 12),
        priority_date=date(2007, 12, 27),
        priorities=[("US-96495207", date(2007, 12, 27))],
        source_family_id="docdb:40799763",
        ipc=["G06F15/00", "G06F15/16"],
        cpc=["G06F16/24578", "G06F16/248", "G06F16/955", "G06F16/957"],
        applicants=[(1, "MICROSOFT CORP", "US", None)],
        is_pct=True,
    )
    assert found.titles == [
        ("fr", "TRI DE PERTINENCE D'HISTORIQUE DE NAVIGATION D'UTILISATEURS"),
        ("en", "RELEVANCY SORTING OF USERS BROWSER HISTORY"),
    ]


def test_biblio_without_ipc_is_unknown_not_empty():
    found = record(f"{HTTP}manager_test__TestPublished.test_get_biblio_from_result__01.xml")
    assert found.publication_number == "CA-3237996-A1"
    assert found.publication_date == date(2014, 12, 31)
    assert found.application_number == "CA-3237996"
    assert found.filing_date == date(2014, 6, 23)
    assert found.priorities == [("US-201313926335", date(2013, 6, 25)), ("CA-3146924", date(2014, 6, 23))]
    assert found.ipc is None
    assert found.cites is None
    assert found.applicants == [(1, "GOOGLE LLC", "US", None)]
    assert found.is_pct is None
    assert found.cpc[:3] == ["G06F8/65", "G08B21/0415", "H04L9/0861"]


def test_biblio_with_search_report_of_a_wo():
    found = record(f"{HTTP}manager_test__TestPublished.test_can_handle_single_item_ipc_classes__00.xml")
    assert found.publication_number == "WO-2020081771-A1"
    assert found.application_number == "WO-US2019056674"
    assert found.ipc == [f"B01D39/{group}" for group in ("00", "02", "04", "06", "14", "16")]
    assert found.cites == [("JP-H06279146-A", "international-search-report", "A")]  # the two others are no patents
    assert found.applicants == [(1, "UWM RES FOUNDATION INC", "US", None)]


def test_old_ep_application_prefers_ipcr_to_the_printed_ipc():
    found = record(f"{HTTP}api_test__TestPublishedBiblioApi.test_doc_example_biblio__00.xml")
    assert found.publication_number == "EP-1000000-A1"
    assert found.ipc[0] == "B28B1/29" or found.ipc[0].startswith("B28B")
    assert found.publication_date == date(2000, 5, 17)
    assert found.application_number == "EP-99203729"
    assert found.source_family_id == "docdb:19768124"


def test_search_states_a_total_that_is_no_count():
    parsed = parse(recorded.content("epo_ops/patent-dev/search.xml"))
    assert parsed.total == 10_000
    assert [r.publication_number for r in parsed.records] == [
        *("HR-P20251003-T1", "AU-2025202342-A1", "AU-2024264446-A1", "AU-2023437683-A1", "ES-3039456-T3"),
    ]
    assert [r.part for r in parsed.records] == ["hit"] * 5
    assert parsed.records[0].source_family_id == "docdb:77199274"


def test_search_with_biblio():
    parsed = parse(recorded.content("epo_ops/patent-dev/search_with_constituent.xml"))
    assert parsed.total == 10_000
    assert [r.publication_number for r in parsed.records] == ["AU-2024270787-A1", "AU-2024265697-A1", "DK-3740998-T3"]
    dane = parsed.records[2]
    assert dane.applicants == [(1, "SIEMENS ENERGY AS", "NO", None)]
    assert dane.priorities == [("GB-201800758", date(2018, 1, 17)), ("WO-EP2019050740", date(2019, 1, 14))]
    assert dane.is_pct is True
    assert dane.titles == [(None, "ENERGILAGRINGSSYSTEM")]  # lang="ol": the original language, which is not said
    assert dane.ipc == ["H01M10/613", "H01M10/647", "H01M10/653", "H01M10/6555", "H01M10/6557", "H01M50/211"]


def test_family_lists_five_members():
    found = record("epo_ops/patent-dev/get_family.xml", "family")
    check(
        found,
        publication_number="EP-2400812-A1",
        authority="EP",
        number="2400812",
        kind="A1",
        publication_type="application",
        publication_date=date(2011, 12, 28),
        application_number="EP-10167109",
        filing_date=date(2010, 6, 24),
        priority_date=date(2010, 6, 24),
        priorities=[("EP-10167109", date(2010, 6, 24))],
        source_family_id="docdb:43088294",
        family_members=found.family_members,
        is_pct=False,
    )
    assert len(found.family_members) == 5
    assert found.family_members[:4] == ["EP-2400812-A1", "EP-2400812-B1", "CA-2744162-A1", "US-2012057518-A1"]


def test_family_with_biblio_has_both_parts():
    parsed = parse(recorded.content("epo_ops/patent-dev/get_family_with_biblio.xml"))
    assert sorted(r.part for r in parsed.records) == ["biblio"] * 5 + ["family"] * 5
    assert sum(len(r.cites or ()) for r in parsed.records) <= 72


def test_family_with_legal_has_every_event():
    parsed = parse(recorded.content("epo_ops/patent-dev/get_family_with_legal.xml"))
    assert sum(len(r.legal_events) for r in parsed.records if r.part == "legal") == 75


def test_legal_events():
    parsed = parse(recorded.content("epo_ops/patent-dev/get_legal.xml"))
    assert parsed.leftover == {}
    (legal,) = [r for r in parsed.records if r.part == "legal"]
    assert legal.publication_number == "EP-2400812-A1"
    assert len(legal.legal_events) == 69
    assert legal.legal_events[0] == (date(2011, 12, 28), "AK", "other", "DESIGNATED CONTRACTING STATES")
    assert legal.legal_events[2] == (date(2012, 7, 18), "17P", "other", "REQUEST FOR EXAMINATION FILED")
    assert all(category == "other" for _, code, category, _ in legal.legal_events if code == "PG25")
    (family,) = [r for r in parsed.records if r.part == "family"]
    assert family.family_members is None, "the answer states five members and shows one: that is no member list"


@pytest.mark.parametrize(
    ("name", "number", "claims"),
    [
        ("epo_ops/patent-dev/get_claims.xml", "EP-2400812-A1", 15),
        (f"{HTTP}api_test__TestFullTextAsyncApi.test_claims__00.xml", "EP-1000000-A1", 11),
        # One claim-text with all claims glued behind "Claims\n1. ..."
        (f"{HTTP}manager_test__TestPublished.test_get_claims_from_result__01.xml", "WO-2009085664-A2", 20),
    ],
)
def test_claims_are_counted_by_number_not_by_element(name: str, number: str, claims: int):
    found = record(name, "claims")
    assert (found.publication_number, found.claim_count) == (number, claims)
    assert found.claims_text


def test_equivalents():
    found = record("epo_ops/patent-dev/get_published_equivalents.xml", "family")
    assert found.publication_number == "EP-2400812-A1"
    assert found.family_members == ["EP-2400812-A1", "US-2012057518", "CA-2744162"]


REFUSED = {
    "register": "holds register-",
    "number_service": "standardization",
    "convert_": "standardization",
    "classification_mapping": "classification-scheme",
    "classification_schema.xml": "classification-scheme",
    "schema_subclass": "classification-scheme",
    "classification_statistics": "classification-search",
    "description": "full text",
    "get_fulltext": "fulltext-inquiry",
    "error_404": "fault instead of data: 404",
    "error_429": "fault instead of data: 429",
    "rate_limit": "403",
    "all_queries": "holds register-",
    "patent_application_requests": "holds register-",
    "plain_requests": "holds register-",
    "test_api__00": "invalid_access_token",
    "schema_multiple.xml": "cut off or not well-formed",
    "ep1000000_description_result": "JSON where XML",
    "search_result": "JSON where XML",
}


def _all_recorded() -> list[str]:
    folder = recorded.DATA / "epo_ops"
    names = (p for p in folder.rglob("*") if p.suffix in (".xml", ".txt") and not p.name.endswith("request.txt"))
    return sorted(p.relative_to(recorded.DATA).as_posix() for p in names)


@pytest.mark.parametrize("name", _all_recorded())
def test_every_recorded_answer_gives_records_or_the_right_reason(name: str):
    exchange = next((e for e in recorded.exchanges() if name.endswith(e["file"])), None)
    request = {"path": exchange["uri"].split("/rest-services/")[1].split("?")[0]} if exchange else {}
    status = exchange["status"] if exchange else 200
    why = None
    try:
        parsed = parse(recorded.content(name), {**request, "path": "/" + request.get("path", "")}, status)
    except PageRefusedError as error:
        why = str(error)
    if why is not None:
        wanted = [reason for part, reason in REFUSED.items() if part in name]
        assert any(reason in why for reason in wanted), f"{name}: {why}"
    else:
        assert parsed.records or (status == 404 and parsed.total == 0)
        assert parsed.leftover == {}
        assert parsed.rejects == []
