"""Korean lists as spreadsheets in Korea save them: CP949, which read as GB 18030 looks like Chinese."""

from __future__ import annotations

import io

import pytest

from etl.exports.forms.encoding import detect_encoding
from etl.exports.read import read_export

KOREAN = (
    "번호,출원번호,출원일자,공개번호,공개일자,등록번호,출원인,발명의명칭\n"
    "1,10-2019-0012345,2019.01.31,10-2020-0093456,2020.08.10,,주식회사 합성,라이다 센서 및 이를 포함하는 차량\n"
)
CHINESE = "公开（公告）号,标题,申请人,申请日\nCN101234567A,一种激光雷达及其车辆,合成股份有限公司,2019-01-31\n"


def test_a_korean_list_in_cp949_is_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(KOREAN.encode("cp949"))
    read = read_export(path)
    (record,) = read.parsed.records
    assert read.kind == "kipris"
    assert record.publication_number.startswith("KR-")
    assert record.titles is not None
    assert record.titles[0][1] == "라이다 센서 및 이를 포함하는 차량"


@pytest.mark.parametrize(("text", "codec"), [(KOREAN, "cp949"), (CHINESE, "gb18030"), (CHINESE * 50, "gb18030")])
def test_korean_and_chinese_are_told_apart(text, codec):
    assert detect_encoding(io.BytesIO(text.encode(codec))) == codec
