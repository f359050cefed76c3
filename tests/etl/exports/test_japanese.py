"""Result lists of J-PlatPat: numbers as it prints them, FI as IPC, and CP932 as spreadsheets in Japan save it."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from etl.exports.forms.encoding import detect_encoding
from etl.exports.read import read_export
from tests.etl.exports.test_korean import CHINESE, KOREAN

HEAD = (
    "文献番号,出願番号,出願日,公知日,発明の名称,出願人/権利者,FI,要約,公開番号,公告番号,登録番号,審判番号,その他,"
    "ステージ,イベント詳細,文献URL"
)
ROWS = [
    '特開2011-204991,特願2011-123991,2011/06/01,2011/10/13,つくられた装置,"ザ　メーカー,株式会社乙",'
    '"C12N15/09@A,G01N37/00,102,G06F19/00,622,A61K9/12,ZNA@Z","(57)【要約】\n【課題】課題",特開2011-204991,,'
    "特許5517991,,,特許 消滅,年金不納による特許権の消滅,https://example.org/1",
    "特許7880991,特願2026-007991,2026/01/20,2026/06/25,システム,株式会社丙,G06Q50/10,,特開2026-9,,特許7880991,,,"
    "特許 有効,登録公報の発行,https://example.org/2",
    "再表2015/072991,PCT/JP2014/000991,2014/01/01,2015/05/21,シート,丁,C08L7/00,,,,,,,-,,https://example.org/3",
    '特公平07-012991,特願昭60-123991,1985/06/06,1995/02/15,半導体の製造,戊,"H01L21/30,502@D",,,'
    "特公平07-012991,,,,（出願の）却下・拒絶,,https://example.org/4",
]
LIST = "\n".join([HEAD, *ROWS]) + "\n"


@pytest.mark.parametrize("codec", ["utf-8-sig", "cp932"])
def test_a_list_of_jplatpat(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode(codec))
    read = read_export(path)
    laid_open, granted, reprinted, examined = read.parsed.records
    assert (read.kind, read.parsed.rejects) == ("jplatpat", [])
    assert [r.publication_number for r in read.parsed.records] == [
        "JP-2011204991-A", "JP-7880991-B2", "JP-WO2015072991-A1", "JP-H0712991-B2",
    ]  # fmt: skip
    assert laid_open.ipc == ["C12N15/09", "G01N37/00", "G06F19/00", "A61K9/12"], "the comma within a symbol is none"
    assert [name for _, name, *_ in laid_open.applicants or ()] == ["ザ　メーカー", "株式会社乙"]
    assert (laid_open.publication_date, laid_open.filing_date) == (date(2011, 10, 13), date(2011, 6, 1))
    assert (laid_open.legal_status, laid_open.application_number) == ("inactive", "JP-2011123991")
    assert (granted.legal_status, granted.publication_type) == ("active", "grant")
    assert (reprinted.is_pct, reprinted.application_number, reprinted.legal_status) == (True, "WO-JP2014000991", None)
    assert (examined.ipc, examined.application_number) == (["H01L21/30"], "JP-12399185")


@pytest.mark.parametrize(("text", "codec"), [(LIST, "cp932"), (KOREAN, "cp949"), (CHINESE, "gb18030")])
def test_japanese_is_told_from_its_neighbours(text: str, codec: str) -> None:
    assert detect_encoding(io.BytesIO(text.encode(codec))) == codec
