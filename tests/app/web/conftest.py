"""A workspace that a test may change, and the site over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.web.application import build
from app.web.site import Site
from warehouse.workspace import Workspace


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
