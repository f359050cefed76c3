"""`stuckneck families`: who is behind a figure, why the rest was left out, and a workbook that can be handed on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from app.main import app
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

# key, country, forward citations, in force, kept by the run, first publication
FAMILIES = [
    (1, "CN", 3, True, True, "2015-01-01"),
    (2, "US", 0, True, True, "2020-06-01"),
    (3, None, 2, True, True, "2016-01-01"),
    (4, "CN", 5, False, False, "2017-01-01"),
]
_TITLE = "=HYPERLINK(evil) 芯片"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("families")
    (root / "stuckneck.toml").write_text("")
    ws = Workspace(root)
    with Core(ws) as core:
        con = core.con
        con.execute(
            "INSERT INTO runs (run_id, kind, state, as_of, edition_id, data_label, settings, started_at, finished_at)"
            " VALUES (1, 'place', 'succeeded', DATE '2021-05-31', 1, 'synthetic', ?, now(), now())",
            [json.dumps({"screening": "monitor"})],
        )
        con.execute(
            "INSERT INTO run_placements BY NAME SELECT 1 AS run_id, 'chip' AS technology_id, 'relative' AS frame,"
            " DATE '2021-05-31' AS as_of, 'live' AS origin, 'synthetic' AS data_label, 'q' AS query_hash, 3 AS families"
        )
        for key, country, cited, in_force, kept, first in FAMILIES:
            number, name = f"CN-{key}00-A", f"docdb:{key}"
            con.execute(
                "INSERT INTO families BY NAME SELECT ? AS family_key, ? AS family_id, true AS is_harvested,"
                " 'source_id' AS basis, ? AS representative, ? AS title_zh, 'Chip' AS title_en, ?::DATE AS"
                " first_publication_date, 1 AS members, false AS cited_by_known, true AS is_synthetic",
                [key, name, number, _TITLE, first],
            )
            con.execute(
                "INSERT INTO family_states BY NAME SELECT ? AS family_key, ?::DATE AS valid_from, DATE '9999-12-31' AS"
                " valid_to, 'H05G' AS main_subclass, true AS has_patent, false AS has_utility_model, ? AS in_force,"
                " false AS has_legal_event, [{'published': ?::DATE, 'has_patent': true, 'has_utility_model': false,"
                " 'in_force': ?, 'has_legal_event': false, 'has_inventor_assignment': false}] AS publication_states",
                [key, first, in_force, first, in_force],
            )
            con.execute("INSERT INTO family_memberships VALUES ('chip', 'q', ?, ?::DATE)", [key, first])
            if kept:
                con.execute(
                    "INSERT INTO run_families BY NAME SELECT 1 AS run_id, 'chip' AS technology_id, ? AS family_key,"
                    " ? AS family_id, ?::DOUBLE AS focal_weight, ? AS country, 'residence' AS country_method,"
                    " ? AS forward_citations, 'H05G' AS main_subclass",
                    [key, name, None if country is None else float(country == "CN"), country, cited],
                )
        publish(core)
    return ws


def run(workspace: Workspace, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, [*words, "-w", str(workspace.root)])
    assert done.exit_code == code, done.output
    return done


def listed(workspace: Workspace, *words: str) -> list[str]:
    rows = json.loads(run(workspace, "families", "chip", "--json", *words).stdout)
    return [r["family_id"] for r in rows]


def test_each_side_and_figure_lists_its_own_families(workspace: Workspace) -> None:
    assert sorted(listed(workspace)) == ["docdb:1", "docdb:2", "docdb:3"]
    assert listed(workspace, "--side", "focal") == ["docdb:1"]
    assert listed(workspace, "--side", "others") == ["docdb:2"]
    assert listed(workspace, "--side", "unknown") == ["docdb:3"], "an unknown country is on neither side"
    assert sorted(listed(workspace, "--indicator", "citations")) == ["docdb:1", "docdb:3"]
    assert listed(workspace, "--new-since", "2019-12-31") == ["docdb:2"]


def test_what_the_screening_left_out_says_by_which_step(workspace: Workspace) -> None:
    rows = json.loads(run(workspace, "families", "chip", "--json", "--screened").stdout)
    assert {r["family_id"]: r["why"] for r in rows} == {
        "docdb:1": "kept", "docdb:2": "kept", "docdb:3": "kept", "docdb:4": "in_force",
    }  # fmt: skip


def test_the_workbook_has_headings_in_the_language_links_and_dates(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    run(workspace, "--lang", "zh", "families", "chip", "-o", str(file))
    head, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    by_id = {r[0]: dict(zip(head, r, strict=True)) for r in rows}
    assert by_id["docdb:1"]["标题"] == _TITLE, "text, no formula"
    assert by_id["docdb:1"]["小类名称"] == "X射线技术"
    assert by_id["docdb:1"]["首次公开日"] == date(2015, 1, 1)
    assert by_id["docdb:1"]["国别判定方式"] == "申请人国别"
    assert by_id["docdb:1"]["Google Patents"] == "https://patents.google.com/patent/CN100A"
    csv = tmp_path / "list.csv"
    run(workspace, "--lang", "zh", "families", "chip", "-o", str(csv))
    text = csv.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 by the byte order mark"
    assert "'=HYPERLINK" in text.decode("utf-8-sig")


def test_an_unknown_technology_or_date_is_one_sentence(workspace: Workspace) -> None:
    assert "no run has kept its families" in run(workspace, "families", "nothing", code=2).stderr
    assert "no run has kept" in run(workspace, "families", "chip", "--as-of", "2019-01-01", code=2).stderr
