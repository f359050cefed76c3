"""`stuckneck holders` on a workspace with placed families."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import app
from app.watch.init import write_workspace
from etl.normalise.names import fold_name
from tests.analytics.made_warehouse import fill
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

NAMES = ["SAM SUNG", "SAMSUNG", "东芝"]


@pytest.fixture
def house(tmp_path: Path) -> Workspace:
    place, _ = write_workspace(tmp_path / "ws")
    with Core(place) as core:
        con = core.con
        con.execute("INSERT INTO runs (run_id, kind, state, as_of, settings, started_at)"
                    " VALUES (1, 'place', 'succeeded', '2021-05-31', '{}', '2021-06-01')")  # fmt: skip
        con.execute("INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label)"
                    " VALUES (1, 'chip', 'relative', '2021-05-31', 'live', 'synthetic')")  # fmt: skip
        rows = [
            {"publication_number": f"CN-{key}-A", "country": "CN", "number": str(key), "family_key": key,
             "family_id": f"f{key}", "publication_date": date(2015, 1, 1), "cited_by_known": True, "sources": ["lens"],
             "field_source": "{}", "is_synthetic": True}
            for key in range(30)
        ]  # fmt: skip
        fill(con, "publications", rows)
        fill(con, "applicants", [
            {"publication_number": r["publication_number"], "family_key": r["family_key"], "sequence": 1,
             "name": NAMES[key % 3], "folded_name": fold_name(NAMES[key % 3]), "source": "lens"}
            for key, r in enumerate(rows)
        ])  # fmt: skip
        fill(con, "run_families", [
            {"run_id": 1, "technology_id": "chip", "family_key": key, "family_id": f"f{key}", "country": "CN",
             "forward_citations": 1} for key in range(30)
        ])  # fmt: skip
        publish(core)
    return place


def run(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(app, ["holders", *words, "-w", str(workspace.root)], catch_exceptions=False)


def test_decide_apply_and_take_back(house: Workspace) -> None:
    assert run(house, "list").exit_code == 6
    assert run(house, "apply").exit_code == 0
    before = json.loads(run(house, "list", "chip", "--json").stdout)
    assert (before["concentration"]["holders"], before["concentration"]["risk"]) == (3, None)
    [proposal] = json.loads(run(house, "propose", "--json").stdout)
    assert (proposal["reason"], proposal["is_large"], proposal["state"]) == ("spelling", True, "open")

    said = run(house, "propose", "--write")
    assert "1 proposal added" in " ".join(said.output.split())
    assert "0 proposals added" in " ".join(run(house, "propose", "--write").output.split()), "it is there already"
    file = house.root / "holders.toml"
    assert run(house, "apply").exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert json.loads(run(house, "list", "chip", "--json").stdout)["concentration"]["holders"] == 3, "commented out"
    file.write_text(text.replace("# [[same]]\n# names = [", "[[same]]\nnames = ["), encoding="utf-8")
    assert run(house, "apply").exit_code == 0
    after = json.loads(run(house, "list", "chip", "--json").stdout)
    assert after["concentration"]["holders"] == 2
    assert after["holders"][0]["families"] == 20
    [row] = [r for r in json.loads(run(house, "names", "sam sung", "--json").stdout) if r["name"] == "SAM SUNG"]
    assert row["settled_by"] == "decision"
    assert json.loads(run(house, "propose", "--json").stdout) == []
    file.write_text(text, encoding="utf-8")
    run(house, "apply")
    assert json.loads(run(house, "list", "chip", "--json").stdout) == before


def test_a_faulty_file_is_refused_with_one_sentence(house: Workspace) -> None:
    (house.root / "holders.toml").write_text('[[same]]\nnames = ["A"]\n', encoding="utf-8")
    said = run(house, "apply")
    assert said.exit_code == 2
    assert "holders.toml: same.1.names" in " ".join(said.output.split())
    assert run(house, "names", "nobody").exit_code == 6
