"""The table of conditions: what is wrong is named with its row, the rest is used."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from etl.load.conditions import read_conditions
from etl.load.merged.provinces import settle
from etl.records import PageRefusedError

KNOWN = {"rd_intensity": "ratio", "digital_technology": "index", "gdp": "amount"}
HEADER = "province,year,variable,value,source\n"


def read(tmp_path: Path, text: str, name: str = "t.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_conditions(file, KNOWN)


def test_names_codes_and_numbers_as_people_write_them(tmp_path):
    table = read(
        tmp_path,
        HEADER + "北京,2021,rd_intensity,6.53%,公报\n440000,2021,rd_intensity,0.0322,公报\n"
        'Inner Mongolia,2021年,gdp,"20,514.2",年鉴\n'
        "江苏省,2021,RD_intensity,0.029,s\n全国,2021,gdp,1143670,年鉴\n",
    )
    assert [(r.province, r.year, r.variable, round(r.value, 6)) for r in table.rows] == [
        ("110000", 2021, "rd_intensity", 0.0653), ("440000", 2021, "rd_intensity", 0.0322),
        ("150000", 2021, "gdp", 20514.2), ("320000", 2021, "rd_intensity", 0.029), ("000000", 2021, "gdp", 1143670.0),
    ]  # fmt: skip
    assert table.refused == []


def test_unknown_province_is_refused_with_the_nearest(tmp_path):
    table = read(tmp_path, HEADER + "黑龙江,2021,gdp,1,s\nGuangdon,2021,gdp,2,s\nAtlantis,2021,gdp,2,s\n")
    assert [p.row for p in table.refused] == [3, 4]
    assert "did you mean 'guangdong'?" in table.refused[0].reason
    assert len(table.rows) == 1


def test_missing_cells_are_left_out_and_never_zero(tmp_path):
    table = read(tmp_path, HEADER + "北京,2021,gdp,,s\n上海,2021,gdp,3,\n天津,2021,gdp,-,s\n重庆,2021,gdp,4,s\n")
    assert [(p.row, p.column) for p in table.refused] == [(2, "value"), (3, "source"), (4, "value")]
    assert [r.value for r in table.rows] == [4.0]


def test_a_province_without_a_cell_that_others_have_is_reported(tmp_path):
    table = read(
        tmp_path, HEADER + "北京,2021,gdp,1,s\n上海,2021,gdp,3,s\n北京,2021,digital_technology,0.5,s\n"
    )  # fmt: skip
    (gap,) = table.problems
    assert gap.severity == "warning"
    assert "上海" in gap.reason
    assert "digital_technology 2021" in gap.reason


def test_percent_in_a_ratio_is_refused(tmp_path):
    table = read(
        tmp_path,
        HEADER + "北京,2021,rd_intensity,6.53,s\n上海,2021,rd_intensity,0.041,s\n天津,2021,rd_intensity,3.66%,s\n",
    )
    (problem,) = table.refused
    assert (problem.row, problem.column) == (2, "value")
    assert "look like percent" in problem.reason
    assert [r.value for r in table.rows] == [0.041, pytest.approx(0.0366)]


def test_mixed_units_of_an_own_variable_are_reported(tmp_path):
    table = read(tmp_path, HEADER + "北京,2021,talent,0.31,s\n上海,2021,talent,29,s\n天津,2021,talent,0.28,s\n")
    assert [p.severity for p in table.problems] == ["warning"]
    assert "talent" in table.problems[0].reason
    assert len(table.rows) == 3


def test_duplicates(tmp_path):
    table = read(
        tmp_path,
        HEADER + "北京,2021,gdp,1,s\n110000,2021,gdp,1,s\n上海,2021,gdp,2,s\n上海市,2021,gdp,3,s\n天津,2021,gdp,9,s\n",
    )
    assert [(r.province, r.value) for r in table.rows] == [("110000", 1.0), ("120000", 9.0)]
    assert {p.row for p in table.refused} == {4, 5}
    assert any(p.severity == "warning" and "same value" in p.reason for p in table.problems)


def test_misspelt_variable_asks(tmp_path):
    table = read(tmp_path, HEADER + "北京,2021,rd_intensty,0.02,s\n")
    assert "did you mean 'rd_intensity'?" in table.problems[0].reason


def test_chinese_headings_in_a_workbook_of_excel(tmp_path):
    file = tmp_path / "条件.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["省份", "年份", "变量", "数值", "来源", "说明"])
        sheet.write_row(1, 0, ["北京", 2021, "gdp", 40269.6, "年鉴", "x"])
    assert [(r.province, r.year, r.value) for r in read_conditions(file, KNOWN).rows] == [("110000", 2021, 40269.6)]


@pytest.mark.parametrize("text", ["province,year,value\n北京,2021,1\n", "", HEADER])
def test_no_table_is_refused_whole(tmp_path, text):
    with pytest.raises(PageRefusedError, match=r"t\.csv"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("facts", "province", "rule"),
    [
        (("CN", "江苏省南京市玄武区", "p", None, None), "320000", "province"),
        (("CN", "440000", "p", None, None), "440000", "code"),
        (("CN", "苏州工业园区星湖街", "p", None, None), "320000", "city"),
        (("CN", None, None, "上海微电子装备有限公司", "p"), "310000", "applicant_name"),
        (("CN", None, None, "SYNTHETIC CIRCUITS 3 CO LTD", "p"), None, "unknown"),
        (("TW", "新竹市", "p", "甲", "p"), "710000", "territory"),
        (("US", "Beijing Road", "p", None, None), None, "abroad"),
        ((None, None, None, "上海某公司", "p"), None, "unknown"),
        (("CN", "nowhere", "p", "华润", "p"), None, "unknown"),
    ],
)
def test_province_of_a_first_applicant(facts, province, rule):
    settled = settle(*facts)
    assert (settled.province, settled.rule) == (province, rule)
