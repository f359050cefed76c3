"""A small demo workspace, made once for all tests of commands and pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two refreshes of the simulated office, 60 families a technology; shared by all processes of the suite."""
    shared = tmp_path_factory.getbasetemp().parent
    with FileLock(shared / "app-demo.lock"):
        folder = shared / "app-demo"
        if not (folder / "snapshots" / "current").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run(
                [sys.executable, "-m", "app.main", "demo", "--families", "60", "--folder", str(folder)],
                cwd=ROOT, check=True, capture_output=True,
            )  # fmt: skip
    return folder
