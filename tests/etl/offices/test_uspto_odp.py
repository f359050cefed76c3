"""Answers of the USPTO's Open Data Portal: made ones with the corners of the form, real ones against their raw text."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from etl.bulk.detect import bulk_kind
from etl.bulk.offices import read_documents
from etl.records import Parsed
from tests.etl.offices import samples

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "more" / "1_uspto"


def _read(path: Path) -> Parsed:
    assert bulk_kind(path) == "uspto_odp"
    found = Parsed()
    for batch, _ in read_documents(path, "uspto_odp"):
        found.records += batch.records
        found.rejects += batch.rejects
    return found


def test_an_application_and_its_grant(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(samples.ODP)
    found = _read(path)
    opened, granted = found.records
    assert [r.publication_number for r in found.records] == ["US-2015157991-A1", "US-10765991-B2"]
    assert (opened.publication_date, granted.publication_date) == (date(2015, 6, 11), date(2020, 9, 8))
    assert {r.application_number for r in found.records} == {"US-201514412991"}
    assert granted.priorities == [("DE-102012013991", date(2012, 7, 5))], "what its PCT application claims"
    assert (granted.is_pct, granted.applicants) == (True, [(1, "Made s.r.o.", "CZ", "Prague, CZECHIA")])
    assert (granted.legal_status, granted.lapse_date) == ("inactive", date(2024, 9, 8)), "the day of EXP., not of entry"
    events = [(day, code, meant) for day, code, meant, _ in granted.legal_events or ()]
    assert events == [
        (date(2019, 5, 7), "AS", "assignment"),  # by a person who did not invent it
        (date(2015, 5, 28), "AS", "inventor_assignment"),
    ]
    assert (granted.ipc, granted.claim_count, granted.citation_count, granted.cites) == (None, None, None, None)
    assert [(reject.row_no, "no publication and no grant" in reject.reason) for reject in found.rejects] == [(2, True)]


@pytest.mark.parametrize(
    ("number", "day", "opened", "kind"),
    [
        ("10765991", "2020-09-08", True, "B2"), ("10765991", "2020-09-08", False, "B1"),
        ("6100991", "2000-08-08", False, "A"), ("D890991", "2020-07-21", False, "S1"),
        ("RE47991", "2020-05-12", False, "E1"), ("PP31991", "2020-05-12", True, "P3"),
        ("PP31991", "2020-05-12", False, "P2"),
    ],
)  # fmt: skip
def test_the_kind_of_a_grant(tmp_path: Path, number: str, day: str, opened: bool, kind: str) -> None:
    answer = json.loads(samples.ODP)
    meta = answer["patentFileWrapperDataBag"][0]["applicationMetaData"]
    meta |= {"patentNumber": number, "grantDate": day}
    if not opened:
        del meta["earliestPublicationNumber"]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer))
    assert _read(path).records[-1].publication_number == f"US-{number}-{kind}"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data/more) are not here")
@pytest.mark.parametrize("name", ["odp2026_get_patent.json", "odp_search_applications_post.json"])
def test_real_answers(name: str) -> None:
    found = _read(DATA / name)
    (raw,) = json.loads((DATA / name).read_text("utf-8"))["patentFileWrapperDataBag"]
    meta = raw["applicationMetaData"]
    assert found.rejects == []
    assert [r.publication_date for r in found.records] == [
        date.fromisoformat(meta["earliestPublicationDate"]), date.fromisoformat(meta["grantDate"]),
    ]  # fmt: skip
    assert found.records[1].publication_number == f"US-{meta['patentNumber']}-B2"
    (address,) = meta["applicantBag"][0]["correspondenceAddressBag"]
    for record in found.records:
        assert record.application_number == f"US-{meta['filingDate'][:4]}{raw['applicationNumberText']}"
        assert [country for _, _, country, _ in record.applicants or ()] == [address["countryCode"]]
        assert record.is_pct is (True if meta["nationalStageIndicator"] else None)
        assert [symbol.replace(" ", "") for symbol in meta["cpcClassificationBag"]] == record.cpc
        assert len(record.legal_events or ()) == len(raw.get("assignmentBag", ()))
        parents = [p for p in raw["parentContinuityBag"] if p["claimParentageTypeCode"] in {"PRO", "CIP"}]
        assert len(record.priorities or ()) == len(parents) + len(raw.get("foreignPriorityBag", ()))
