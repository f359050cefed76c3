"""European full texts and KIPRIS Plus answers: made documents with the corners of each form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.bulk.detect import bulk_kind
from etl.bulk.offices import read_documents
from etl.records import PageRefusedError, Parsed
from tests.etl.offices import samples


def _read(path: Path, content: str, kind: str) -> Parsed:
    path.write_text(content, encoding="utf-8")
    assert bulk_kind(path) == kind
    (found,) = [batch for batch, _ in read_documents(path, kind)]
    return found


def test_european_specification(tmp_path: Path) -> None:
    found = _read(tmp_path / "ep.xml", samples.EP.format(lang="de"), "ep_fulltext")
    assert [reject.reason for reject in found.rejects] == []
    (record,) = found.records
    assert (record.publication_number, record.publication_type) == ("EP-2743001-B2", "grant")
    assert (record.application_number, record.filing_date) == ("EP-13189001", date(2013, 10, 17))
    assert record.priorities == [("US-32690112P", date(2012, 12, 17)), ("DE-102012223401", date(2012, 12, 18))]
    assert record.ipc == ["C07C29/44", "H01L21/302"]
    assert record.titles == [("de", "Gemachtes"), ("en", "Made")]
    assert record.applicants == [(1, "Muster AG", "DE", "Weg 1, 93001 Ort")]
    assert record.cites == [("EP-0444601-A1", None, None), ("WO-0118001-A", None, None)]
    assert record.legal_events == [(date(2016, 12, 23), "B781", "invalidation", "Opposition filed by Gegner GmbH")]
    assert record.is_pct is None


def test_an_unreadable_priority_still_tells_its_country(tmp_path: Path) -> None:
    text = samples.EP.format(lang="de").replace("102012223401", "???").replace("20121218", "20121201")
    found = _read(tmp_path / "ep.xml", text, "ep_fulltext")
    (record,) = found.records
    assert (record.priorities, record.priority_country) == (None, "DE")  # the earliest of the two
    assert [reject.column_name for reject in found.rejects] == ["priorities"]


@pytest.mark.parametrize(("language", "claims"), [("de", 2), ("en", 1), ("fr", 2)])
def test_claims_are_counted_in_one_language_and_set(tmp_path: Path, language: str, claims: int) -> None:
    (record,) = _read(tmp_path / "ep.xml", samples.EP.format(lang=language), "ep_fulltext").records
    assert record.claim_count == claims


def test_title_page_without_claims(tmp_path: Path) -> None:
    start, _, rest = samples.EP.format(lang="de").partition("<claims")
    bare = start + rest[rest.rindex("</ep-patent-document>") :]
    euro_pct = "<B800><B860><B861><dnum><anum>JP0107701</anum></dnum><date>20010905</date></B861></B860></B800></SDOBI>"
    (record,) = _read(tmp_path / "ep.xml", bare.replace("</SDOBI>", euro_pct), "ep_fulltext").records
    assert (record.claim_count, record.claims_text) == (None, None)
    assert record.is_pct is True


def test_korean_answer_gives_both_publications(tmp_path: Path) -> None:
    found = _read(tmp_path / "answer.xml", samples.KIPRIS, "kipris_plus")
    opened, registered, unpublished = found.records
    assert (opened.publication_number, opened.publication_date) == ("KR-20170000501-U", date(2017, 2, 8))
    assert (registered.publication_number, registered.publication_date) == ("KR-200482501-Y1", date(2017, 2, 9))
    assert {r.application_number for r in (opened, registered)} == {"KR-20150005001U"}
    assert {r.publication_type for r in (opened, registered)} == {"utility_model"}
    assert registered.ipc == ["H02G11/02", "B65H75/14"]
    assert registered.applicants == [(1, "만든회사", None, None), (2, "둘째회사", None, None)]
    assert (registered.legal_status, registered.legal_events) == ("active", None), "an answer lists no events"
    assert found.rejects == []
    assert (unpublished.publication_number, unpublished.row_no) == ("KR-APPL20230132001", 2)  # an application alone
    assert (unpublished.application_number, unpublished.publication_date) == ("KR-20230132001", None)
    assert unpublished.legal_status == "inactive"


def test_taiwanese_applications(tmp_path: Path) -> None:
    found = _read(tmp_path / "answer.json", samples.TIPO, "tipo_opdata")
    first, second = found.records
    assert (first.publication_number, first.application_number) == ("TW-APPL61202001", "TW-61202001")
    assert first.filing_date == date(1972, 7, 26)
    assert (first.ipc, first.applicants) == (["F23D", "H01L21/02"], [(1, None, "TW", None)])
    assert (second.ipc, second.applicants, second.filing_date) == (None, None, date(1973, 1, 3))
    assert [(reject.row_no, "no application number" in reject.reason) for reject in found.rejects] == [(3, True)]


def test_answer_without_items_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.xml"
    path.write_text("<response><header><resultCode>10</resultCode></header></response>")
    assert bulk_kind(path) is None
    with pytest.raises(PageRefusedError, match="holds no document of the kind KIPRIS"):
        list(read_documents(path, "kipris_plus"))


def test_an_error_of_the_service_is_told_as_it_says_it(tmp_path: Path) -> None:
    file = tmp_path / "answer.xml"
    file.write_text(
        "<response><header><successYN>N</successYN><resultCode>10</resultCode><resultMsg>Blocked users.</resultMsg>"
        "</header></response>"
    )
    assert bulk_kind(file) == "kipris_plus"
    with pytest.raises(PageRefusedError, match=r"'Blocked users\.' in place of records"):
        list(read_documents(file, "kipris_plus"))


def test_items_of_the_search_are_those_of_the_list(tmp_path: Path) -> None:
    """The word search of KIPRIS Plus names its elements otherwise and gives the same records."""
    names = {
        "PatentUtilityInfo": "item", "ApplicationNumber": "applicationNumber", "ApplicationDate": "applicationDate",
        "OpeningNumber": "openNumber", "OpeningDate": "openDate", "RegistrationNumber": "registerNumber",
        "RegistrationDate": "registerDate", "PublicDate": "publicationDate", "PublicNumber": "publicationNumber",
        "RegistrationStatus": "registerStatus", "InventionName": "inventionTitle", "Abstract": "astrtCont",
        "Applicant": "applicantName", "InternationalpatentclassificationNumber": "ipcNumber",
    }  # fmt: skip
    other = samples.KIPRIS
    for name, otherwise in names.items():
        other = other.replace(f"<{name}>", f"<{otherwise}>").replace(f"</{name}>", f"</{otherwise}>")
    listed = _read(tmp_path / "list.xml", samples.KIPRIS, "kipris_plus")
    searched = _read(tmp_path / "search.xml", other, "kipris_plus")
    assert searched.records == listed.records
    assert (len(searched.records), searched.rejects) == (3, [])
