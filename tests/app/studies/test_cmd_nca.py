"""`stuckneck nca` as a person or a script meets it."""

import json
import math
import re
from dataclasses import asdict

import pytest
import typer
from typer.testing import CliRunner

from analytics.nca import analyse
from analytics.nca.power import power
from app.studies.nca.command import register

TABLE = "case,A,B,Y\n" + "\n".join(
    f"c{i},{a},{b},{y}"
    for i, (a, b, y) in enumerate(
        [
            (1, 5, 2),
            (2, 1, 3),
            (3, 4, 1),
            (4, 2, 6),
            (5, 3, 4),
            (6, 9, 7),
            (7, 8, 9),
            (8, 6, 5),
            (9, 7, 8),
            (10, "", 10),
        ]
    )
)
KEYS = {
    "effect_size",
    "ceiling_zone",
    "accuracy",
    "fit",
    "slope",
    "intercept",
    "condition_inefficiency",
    "outcome_inefficiency",
    "p_value",
    "p_accuracy",
}


@pytest.fixture
def run(tmp_path):
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    path = tmp_path / "cases.csv"
    path.write_text(TABLE)

    def call(*options, file=path):
        return CliRunner().invoke(app, ["nca", str(file), *options])

    return call


def test_json_has_the_documented_shape(run):
    answer = run("--outcome", "Y", "--conditions", "A,B", "--permutations", "200", "--seed", "1", "--json")
    assert answer.exit_code == 0, answer.output
    done = json.loads(answer.stdout)
    assert set(done) == {"conditions", "bottleneck", "made"}
    assert done["conditions"]["A"]["n"] == 10
    assert done["conditions"]["B"]["n"] == 9
    assert done["conditions"]["A"]["scope"] == 81.0
    assert set(done["conditions"]["A"]["ceilings"]) == {"ce_fdh", "cr_fdh"}
    for condition in done["conditions"].values():
        for figures in condition["ceilings"].values():
            assert set(figures) == KEYS
            assert 0 < figures["p_value"] <= 1
    assert done["bottleneck"]["cr_fdh"]["outcome"] == [10.0 * i for i in range(11)]
    for column in ("A", "B"):
        cells = done["bottleneck"]["cr_fdh"][column]
        assert len(cells) == 11
        assert all(cell in ("NN", "NA") or isinstance(cell, float) for cell in cells)


def test_figures_are_those_of_the_library(run):
    answer = run("--outcome", "Y", "--conditions", "A", "--ceilings", "c_lp,ols,ce_vrs", "--corner", "4", "--json")
    done = json.loads(answer.stdout)["conditions"]["A"]["ceilings"]
    a, y = range(1, 11), [2, 3, 1, 6, 4, 7, 9, 5, 8, 10]
    expected = analyse(list(a), y, ceilings=["c_lp", "ols", "ce_vrs"], corner=4).ceilings
    for name, figures in done.items():
        assert figures["effect_size"] == pytest.approx(expected[name].effect_size)
        assert figures["slope"] == (None if expected[name].slope is None else pytest.approx(expected[name].slope))
        assert figures["p_value"] is None


def test_theoretical_scope_and_actual_bottlenecks(run):
    answer = run(
        *("--outcome", "Y", "--conditions", "A", "--scope", "0,20,0,20", "--json"),
        *("--bottleneck-x", "actual", "--bottleneck-y", "actual", "--cutoff", "2"),
    )
    done = json.loads(answer.stdout)
    assert done["conditions"]["A"]["scope"] == 400.0
    assert done["bottleneck"]["ce_fdh"]["outcome"] == [2.0 * i for i in range(11)]


def test_r_compatible_is_r_draw_by_draw(run, tmp_path):
    """Alone it makes 10 000 repetitions; the seed only matters for 5.x seeding."""
    options = ("--outcome", "Y", "--conditions", "A", "--r-compatible", "--json")
    first, again = json.loads(run(*options).stdout), json.loads(run(*options).stdout)
    assert first == again
    figures = first["conditions"]["A"]["ceilings"]["ce_fdh"]
    p = figures["p_value"]
    assert figures["p_accuracy"] == pytest.approx(1.959963984540054 * math.sqrt(p * (1 - p) / 10_000))
    assert json.loads(run(*options, "--seed", "5").stdout) != first


def test_reference_counts_through_the_command(run):
    from tests.analytics.nca.conftest import REFERENCE

    path = REFERENCE / "nca" / "v4" / "nca.example.csv"
    if not path.exists():
        pytest.skip("reference data not here")
    options = ("--outcome", "Innovation performance", "--conditions", "Individualism,Risk taking")
    done = json.loads(run(*options, "--permutations", "10000", "--r-compatible", "--json", file=path).stdout)
    p = {name: [c["p_value"] for c in one["ceilings"].values()] for name, one in done["conditions"].items()}
    assert p["Individualism"] == pytest.approx([0.0796920307969203, 0.1655834416558344])
    assert p["Risk taking"] == pytest.approx([0.100989901009899, 0.0857914208579142])


