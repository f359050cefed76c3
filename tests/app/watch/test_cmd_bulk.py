"""`stuckneck bulk` and `place --marts`: files in, a published matrix out, and refusals in one sentence."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.common import Exit
from app.main import app, exit_code
from tests.benchmarks import made_docdb
from tests.template import quiet
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace


def run(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace, a DOCDB file of it, and the tables made from them."""
    folder = tmp_path_factory.mktemp("bulk")
    assert run("init", folder / "ws").exit_code == 0
    quiet(Workspace.open(folder / "ws"))
    made_docdb.write(folder / "docdb.xml", 1)
    done = run(
        "bulk", folder / "docdb.xml", folder / "out", "-w", folder / "ws", "--exported-on", "2024-01-01", "--json"
    )
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.slow
def test_the_tables_are_placed_and_published(made: Path) -> None:
    placed = run("place", "--marts", made / "out", "-w", made / "ws", "--json")
    assert placed.exit_code == 0, placed.output
    manifest = json.loads((made / "out" / "manifest.json").read_text())
    assert manifest["inputs"][0]["records"] > 0
    with closing(connect_snapshot(current(Workspace.open(made / "ws")))) as con:
        (count,) = con.execute("SELECT count(*) FROM families").fetchall()[0]
    assert count == manifest["tables"]["families"]["rows"] > 0
    checks = json.loads(run("doctor", "--offline", "-w", made / "ws", "--json").output)
    records = next(check["finding"] for check in checks if check["check"] == "records")
    assert "lidar" not in records  # has families, though no hits of its own
    for again in (run("place", "-w", made / "ws"), run("rebuild", "-w", made / "ws")):
        assert exit_code(again.exception) == Exit.BAD_INPUT
        assert "--marts" in str(again.exception)


def test_tables_that_changed_since_are_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "out", tmp_path / "out")
    file = tmp_path / "out" / "families" / "part-0.parquet"
    file.write_bytes(file.read_bytes() + b"\0")
    refused = run("place", "--marts", tmp_path / "out", "-w", made / "ws")
    assert exit_code(refused.exception) == Exit.BAD_INPUT
    assert "families" in str(refused.exception)


def test_tables_of_another_query_are_refused(made: Path, tmp_path: Path) -> None:
    assert run("init", tmp_path / "ws").exit_code == 0
    listed = tmp_path / "ws" / "technologies.toml"
    listed.write_text(listed.read_text().replace("lidar", "ladar"))
    refused = run("place", "--marts", made / "out", "-w", tmp_path / "ws")
    assert exit_code(refused.exception) == Exit.BAD_INPUT
    assert "query" in str(refused.exception)


def test_a_folder_of_somebody_is_left_alone(made: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = run("bulk", made / "docdb.xml", tmp_path, "-w", made / "ws")
    assert refused.exit_code == Exit.BAD_INPUT
    assert (tmp_path / "mine.txt").read_text() == "mine"
