"""One demo that pages are looked at on, linked rather than copied; a copy for a test that changes something."""

from __future__ import annotations

import os
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
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("landing", "reports", "core.duckdb*"))
    return Workspace.open(folder)


@pytest.fixture(scope="session")
def shown(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo to look at, not to change: its lists and settings, and links to its snapshots, which take no room."""
    folder = tmp_path_factory.mktemp("shown") / "watch"
    skipped = shutil.ignore_patterns("landing", "reports", "core.duckdb*")
    shutil.copytree(demo, folder, ignore=skipped, copy_function=_linked)
    return Workspace.open(folder)


def _linked(source: str, target: str) -> str:
    if source.endswith(".duckdb"):
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


@pytest.fixture(scope="session")
def shown_site(shown: Workspace) -> Iterator[Site]:
    """The site of the person at this machine over the demo."""
    site = Site(shown, is_local=True)
    yield site
    site.snapshots.close()


@pytest.fixture
def client(shown_site: Site) -> TestClient:
    """A browser on the demo that no test changes; its cookies are its own."""
    return TestClient(build(shown_site, hosts=["testserver"]))


@pytest.fixture
def owner(workspace: Workspace) -> Iterator[TestClient]:
    """A browser on a copy that the test may change."""
    site = Site(workspace, is_local=True)
    with TestClient(build(site, hosts=["testserver"])) as browser:
        yield browser
    site.snapshots.close()
