"""Tables of cases from files: names, missing cells with reasons, one-sentence refusals."""

import pytest

from app.studies.case_table import CaseTableError, read_cases


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "cases.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_first_column_gives_the_case_names(tmp_path):
    path = write(tmp_path, '"","A","Y"\n"北京",1,2\n"上海, 市",3,4\n')
    table = read_cases(path, ["Y", "A"])
    assert table.cases == ["北京", "上海, 市"]
    assert table.numbers.columns == ["Y", "A"]
    assert table.numbers["A"].to_list() == [1.0, 3.0]


def test_without_names_cases_are_numbered(tmp_path):
    assert read_cases(write(tmp_path, "A,Y\n1,2\n3,4\n"), ["A", "Y"]).cases == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path, encoding, separator):
    path = write(tmp_path, f"省份{separator}数字化{separator}水平\r\n广东{separator}0.5{separator}1\r\n", encoding)
    assert read_cases(path, ["数字化"]).numbers["数字化"].to_list() == [0.5]


def test_missing_and_unreadable_cells_are_null_and_said(tmp_path):
    table = read_cases(write(tmp_path, "c,A,Y\na,NA,1\nb,,2\nc,about 3,3\nd,4,4\n"), ["A", "Y"])
    assert table.numbers["A"].to_list() == [None, None, None, 4.0]
    assert table.notes == ("A: 1 cell(s) are not numbers and count as missing (row 4)",)


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("A,Y\n1,2\n", ["B"], "no column 'B'"),
        ("A,A,Y\n1,2,3\n", ["A"], "more than one column 'A'"),
        ("A,Y\n1,2\n1\n", ["A"], "row 3 has 1 cells where the header has 2"),
        ("A,Y\n", ["A"], "no data rows"),
        ("", ["A"], "no data rows"),
        ("A,Y\nx,1\n", ["A"], "holds no number"),
    ],
)
def test_refusals_name_file_place_and_expectation(tmp_path, text, columns, message):
    with pytest.raises(CaseTableError, match=message):
        read_cases(write(tmp_path, text), columns)


def test_unreadable_files(tmp_path):
    with pytest.raises(CaseTableError, match="cannot be read"):
        read_cases(tmp_path / "absent.csv", ["A"])
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xff\xff\n\x80")
    with pytest.raises(CaseTableError, match="neither UTF-8 nor GB 18030"):
        read_cases(binary, ["A"])
