"""The jobs of three people from end to end, each with what the commands leave on disk and nothing else.

An analyst who reads Chinese and works from export files, a researcher who defends figures, an engineer who runs the
program unattended. What only an eye or another machine can judge is listed in docs/testing.md, The three walks.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from python_calamine import CalamineWorkbook
from rich.cells import cell_len
from typer.testing import CliRunner, Result

import stuckneck as sn
from app.common import Exit
from app.main import app
from tests.etl.exports import made_exports as made
from tests.template import quiet
from warehouse.workspace import Workspace

CHINESE = {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8", "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}


def call(*words: object, charset: str = "utf-8", code: int = 0) -> Result:
    done = CliRunner(charset=charset, env=CHINESE).invoke(app, [str(w) for w in words])
    assert done.exit_code == code, done.output
    return done


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def test_an_analyst_goes_from_export_files_to_a_report(demo: Path, tmp_path: Path) -> None:
    ws = tmp_path / "监测"
    call("init", ws)
    quiet(Workspace.open(ws))
    exports = tmp_path / "exports"
    exports.mkdir()
    for name in ("光刻机.csv", "芯片.csv"):
        (exports / name).write_bytes(made.csv_bytes(made.rows(made.packaged_vendors()["incopat"])))
    assert has_chinese(call("import", exports, "-w", ws, "--yes", "--exported-on", "2021-05-31").output)
    placed = call("place", "-w", ws, "--as-of", "2021-05-31", charset="gbk").output
    assert "前一窗口没有主分类号已知的专利族" in placed
    mistaken = call("import", exports / "芯片.csv", "-w", ws, "-t", "航空发动机", "--json").stdout
    assert json.loads(mistaken)
    run = json.loads(call("runs", "-w", ws, "--json").stdout)
    newest = max(r["run_id"] for r in run)
    call("import", "--undo", newest, "-w", ws)

    shown = call("matrix", "-w", demo, charset="gbk").stdout
    assert max(cell_len(line) for line in shown.splitlines()) <= 90
    assert "monitor" not in shown
    listing = tmp_path / "清单.xlsx"
    call("families", "锂电池隔膜", "-w", demo, "-o", listing)
    sheet = CalamineWorkbook.from_path(listing).get_sheet_by_index(0).to_python()
    assert all(has_chinese(str(head)) or str(head).isupper() or "Espacenet" in str(head) for head in sheet[0][:6])
    families = json.loads(call("families", "锂电池隔膜", "-w", demo, "--json").stdout)
    assert len(sheet) - 1 == len(families) > 0
    assert "queries" in zipfile.ZipFile(listing).read("docProps/core.xml").decode()
    brief = [tmp_path / f"简报.{form}" for form in ("docx", "pptx", "html")]
    call("report", "-w", demo, *[word for file in brief for word in ("-o", file)])
    for file in brief[:2]:
        words = "".join(
            zipfile.ZipFile(file).read(name).decode()
            for name in zipfile.ZipFile(file).namelist()
            if name.endswith(".xml") and ("document" in name or "slides/slide" in name or "header" in name)
        )
        assert "合成数据" in words
        assert "锂电池隔膜" in words
    assert "合成数据" in brief[2].read_text(encoding="utf-8")


def test_a_researcher_defends_and_publishes_the_figures(demo: Path, tmp_path: Path) -> None:
    reproduced = json.loads(call("reproduce", "--json").stdout)
    assert reproduced
    cases = tmp_path / "省份.csv"
    cases.write_text(
        "省份,经费,人员,产出\n"
        + "".join(f"省{n},{n % 7},{n % 5},{(n % 7) * (n % 5)}\n" for n in range(1, 31)),
        encoding="utf-8-sig",
    )  # fmt: skip
    tables = [tmp_path / f"必要性.{form}" for form in ("xlsx", "csv", "tex", "docx")]
    asked = ("nca", cases, "--outcome", "产出", "--conditions", "经费,人员", "--permutations", "50", "--seed", "7")
    call(*asked, *[word for file in tables for word in ("-o", file)])
    assert all(file.stat().st_size > 0 for file in tables)
    stated = json.loads(call(*asked, "--json").stdout)
    printed = json.dumps(stated)
    assert hashlib.sha256(cases.read_bytes()).hexdigest() in printed
    assert sn.__version__ in printed
    assert json.loads(call(*asked, "--json").stdout) == stated

    watch = sn.open(demo)
    matrix = watch.matrix()
    assert isinstance(matrix, pl.DataFrame)
    assert matrix.height == 20
    package = tmp_path / "data"
    call("export", package, "-w", demo)
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    for resource in described["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["hash"].split(":")[-1] == hashlib.sha256(content).hexdigest()
    matrices = [r for r in described["resources"] if r["title"] == "matrix_latest"]
    published = pl.read_parquet(package / matrices[0]["path"]).filter(pl.col("frame") == "relative")
    key = ("technology_id", "capability", "dynamics")
    assert_frame_equal(published.select(key).sort("technology_id"), matrix.select(key).sort("technology_id"))


def test_an_engineer_runs_it_unattended(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    ws = tmp_path / "fresh"
    call("init", ws)
    refused = call("refresh", "-w", ws, code=int(Exit.SOURCE))
    assert "STUCKNECK_OPS_KEY" in refused.stderr
    assert "Traceback" not in refused.output
    assert isinstance(json.loads(call("status", "-w", ws, "--json").stdout), dict)
    state = json.loads(call("status", "-w", demo, "--json").stdout)
    assert state["running"] is None
    assert [run["state"] for run in state["latest_runs"]] == ["succeeded"]
    archive = tmp_path / "backup.tar"
    call("backup", archive, "-w", demo)
    call("restore", archive, tmp_path / "restored")
    call("backup", archive, "--check")
    before = json.loads(call("matrix", "-w", demo, "--json").stdout)
    assert json.loads(call("matrix", "-w", tmp_path / "restored", "--json").stdout) == before
    found = json.loads(call("doctor", "--offline", "-w", tmp_path / "restored", "--json").stdout)
    assert {"ok", "warn"} >= {f["state"] for f in found}
