"""Real documents beside the repository: what is read equals what plain searches in the raw text find."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.bulk.detect import bulk_kind
from etl.bulk.offices import read_documents
from etl.records import Record, Reject

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "more"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data/more) are not here")


def _read(path: Path) -> tuple[list[Record], list[Reject]]:
    kind = bulk_kind(path)
    assert kind is not None
    batches = [batch for batch, _ in read_documents(path, kind)]
    return [r for b in batches for r in b.records], [r for b in batches for r in b.rejects]


def _all(pattern: str, text: str) -> list[str]:
    return re.findall(pattern, text, re.DOTALL)


def _first(pattern: str, text: str) -> str | None:
    return next(iter(_all(pattern, text)), None)


def _day(text: str | None) -> date | None:
    return datetime.strptime(text, "%Y%m%d").date() if text else None


def _parts(text: str, name: str) -> list[str]:
    return _all(rf"<{name}[ >].*?</{name}>", text)


GRANTS = sorted(
    path for pattern in ("ptopub_xml20*.xml", "gouspto_grant_v4*.xml", "assembled*.xml")
    for path in (DATA / "1_uspto").glob(pattern)
)  # fmt: skip
APPLICATIONS = sorted(
    path
    for pattern in ("gouspto_application_v4*.xml", "ptopub_xmlApp*.xml")
    for path in (DATA / "1_uspto").glob(pattern)
)


@pytest.mark.parametrize("path", [*GRANTS, *APPLICATIONS], ids=lambda p: p.stem)
def test_uspto_xml(path: Path) -> None:
    text = path.read_text("utf-8")
    root = "us-patent-grant" if path in GRANTS else "us-patent-application"
    raw = _parts(text, root)
    records, rejects = _read(path)
    assert len(records) == len(raw)
    assert not [reject for reject in rejects if reject.action == "record skipped"]
    for record, document in zip(records, raw, strict=True):
        own = _parts(document, "publication-reference")[0]
        number = (_first(r"<doc-number>(.*?)<", own) or "").lstrip("0")
        if root == "us-patent-application":  # year and serial: DOCDB leaves the serial's first zero out
            number = number[:4] + number[5:]
        assert record.publication_number == f"US-{number}-{_first('<kind>(.*?)<', own)}"
        assert record.publication_date == _day(_first("<date>(.*?)<", own))
        filed = _parts(document, "application-reference")[0]
        assert record.filing_date == _day(_first("<date>(.*?)<", filed))
        _compare_classes(record, document)
        _compare_parties(record, document)
        _compare_citations(record, document, [reject for reject in rejects if reject.row_no == record.row_no])
        stated = _first("<number-of-claims>(.*?)<", document)
        claims = [c for c in _parts(document, "claim") if "canceled" not in c]
        assert record.claim_count == (int(stated) if stated else len(claims) or None)


def _compare_classes(record: Record, document: str) -> None:
    ipcr = [
        "".join(_first(f"<{name}>(.*?)<", c) or "" for name in ("section", "class", "subclass"))
        + (_first("<main-group>(.*?)<", c) or "") + "/" + (_first("<subgroup>(.*?)<", c) or "")
        for c in _parts(document, "classification-ipcr")
    ]  # fmt: skip
    printed = [
        re.sub(r"^(....)0*(\d)", r"\1\2", symbol)
        for block in _parts(document, "classification-ipc")
        for symbol in _all("<(?:main|further)-classification>(.*?)<", block)
    ]
    assert set(record.ipc or ()) == set(ipcr or printed)


def _compare_parties(record: Record, document: str) -> None:
    found = _parts(document, "assignee") or _parts(document, "us-applicant") or _parts(document, "applicant")
    countries = []
    for party in found:
        place = (_parts(party, "residence") or _parts(party, "address") or [""])[-1]
        country = _first("<country>(.*?)<", place)
        countries.append(country or ("US" if _first("<role>(.*?)<", party) in {"02", "04", "06"} else None))
    assert [country for _, _, country, _ in record.applicants or ()] == countries
    cities = [_first("<city>(.*?)<", party) for party in found]
    for city, (_, _, _, address) in zip(cities, record.applicants or (), strict=True):
        assert (city or "") in (address or "")


def _compare_citations(record: Record, document: str, rejects: list[Reject]) -> None:
    cited = {
        (_first("<country>(.*?)<", c), re.sub(r"\D", "", _first("<doc-number>(.*?)<", c) or "").lstrip("0"))
        for c in _parts(document, "patcit")
    }
    lost = sum(reject.column_name == "cites" for reject in rejects)
    assert lost == 0
    assert len(record.cites or ()) == len(cited)
    assert {number[:2] for number, _, _ in record.cites or ()} == {country for country, _ in cited}


def test_patdoc() -> None:
    for name in ("ptopub_sgml_US06336130.xml", "gouspto_grant_v2-5-S1.xml"):
        text = (DATA / "1_uspto" / name).read_text("utf-8")
        (record,), rejects = _read(DATA / "1_uspto" / name)
        assert rejects == []
        value = r"\s*<[^/]*?<PDAT>(.*?)</PDAT>"
        assert record.kind == _first(r"<B130>\s*<PDAT>(.*?)<", text)
        assert record.publication_date == _day(_first("<B140>" + value, text))
        assert record.filing_date == _day(_first("<B220>" + value, text))
        assert record.claim_count == int(_first(r"<B577>\s*<PDAT>(.*?)<", text) or -1)
        assert len(record.cites or ()) == text.count("<PCIT>")
        assert [p[1] for p in record.priorities or ()] == [_day(d) for d in _all("<B320>" + value, text)]
        country = _first(r"<B731>.*?<CTRY>\s*<PDAT>(.*?)<", text) or _first(r"<B721>.*?<CTRY>\s*<PDAT>(.*?)<", text)
        assert (record.applicants or [])[0][2] == country
        assert (record.ipc is None) == (record.publication_type == "design")


def test_aps_and_the_first_applications() -> None:
    path = DATA / "1_uspto" / "ptopub_aps_US03937375.greenbook.txt"
    text = path.read_text("latin-1")
    (record,), rejects = _read(path)
    assert rejects == []
    assert record.publication_number == "US-" + (_first(r"WKU  0(\d{7})", text) or "") + "-A"
    assert record.claim_count == int(_first(r"NCL  (\d+)", text) or -1)
    assert len(record.cites or ()) == len(_all(r"\nUREF|\nFREF", text))
    assert record.ipc == ["B60R9/00"]
    assert (record.applicants or [])[0][2] == "US"
    for name in ("ptopub_pap_US20010000044A1.xml", "gouspto_application_v1-5-A1_1.xml"):
        text = (DATA / "1_uspto" / name).read_text("utf-8")
        (record,), rejects = _read(DATA / "1_uspto" / name)
        assert rejects == []
        assert record.claim_count == (len(_parts(text, "claim")) or None)
        assert [a[2] for a in record.applicants or ()] == ["US"] * len(_all(r"</(?:first-named-)?inventor>", text))
        ipc = _first(r"<ipc>(.*?)</ipc>", text) or ""
        assert record.ipc == [re.sub(r"^(....)0+", r"\1", ipc)]


@pytest.mark.parametrize("path", sorted((DATA / "3_offices_xml").glob("ep_fulltext_*.xml")), ids=lambda p: p.stem)
def test_european_full_texts(path: Path) -> None:
    text = path.read_text("utf-8")
    (record,), rejects = _read(path)
    assert rejects == []
    if "JP4365581A" in text:  # its own text says JP-A-4-365581
        assert "JP-H04365581-A" in [number for number, *_ in record.cites or ()]
    cited = _all("<B561><text>(.*?)</text>", text) + _all('<patcit id="ref-[^>]*dnum="(.*?)"', text)
    distinct = {"".join(sorted(re.sub(r"[\W_]", "", number))) for number in cited}  # office, kind, number in any order
    assert len(record.cites or ()) == len(distinct)
    assert record.publication_number == f"EP-{_first('<B110>(.*?)<', text)}-{_first('<B130>(.*?)<', text)}"
    assert record.filing_date == _day(_first("<B220><date>(.*?)<", text))
    assert [day for _, day in record.priorities or ()] == [_day(d) for d in _all("<B320><date>(.*?)<", text)]
    assert [n[:2] for n, _ in record.priorities or ()] == _all("<B330><ctry>(.*?)<", text)
    blocks = _all(r'<claims id="[^"]*" lang="([a-z]+)">(.*?)</claims>', text)
    language = _first(r'<ep-patent-document[^>]* lang="([a-z]+)"', text)
    own = next((block for stated, block in blocks if stated == language), None)
    assert record.claim_count == (None if own is None else own.count("<claim "))
    coded = [re.sub(r"\s", "", symbol[:14]) for symbol in _all("<classification-ipcr[^>]*><text>(.*?)</text>", text)]
    if coded:
        assert record.ipc == list(dict.fromkeys(coded))
    party = _first("<B731>(.*?)</B731>", text) or _first("<B711>(.*?)</B711>", text) or ""
    assert (record.applicants or [])[0][2] == _first("<ctry>(.*?)<", party)
    assert (record.is_pct is True) == ("<B860>" in text or "<B870>" in text)
    assert len(record.legal_events or ()) == len(_all("<B781>", text))


def test_taiwanese_answer(tmp_path: Path) -> None:
    recorded = (DATA / "3_offices_xml" / "tipo_opdata_patent_appl.yaml").read_text("utf-8")
    body = re.sub(r"\n\s+(?:\\ )?", " ", _all(r'string: "(.*?)"\n    headers', recorded)[0])  # a text of YAML, folded
    answer = tmp_path / "answer.json"
    answer.write_text(json.loads(f'"{body}"'), encoding="utf-8")
    stated = json.loads(answer.read_text("utf-8"))["tw-patent-applI"]["patentcontent"]
    records, rejects = _read(answer)
    assert rejects == []
    assert [r.application_number for r in records] == [f"TW-{item['appl-no']}" for item in stated]
    assert [str(r.filing_date) for r in records] == [item["appl-date"].replace("/", "-") for item in stated]
    assert [(r.applicants or [(1, None, None, None)])[0][2] for r in records] == [i["appl-countrycode"] for i in stated]
    assert [r.ipc or [] for r in records] == [[c["ipc-full"] for c in i["classification-ipc"]] for i in stated]


@pytest.mark.parametrize("path", sorted((DATA / "3_offices_xml").glob("kipris_applicant*.xml")), ids=lambda p: p.stem)
def test_korean_answers(path: Path) -> None:
    text = path.read_text("utf-8")
    items = _parts(text, "PatentUtilityInfo")
    records, rejects = _read(path)
    assert rejects == []
    assert len(items) == int(_first("<TotalSearchCount>(.*?)<", text) or -1) == len({r.row_no for r in records})
    for row_no, item in enumerate(items, 1):
        opened, registered = _first("<OpeningNumber>([0-9]+)<", item), _first("<RegistrationNumber>([0-9]+)<", item)
        expected = [f"KR-{opened[2:]}"] if opened else []
        expected += [f"KR-{registered[:9]}"] if registered else []
        assert [r.publication_number.rpartition("-")[0] for r in records if r.row_no == row_no] == expected
        for record in (r for r in records if r.row_no == row_no):
            symbols = re.sub(r" ", "", _first("<Internationalpatent.*?>(.*?)<", item) or "").split("|")
            assert record.ipc == list(dict.fromkeys(symbols))
            is_registered = _first("<RegistrationStatus>(.*?)<", item) == "등록"
            assert (record.legal_status == "active") == is_registered
