"""`stuckneck sql`, `export`, `matrix`, `show`, `history`, `chart`, `runs` on a small published snapshot."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from app.ask.prompt import run_prompt
from app.main import app
from warehouse.core import Core
from warehouse.publish import current, publish
from warehouse.sections.operating import Sql
from warehouse.workspace import Workspace

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("workspace")
    (root / "stuckneck.toml").write_text("")
    ws = Workspace(root)
    with Core(ws) as core:
        con = core.con
        con.execute(
            "INSERT INTO runs (run_id, kind, state, as_of, edition_id, data_label, settings, started_at, finished_at)"
            " VALUES (1, 'place', 'succeeded', DATE '2021-05-31', 1, 'synthetic', '{}', now(), now())"
        )
        for number, (key, zh, en, k, d, strategy, why) in enumerate(
            [
                ("chip", "芯片", "Chip", 0.501, 0.351, "assault", None),
                ("lidar", "激光雷达", "Lidar", 0.673, 0.270, "assault", None),
                ("common-rail", "高压共轨系统", "Common rail", 0.399, 1.0, "position", None),
                ("photoresist", "光刻胶", "Photoresist", None, None, None, "claims: known for none of 7 families"),
            ],
            1,
        ):
            con.execute(
                "INSERT INTO edition_items (edition_id, technology_id, number, name_zh, name_en, status)"
                " VALUES (1, ?, ?, ?, ?, 'watched')",
                [key, number, zh, en],
            )
            con.execute(
                "INSERT INTO run_placements VALUES (1, ?, 'relative', DATE '2021-05-31', 'live', 'synthetic', 'q', 7,"
                " ?, 13, ?, ?, ?, 'entrench', 0.001, false, NULL, ?)",
                [key, k, d, strategy, strategy is not None and k is not None and abs(k - 0.5) < 0.02, why],
            )
            con.execute("INSERT INTO run_indicators VALUES (1, ?, 'claims', NULL, 0, 0, 0, 0, 7, NULL)", [key])
        publish(core)
    return ws


def run(workspace: Workspace, *words: str, code: int = 0) -> Result:
    done = RUNNER.invoke(app, [*words, "-w", str(workspace.root)])
    assert done.exit_code == code, done.output
    return done


def test_matrix_as_json_and_csv(workspace: Workspace) -> None:
    rows = json.loads(run(workspace, "matrix", "--json").stdout)
    assert [r["technology_id"] for r in rows] == ["chip", "lidar", "common-rail", "photoresist"]
    assert rows[0]["strategy_zh"] == "攻坚"
    assert rows[3]["capability"] is None
    assert rows[3]["not_placed_why"].startswith("claims")
    text = run(workspace, "matrix", "--format", "csv").stdout
    assert text.splitlines()[0].startswith("number,technology_id,name_zh")
    assert "data: synthetic" in run(workspace, "matrix").stdout


def test_show_says_unknown_not_zero(workspace: Workspace) -> None:
    shown = json.loads(run(workspace, "show", "photoresist", "--json").stdout)
    assert shown["indicators"][0]["value"] is None
    assert shown["indicators"][0]["coverage"] == 0
    text = run(workspace, "show", "photoresist").stdout
    assert "not placed: claims: known for none of 7 families" in " ".join(text.split())
    assert "—" in text


def test_a_misspelt_technology_is_corrected(workspace: Workspace) -> None:
    done = run(workspace, "show", "lidra", code=2)
    assert "Did you mean lidar?" in " ".join(done.stderr.split())


def test_history(workspace: Workspace, tmp_path: Path) -> None:
    chart = tmp_path / "track.svg"
    run(workspace, "history", "chip", "--chart", str(chart))
    assert "<svg" in chart.read_text()


def test_runs(workspace: Workspace) -> None:
    assert json.loads(run(workspace, "runs", "--json").stdout)[0]["kind"] == "place"


def test_chart_writes_all_forms_without_text_elements(workspace: Workspace, tmp_path: Path) -> None:
    files = [tmp_path / f"matrix{e}" for e in (".svg", ".png", ".pdf", ".html")]
    run(workspace, "chart", *map(str, files))
    assert "<text" not in files[0].read_text()
    assert files[1].read_bytes().startswith(b"\x89PNG")
    page = files[3].read_text()
    assert "SYNTHETIC DATA" in page
    assert "font/woff2;base64," in page
    assert "http://" not in page.split("<body>")[0]
    run(workspace, "chart", str(tmp_path / "matrix.bmp"), code=2)


QUERY = "SELECT technology_id, capability, as_of FROM matrix_latest ORDER BY number"


def test_sql_forms(workspace: Workspace, tmp_path: Path) -> None:
    assert json.loads(run(workspace, "sql", QUERY, "-f", "json").stdout)[0] == {
        "technology_id": "chip", "capability": 0.501, "as_of": "2021-05-31",
    }  # fmt: skip
    assert run(workspace, "sql", QUERY, "-f", "csv").stdout.splitlines()[-1] == "photoresist,,2021-05-31"
    parquet, arrow, xlsx = (tmp_path / f"out.{e}" for e in ("parquet", "arrow", "xlsx"))
    for form, file in (("parquet", parquet), ("arrow", arrow), ("xlsx", xlsx)):
        run(workspace, "sql", QUERY, "-f", form, "-o", str(file))
    assert pq.read_table(parquet).column("capability").to_pylist() == [0.501, 0.673, 0.399, None]
    with pa.OSFile(str(arrow)) as stream:
        assert pa.ipc.open_file(stream).read_all().num_rows == 4
    sheet = CalamineWorkbook.from_path(xlsx).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["technology_id", "capability", "as_of"]
    assert sheet[1] == ["chip", 0.501, date(2021, 5, 31)]
    assert sheet[4][1] == "", "unknown is an empty cell, not zero"


def test_a_formula_in_a_title_stays_text(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    run(workspace, "sql", "SELECT '=HYPERLINK(\"http://x\")' AS title", "-f", "xlsx", "-o", str(file))
    assert CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[1][0].startswith("=HYPERLINK")


def test_sql_cannot_write(workspace: Workspace) -> None:
    run(workspace, "sql", "CREATE TABLE x AS SELECT 1", code=1)


def test_export_every_mart(workspace: Workspace, tmp_path: Path) -> None:
    run(workspace, "export", str(tmp_path), "--all")
    names = {p.stem for p in tmp_path.glob("*.parquet")}
    assert {"matrix_latest", "run_placements", "families", "source_records"} <= names
    assert pq.read_table(tmp_path / "matrix_latest.parquet").num_rows == 4
    run(workspace, "export", str(tmp_path), "nonsense", code=2)


def test_the_prompt(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    lines = (
        ".help", ".tables", ".columns matrix_latest", ".format json", "SELECT 1 AS one\n;", f".output {out}",
        "SELECT technology_id FROM matrix_latest ORDER BY 1;", "SELECT repeat('x', 1000000000);", "DROP TABLE runs;",
        ".nonsense", ".quit",
    )  # fmt: skip
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text("".join(f"{line}\n" for line in lines))
        run_prompt(workspace, current(workspace), Sql(memory_mb=256, seconds=10))
    printed = capsys.readouterr()
    assert '"one": 1' in printed.out
    assert out.read_text(encoding="utf-8-sig").split() == [
        "technology_id", "chip", "common-rail", "lidar", "photoresist",
    ]  # fmt: skip
    assert "memory limit" in printed.err
    assert "Only SELECT is possible here" in printed.err
    assert "Unknown command" in printed.err


def test_the_ledger_is_read_from_the_snapshot(workspace: Workspace) -> None:
    assert isinstance(
        datetime.fromisoformat(json.loads(run(workspace, "runs", "--json").stdout)[0]["started_at"]), datetime
    )


def test_an_export_is_a_data_package(workspace: Workspace, tmp_path: Path) -> None:
    printed = json.loads(run(workspace, "export", str(tmp_path), "-f", "csv", "--json").stdout)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    names = {r["title"] for r in package["resources"]}
    assert {r["table"] for r in printed} == names
    assert "matrix_latest" in names
    assert not names & {"alerts", "deliveries", "run_placements"}  # the analysts' views, not the program's tables
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {p.name for p in tmp_path.iterdir()} - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    for resource in package["resources"]:
        file = tmp_path / resource["path"]
        assert resource["hash"] == f"sha256:{sums[file.name]}"
        assert resource["bytes"] == file.stat().st_size
        header = file.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert [f["name"] for f in resource["schema"]["fields"]] == header
        assert all(f["description"] for f in resource["schema"]["fields"]), resource["title"]
    matrix = next(r for r in package["resources"] if r["title"] == "matrix_latest")
    assert matrix["rows"] == 4
    kinds = {f["name"]: f["type"] for f in matrix["schema"]["fields"]}
    assert (kinds["capability"], kinds["as_of"], kinds["is_watch"]) == ("number", "date", "boolean")
    made = package["stuckneck"]
    assert made["data_label"] == "synthetic"
    assert made["snapshot"] == current(workspace).stem == package["version"]
    assert made["program_version"] in made["stamp"] or "?" in made["stamp"]
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "synthetic" in readme
    meanings = (tmp_path / "dictionary.csv").read_text(encoding="utf-8-sig")
    assert "matrix_latest,capability," in meanings


def test_one_workbook_has_a_sheet_a_table(workspace: Workspace, tmp_path: Path) -> None:
    run(workspace, "export", str(tmp_path), "matrix_latest", "coverage", "--one-workbook")
    book = CalamineWorkbook.from_path(tmp_path / "stuckneck.xlsx")
    assert book.sheet_names == ["matrix_latest", "coverage"]
    assert len(book.get_sheet_by_name("matrix_latest").to_python()) == 5
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["dialect"]["sheet"] for r in package["resources"]] == book.sheet_names


def test_pictures_and_tables_carry_by_what_they_were_made(workspace: Workspace, tmp_path: Path) -> None:
    files = [tmp_path / f"m.{ending}" for ending in ("svg", "png", "html")]
    histories = [tmp_path / f"h.{ending}" for ending in ("svg", "png")]
    run(workspace, "chart", *map(str, histories), "--history")
    made = json.loads(run(workspace, "chart", *map(str, files), "--json").stdout)
    assert [m["file"] for m in made] == [str(f) for f in files]
    stamp = made[0]["stamp"]
    assert "run 1" in stamp
    for file in (*files, *histories):
        assert (
            stamp.replace("·", "\u00b7") in file.read_bytes().decode("utf-8", "ignore")
            or stamp.encode("latin-1") in file.read_bytes()
        )
    run(workspace, "export", str(tmp_path), "matrix_latest")
    assert pq.read_schema(tmp_path / "matrix_latest.parquet").metadata[b"stuckneck"].decode() == stamp
    for kind in ("parquet", "xlsx"):
        run(workspace, "sql", "SELECT 1 AS one", "-f", kind, "-o", str(tmp_path / f"one.{kind}"))
    asked = pq.read_metadata(tmp_path / "one.parquet").metadata[b"stuckneck"].decode()
    assert asked == f"{stamp} · {current(workspace).stem} · SELECT {sha256(b'SELECT 1 AS one').hexdigest()[:16]}"
    assert asked in properties_of(tmp_path / "one.xlsx")


def properties_of(book: Path) -> str:
    return zipfile.ZipFile(book).read("docProps/core.xml").decode()


def test_sql_takes_json_and_so_does_a_command_that_only_does_something(workspace: Workspace, tmp_path: Path) -> None:
    assert json.loads(run(workspace, "sql", "SELECT 1 AS one", "--json").stdout) == [{"one": 1}]
    done = RUNNER.invoke(app, ["--json", "init", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["command"] == "init"
    assert any("stuckneck.toml" in line for line in said["said"])
