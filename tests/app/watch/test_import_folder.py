"""A folder of exports by name or mapping; a line a file of what came of it; a draft for a table of no known kind."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.common import Exit
from app.main import app
from app.watch.init import write_workspace
from tests.etl.exports import made_exports as made
from tests.template import quiet
from warehouse.core import Core
from warehouse.workspace import Workspace

OWN = (
    "Ref;Patent;Made public;Filed at;Owner name;Class;Cited by\n"
    + "".join(f"{n};CN1012{n:05d}A;2015-03-0{n};2013-01-0{n};某公司{n};H01L 21/0{n};{n}\n" for n in range(1, 10))
    + "10;unclear;2015-03-09;2013-01-09;某公司;H01L 21/01;3\n"
)


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return quiet(write_workspace(tmp_path / "house")[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = made.csv_bytes(made.rows(made.packaged_vendors()["incopat"]))
    places = ("光刻机 2024.csv", "incopat_chip_1.csv", "Lidar/part one.csv", "about nothing.csv", ".hidden.csv")
    for place in places:
        path = tmp_path / "exports" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "exports"


def onto(workspace: Workspace) -> dict[str, int]:
    with Core(workspace) as core:
        found = core.con.execute("SELECT technology_id, count(*) FROM source_hits GROUP BY 1").fetchall()
    return dict(found)


def test_a_folder_is_matched_by_id_and_by_either_name(workspace: Workspace, folder: Path) -> None:
    code, stdout, stderr = run("import", folder, "-w", workspace.root)
    assert (code, "--yes" in stderr) == (Exit.BAD_INPUT, True)
    assert "about nothing.csv" in stdout
    assert onto(workspace) == {}
    code, stdout, _ = run("import", folder, "-w", workspace.root, "--yes")
    assert code == 0, stdout
    assert onto(workspace) == {"lithography-machine": 8, "chip": 8, "lidar": 8}
    assert "光刻机 2024.csv (incopat) → lithography-machine: 8 rows, 8 records, 0 rows lost." in stdout


def test_a_mapping_names_files_and_technologies(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "which.csv"
    mapping.write_text("文件,技术\nabout nothing.csv,激光雷达\nLidar/part one.csv,chip\n", encoding="utf-8")
    code, _, _ = run("import", folder, "--map", mapping, "-w", workspace.root, "--yes")
    assert (code, onto(workspace)) == (0, {"lidar": 8, "chip": 8})
    mapping.write_text("about nothing.csv,chip\nLidar/part one.csv,chpi\n", encoding="utf-8")
    code, _, stderr = run("import", folder, "--map", mapping, "-w", workspace.root, "--yes")
    assert (code, "which.csv, row 2" in stderr) == (Exit.BAD_INPUT, True)


@pytest.mark.parametrize("name", ["lithography-machine", "光刻机", "Lithography machine", "光 刻 机"])
def test_a_technology_by_whatever_it_is_called(workspace: Workspace, folder: Path, name: str) -> None:
    assert run("import", folder / "about nothing.csv", "-t", name, "-w", workspace.root)[0] == 0
    assert onto(workspace) == {"lithography-machine": 8}
    assert run("catalogue", "show", name, "-w", workspace.root)[1].splitlines()[1] == "id: lithography-machine"


def test_lost_rows_and_strange_columns_are_said_and_nothing_at_all_is_bad_input(
    workspace: Workspace, tmp_path: Path
) -> None:
    table = [[*row, "x"] for row in made.rows(made.packaged_vendors()["incopat"])]
    table[0][-1] = "新栏目"
    number = table[0].index("公开(公告)号")
    table[1][number], table[2][number], table[3][table[0].index("申请日")] = "1.23E+11", "nothing", "2014-13-45"
    (tmp_path / "a.csv").write_bytes(made.csv_bytes(table))
    code, stdout, stderr = run("import", tmp_path / "a.csv", "-t", "chip", "-w", workspace.root)
    assert code == 0
    assert "8 rows, 6 records, 2 rows lost: 2 for 公开(公告)号" in stdout
    assert "Columns not understood: 新栏目." in stdout
    assert "2 of 8 rows are lost" in stderr
    for row in table[1:]:
        row[number] = "1.23E+11"
    (tmp_path / "b.csv").write_bytes(made.csv_bytes(table))
    code, stdout, stderr = run("import", tmp_path / "b.csv", "-t", "chip", "-w", workspace.root, "--json")
    (shown,) = json.loads(stdout)
    assert (code, shown["lost"], shown["records"], shown["refused"]) == (Exit.BAD_INPUT, 8, 0, None)


def test_counts_of_today_under_an_earlier_date_are_said(workspace: Workspace, folder: Path) -> None:
    file = folder / "about nothing.csv"
    assert "--exported-on" not in run("import", file, "-t", "chip", "-w", workspace.root)[2]
    assert run("place", "--as-of", "2021-05-31", "-w", workspace.root, "--json")[0] == 0
    assert "places at 2021-05-31: give --exported-on" in run("import", file, "-t", "chip", "-w", workspace.root)[2]
    dated = run("import", file, "-t", "chip", "--exported-on", "2021-05-30", "-w", workspace.root)
    assert "give --exported-on" not in dated[2]


def test_applications_without_publications_are_placed_from_the_day_of_the_export(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = "专利名称,申请号,申请人,申请日,主分类号\n示例,CN201220249799.4,示例公司,2012-05-30,G01R31/02\n"
    (tmp_path / "cnki.csv").write_text(text, encoding="utf-8")
    done = run("import", tmp_path / "cnki.csv", "-t", "chip", "--exported-on", "2024-06-01", "-w", workspace.root)
    assert (done[0], "count as applications" in done[1]) == (0, True)
    run("place", "--as-of", "2024-06-02", "--screening", "open", "-w", workspace.root, "--json")
    with Core(workspace) as core:
        found = core.con.execute(
            "SELECT technology_id, country, main_subclass, filing_year FROM run_families"
        ).fetchall()
        dates = core.con.execute("SELECT publication_date, is_pct, claim_count FROM publications").fetchall()
    assert found == [("chip", "CN", "G01R", 2012)]
    assert dates == [(date(2024, 6, 1), None, None)]


def test_a_draft_of_a_vendor_table_is_corrected_and_imported_with(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_text(OWN, encoding="utf-8")
    assert run("import", "own.csv", "-t", "chip", "-w", workspace.root)[0] == Exit.BAD_INPUT
    assert run("import", "--draft-vendor", "own.csv")[0] == 0
    drafted = Path("own.vendor.toml").read_text("utf-8")
    assert "# by its cells: 9 of 10 values look like CN publication numbers" in drafted
    assert run("import", "--draft-vendor", "own.csv")[0] == Exit.BAD_INPUT  # what somebody corrected is not overwritten
    Path("own.vendor.toml").write_text(drafted.replace('unused = ["Ref"', 'unused = ["Nr"'), encoding="utf-8")
    code, stdout, _ = run("import", "own.csv", "--vendor", "own.vendor.toml", "-t", "chip", "-w", workspace.root)
    assert code == 0, stdout
    assert "10 rows, 9 records, 1 row lost" in stdout
    with Core(workspace) as core:
        found = core.con.execute(
            "SELECT publication_number, publication_date, filing_date, ipc, citation_count, applicants[1].name"
            " FROM source_records ORDER BY 1 LIMIT 1"
        ).fetchall()
    assert found == [("CN-101200001-A", date(2015, 3, 1), date(2013, 1, 1), ["H01L21/01"], 1, "某公司1")]
