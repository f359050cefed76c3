"""A small demo workspace, made once for all tests of the workbench, and the site over it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from app.web.application import build
from app.web.site import Site
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two refreshes of the simulated office, 60 families a technology; shared by all processes of the suite."""
    shared = tmp_path_factory.getbasetemp().parent
    with FileLock(shared / "web-demo.lock"):
        folder = shared / "web-demo"
        if not (folder / "snapshots" / "current").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run(
                [sys.executable, "-m", "app.main", "demo", "--families", "60", "--folder", str(folder)],
                cwd=ROOT, check=True, capture_output=True,
            )  # fmt: skip
    return folder


@pytest.fixture
def workspace(demo: Path, tmp_path: Path) -> Workspace:
    """A copy of the demo that a test may change: lists, settings and snapshots, without the landed answers."""
    folder = tmp_path / "watch"
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("landing", "core.duckdb*"))
    return Workspace.open(folder)


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    """A browser of the person at this machine."""
    site = Site(workspace, is_local=True)
    with TestClient(build(site, hosts=["testserver"])) as browser:
        yield browser
    site.snapshots.close()
