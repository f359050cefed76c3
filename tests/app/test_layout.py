"""Tables fit the width they are given; numbers and ids are whole at every width."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from app.display import DISPLAY
from app.layout import cell, constants, print_table

ROOT = Path(__file__).parents[2]
ROWS = [
    {
        "technology_id": f"high-strength-stainless-steel-{i}", "name_en": "High strength stainless steel",
        "capability": 0.501087 + i / 1000, "dynamics": 0.270270, "coverage": 0.9566, "families": 117 + i,
        "finished_at": datetime(2021, 5, 31, 6, 7, 8, 123456), "low_evidence_why": "coverage of the claims " * 5,
        "data_label": "synthetic",
    }
    for i in range(4)
]  # fmt: skip
IDS = [r["technology_id"] for r in ROWS]


def printed(
    width: int, rows: list[dict[str, object]], *, as_asked: bool = False, monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_table(Console(file=stream, width=width, highlight=False), rows, list(rows[0]), as_asked=as_asked)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 160])
def test_no_line_is_too_long_and_no_number_or_id_broken(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(width, ROWS, monkeypatch=monkeypatch)
    table = [line for line in text.splitlines() if line.startswith(("│", "|", "┏", "┡", "└"))]
    assert all(len(line) <= width for line in table)
    for shown in IDS:
        assert shown in text
    for figure in re.findall(r"\d\.\d+(?!\d*%)", text):
        assert re.fullmatch(r"\d\.\d{3}", figure), "K and D have three decimals"
    if width >= 80:
        for i in range(4):
            assert f"{0.501087 + i / 1000:.3f}" in text


@pytest.mark.parametrize("width", range(72, 132, 3))
def test_no_column_is_cut_at_the_edge_of_the_screen(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    share = "0.3252 (0.99)"
    row = {"technology_id": "aero-engine", "families": 3778, "applications": share, "citations": share, "claims": "—",
           "pct": share, "D raw": 10, "K": None, "D": None, "strategy": "entrench", "unsettled": None}  # fmt: skip
    lines = printed(width, [row, row], monkeypatch=monkeypatch).splitlines()
    table = [line for line in lines if line.startswith(("│", "┏", "┃", "┡", "└"))]
    assert table
    assert all(line[-1] in "│┓┃┩┘" for line in table), "each line ends with its border"
    assert len({len(line) for line in table}) == 1


@pytest.mark.parametrize("width", [40, 80])
def test_a_query_keeps_every_column_in_blocks(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(width, ROWS, as_asked=True, monkeypatch=monkeypatch)
    for name in ROWS[0]:
        assert len(re.findall(rf"^{name} ", text, re.MULTILINE)) == len(ROWS)
    assert "0.501087" in text, "as the query gave it"


def test_what_is_the_same_in_every_row_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(200, ROWS, monkeypatch=monkeypatch)
    assert text.count("synthetic") == 1
    assert text.count("95.7%") == 1
    assert constants(ROWS[:2], list(ROWS[0])) == {}, "two rows may be equal by chance"


def test_values_as_people_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DISPLAY, "zone", ZoneInfo("Asia/Shanghai"))
    assert cell(datetime(2021, 5, 31, 20, 7, 8, 99)) == "2021-06-01 04:07+0800"
    assert cell(0.5, "share") == "50.0%"
    assert cell(1, "figure") == "1.000"
    assert cell(None) == "—"
    assert cell(float("nan"), "share") == "—"
    assert cell("a\nb\x1b[0m") == "a b\ufffd[0m"


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_a_console_of_another_encoding_gets_no_traceback(encoding: str, tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "LANG": "zh_CN", "COLUMNS": "80"}
    for words in (["--help"], [], ["matrix"], ["catalogue", "list", "-w", str(tmp_path)]):
        done = subprocess.run(
            [sys.executable, "-m", "app.main", *words], cwd=tmp_path, env=environ, capture_output=True, check=False
        )
        assert b"Traceback" not in done.stderr + done.stdout
        if encoding == "gbk":
            assert not re.search("[\ufffd]", (done.stdout + done.stderr).decode("gbk"))
            assert "工作区" in (done.stdout + done.stderr).decode("gbk")
