"""Other members of the kinds tried elsewhere: other headers, countries in their own columns, other forms of cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.exports.headers import meant
from etl.exports.read import ExportRead, read_export
from etl.normalise.places.countries import country_code


def _read(folder: Path, text: str, encoding: str = "utf-8", kind: str | None = None) -> ExportRead:
    path = folder / "list.csv"
    path.write_text(text, encoding=encoding)
    return read_export(path, kind)


def test_a_korean_priority_is_of_the_country_its_column_names(tmp_path: Path) -> None:
    head = "출원번호,출원일자,공개번호,공개일자,발명의명칭,IPC분류,우선권주장국가,우선권주장번호,우선권주장일자\n"
    read = _read(
        tmp_path,
        head + "10-2014-0099999,2014.08.04,10-2015-0104799,2015.09.16,제목,H01L 21/02,일본,2013-165432,2013.08.08\n"
        "10-2014-0088888,2014.08.04,10-2015-0088888,2015.09.16,제목,H01L 21/02,대한민국,10-2013-0123456,\n"
        "10-2014-0077777,2014.08.04,10-2015-0077777,2015.09.16,제목,H01L 21/02,,10-2013-0123457,2013.08.08\n",
        "cp949",
    )  # fmt: skip
    assert read.kind == "kipris"
    assert [(r.priority_country, r.priorities) for r in read.parsed.records] == [
        ("JP", [("JP-2013165432", None)]), ("KR", [("KR-20130123456", None)]), ("KR", [("KR-20130123457", None)]),
    ]  # fmt: skip


def test_english_kipris_headers_are_no_patentscope_list(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Application Number,Application Date,Publication Number,Publication Date,Registration Number,Registration Date,"
        "Title,Applicant,IPC,Legal Status,Number of Claims\n"
        "1020140099999,2014.08.04,1020150104799,2015.09.16,1016350000000,2016.06.28,X,LG,H01L 21/02,Registered,12\n"
        "2020090009145,20090714,2020110000999,20110131,,,Y,LG,B25B 1/10,Rejected,\n",
    )
    assert read.kind == "kipris"
    assert [r.publication_number for r in read.parsed.records] == [
        "KR-20150104799-A", "KR-101635000-B1", "KR-20110000999-U",
    ]  # fmt: skip
    assert [r.claim_count for r in read.parsed.records] == [12, 12, None]


def test_priorities_of_patentscope_in_both_forms(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Publication Number,Publication Date,Title,Priority Data,IPC,Applicants,Inventors,FP Image\n"
        'WO2015200036,30.12.2015,A,"[US 20140624 14/313,451, JP 20140625 2014-130001]",H01L 21/02,ACME,X,\n'
        'WO2015200042,30.12.2015,B,"[14/313,459 24.06.2014 US]",H01L 21/02,ACME,X,\n',
    )
    assert read.kind == "patentscope"
    assert [r.priorities for r in read.parsed.records] == [
        [("US-201414313451", date(2014, 6, 24)), ("JP-2014130001", date(2014, 6, 25))],
        [("US-201414313459", date(2014, 6, 24))],
    ]


def test_lists_of_chinese_services_with_places_in_codes(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "题名,申请(专利权)人,申请号,申请日,公开(公告)号,公开(公告)日,主分类号,优先权,国别省市代码\n"
        'x,清华,CN201910123456,2019年2月19日,CN109876543A,2019年6月11日,H01L,"2018.02.19 US 62/632,123",北京;11\n'
        "y,丰田,CN201910123457,2019年2月19日,CN109876544A,2019年6月11日,H01L21/02,,日本;JP\n",
    )
    first, second = read.parsed.records
    assert (read.kind, first.application_number) == ("cn_table", "CN-201910123456")
    assert first.priorities == [("US-201862632123", date(2018, 2, 19))]
    assert [[a[2] for a in r.applicants or []] for r in (first, second)] == [["CN"], ["JP"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [("CN中国", "CN"), ("US-美国", "US"), ("KR(韩国)", "KR"), ("대한민국", "KR"), ("일본", "JP"), ("Deutschland", "DE"),
     ("États-Unis", "US"), ("台灣", "TW"), ("Korea (South)", "KR"), ("DDR", "DD"), ("CN日本", None), ("US;JP", None)],
)  # fmt: skip
def test_countries_by_their_names_in_other_languages(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_pct_and_priority_country_under_other_headers(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Publication Number,Publication Date,Title,[Standardized] Current Assignee,Simple Legal Status,"
        "Receiving Office,PCT Publication Number,Country of the Priority,Is PCT,Cited by Count\n"
        "US20210123456A1,2021-04-29,a,ACME,Active,United States,WO2020/085000,Korea,yes,3\n"
        "US20210123457A1,2021-04-29,a,ACME,Active,United States,,,no,\n",
    )
    assert read.kind == "patsnap_en"
    assert [(r.is_pct, r.priority_country) for r in read.parsed.records] == [(True, "KR"), (None, None)]
    assert list(read.parsed.leftover) == ["Is PCT"]


@pytest.mark.parametrize(
    ("header", "field"),
    [("PCT申请号", "pct"), ("PCT国际申请日", "pct"), ("PCT No.", "pct"), ("PCT进入国家阶段日", "pct"),
     ("PCT application number", "pct"),
     ("是否PCT申请", None), ("Is PCT application", None), ("PCT", None), ("优先权国", "priority_countries"),
     ("우선권 국가", "priority_countries"), ("Prioritätsland", "priority_countries"), ("优先权国家号", None),
     ("Priority Number", None), ("Priority Date", None)],
)  # fmt: skip
def test_headers_that_any_vendor_may_write(header: str, field: str | None) -> None:
    assert meant(header) == field


def test_counts_with_marks_gain_no_digit(tmp_path: Path) -> None:
    head = "公开(公告)号,标题,受理局,简单法律状态,权利要求数,被引用专利数量\n"
    rows = [("12", 12), ("12.0", 12), ('"12,0"', 12), ('"1,234"', 1234), ("1-10", 10), ('"12,5"', None), ("2-10", None)]
    read = _read(tmp_path, head + "".join(f"CN11234{n}699A,a,中国,有效,{text},\n" for n, (text, _) in enumerate(rows)))
    assert [r.claim_count for r in read.parsed.records] == [expected for _, expected in rows]
