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


def test_the_earliest_of_several_priority_dates_in_one_cell(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "公开（公告）号,公开（公告）日,标题,申请日,优先权国别,优先权日,合享价值度,链接到incoPat\n"
        "CN112345680A,2021.02.05,x,2020/9/22,US;US,2019-10-23;2019-09-23,9,x\n"
        "CN112345681A,2021.02.05,x,2020/9/22,US,2019-10-23;2019-99-23,9,x\n",
    )
    first, second = read.parsed.records
    assert (read.kind, first.priority_date, first.priority_country) == ("incopat", date(2019, 9, 23), "US")
    assert second.priority_date is None, "the earliest may be the one that is no date"


def test_headers_in_traditional_characters(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "公開(公告)號,公開(公告)日,申請號,申請日,標題,[標]當前申請(專利權)人,優先權國家/地區,優先權日,IPC分類號,"
        "簡單法律狀態,被引用專利數量,簡單同族國家/地區,受理局\n"
        "CN112345678A,2021-02-05,CN202010999999.0,2020-09-22,標題,某公司,美國,2019-09-23,H01L21/02,有效,3,中國 | 美國"
        " | 世界知識產權組織,中國\n",
    )
    (record,) = read.parsed.records
    assert (read.kind, list(read.parsed.leftover)) == ("patsnap_zh", [])
    assert (record.priority_country, record.is_pct, record.legal_status, record.citation_count) == (
        "US", True, "active", 3,
    )  # fmt: skip
    assert record.application_number == "CN-202010999999"


def test_members_of_lens_by_their_numbers_tell_pct(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Title,Simple Family Members,Cited by Patent Count\n"
        "CN,A,CN 112345678 A,111-111-111-111-111,2021-02-05,x,CN 112345678 A;;WO 2021/055555 A1,2\n"
        "CN,A,CN 112345679 A,111-111-111-111-112,2021-02-05,x,111-111-111-111-112;;111-111-111-111-11X,2\n",
    )
    first, second = read.parsed.records
    assert (first.is_pct, first.family_members) == (True, ["CN-112345678-A", "WO-2021055555-A1"])
    assert (second.is_pct, second.source_family_id) == (None, "lens_members:111-111-111-111-112")


def test_priorities_as_orbit_writes_them(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Questel unique family ID (FAN),Publication numbers,Publication dates,Title,Current assignees,Priority numbers,"
        "Earliest priority date\n"
        '1234,"CN112345678 A\nUS20210099999 A1","2021-02-05\n2021-04-01",x,ACME,2019KR-0117777 2019-09-23,2019-09-23\n',
    )
    assert [r.priorities for r in read.parsed.records] == [[("KR-20190117777", date(2019, 9, 23))]] * 2


@pytest.mark.parametrize(
    ("written", "filed", "expected"),
    [("US14/558,596", "2014-12-02", "US-201414558596"), ("US14558596A", "2014-12-02", "US-201414558596"),
     ("US 201414558596 A", "2014-12-02", "US-201414558596"), ("US06/070870", "1979-08-29", "US-7087079"),
     ("US 7087079 A", "1979-08-29", "US-7087079"), ("US62/900001", "2019-09-13", "US-201962900001"),
     ("US 89516692 A", "1992-06-08", "US-89516692"), ("US14558596A", "", "US-14558596")],
)  # fmt: skip
def test_one_us_application_is_one_number_whoever_writes_it(
    tmp_path: Path, written: str, filed: str, expected: str
) -> None:
    read = _read(
        tmp_path,
        "Publication Number,Publication Date,Title,[Standardized] Current Assignee,Simple Legal Status,"
        "Application Number,Application Date,Cited by Count\n"
        f'US20160152999A1,2016-06-02,a,ACME,Active,"{written}",{filed},3\n',
    )
    assert [r.application_number for r in read.parsed.records] == [expected]


