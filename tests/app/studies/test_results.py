"""What `nca` and `qca` leave on disk says what their JSON says, in one language, with what it was made by."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from app.main import app
from app.studies.xy import matched, spread

HAN = re.compile(r"[\u4e00-\u9fff]")
CASES = "case,A,B,Y\n" + "".join(
    f"{name},{a},{b},{y}\n"
    for name, a, b, y in [
        ("p", 0.9, 0.1, 0.8), ("q", 0.8, 0.6, 0.9), ("r", 0.3, 0.9, 0.4), ("s", 0.2, 0.4, 0.1), ("=t", 0.7, 0.7, 0.7),
        ("u", 0.1, 0.2, 0.2), ("v_%", 0.6, 0.8, 0.6),
    ]
)  # fmt: skip
NCA = ("nca", "--outcome", "Y", "--conditions", "A,B", "--permutations", "50", "--seed", "3", "--outliers", "1")
QCA = ("qca", "--outcome", "Y", "--conditions", "A,B", "--incl-cut", "0.8", "--pri-cut", "0.5", "--robustness")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    file = tmp_path / "cases.csv"
    file.write_text(CASES, encoding="utf-8")

    def call(words: tuple[str, ...], *more: str) -> Any:
        done = CliRunner().invoke(app, [words[0], str(file), *words[1:], *more])
        assert done.exit_code == 0, done.output
        return done

    return call


def numbers_of(sheet: Any) -> set[float]:
    return {round(v, 9) for row in sheet.to_python() for v in row if isinstance(v, float)}


def test_json_says_by_what_it_was_made(run: Any, tmp_path: Path) -> None:
    digest = hashlib.sha256((tmp_path / "cases.csv").read_bytes()).hexdigest()
    for words, stated in ((NCA, {"seed": 3, "permutations": 50}), (QCA, {"incl_cut": 0.8, "seed": None})):
        made = json.loads(run(words, "--json").stdout)["made"]
        assert (made["program"], made["sha256"], made["input"]) == ("stuckneck", digest, "cases.csv")
        assert re.fullmatch(r"\d+\.\d+.*", made["version"])
        assert stated.items() <= made.items()


@pytest.mark.parametrize("words", [NCA, QCA])
def test_a_workbook_holds_the_figures_as_numbers(run: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "out.xlsx"
    figures = json.loads(run(words, "--json", "-o", str(file)).stdout)
    book = CalamineWorkbook.from_path(str(file))
    held = set().union(*(numbers_of(book.get_sheet_by_name(name)) for name in book.sheet_names))
    if words is NCA:
        wanted = [c["effect_size"] for one in figures["conditions"].values() for c in one["ceilings"].values()]
    else:
        wanted = [one["consistency"] for one in figures["necessity"].values()]
    assert len(wanted) >= 4
    assert {round(v, 9) for v in wanted} <= held
    front = "\n".join(str(c) for row in book.get_sheet_by_index(0).to_python() for c in row)
    assert figures["made"]["sha256"][:16] in front


def test_csv_is_a_table_a_file_with_unrounded_figures(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    figures = json.loads(run(NCA, "--json", "-o", str(file)).stdout)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    found = {(r["condition"], r["figure"]): r for r in rows}
    for name in ("A", "B"):
        ceilings = figures["conditions"][name]["ceilings"]
        assert float(found[name, "Effect size d"]["CE-FDH"]) == ceilings["ce_fdh"]["effect_size"]
        assert float(found[name, "p-value"]["CR-FDH"]) == ceilings["cr_fdh"]["p_value"]
        assert found[name, "Slope"]["CE-FDH"] == ""  # undefined is no zero
    assert {path.name for path in tmp_path.glob("out-*.csv")} >= {"out-Bottleneck-levels-CE-FDH.csv"}
    influential = (tmp_path / "out-Influential-cases.csv").read_text(encoding="utf-8-sig")
    assert "\n=" not in influential
    assert ",=t" not in influential  # what begins like a formula is text


@pytest.mark.parametrize("words", [NCA, QCA])
def test_word_and_latex_say_the_same_in_the_language_asked_for(
    run: Any, tmp_path: Path, words: tuple[str, ...]
) -> None:
    from docx import Document

    files = [tmp_path / "out.docx", tmp_path / "out.tex"]
    options = [o for f in files for o in ("-o", str(f))]
    run(words, *options, "--language", "zh")
    document = Document(str(files[0]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(HAN.search(c) for c in cells)
    assert not [c for c in cells if HAN.search(c) and re.search(r"[a-z]{4,}", c)]  # no cell in two languages
    tex = files[1].read_text(encoding="utf-8")
    assert "ctexart" in tex
    assert "v\\_\\%" in tex
    body = tex.partition("\\begin{document}")[2]
    assert body.count("\\begin{table}") == body.count("\\end{table}") == len(document.tables)
    run(words, *options, "--language", "en")
    assert not HAN.search(files[1].read_text(encoding="utf-8"))


def test_both_languages_give_both_parts_and_an_unknown_ending_is_refused(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    run(NCA, "--lang", "both", "-o", str(file))
    names = CalamineWorkbook.from_path(str(file)).sheet_names
    assert any(HAN.search(n) for n in names)
    assert any(n.endswith("(en)") for n in names)
    refused = CliRunner().invoke(app, ["nca", str(tmp_path / "cases.csv"), *NCA[1:], "-o", str(tmp_path / "a.ods")])
    assert refused.exit_code == 2
    assert ".docx" in refused.output
    assert not (tmp_path / "a.ods").exists()


def crosses(a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    def side(p: Any, q: Any, r: Any) -> float:
        return float((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    (p, q), (r, s) = a, b
    return side(p, q, r) * side(p, q, s) < -1e-12 and side(r, s, p) * side(r, s, q) < -1e-12


@pytest.mark.parametrize("seed", range(12))
def test_leaders_never_cross_and_names_keep_their_distance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in rng.uniform(0.5, 1, (24, 2))]
    heights = spread([y for _, y in points])
    assert all(a - b >= 0.0359 for a, b in pairwise(sorted(heights, reverse=True)))
    slots = [(1.06, h) for h in heights]
    leaders = [(p, slots[j]) for p, j in zip(points, matched(points, slots), strict=True)]
    assert len({end for _, end in leaders}) == len(points)
    assert not [(a, b) for i, a in enumerate(leaders) for b in leaders[:i] if crosses(a, b)]
