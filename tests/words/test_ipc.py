"""Every IPC code that the program meets has a title in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from words.ipc import title, titled, titles

ROOT = Path(__file__).parents[2]
_SUBCLASS = re.compile(r"\b([A-H]\d\d[A-Z])(?=[0-9/ ]|\b)")


def test_titles_are_whole_short_and_in_their_language() -> None:
    every = titles()
    assert len([c for c in every if len(c) == 4]) >= 650
    assert sorted(c for c in every if len(c) == 1) == list("ABCDEFGH")
    for code, (zh, en) in every.items():
        assert re.fullmatch(r"[A-H](\d\d[A-Z]?)?", code)
        assert re.search(r"[\u4e00-\u9fff]", zh), code
        assert not re.search(r"[\u4e00-\u9fff]", en), code
        assert 0 < len(zh) <= 40, code
        assert 0 < len(en) <= 90, code
        assert len(code) == 1 or (code[:3] in every and code[0] in every), code


def test_every_subclass_of_the_lists_and_of_the_simulated_office_has_a_title() -> None:
    files = [
        *(ROOT / "etl" / "catalogue").glob("*.toml"),
        *(ROOT / "office").rglob("*.py"),
        *(ROOT / "office").rglob("*.toml"),
    ]
    met = {code for file in files for code in _SUBCLASS.findall(file.read_text(encoding="utf-8"))}
    assert len(met) > 40
    assert sorted(code for code in met if title(code, "zh") is None) == []


def test_a_symbol_has_the_title_of_its_subclass() -> None:
    assert title("H05G1/02", "zh") == title("H05G", "zh") == "X射线技术"
    assert title("H05", "en") == "Electric techniques not otherwise provided for"
    assert title("H0", "zh") is None
    assert title("Z99Z", "en") is None
    assert titled(["H05G", "H0"], "en") == "H05G (X-ray technique), H0"
    assert titled(["H05G", "H0"], "zh") == "H05G（X射线技术）、H0"
