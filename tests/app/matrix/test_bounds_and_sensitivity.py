"""What the unknown and every other choice could make of the places, as commands print it."""

import json
import re
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import stuckneck
from app.main import app


def run(*words) -> str:
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def house(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("tried") / "w"))


def test_bounds_are_in_matrix_show_views_and_package(house: Path):
    rows = json.loads(run("matrix", "-w", house, "--json"))
    placed = [r for r in rows if r["strategy"]]
    assert placed
    for row in placed:
        assert row["capability_least"] <= row["capability"] <= row["capability_most"]
        assert row["dynamics_least"] <= row["dynamics"] <= row["dynamics_most"]
        assert isinstance(row["holds"], bool)
    one = placed[0]["technology_id"]
    shown = json.loads(run("show", one, "-w", house, "--json"))
    assert all(i["least"] <= i["value"] <= i["most"] for i in shown["indicators"])
    words = {True: "placed here whatever the unknown is", False: "cannot be told for certain"}[placed[0]["holds"]]
    assert words in " ".join(run("show", one, "-w", house).split())
    frame = stuckneck.open(house).bounds()
    assert set(frame["technology_id"]) == {r["technology_id"] for r in placed}


def test_sensitivity_is_tried_once_and_written_with_a_column_for_each_choice(house: Path, tmp_path: Path):
    rows = json.loads(run("sensitivity", "-w", house, "--json"))
    again = json.loads(run("sensitivity", "-w", house, "--json"))
    assert again == rows  # nothing was placed since: what was stored
    record = {r["technology_id"]: r["strategy"] for r in json.loads(run("matrix", "-w", house, "--json"))}
    placed = [r for r in rows if r["strategy"]]
    for row in placed:
        assert row["strategy"] == record[row["technology_id"]]
        others = row["variants"]
        assert row["tried"] == len(others) >= 11
        assert {"without_source epo_ops", "without_source lens", "self_citations false"} <= others.keys()
        assert row["moved"] == sum(s is not None and s != row["strategy"] for s in others.values())
        assert (row["survives"] is True) == (set(others.values()) == {row["strategy"]})
        assert (row["survives"] is False) == (row["moved"] > 0)
    file = tmp_path / "tried.xlsx"
    moved = [r for r in rows if r["moved_by"]]
    assert moved
    spoken = run("--lang", "zh", "sensitivity", "-w", house)
    assert all(f"{r['name_zh']}：改变象限的选择：" in spoken for r in moved)
    assert not re.search(r"country_rule|self_citations|without_source|moved by|assault|disrupt|entrench", spoken)
    said = run("sensitivity", "-w", house)
    lost = [{choice for choice, s in r["variants"].items() if s is None} for r in placed]
    assert set.intersection(*lost) == {"without_source lens"}  # only Lens states claims
    assert said.count("without the source lens") == 1, "what can place none is said once"
    assert "No technology can be placed: without the source lens." in said
    assert not re.search(r"self-citations (true|false)|windows rolling|(moved|not placed) by(?! no choice)", said)
    run("sensitivity", "-w", house, "-o", file)
    header, *body = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert len(body) == len(rows)
    assert set(rows[0]["variants"]) <= set(header)
    before = run("matrix", "-w", house, "--json")
    newer = json.loads(run("sensitivity", "-w", house, "--json", "--again"))
    assert run("matrix", "-w", house, "--json") == before, "the record stays as it was"
    assert newer[0]["run_id"] > rows[0]["run_id"]
    assert [r["variants"] for r in newer] == [r["variants"] for r in rows]
    assert stuckneck.open(house).sensitivity().height == len(rows)
