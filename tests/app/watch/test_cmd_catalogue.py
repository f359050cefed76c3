"""`stuckneck catalogue` on a workspace with a published snapshot."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.watch.init import write_workspace
from app.watch.lists.catalogue import register
from etl.catalogue.editions import record_edition
from etl.catalogue.load import load_catalogue
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place, _ = write_workspace(tmp_path / "ws")
    return place


def run(workspace: Workspace, *words: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["catalogue", *words, "-w", str(workspace.root)], catch_exceptions=False)


def test_table_says_of_each_candidate_why_it_is_not_watched(workspace: Workspace) -> None:
    said = run(workspace, "list").output
    items = load_catalogue(workspace.technologies_file).items
    reasons = {item.id: item.reason for item in items if item.status == "candidate"}
    assert len(reasons) == 15
    for technology, reason in reasons.items():
        assert any(line.startswith(technology) and line.endswith(str(reason)) for line in said.splitlines())


def published(workspace: Workspace) -> None:
    with Core(workspace) as core:
        for file in (workspace.technologies_file, workspace.topics_file):
            record_edition(core.con, load_catalogue(file), datetime(2026, 11, 1))
        publish(core)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_list(workspace: Workspace) -> None:
    rows = json.loads(run(workspace, "list", "--json").stdout)
    assert len(rows) == 35
    assert rows[0]["id"] == "lithography-machine"
    assert rows[0]["name_zh"] == "光刻机"
    assert sum(row["status"] == "watched" for row in rows) == 20
    table = run(workspace, "list").stdout
    assert "lithography-machine" in table
    topics = list(csv.DictReader(io.StringIO(run(workspace, "list", "--topics", "--format", "csv").stdout)))
    assert {row["category"] for row in topics} == {"design", "manufacturing", "packaging-test"}


def test_check_exits_with_2_when_a_list_cannot_be_used(workspace: Workspace) -> None:
    assert run(workspace, "check").exit_code == 0
    edit(workspace.technologies_file, "激光雷达 OR 光学雷达", "激光雷达 光学雷达")
    result = run(workspace, "check", "--json")
    assert result.exit_code == 2
    findings = json.loads(result.stdout)
    assert [finding["item"] for finding in findings] == ["lidar"]
    assert "position 6" in findings[0]["message"]
    edit(workspace.topics_file, "parent = ", "parnt = ")
    result = run(workspace, "check")
    assert result.exit_code == 2
    assert "did you mean 'parent'?" in result.stderr


def test_show(workspace: Workspace) -> None:
    shown = json.loads(run(workspace, "show", "lidar", "--json").stdout)
    assert shown["query_hash"]
    assert all(part.startswith("(") for part in shown["epo_ops"])
    assert "bool" in shown["lens"]
    assert "epo_ops 1:" in run(workspace, "show", "ic-manufacturing-etching").stdout
    assert json.loads(run(workspace, "show", "operating-system", "--json").stdout)["epo_ops"] is None
    missing = run(workspace, "show", "nothing")
    assert missing.exit_code == 2
    assert "no technology or topic called" in missing.stderr


def test_diff_and_editions(workspace: Workspace) -> None:
    published(workspace)
    assert "the same" in run(workspace, "diff").stdout
    edit(workspace.technologies_file, "激光雷达 OR 光学雷达", "激光雷达")
    edit(workspace.technologies_file, 'name_en = "ITO sputtering target"', 'name_en = "ITO target"')
    changes = json.loads(run(workspace, "diff", "--json").stdout)
    assert [(change["change"], change["technology_id"]) for change in changes] == [
        ("renamed", "ito-target"),
        ("query changed", "lidar"),
    ]
    assert "the same" in run(workspace, "diff", "--topics").stdout
    assert run(workspace, "diff", "1", "99").exit_code == 2
    rows = json.loads(run(workspace, "editions", "--json").stdout)
    assert [(row["kind"], row["watched"]) for row in rows] == [("technologies", 20), ("topics", 22)]
