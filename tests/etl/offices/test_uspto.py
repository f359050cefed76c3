"""USPTO files of every generation: made documents with the corners of each form."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.bulk.detect import bulk_kind
from etl.bulk.offices import read_documents
from etl.records import PageRefusedError, Parsed, Record
from tests.etl.offices import samples


def _read(path: Path, content: str | bytes, after: int = 0) -> Parsed:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert bulk_kind(path) == "uspto"
    found = Parsed()
    for batch, _ in read_documents(path, "uspto", after):
        found.records += batch.records
        found.rejects += batch.rejects
    return found


def _one(path: Path, content: str) -> Record:
    found = _read(path, content)
    assert [reject.reason for reject in found.rejects] == []
    (record,) = found.records
    return record


def _grant(number: str = "09358801", kind: str = "B1", assignees: str = samples.ASSIGNEES) -> str:
    return samples.GRANT.format(number=number, kind=kind, assignees=assignees)


def test_grant_states_everything(tmp_path: Path) -> None:
    record = _one(tmp_path / "ipg.xml", _grant())
    assert record.publication_number == "US-9358801-B1"
    assert (record.publication_type, record.publication_date) == ("grant", date(2016, 6, 7))
    assert (record.application_number, record.filing_date) == ("US-201414558501", date(2014, 12, 2))
    assert record.priorities == [("JP-2013250001", date(2013, 12, 3))]
    assert record.ipc == ["H01L21/02", "B60L11/18"]  # the symbol in first position leads
    assert record.claim_count == 7  # as stated, though the sample carries one
    assert record.applicants == [(1, "Owner KK", "JP", "Nagoya"), (2, "Second Co.", "US", None)]  # role 02: American
    assert record.cites == [("US-2008123456-A1", "APP", None), ("WO-2009157301", "SEA", None)]  # the book is none
    assert record.titles == [("en", "Made for θ tests & nothing else")]
    assert record.is_pct is None  # it does not say


def test_without_assignees_the_applicants_are_taken(tmp_path: Path) -> None:
    record = _one(tmp_path / "ipg.xml", _grant(assignees=""))
    assert record.applicants == [(1, "Applicant Inc.", "FR", "Paris")]


@pytest.mark.parametrize(
    ("number", "kind", "canonical", "type_"),
    [
        ("D0452501", "S1", "US-D452501-S1", "design"),
        ("PP012301", "P2", "US-PP12301-P2", "grant"),
        ("RE039301", "E1", "US-RE39301-E1", "grant"),
        ("H0002101", "H1", "US-H2101-H1", "other"),
    ],
)
def test_kinds(tmp_path: Path, number: str, kind: str, canonical: str, type_: str) -> None:
    record = _one(tmp_path / "ipg.xml", _grant(number, kind))
    assert (record.publication_number, record.publication_type) == (canonical, type_)


def test_concatenated_documents_and_a_damaged_one(tmp_path: Path) -> None:
    cut = _grant("09358802").replace("</us-patent-grant>", "")
    broken = _grant("09358803").replace("<abstract", "<<abstract")
    nameless = _grant("none")
    found = _read(tmp_path / "ipg.xml", _grant() + cut + broken + nameless + _grant("09358804", "B2"))
    assert [r.publication_number for r in found.records] == ["US-9358801-B1", "US-9358804-B2"]
    assert [r.row_no for r in found.records] == [1, 5]
    assert [r.row_no for r in found.rejects] == [2, 3, 4]
    assert "its end is missing" in found.rejects[0].reason
    assert "not well-formed" in found.rejects[1].reason
    assert "no usable publication number" in found.rejects[2].reason


def test_reading_goes_on_behind_a_document(tmp_path: Path) -> None:
    found = _read(tmp_path / "ipg.xml", _grant() + _grant("09358804"), after=1)
    assert [(r.publication_number, r.row_no) for r in found.records] == [("US-9358804-B1", 2)]


def test_archives(tmp_path: Path) -> None:
    packed = tmp_path / "ipg.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.pdf", b"%PDF")
        archive.writestr("ipg160607.xml", _grant() + _grant("09358804"))
    assert bulk_kind(packed) == "uspto"
    assert sum(len(batch.records) for batch, _ in read_documents(packed, "uspto")) == 2
    assert len(_read(tmp_path / "ipg.gz", gzip.compress(_grant().encode())).records) == 1
    with pytest.raises(PageRefusedError, match="holds no document"):
        list(read_documents(_file(tmp_path / "x.xml", "<html></html>"), "uspto"))


def _file(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    hostile = (
        '<!DOCTYPE us-patent-grant [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        + _grant().partition("]>")[2].replace("An abstract.", "[&x;|&b;|AT&T|&alpha;]")
    )
    record = _one(tmp_path / "ipg.xml", hostile)
    assert record.abstracts == [("en", "[&x;|&b;|AT&T|α]")]


def test_cancelled_claims_are_none(tmp_path: Path) -> None:
    record = _one(tmp_path / "ipa.xml", samples.APPLICATION.format(related=""))
    assert (record.claim_count, record.publication_number) == (2, "US-2021267101-A1")
    assert record.priorities is None  # none stated: its own application stands for it
    assert record.cites is None  # an application has no list of citations; that is unknown, not none


def _related(name: str, parent: str, day: str, child: str = "17173201") -> str:
    return samples.RELATION.format(name=name, parent=parent, day=day, child=child)


PROVISIONAL = (
    "<us-provisional-application><document-id><country>US</country><doc-number>62982401</doc-number>"
    "<date>20200227</date></document-id></us-provisional-application>"
)
OWN = ("US-202117173201", date(2021, 2, 11))


@pytest.mark.parametrize(
    ("related", "priorities", "is_pct"),
    [
        (PROVISIONAL, [("US-202062982401", date(2020, 2, 27))], None),
        # a chain of continuations leads to the first of them
        (_related("continuation", "16000001", "20180605")
         + _related("continuation", "14000001", "20130801", "16000001"),
         [("US-201314000001", date(2013, 8, 1))], None),
        # what has matter of its own is a priority of its own, beside what it comes from
        (_related("continuation-in-part", "14000001", "20130801"), [("US-201314000001", date(2013, 8, 1)), OWN], None),
        # an ancestor's provisional is the priority, the ancestor is not
        (_related("division", "16000001", "20180605") + PROVISIONAL, [("US-202062982401", date(2020, 2, 27))], None),
        # the national phase or continuation of a PCT application
        (_related("continuation", "PCT/CH02/00573", "20021021"), [("WO-CH2002000573", date(2002, 10, 21))], True),
        # a continuation-in-part of a PCT application is no member of its family
        (_related("continuation-in-part", "12000001", "20080115")
         + _related("continuation", "PCT/CH02/00573", "20021021", "12000001"),
         [("WO-CH2002000573", date(2002, 10, 21)), OWN], True),
    ],
)  # fmt: skip
def test_parents(tmp_path: Path, related: str, priorities: list[object], is_pct: bool | None) -> None:
    record = _one(tmp_path / "ipa.xml", samples.APPLICATION.format(related=related))
    assert record.priorities == priorities
    assert record.is_pct is is_pct


def test_an_unreadable_parent_leaves_the_priorities_unknown(tmp_path: Path) -> None:
    found = _read(tmp_path / "ipa.xml", samples.APPLICATION.format(related=_related("continuation", "pending", "")))
    assert found.records[0].priorities is None
    assert [reject.column_name for reject in found.rejects] == ["priorities"]


def test_relations_in_a_circle_end(tmp_path: Path) -> None:
    related = _related("division", "16000001", "20180605") + _related("division", "17173201", "20210211", "16000001")
    assert _one(tmp_path / "ipa.xml", samples.APPLICATION.format(related=related)).priorities is None


def test_sgml_with_unclosed_elements(tmp_path: Path) -> None:
    record = _one(tmp_path / "pg.sgm", samples.PATDOC)
    assert record.publication_number == "US-6300001-B1"
    assert (record.application_number, record.filing_date) == ("US-10000198", date(1998, 6, 18))
    assert record.titles == [("en", "Made ‘SGML’ &unheardof; title")]
    assert record.ipc == ["A01B1/24", "H01L21/302"]
    assert (record.claim_count, record.cites) == (3, [("US-5825701-A", "SEA", None), ("EP-0444601", None, None)])
    assert record.applicants == [(1, "Owner Corp.", "US", "Austin, TX")]
    assert record.priorities == [("US-4900197P", date(1997, 7, 11))]


def test_application_of_the_first_years(tmp_path: Path) -> None:
    path = tmp_path / "pa.xml"
    record = _one(path, samples.PAP.format(assignee=""))
    assert record.publication_number == "US-2002000101-A1"
    assert record.ipc == ["G06F17/60", "H04L12/28"]
    assert record.priorities == [("DE-10011201", date(2000, 3, 8))]
    assert (record.claim_count, record.abstracts) == (2, [("en", "An abstract.")])
    assert record.applicants == [(1, "Muster, Erika", "DE", "Ulm")]
    owner = (
        "<assignee><organization-name>Owner KK</organization-name><address><city>Kyoto</city><country>"
        "<country-code>JP</country-code></country></address><assignee-type>03</assignee-type></assignee>"
    )
    assert _one(path, samples.PAP.format(assignee=owner)).applicants == [(1, "Owner KK", "JP", "Kyoto")]


def test_aps_text(tmp_path: Path) -> None:
    found = _read(tmp_path / "pftaps.txt", samples.APS)
    assert found.rejects == []
    patent, design = found.records
    assert (patent.publication_number, patent.publication_type) == ("US-3937001-A", "grant")
    assert (patent.application_number, patent.filing_date) == ("US-51840174", date(1974, 10, 29))
    assert patent.priorities == [("DE-2354201", date(1973, 10, 30))]  # DT, as Germany was written before 1978
    assert patent.titles == [("en", "A made support for nothing")]
    assert patent.ipc == ["B60R9/00", "H01L21/302"]
    assert patent.claim_count == 2
    assert patent.applicants == [(1, "Muster AG", "CH", "Bern")]
    assert patent.cites == [("US-2542901", None, None), ("GB-1234501", None, None)]
    assert patent.abstracts == [("en", "An abstract that goes on in a second line.")]
    assert (design.publication_number, design.publication_type) == ("US-D239701-S", "design")
    assert (design.ipc, design.claim_count, design.cites) == (None, 1, [])
    assert design.applicants == [(1, "Doe; Jane", "US", "Ames, IA")]
