"""A snapshot opens elsewhere: with the previous major DuckDB, and as docs/opening-snapshots.md says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.watch.init import write_workspace
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "opening-snapshots.md"
READ_EVERYTHING = """
import sys
sys.path.insert(0, sys.argv[1])
import duckdb
assert duckdb.__version__.startswith("1."), duckdb.__version__
con = duckdb.connect(sys.argv[2], read_only=True)
names = "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION ALL SELECT table_name FROM duckdb_tables()"
read = [con.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in con.execute(names).fetchall()]
print(duckdb.__version__, len(read), con.execute("SELECT message FROM runs").fetchone()[0])
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place, _ = write_workspace(tmp_path / "ws")
    with Core(place) as core:
        core.con.execute(
            "INSERT INTO runs (run_id, kind, state, started_at, message)"
            " VALUES (1, 'place', 'succeeded', now(), '芯片')"
        )
        publish(core)
    return place


@pytest.mark.slow
def test_previous_major_version_reads_every_table_and_view(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "previous"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    installed = subprocess.run(
        [*pip, "--target", str(target), "duckdb<2"], capture_output=True, text=True, check=False, timeout=300
    )
    if installed.returncode:
        pytest.skip("the previous DuckDB could not be installed here: no package registry, or no wheel for this system")
    snapshot = workspace.snapshots / (workspace.snapshots / "current").read_text(encoding="utf-8").strip()
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-c", READ_EVERYTHING, str(target), str(snapshot)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    version, read, message = done.stdout.split()
    assert version.startswith("1.")
    assert int(read) > 30
    assert message == "芯片"


def test_the_python_lines_of_the_page_run(workspace: Workspace) -> None:
    lines = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(lines) == 1
    done = subprocess.run(
        [sys.executable, "-c", lines[0]], cwd=workspace.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "technology_id" in done.stdout
