"""Files that are known and not read are named, with the way out; documents that wrap a list are read."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from etl.bulk.google import read_rows
from etl.exports.read import read_export
from etl.exports.vendor import packaged_vendors
from etl.records import PageRefusedError
from words.language import say

STRANGERS = {
    "list.xls": ("<!DOCTYPE html><html><body><table><tr><td>公开号</td></tr></table></body></html>", "a web page"),
    "old.xls": (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook'
        ' xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "Excel 2003",
    ),
    "r.xml": ('<?xml version="1.0"?>\n<dpma-patent-document xmlns="x"/>', "DPMAregister"),
    "h.xml": ('<?xml version="1.0"?>\n<PatentHitList HitCount="3"/>', "DPMAconnectPlus"),
    "ops.json": ('{"ops:world-patent-data": {"@xmlns": {}}}', "OPS as JSON"),
    "cassette.yaml": ("interactions:\n- request:\n    body: ''\n", "recording of requests"),
    "x.pdf": ("%PDF-1.7\n%âãÏÓ", "a PDF"),
    "x.xml": ('<?xml version="1.0"?><!-- <y> --><catalogue><a/></catalogue>', "its first element is catalogue"),
    "tipo.xml": ('<?xml version="1.0"?>\n<tw-patent-applI><patentcontent/></tw-patent-applI>', "open data as XML"),
    "jpo.json": (
        '{"result": {"statusCode": "100", "errorMessage": "", "remainAccessCount": "799", "data": {"goodsGroup": []}}}',
        "JPO's patent information API",
    ),
    "g_claim.tsv": ("patent_id\tclaim_sequence\tclaim_text\n10000001\t0\tA thing\n", "PatentsView"),
    "codes.csv": ("Authority,Event-code,Date Created,Influence\nAR,FA,2000-01-01,-\n", "legal event codes"),
    "statistics.csv": ("Status,NrOfPNStatus,CC,KC,FirstPN,LastPN\nA,3,DE,A1,1,3\n", "statistics of a DOCDB"),
    "tls225_part01.csv": ("docdb_family_id,cpc_class_symbol\n7,D01H   1/00\n", "PATSTAT table"),
    "join.csv": ("docdb_family_id,appln_id,publn_auth\n7,1,CN\n", "PATSTAT table"),
    "seeds.csv": ("8407913\n8393094\n8132338\n", "first row reads like data"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_named_with_the_way_out(tmp_path: Path, name: str) -> None:
    text, said = STRANGERS[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(PageRefusedError, match=said) as refused:
        read_export(tmp_path / name)
    assert any(word in str(refused.value) for word in ("save", "import", "export", "take", "put", "download"))
    assert re.search("[\u4e00-\u9fff]", say(str(refused.value), "zh")), "no Chinese entry"


def test_an_archive_of_full_texts_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "es.zip", "w") as archive:
        archive.writestr("ROOT/DOC/coverage.csv", "CC,KC\nES,T1\n")
        archive.writestr("ROOT/DTDS/fulltext-documents-v1.2.3.xsd", "<x/>")
    with pytest.raises(PageRefusedError, match="full texts of one country"):
        read_export(tmp_path / "es.zip")


def test_a_document_that_wraps_its_rows_is_read(tmp_path: Path) -> None:
    rows = [
        {"publication_number": f"US-1000000{n}-B2", "country_code": "US", "kind_code": "B2", "family_id": str(n)}
        for n in (1, 2, 3)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"meta": {"took": 3}, "data": {"rows": rows}}, indent=2))
    (tmp_path / "b.json").write_text(json.dumps(rows, indent=1))
    for name in ("a.json", "b.json"):
        read = read_export(tmp_path / name)
        assert (read.kind, read.rows, len(read.parsed.records)) == ("bigquery_flat", 3, 3)
    (tmp_path / "c.json").write_text(json.dumps(rows, indent=1)[:-20])
    with pytest.raises(PageRefusedError, match="JSON"):
        read_export(tmp_path / "c.json")


def test_a_table_of_google_as_a_document_with_its_schema(tmp_path: Path) -> None:
    row = {
        "publication_number": "US-10937599-B2", "publication_date": 20210302, "family_id": "1",
        "ipc": json.dumps([{"code": "H01L21/02", "first": True}]), "citation": "[]", "priority_claim": "[]",
        "assignee_harmonized": json.dumps([{"name": "ACME", "country_code": "US"}]),
    }  # fmt: skip
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"table_name": "PUBLICATIONS", "columns": ["a"], "sample_rows": [row]}, indent=4))
    ((parsed, last),) = list(read_rows(path))
    (record,) = parsed.records
    assert (last, parsed.rejects, record.ipc) == (1, [], ["H01L21/02"])
    assert [a[2] for a in record.applicants or []] == ["US"]


def test_what_is_lost_is_said_in_chinese(tmp_path: Path) -> None:
    """Each reason rows and cells are refused for is whole in Chinese: the line of a file and a dry run show it."""
    path = tmp_path / "list.csv"
    path.write_text(
        "公开(公告)号,公开(公告)日,申请日,IPC,申请人,权利要求数量,公开国别\n"
        "CN1.02E+11,2020-01-02,2019-01-02,H01L21/02,A,3,CN\n"
        "CN112345699A,2020-13-45,2019-01-02,H01L21/02; 没有,A,三,CN\n"
        ",2020-01-02,2019-01-02,H01L21/02,A,3,CN\n"
        "CN112345688A,2020-01-02,2019-01-02,H01L21/02,A,3,CN,y,z\n",
        encoding="utf-8",
    )
    reasons = [reject.reason for reject in read_export(path).parsed.rejects]
    assert len(reasons) >= 5
    for reason in reasons:
        own = re.sub(r"'[^']*'|“[^”]*”|list\.csv|IPC|incoPat|CN\S*", "", say(reason, "zh"))
        assert not re.search(r"[A-Za-z]{4,}", own), say(reason, "zh")


def test_refusals_of_whole_kinds_have_their_chinese() -> None:
    for vendor in packaged_vendors().values():
        if vendor.refuse:
            said = say(f"list.csv: {vendor.refuse}", "zh")
            assert re.search("[\u4e00-\u9fff]{6}", said), vendor.key


def test_korean_priorities_of_another_list_are_no_applications_of_kipris(tmp_path: Path) -> None:
    path = tmp_path / "priorities.json"
    path.write_text(
        json.dumps({"ApplicationNumber": "15000991", "Claims": [
            {"ApplicationNumber": "10-2014-0009991", "FilingDate": "2015-01-20", "IPOfficeName": "REPUBLIC OF KOREA"}
        ]})
    )  # fmt: skip
    with pytest.raises(PageRefusedError):
        read_export(path)
