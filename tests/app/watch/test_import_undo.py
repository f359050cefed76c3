"""An import that is undone leaves the warehouse as if it had never been; only the ledger keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.common import Exit
from app.main import app
from app.watch.init import write_workspace
from tests.benchmarks import made_docdb
from tests.etl.exports import made_exports as made
from tests.template import quiet
from warehouse.core import Core
from warehouse.workspace import Workspace

TABLES = (
    "sources", "pages", "rejects", "source_records", "source_hits", "import_undo", "publications", "families",
    "memberships", "family_memberships", "family_states", "applicants", "ipc",
)  # fmt: skip
BULK = ("sources", "pages", "rejects", "source_records", "source_hits", "import_undo", "ended")  # what loading writes
TIMES = {"received_at", "valid_from", "valid_to", "path"}
NUMBERS = {"run_id", "page_id", "reject_id", "last_run"}  # of runs and pages: one less where there was one import less


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.stdout, done.stderr


def done(*words: object) -> None:
    code, stdout, stderr = run(*words)
    assert code == 0, stdout + stderr


def house(folder: Path) -> Workspace:
    return quiet(write_workspace(folder)[0])


def tables(workspace: Workspace, *, numbers: bool) -> dict[str, list[Any]]:
    found = {}
    with Core(workspace) as core:
        for table in TABLES:
            columns = [row[0] for row in core.con.execute(f"DESCRIBE {table}").fetchall()]
            kept = [f'"{c}"' for c in columns if c not in TIMES and (numbers or c not in NUMBERS)]
            found[table] = core.con.execute(f"SELECT {', '.join(kept)} FROM {table} ORDER BY ALL").fetchall()
        ends = core.con.execute("SELECT count(*) FROM source_records WHERE valid_to IS NOT NULL").fetchone()
        found["ended"] = [ends]
    return found


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    vendor = made.packaged_vendors()["incopat"]
    table = made.rows(vendor)
    changed = [list(row) for row in table[:5]]
    for row in changed[1:]:
        row[table[0].index("权利要求数量")] = "99"
    broken = [list(row) for row in table]
    broken[2][table[0].index("公开(公告)号")] = "1.23E+11"
    found = {"first": table, "changed": changed, "broken": broken}
    for name, rows in found.items():
        (tmp_path / f"{name}.csv").write_bytes(made.csv_bytes(rows))
    return {name: tmp_path / f"{name}.csv" for name in found}


def test_the_latest_import_is_taken_back(tmp_path: Path, files: dict[str, Path]) -> None:
    kept, other = house(tmp_path / "a"), house(tmp_path / "b")
    for workspace in (kept, other):
        done("import", files["first"], "-t", "lidar", "-w", workspace.root)
        done("place", "-w", workspace.root, "--json")
    done("import", files["changed"], files["broken"], "-t", "lidar", "-w", other.root)
    assert tables(kept, numbers=True) != tables(other, numbers=True)
    done("import", "--undo", 3, "-w", other.root)
    assert tables(kept, numbers=True) == tables(other, numbers=True)
    with Core(other) as core:
        states = core.con.execute("SELECT run_id, kind, state FROM runs ORDER BY 1").fetchall()
    assert states == [(1, "import", "succeeded"), (2, "place", "succeeded"), (3, "import", "undone")]
    copies = {workspace.root: len(list(workspace.landing.rglob("*.zst"))) for workspace in (kept, other)}
    assert copies[kept.root] == copies[other.root]


def test_an_earlier_import_onto_the_wrong_technology_is_taken_back(tmp_path: Path, files: dict[str, Path]) -> None:
    kept, other = house(tmp_path / "a"), house(tmp_path / "b")
    done("import", files["broken"], "-t", "chip", "-w", other.root)
    done("import", files["changed"], "-t", "激光雷达", "-w", other.root)
    for workspace in (kept, other):
        done("import", files["first"], "-t", "lidar", "-w", workspace.root)
    done("import", "--undo", 2, "-w", other.root)
    done("import", "--undo", 1, "-w", other.root)
    for workspace in (kept, other):
        done("place", "-w", workspace.root, "--json")
    assert tables(kept, numbers=False) == tables(other, numbers=False)


def test_what_cannot_be_undone_is_said_in_a_sentence(tmp_path: Path, files: dict[str, Path]) -> None:
    workspace = house(tmp_path / "a")
    done("import", files["first"], "-t", "lidar", "-w", workspace.root)
    done("place", "-w", workspace.root, "--json")
    for number, said in ((7, "There is no run 7. Imports that can be undone: 1"), (2, "A place is no import: run 2")):
        code, _, stderr = run("import", "--undo", number, "-w", workspace.root)
        assert (code, stderr.startswith(said)) == (Exit.BAD_INPUT, True), stderr
    code, stdout, _ = run("import", "--undo", 1, "-w", workspace.root, "--json")
    shown = json.loads(stdout)
    assert (code, shown["records"], shown["placements_that_rest_on_it"]) == (0, 8, [2])
    assert run("import", "--undo", 1, "-w", workspace.root)[0] == Exit.BAD_INPUT


def test_bulk_files_are_taken_back_and_come_again_as_they_came(tmp_path: Path, files: dict[str, Path]) -> None:
    """They are not copied, so an earlier one is taken back only after the later ones that saw the same documents."""
    bulk, more = tmp_path / "weekly.xml", tmp_path / "more.xml"
    made_docdb.write(bulk, 1)
    made_docdb.write(more, 1)
    more.write_bytes(more.read_bytes().replace(b"A61K", b"A61L"))
    kept, other = house(tmp_path / "a"), house(tmp_path / "b")
    for workspace in (kept, other):
        done("import", files["first"], "-t", "lidar", "-w", workspace.root)
        done("place", "-w", workspace.root, "--json")
    done("import", bulk, "-t", "lidar", "-w", other.root)
    once = tables(other, numbers=False)
    done("import", more, "-w", other.root)
    code, _, stderr = run("import", "--undo", 3, "-w", other.root)
    assert code == Exit.BAD_INPUT
    assert "cannot be repeated from what is kept; undo the later imports first" in " ".join(stderr.split())
    done("import", "--undo", 4, "-w", other.root)
    again = tables(other, numbers=False)
    assert {name: again[name] for name in BULK} == {name: once[name] for name in BULK}
    done("import", "--undo", 3, "-w", other.root)
    assert tables(kept, numbers=True) == tables(other, numbers=True)
    done("import", bulk, "-t", "lidar", "-w", other.root)
    assert {name: tables(other, numbers=False)[name] for name in BULK} == {name: once[name] for name in BULK}
    assert bulk.exists()