def test_tables_charts_and_outliers(run, tmp_path):
    folder = tmp_path / "charts"
    answer = run("--outcome", "Y", "--conditions", "A,B", "--outliers", "2", "--plots", str(folder))
    assert answer.exit_code == 0, answer.output
    for words in ("Effect size", "Bottleneck levels · CE-FDH", "Influential cases", "c0"):
        assert words in answer.output
    names = {path.name for path in folder.iterdir()}
    assert {"nca-01-A.svg", "nca-01-A.png", "nca-02-B.svg", "nca-bottleneck-cr_fdh.png"} <= names
    assert (folder / "nca-01-A.svg").read_text().startswith("<?xml")


def test_power_is_that_of_as_many_cases_as_the_condition_has(run):
    options = ("--outcome", "Y", "--conditions", "A,B", "--ceilings", "ce_fdh,ols", "--power", "0.3", "--seed", "4")
    answer = run(*options, "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)["power"]
    assert found["A"] == {"ce_fdh": asdict(power(10, effect_size=0.3, seed=4))}
    assert found["B"] == {"ce_fdh": asdict(power(9, effect_size=0.3, seed=4))}
    shown = run(*options).output
    assert re.search(rf"A .*CE-FDH .*{found['A']['ce_fdh']['power']:.2f}", shown)
    assert "simulated cases" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--outcome", "Y", "--conditions", "A", "--power", "1"), "below 1"),
        (("--outcome", "Z", "--conditions", "A"), "no column 'Z'"),
        (("--outcome", "Y", "--conditions", " ,"), "at least one column"),
        (("--outcome", "Y", "--conditions", "A,A"), "twice"),
        (("--outcome", "Y", "--conditions", "Y"), "both the outcome and a condition"),
        (("--outcome", "Y", "--conditions", "A", "--corner", "5"), "--corner does not know 5"),
        (("--outcome", "Y", "--conditions", "A", "--ceilings", "ce"), "--ceilings does not know 'ce'"),
        (("--outcome", "Y", "--conditions", "A", "--scope", "1,2,3"), "four numbers"),
        (("--outcome", "Y", "--conditions", "A", "--scope", "2,1,0,1"), "xmin < xmax"),
        (("--outcome", "Y", "--conditions", "A", "--cutoff", "3"), "--cutoff does not know 3"),
        (("--outcome", "Y", "--conditions", "A", "--bottleneck-x", "%"), "--bottleneck-x does not know"),
        (("--outcome", "Y", "--conditions", "A", "--permutations", "-1"), "from 0 up"),
        (("--outcome", "Y", "--conditions", "A", "--outliers", "-1"), "--outliers"),
        (("--outcome", "Y", "--conditions", "A", "--plots", "p", "--language", "fr"), "--language does not know"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(run, options, message):
    answer = run(*options)
    assert answer.exit_code == 2
    assert message in answer.output.replace("\n", " ")
    assert "Traceback" not in answer.output


def test_charts_that_cannot_be_written_are_one_sentence(run, tmp_path):
    (tmp_path / "taken").write_text("a file")
    answer = run("--outcome", "Y", "--conditions", "A", "--plots", str(tmp_path / "taken"), "--language", "zh")
    assert answer.exit_code == 2
    assert "cannot be written" in answer.output.replace("\n", " ")


def test_a_widened_scope_and_unreadable_cells_are_said_on_stderr(run, tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text("A,Y\n1,1\n2,3\n3,few\n")
    options = ("--outcome", "Y", "--conditions", "A", "--scope", "0,1,0,1", "--ceilings", "CE-FDH", "--json")
    answer = run(*options, file=path)
    assert set(json.loads(answer.stdout)["conditions"]["A"]["ceilings"]) == {"ce_fdh"}
    assert "1 cell(s) are not numbers" in answer.stderr
    assert "enlarged to hold every observation" in answer.stderr


def test_edge_tables_give_nulls_not_errors(run, tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text("A,Y\n1,3\n2,3\n3,3\n")
    answer = run("--outcome", "Y", "--conditions", "A", "--permutations", "5", "--json", file=path)
    assert answer.exit_code == 0
    figures = json.loads(answer.stdout)["conditions"]["A"]["ceilings"]["cr_fdh"]
    assert figures["effect_size"] is None
    assert figures["p_value"] is None
