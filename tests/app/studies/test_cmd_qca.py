"""`stuckneck qca FILE.csv`: the agreed JSON, tables for people, and one sentence for bad input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from app.studies.qca.command import register

CRISP = """case,A,B,C,Y
p,1,1,0,1
q,1,1,1,1
r,1,0,1,0
s,0,1,0,0
t,0,0,0,0
u,1,0,0,0
"""
RAW = "case,A,B,Y\n" + "".join(f"c{i},{i},{(i * 7) % 20},{i + (i * 7) % 20}\n" for i in range(20))


@pytest.fixture
def run(tmp_path: Path) -> Any:
    program = typer.Typer()
    register(program)
    program.command("other")(lambda: None)

    def invoke(text: str, *arguments: str) -> Result:
        file = tmp_path / "data.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(program, ["qca", str(file), *arguments])

    return invoke


ABC = ("--outcome", "Y", "--conditions", "A,B,C")


def test_json_has_the_agreed_shape(run: Any) -> None:
    result = run(CRISP, *ABC, "--incl-cut", "0.85", "--pri-cut", "0.75", "--n-cut", "1", "--dir-exp", "1,1,-", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer) == ["necessity", "truth_table", "complex", "parsimonious", "intermediate", "made"]
    assert list(answer["necessity"]) == ["A", "~A", "B", "~B", "C", "~C"]
    assert answer["necessity"]["A"] == {"consistency": 1.0, "coverage": 0.5, "ron": 0.5}
    row = answer["truth_table"][-1]
    assert row == {
        "row": 8,
        "values": [1, 1, 1],
        "n": 1,
        "consistency": 1.0,
        "pri": 1.0,
        "outcome": 1,
        "cases": ["q"],
    }
    model = {
        "terms": {"A*B": {"consistency": 1.0, "pri": 1.0, "raw_coverage": 1.0, "unique_coverage": None}},
        "solution": {"consistency": 1.0, "pri": 1.0, "coverage": 1.0},
    }
    assert answer["complex"] == answer["parsimonious"] == {"models": [model]}
    assert answer["intermediate"] == {"C1P1": {"models": [model]}}


def test_negated_outcome(run: Any) -> None:
    answer = json.loads(run(CRISP, *ABC, "--negate", "--json").stdout)
    assert set(answer["parsimonious"]["models"][0]["terms"]) == {"~A", "~B"}


def test_details_add_roles_cases_and_counterfactuals(run: Any) -> None:
    result = run(CRISP, *ABC, "--negate", "--dir-exp", "0,0,0", "--json", "--details", "--supersets", "--robustness")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    pair = answer["intermediate"]["C1P1"]
    term = pair["models"][0]["terms"]["~B"]
    assert term["core"] == ["~B"]
    assert term["cases"] == ["r", "t", "u"]
    assert answer["outcome"] == "~Y"
    assert answer["all_models_listed"] is True
    assert {"supersets", "robustness"} < set(answer)


def test_multivalue_conditions_are_recognised(run: Any) -> None:
    text = "case,A,B,Y\np,2,1,1\nq,2,0,1\nr,1,1,0\ns,0,0,0\n"
    answer = json.loads(run(text, "--outcome", "Y", "--conditions", "A,B", "--json").stdout)
    assert list(answer["necessity"]) == ["A[0]", "A[1]", "A[2]", "B[0]", "B[1]"]
    assert list(answer["complex"]["models"][0]["terms"]) == ["A[2]"]


def test_calibration_at_quartiles_and_given_anchors(run: Any) -> None:
    base = ("--outcome", "Y", "--conditions", "A,B", "--json")
    quartiles = run(
        RAW, *base, "--calibrate", "quartiles", "--quantile-type", "7", "--incl-cut", "0.8", "--pri-cut", "0"
    )
    assert quartiles.exit_code == 0
    given = run(
        RAW,
        *base,
        "--anchors",
        "A=4.75,9.5,14.25; B=4.75,9.5,14.25; Y=13.75,19,24.25",
        "--incl-cut",
        "0.8",
        "--pri-cut",
        "0",
    )
    assert given.exit_code == 0
    assert json.loads(given.stdout)["necessity"]["A"] == pytest.approx(
        json.loads(quartiles.stdout)["necessity"]["A"], abs=0.1
    )


def necessity_of_a(run: Any, *options: str) -> float:
    result = run(RAW, "--outcome", "Y", "--conditions", "A,B", "--json", *options)
    assert result.exit_code == 0, result.output
    consistency: float = json.loads(result.stdout)["necessity"]["A"]["consistency"]
    return consistency


def test_six_anchors_make_a_set_of_the_middle_and_straight_lines_are_an_option(run: Any) -> None:
    a, y = np.arange(20.0), np.array([i + (i * 7) % 20 for i in range(20)], dtype=float)
    rest = ";B=4,9,14;Y=13,19,24"
    outcome = np.interp(y, [13, 19, 24], [0, 0.5, 1])
    bell = np.interp(a, [2, 5, 8, 12, 15, 18], [0, 0.5, 1, 1, 0.5, 0])
    found = necessity_of_a(run, "--anchors", "A=2,5,8,12,15,18" + rest, "--linear")
    assert found == pytest.approx(np.minimum(bell, outcome).sum() / outcome.sum())
    rising = np.interp(a, [4, 9, 14], [0, 0.5, 1])
    found = necessity_of_a(run, "--anchors", "A=4,9,14" + rest, "--linear")
    assert found == pytest.approx(np.minimum(rising, outcome).sum() / outcome.sum())
    assert found != pytest.approx(necessity_of_a(run, "--anchors", "A=4,9,14" + rest))
    table = run(RAW, "--outcome", "Y", "--conditions", "A,B", "--anchors", "A=2,5,8,12,15,18" + rest).stdout
    assert "2 / 18" in table


def test_robustness_says_within_which_anchors_the_solution_stays(run: Any) -> None:
    options = ("--outcome", "Y", "--conditions", "A,B", "--incl-cut", "0.7", "--pri-cut", "0", "--json")
    anchors = "A={};B=4.6,9.4,14.4;Y=13.7,19.2,24.3"

    def solved(at: str) -> Any:
        answer = run(RAW, *options, "--robustness", "--anchors", anchors.format(at))
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    answer = solved("4.6,9.4,14.6")
    ranges = answer["robustness"]["ranges"]["anchors"]
    assert set(ranges) == {"A", "B"}
    lower, upper = ranges["A"]["crossover"]
    assert (lower, upper) == (None, pytest.approx(10.9))  # the lower end lies beyond the exclusion anchor
    models = {tuple(m["terms"]) for p in answer["intermediate"].values() for m in p["models"]}
    for crossover, is_same in ((10.9, True), (11.4, False)):
        there = solved(f"4.6,{crossover},14.6")
        found = {tuple(m["terms"]) for p in there["intermediate"].values() for m in p["models"]}
        assert (found == models) == is_same
    assert (
        "Stable anchors A"
        in run(RAW, *options[:-1], "--robustness", "--anchors", anchors.format("4.6,9.4,14.6")).stdout
    )


def test_tables_for_people(run: Any) -> None:
    result = run(CRISP, *ABC, "--dir-exp", "1,1,1", "--theory", "A*B + ~C")
    assert result.exit_code == 0
    for text in ("Necessary conditions", "Truth table", "Intermediate solution", "●", "Theory"):
        assert text in result.stdout


def test_charts_are_written(run: Any, tmp_path: Path) -> None:
    result = run(CRISP, *ABC, "--plots", str(tmp_path / "charts"), "--json")
    assert result.exit_code == 0
    written = sorted(path.name for path in (tmp_path / "charts").iterdir())
    assert written == [
        "qca_path1_A-B.pdf",
        "qca_path1_A-B.png",
        "qca_path1_A-B.svg",
        "qca_solution.pdf",
        "qca_solution.png",
        "qca_solution.svg",
        "qca_truth_table.pdf",
        "qca_truth_table.png",
        "qca_truth_table.svg",
    ]
    assert (tmp_path / "charts" / "qca_truth_table.svg").read_bytes().startswith(b"<?xml")
    json.loads(result.stdout)


def test_missing_cells_leave_the_case_out_and_say_so(run: Any) -> None:
    result = run(CRISP + "v,1,,1,1\n", *ABC, "--json")
    assert result.exit_code == 0
    assert "left out for a missing value: v" in result.stderr
    assert sum(row["n"] for row in json.loads(result.stdout)["truth_table"]) == 6


def test_cases_at_half_are_named(run: Any) -> None:
    text = CRISP + "w,0.5,0.9,0.2,0.9\n"
    shown = run(text, *ABC, "--json")
    assert "exactly 0.5" in shown.stderr
    assert "w" in shown.stderr
    assert "exactly 0.5" not in run(text, *ABC, "--json", "--half", "raise").stderr


def test_nothing_to_minimise_is_said_not_an_error(run: Any) -> None:
    result = run(CRISP, *ABC, "--n-cut", "2", "--json")
    assert result.exit_code == 0
    assert "nothing to minimise" in result.stderr
    assert json.loads(result.stdout)["intermediate"] == {}


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (CRISP, ("--outcome", "Z", "--conditions", "A,B"), "no column 'Z'"),
        (CRISP, ("--outcome", "Y", "--conditions", "A,Q"), "no column 'Q'"),
        (CRISP, ("--outcome", "Y", "--conditions", "A,Y"), "both the outcome and a condition"),
        (CRISP, ("--outcome", "Y", "--conditions", "A,A"), "twice"),
        (CRISP, ("--outcome", "Y", "--conditions", ","), "--conditions"),
        (CRISP, (*ABC, "--dir-exp", "1,1"), "2 directional expectations for 3"),
        (CRISP, (*ABC, "--dir-exp", "1,x,1"), "--dir-exp"),
        (CRISP, (*ABC, "--incl-cut", "7"), "between 0 and 1"),
        (CRISP, (*ABC, "--n-cut", "0"), "frequency"),
        (CRISP, (*ABC, "--calibrate", "magic"), "--calibrate"),
        (CRISP, (*ABC, "--calibrate", "quartiles"), "quartiles"),
        (CRISP, (*ABC, "--quantile-type", "9"), "--quantile-type"),
        (CRISP, (*ABC, "--idm", "many"), "--idm"),
        (CRISP, (*ABC, "--half", "up"), "--half"),
        (CRISP, (*ABC, "--anchors", "A=1,2"), "--anchors"),
        (CRISP, (*ABC, "--anchors", "Q=1,2,3"), "--anchors"),
        (CRISP, (*ABC, "--anchors", "A=1,1,3"), "strictly ordered"),
        (CRISP, (*ABC, "--theory", "A*Q"), "'Q'"),
        (CRISP, (*ABC, "--max-models", "0"), "--max-models"),
        (CRISP, (*ABC, "--plots", "charts", "--language", "fr"), "--language"),
        (RAW, ("--outcome", "Y", "--conditions", "A,B"), "data.csv"),
        ("case,A,Y\np,0.2,3\nq,0.3,1\n", ("--outcome", "Y", "--conditions", "A"), "calibrate"),
        ("case,A,B,Y\np,0.2,3,1\nq,0.3,1,1\n", ("--outcome", "Y", "--conditions", "A,B"), "fractions"),
        ("", ABC, "no data rows"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    run: Any, text: str, arguments: tuple[str, ...], message: str
) -> None:
    result = run(text, *arguments, "--json")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert result.stdout == ""


def test_the_command_gives_r_s_figures() -> None:
    """Lipset's data as R's QCA 3.23 solves them, through the command."""
    folder = Path(__file__).parents[3] / ".." / "shared" / "reference" / "qca" / "v3.23"
    if not folder.exists():
        pytest.skip("reference figures are not beside the project")
    theirs = json.loads((folder / "LF.json").read_text(encoding="utf-8"))["pos"]["runs"]["incl0.8_pri0.5_n1"]
    program = typer.Typer()
    register(program)
    arguments = ["--outcome", "SURV", "--conditions", "DEV,URB,LIT,IND,STB", "--incl-cut", "0.8", "--pri-cut", "0.5"]
    file = str(folder / "data" / "LF.csv")
    result = CliRunner().invoke(program, [file, *arguments, "--dir-exp", "1,1,1,1,1", "--json"])
    answer = json.loads(result.stdout)
    assert [row["row"] for row in answer["truth_table"]] == theirs["tt"]["id"]
    assert [str(row["outcome"]) for row in answer["truth_table"]] == theirs["tt"]["OUT"]
    assert [",".join(row["cases"]) for row in answer["truth_table"]] == theirs["tt"]["cases"]
    pairs = theirs["intermediate_all1"]["i.sol"]
    assert set(answer["intermediate"]) == set(pairs)
    for name, pair in pairs.items():
        (ours,), (model,) = answer["intermediate"][name]["models"], pair["IC"]["models"]
        assert set(ours["terms"]) == set(model["terms"])
        for term, figures in model["terms"].items():
            fit = ours["terms"][term]
            assert fit["consistency"] == pytest.approx(figures["inclS"], abs=1e-9)
            assert fit["pri"] == pytest.approx(figures["PRI"], abs=1e-9)
            assert fit["raw_coverage"] == pytest.approx(figures["covS"], abs=1e-9)
            assert fit["unique_coverage"] == pytest.approx(figures["covU"], abs=1e-9)