def test_a_generic_list_is_no_list_of_cnipa(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "序号,专利名称,申请(专利)号,申请日,公开(公告)号,公开(公告)日,主分类号,申请(专利权)人,发明(设计)人,国省代码\n"
        "1,x,CN201810012345.0,2018.01.05,CN108123456A,2018.06.05,H01L21/02,清华大学,y,北京;11\n",
    )
    (record,) = read.parsed.records
    assert (read.kind, list(read.parsed.leftover)) == ("cn_table", [])
    assert record.application_number == "CN-201810012345"
    read = _read(
        tmp_path,
        "申请号,申请日,公开（公告）号,公开（公告）日,发明名称,申请（专利权）人,申请人所在国（省）,IPC分类号,优先权号,发明人\n"
        "CN201810012345.0,20180105,CN108123456A,20180605,x,丰田自动车株式会社,日本;JP,H01L21/02,JP2017-012345,y\n",
    )
    (record,) = read.parsed.records
    assert (read.kind, [a[2] for a in record.applicants or []]) == ("cn_table", ["JP"])


@pytest.mark.parametrize(
    ("office", "number", "expected"),
    [("BR", "PI0619662-3", "BR-PI0619662-A2"), ("MX", "PA04001234", "MX-PA04001234-A2"),
     ("IT", "TO20110626", "IT-TO20110626-A2"), ("US", "RE044799", "US-RE44799-A2")],
)  # fmt: skip
def test_letters_of_a_number_are_no_other_office(tmp_path: Path, office: str, number: str, expected: str) -> None:
    read = _read(tmp_path, f"Jurisdiction,Kind,Display Key,Lens ID,Cited by Patent Count\n{office},A2,{number},1-1,2\n")
    assert [r.publication_number for r in read.parsed.records] == [expected]


def test_counts_with_marks_gain_no_digit(tmp_path: Path) -> None:
    head = "公开(公告)号,标题,受理局,简单法律状态,权利要求数,被引用专利数量\n"
    rows = [("12", 12), ("12.0", 12), ('"12,0"', 12), ('"1,234"', 1234), ("1-10", 10), ('"12,5"', None), ("2-10", None)]
    read = _read(tmp_path, head + "".join(f"CN11234{n}699A,a,中国,有效,{text},\n" for n, (text, _) in enumerate(rows)))
    assert [r.claim_count for r in read.parsed.records] == [expected for _, expected in rows]


def test_members_that_derwent_lists_tell_pct(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "Publication Number,Publication Date,Title - DWPI,Assignee/Applicant,IPC - Current,DWPI Family Members\n"
        "US20190123456A1,2019-04-25,T,ACME,H01L21/02,US20190123456A1 | WO2019083333A1\n"
        "US20190123457A1,2019-04-25,T,ACME,H01L21/02,US20190123457A1 | KR20190001234A\n"
        "US20190123458A1,2019-04-25,T,ACME,H01L21/02,US20190123458A1 | ?\n"
        "US20190123459A1,2019-04-25,T,ACME,H01L21/02,\n",
    )
    assert read.kind == "derwent"
    assert [r.is_pct for r in read.parsed.records] == [True, False, None, None]


@pytest.mark.parametrize("office", ["US", "WO", "JP", "EP", "KR", "CN", "BR"])
def test_an_id_of_digits_alone_is_no_number_of_the_office(tmp_path: Path, office: str) -> None:
    """A trimmed Lens list keeps Lens ID and Jurisdiction: the id is held against no office's rule for numbers."""
    path = tmp_path / "lens.csv"
    path.write_text(
        "Lens ID,Jurisdiction,Application Date,IPCR Classifications,Title,Has Full Text,Simple Family Size\n"
        f"004-833-779-175-991,{office},2017-12-05,H01L21/02,Made,yes,1\n",
        encoding="utf-8",
    )
    read = read_export(path)
    assert [r.publication_number for r in read.parsed.records] == [f"{office}-ID004833779175991"]
    assert read.parsed.rejects == []
