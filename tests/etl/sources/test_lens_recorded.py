"""The recorded records of the Lens API against expectations read by hand from the JSON."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from etl.records import Parsed, Record
from etl.sources.lens.parse import parse

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).with_name("recorded.py"))
recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recorded)
pytestmark = recorded.needs_data


@pytest.fixture(scope="module")
def lines() -> Parsed:
    return parse(recorded.content("lens_api/biopoly_broken1.jsonl"))


def of(parsed: Parsed, number: str) -> Record:
    return next(r for r in parsed.records if r.publication_number == number)


def test_the_broken_line_is_kept_with_its_reason_and_the_others_are_read(lines: Parsed):
    assert len(lines.records) == 9
    (reject,) = lines.rejects
    assert reject.row_no == 4
    assert "Line 4 is not JSON" in reject.reason
    assert lines.leftover == {}


def test_chinese_record_has_no_residence_and_no_claims(lines: Parsed):
    found = of(lines, "CN-102206141-A")
    assert found.publication_date == date(2011, 10, 5)
    assert found.publication_type == "application"
    assert found.application_number == "CN-201110089928"
    assert found.filing_date == date(2011, 4, 11)
    assert found.priorities == [("CN-201110089928", date(2011, 4, 11))]
    assert found.applicants == [(1, "UNIV ZHEJIANG", None, None)]
    assert found.claim_count is None
    assert found.claims_text is None
    assert found.ipc[0] == "C07C39/04"
    assert found.cpc is None
    assert found.citation_count == 5
    assert len(found.cited_by) == 5
    assert found.cited_by[0] == ("CN-112713005-A", None)
    assert found.family_members == ["CN-102206141-B", "CN-102206141-A"]
    assert found.legal_status == "active"
    assert found.is_pct is False


def test_us_record(lines: Parsed):
    found = of(lines, "US-2016266975-A1")  # 20160266975 in the answer: DOCDB drops the serial's leading zero
    assert found.claim_count == 20
    assert found.applicants == [(1, "SAMSUNG ELECTRONICS CO LTD", "KR", None)]
    assert found.priorities == [("US-201514863446", date(2015, 9, 23)), ("US-201562130600", date(2015, 3, 9))]
    assert found.priority_date == date(2015, 3, 9)
    assert found.citation_count == 4
    assert found.ipc[:2] == ["G06F11/10", "G06F3/06"]


def test_chinese_records_never_state_residence_or_claims(lines: Parsed):
    chinese = [r for r in lines.records if r.authority == "CN"]
    assert len(chinese) == 3
    assert {country for r in chinese for _, _, country, _ in r.applicants} == {None}
    assert {r.claim_count for r in chinese} == {None}


def test_an_omitted_citing_list_is_an_empty_one(lines: Parsed):
    found = of(lines, "RO-135742-A2")
    assert found.cited_by == []
    assert found.citation_count == 0
    assert found.applicants[0][2] == "RO"


def test_discontinued_is_inactive_since_its_expiry(lines: Parsed):
    found = of(lines, "CN-112760747-A")
    assert (found.legal_status, found.lapse_date) == ("inactive", date(2022, 1, 14))


def test_international_application_whose_claims_are_one_object():
    parsed = parse(recorded.content("lens_api/lens_WO2013121230A1_full.json"))
    (found,) = parsed.records
    assert parsed.leftover == {}
    assert found.publication_number == "WO-2013121230-A1"
    assert found.publication_date == date(2013, 8, 22)
    assert found.application_number == "WO-GB2013050389"
    assert found.priorities == [("GB-201202737", date(2012, 2, 17))]
    assert found.is_pct is True
    assert found.claim_count == 33  # one object, 52 lines, numbers damaged by scanning; the last claim is 33
    assert found.citation_count == 17
    assert len(found.cited_by) == 17
    assert found.applicants == [(1, "UNIV GLASGOW", "GB", None)]
    assert len(found.cites) == 3
    assert "EP-2814611-B1" in found.family_members


def test_damaged_claim_numbers_of_which_too_few_are_left_stay_unknown(lines: Parsed):
    assert of(lines, "WO-2015105917-A1").claim_count is None


def test_response_envelope():
    parsed = parse(recorded.content("lens_api/lens_docs_sample_EP2471949A1_response.json"))
    (found,) = parsed.records
    assert parsed.total == 1
    assert parsed.leftover == {}
    assert found.publication_number == "EP-2471949-A1"
    assert found.application_number == "EP-10197481"
    assert found.source_family_id == "lens:212482337"
    assert found.claim_count == 15  # fifteen objects, none numbered
    assert found.applicants == [(1, "PROGENIKA BIOPHARMA SA", "ES", None)]
    assert found.ipc == ["C12Q1/68"]
    assert found.citation_count == 5
    assert len(found.cites) == 15
    assert found.is_pct is False
    assert found.legal_status == "active"
