"""`stuckneck qca --panel UNIT,YEAR`: SetMethods' figures from a file, unbalanced panels, one sentence for bad input."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.main import app

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference" / "setmethods"
CONDITIONS = "EMP,BARGAIN,UNI,OCCUP,STOCK,MA"
PANEL = "who,when,A,B,Y\n" + "".join(
    f"u{u},{year},{a},{b},{y}\n"
    for u in range(4)
    for year, a, b, y in ((2018, 0.2 * u, 0.9, 0.3 * u), (2019, 1 - 0.2 * u, 0.1, 0.7))
)


def qca(file: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["qca", str(file), *arguments])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "panel.csv"
    file.write_text(PANEL, encoding="utf-8")
    return file


AB = ("--outcome", "Y", "--conditions", "A,B", "--incl-cut", "0.8", "--pri-cut", "0")


def test_figures_equal_setmethods() -> None:
    if not REFERENCE.is_dir():
        pytest.skip("the reference figures are not here")
    theirs = json.loads((REFERENCE / "cluster_SCHLF.json").read_text(encoding="utf-8"))
    done = qca(
        REFERENCE / "SCHLF.csv", "--outcome", "EXPORT", "--conditions", CONDITIONS, "--panel", "COUNTRY,YEAR",
        "--incl-cut", "0.9", "--pri-cut", "0", "--dir-exp", "0,0,0,0,0,0", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    panel = json.loads(done.stdout)["panel"]
    compared = 0
    for key, fit in theirs["expr"].items():
        relation, expression, outcome = key.split("|")
        ours = panel[relation].get(expression)
        if ours is None or outcome != "EXPORT":
            continue
        compared += 1
        same(ours, fit)
    assert compared >= 3
    for expression, fit in theirs["intermediate"].items():
        if expression in panel["sufficiency"]:
            same(panel["sufficiency"][expression], fit)


def same(ours: Any, theirs: Any) -> None:
    assert ours["pooled"]["consistency"] == pytest.approx(theirs["pooled"], abs=1e-8)
    assert ours["pooled"]["coverage"] == pytest.approx(theirs["cov_pooled"], abs=1e-8)
    assert ours["between"]["distance"] == pytest.approx(theirs["dBP"], abs=1e-8)
    groups = ours["between"]["groups"].values()
    assert [g["consistency"] for g in groups] == pytest.approx(theirs["between"], abs=1e-8)
    for group, value in zip(ours["within"]["groups"].values(), theirs["within"], strict=True):
        assert group["consistency"] is None or group["consistency"] == pytest.approx(value, abs=1e-8)


def test_every_condition_and_path_has_its_figures(table: Path) -> None:
    answer = json.loads(qca(table, *AB, "--panel", "who,when", "--json").stdout)
    panel = answer["panel"]
    assert list(panel["necessity"]) == ["A", "~A", "B", "~B"]
    model = answer["intermediate"]["C1P1"]["models"][0]
    assert list(panel["sufficiency"]) == [*model["terms"], "solution"]
    for term, fit in model["terms"].items():
        assert panel["sufficiency"][term]["pooled"] == {
            "consistency": fit["consistency"], "coverage": fit["raw_coverage"],
        }  # fmt: skip
    rows = [r for r in csv.DictReader(PANEL.splitlines()) if r["when"] == "2018"]
    low = sum(min(float(r["A"]), float(r["Y"])) for r in rows) / sum(float(r["Y"]) for r in rows)
    assert panel["necessity"]["A"]["between"]["groups"]["2018"]["consistency"] == pytest.approx(low)
    assert "u1 2018" in {case for row in answer["truth_table"] for case in row["cases"]}
    assert "panel" not in json.loads(qca(table, *AB, "--json").stdout)


def test_tables_for_people(table: Path) -> None:
    shown = qca(table, *AB, "--panel", "who,when").stdout
    assert "Panel, necessity" in shown
    assert "2018" in shown
    assert "u3" in shown


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        ("who", "needs two columns"),
        ("who,who", "needs two columns"),
        ("who,A", "is the outcome or a condition"),
        ("who,year", "no column 'year'"),
    ],
)
def test_bad_panel_is_one_sentence(table: Path, panel: str, reason: str) -> None:
    done = qca(table, *AB, "--panel", panel)
    assert done.exit_code == 2
    assert reason in done.stderr


def test_doubled_and_empty_cells_are_refused(table: Path) -> None:
    table.write_text(PANEL + "u1,2018,0.1,0.2,0.3\n", encoding="utf-8")
    assert "two observations" in qca(table, *AB, "--panel", "who,when").stderr
    table.write_text(PANEL + ",2018,0.1,0.2,0.3\n", encoding="utf-8")
    assert "row 10 has no who" in qca(table, *AB, "--panel", "who,when").stderr
